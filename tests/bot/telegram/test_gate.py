"""Who passes the gate: an editor in person and nobody else."""

from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Update

from bot.telegram.gate import Gate, Standing

EDITOR, STRANGER = 111, 222
GROUP = {"id": -1001, "type": "supergroup", "title": "值班群"}
CHANNEL = {"id": -1002, "type": "channel", "title": "某频道"}


def person(number: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "is_bot": False, "first_name": "某人", **more}


def update(kind: str = "message", **fields: Any) -> Update:
    date = int(datetime(2026, 11, 24, tzinfo=UTC).timestamp())
    message = {"message_id": 1, "date": date, "chat": GROUP, "text": "/add 全文", "from": person(EDITOR), **fields}
    if kind.startswith("edited"):
        message["edit_date"] = date
    made = Update.de_json({"update_id": 1, kind: {name: value for name, value in message.items() if value}}, None)
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("who", "standing"),
    [
        (update(), Standing.EDITOR),
        (update(chat={"id": EDITOR, "type": "private", "first_name": "某人"}), Standing.EDITOR),
        (update(**{"from": person(STRANGER)}), Standing.STRANGER),
        (update(**{"from": person(EDITOR, is_bot=True)}), Standing.NOBODY),
        # A group's admin who hides behind the group; the number is Telegram's GroupAnonymousBot.
        (update(**{"from": person(1087968824, is_bot=True), "sender_chat": GROUP}), Standing.ANONYMOUS),
        # Somebody who speaks as a channel; and an editor's number that Telegram never sends with one.
        (update(**{"from": person(136817688, is_bot=True), "sender_chat": CHANNEL}), Standing.ANONYMOUS),
        (update(sender_chat=CHANNEL), Standing.ANONYMOUS),
        (update(is_automatic_forward=True, sender_chat=CHANNEL), Standing.NOBODY),
        (update(via_bot=person(5, is_bot=True)), Standing.NOBODY),
        (
            update(forward_origin={"type": "user", "date": 1, "sender_user": person(STRANGER)}),
            Standing.FORWARDED,
        ),
        (
            update(
                text="城北新桥通车", forward_origin={"type": "channel", "date": 1, "chat": CHANNEL, "message_id": 3}
            ),
            Standing.EDITOR,
        ),
        (update("edited_message"), Standing.NOBODY),
        (update("channel_post", chat=CHANNEL, sender_chat=CHANNEL), Standing.NOBODY),
        (update("edited_channel_post", chat=CHANNEL, sender_chat=CHANNEL), Standing.NOBODY),
        (update(**{"from": None}), Standing.NOBODY),
    ],
)
def test_only_an_editor_in_person_is_let_in(who: Update, standing: Standing) -> None:
    gate = Gate(frozenset({EDITOR}))
    assert gate.standing(who) is standing
    assert gate.lets_in(who) == (standing is Standing.EDITOR)


def test_without_editors_nobody_is_let_in() -> None:
    assert Gate(frozenset()).standing(update()) is Standing.STRANGER
