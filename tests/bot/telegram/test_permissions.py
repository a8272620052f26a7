"""Commands that only an editor in person may give."""

import pytest

from bot.words import editors, readers
from tests.support.conversation import PUSH, Talk

pytestmark = pytest.mark.anyio
CHANGES = [PUSH, "/remove 1", "/remove@newsqabot 1", "/add@NewsQABot 城西图书馆开馆，藏书八十万册，座位两千个。"]


@pytest.mark.parametrize("change", CHANGES)
async def test_only_an_editor_in_person_changes_articles(talk: Talk, change: str) -> None:
    api, stranger = talk.api, talk.reader
    group = api.group("值班群", [stranger, talk.editor], admins=[stranger], bot="administrator")
    channel = api.channel("某频道")
    before = await talk.count()
    # The bot tells a stranger in private their id, so that the operator can add them as an editor.
    assert f"{stranger.id}" in (await api.ask(talk.chat, stranger, change)).text
    # The group's own admin is a stranger too; the bot shows no ids in a group.
    reply = await api.ask(group, stranger, change)
    assert reply.text in (editors.NOT_AN_EDITOR, editors.NOT_AN_EDITOR_REMOVES)
    # An anonymous admin or a channel could be anybody, even when it is the editor.
    assert (await api.ask(group, talk.editor, change, anonymous=True)).text == editors.ANONYMOUS
    assert (await api.ask(group, talk.editor, change, as_channel=channel)).text == editors.ANONYMOUS
    # Somebody else wrote a message that an editor forwards.
    assert (await api.ask(talk.desk, talk.editor, change, forwarded_from=stranger)).text == editors.FORWARDED_COMMAND
    # Edits, channel posts and their automatic forwards into a group are not requests.
    message = await api.send(group, talk.editor, "早上好")
    await api.edit(message, change)
    await api.send(channel, None, change)
    await api.send(group, None, change, automatic_from=channel)
    await api.quiet()
    assert await talk.count() == before


@pytest.mark.parametrize("document", [("page.txt", PUSH.encode()), ("all.jsonl", b'{"text": "x"}')])
async def test_a_strangers_file_is_not_stored(talk: Talk, document: tuple[str, bytes]) -> None:
    reply = await talk.api.ask(talk.chat, talk.reader, "", document=document)
    assert reply.text.startswith(editors.NOT_AN_EDITOR)
    assert await talk.count() == 2


async def test_user_ids_are_told_in_private_only(talk: Talk) -> None:
    assert str(talk.reader.id) in (await talk.api.ask(talk.chat, talk.reader, "/id")).text
    group = talk.api.group("值班群", [talk.reader])
    assert (await talk.api.ask(group, talk.reader, "/id")).text == readers.ID_IN_PRIVATE
    assert readers.ID_EDITOR in (await talk.api.ask(talk.desk, talk.editor, "/id")).text
