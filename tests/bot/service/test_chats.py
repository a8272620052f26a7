"""The settings of chats: each change has its entry in the journal."""

import pytest

from bot.service.chats import Chats
from bot.service.file_storage import file_memory
from retrieval.change import Actor, Change
from retrieval.store.database import Database
from retrieval.store.journal import Journal

WANG = Actor("老王", 99)


@pytest.fixture
def chats(store: Database) -> Chats:
    return Chats(file_memory(store))


def test_a_change_is_stored_with_an_entry_that_names_the_chat(chats: Chats, store: Database) -> None:
    chats.change(-100, Change(WANG, "chat_allowed"), "城北群", is_listed=True)
    chats.change(-100, Change(WANG, "chat_scope", note="兰州晚报"), sources=("兰州晚报",))
    chats.change(-100, Change(WANG, "chat_denied"), is_listed=False)
    entries = [(entry.what, entry.by, entry.note) for entry in Journal(store).entries(10)]
    assert entries == [
        ("chat_denied", WANG, "-100 城北群"),
        ("chat_scope", WANG, "-100 城北群 兰州晚报"),
        ("chat_allowed", WANG, "-100 城北群"),
    ]
    assert Chats(file_memory(store)).settings(-100) == chats.settings(-100)


def test_what_is_so_already_has_no_entry(chats: Chats, store: Database) -> None:
    for _ in range(2):
        chats.change(7, Change(WANG, "chat_allowed"), is_listed=True)
    chats.change(8, Change(WANG, "chat_denied"), is_listed=False)
    assert [entry.note for entry in Journal(store).entries(10)] == ["7"]
