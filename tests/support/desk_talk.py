"""Messages of an editor in a conversation at the desk, and the journal of what they change."""

from retrieval.change import Actor
from tests.bot_api.message import Message
from tests.support.conversation import Talk


async def asked(talk: Talk, text: str, **more: object) -> Message:
    return await talk.api.ask(talk.desk, talk.editor, text, **more)


async def source_of(talk: Talk, number: int) -> str | None:
    article = await talk.service.article(number)
    return article.source if article else None


def log(talk: Talk) -> list[tuple[str, Actor, list[tuple[str, int]]]]:
    """The journal, the oldest entry first."""
    entries = talk.service._engine.archive.journal(100)
    return [
        (entry.what, entry.by, [(touch.what, touch.article) for touch in entry.touched]) for entry in reversed(entries)
    ][1:]


async def pressed(talk: Talk, message: Message, label: str) -> Message:
    """The message as the press leaves it."""
    await talk.api.press(message, label, talk.editor)
    return talk.api.now(message)
