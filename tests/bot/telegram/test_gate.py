"""The gate: only an editor in person passes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Update

from bot.service.file_storage import file_memory
from bot.service.staff import Staff
from bot.telegram.gate import Gate, Role
from retrieval.change import Actor
from retrieval.store.database import Database

pytestmark = pytest.mark.anyio
OWNER, EDITOR, STRANGER = 99, 111, 222
GROUP = {"id": -1001, "type": "supergroup", "title": "值班群"}
CHANNEL = {"id": -1002, "type": "channel", "title": "某频道"}


@pytest.fixture
async def gate(store: Database) -> Gate:
    """The gate of a bot with one owner, who has added one editor."""
    with ThreadPoolExecutor(1) as writing:
        staff = Staff(file_memory(store), writing, {OWNER})
        await staff.add(EDITOR, "某人", Actor("老王", OWNER))
    return Gate(staff)


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
    ("who", "role"),
    [
        (update(), Role.EDITOR),
        (update(chat={"id": EDITOR, "type": "private", "first_name": "某人"}), Role.EDITOR),
        (update(**{"from": person(STRANGER)}), Role.STRANGER),
        (update(**{"from": person(EDITOR, is_bot=True)}), Role.NOBODY),
        # A group's admin who hides behind the group; the number is Telegram's GroupAnonymousBot.
        (update(**{"from": person(1087968824, is_bot=True), "sender_chat": GROUP}), Role.ANONYMOUS),
        # A person who writes as a channel; and an editor's id, which Telegram never sends together with a channel.
        (update(**{"from": person(136817688, is_bot=True), "sender_chat": CHANNEL}), Role.ANONYMOUS),
        (update(sender_chat=CHANNEL), Role.ANONYMOUS),
        (update(is_automatic_forward=True, sender_chat=CHANNEL), Role.NOBODY),
        (update(via_bot=person(5, is_bot=True)), Role.NOBODY),
        (
            update(forward_origin={"type": "user", "date": 1, "sender_user": person(STRANGER)}),
            Role.FORWARDED,
        ),
        (
            update(
                text="城北新桥通车", forward_origin={"type": "channel", "date": 1, "chat": CHANNEL, "message_id": 3}
            ),
            Role.EDITOR,
        ),
        (update("edited_message"), Role.NOBODY),
        (update("channel_post", chat=CHANNEL, sender_chat=CHANNEL), Role.NOBODY),
        (update("edited_channel_post", chat=CHANNEL, sender_chat=CHANNEL), Role.NOBODY),
        (update(**{"from": None}), Role.NOBODY),
    ],
)
async def test_only_an_editor_in_person_passes_the_gate(gate: Gate, who: Update, role: Role) -> None:
    assert gate.role(who) is role
    assert gate.may_edit(who) == (role is Role.EDITOR)
    assert not gate.may_own(who)


async def test_an_owner_in_person_passes_as_an_editor_too(gate: Gate) -> None:
    own = update(**{"from": person(OWNER)})
    assert gate.role(own) is Role.EDITOR
    assert gate.may_own(own)
    assert not gate.may_own(update("edited_message", **{"from": person(OWNER)}))
    assert not gate.may_own(update(**{"from": person(OWNER), "sender_chat": CHANNEL}))
    forwarded = {"type": "user", "date": 1, "sender_user": person(STRANGER)}
    assert not gate.may_own(update(**{"from": person(OWNER), "forward_origin": forwarded}))


def test_nobody_passes_the_gate_of_a_bot_without_staff(store: Database) -> None:
    with ThreadPoolExecutor(1) as writing:
        assert Gate(Staff(file_memory(store), writing)).role(update()) is Role.STRANGER
