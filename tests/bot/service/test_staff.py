"""The staff: ADMIN_IDS, stored owners and editors, and their entries in the journal."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from bot.service import staff as staff_of_the_bot
from bot.service.file_storage import file_memory
from bot.service.staff import FullError, Member, Staff
from retrieval.change import Actor
from retrieval.store.database import Database
from retrieval.store.errors import StoreError
from retrieval.store.journal import Journal

pytestmark = pytest.mark.anyio
OWNER, EDITOR = 99, 111
WANG = Actor("老王", OWNER)


@pytest.fixture
def writing() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture
def staff(store: Database, writing: ThreadPoolExecutor) -> Staff:
    return Staff(file_memory(store), writing, {OWNER})


def entries(store: Database) -> list[tuple[str, Actor, str]]:
    """The entries of the journal, the oldest first."""
    return [(entry.what, entry.by, entry.note) for entry in reversed(Journal(store).entries(100))]


async def test_an_owner_of_admin_ids_is_an_editor_and_is_not_stored(staff: Staff, store: Database) -> None:
    assert staff.is_owner(OWNER)
    assert staff.is_editor(OWNER)
    assert not staff.is_editor(EDITOR)
    assert file_memory(store).staff.items() == []


async def test_an_editor_is_added_and_removed_at_once_with_an_entry_each(staff: Staff, store: Database) -> None:
    assert await staff.add(EDITOR, " 小李\n编辑 ", WANG)
    assert staff.is_editor(EDITOR)
    assert not staff.is_owner(EDITOR)
    assert staff.member(EDITOR) == Member(EDITOR, "小李 编辑", by=WANG)
    assert await staff.remove(EDITOR, WANG) == Member(EDITOR, "小李 编辑", by=WANG)
    assert not staff.is_editor(EDITOR)
    note = f"{EDITOR} 小李 编辑"
    assert entries(store) == [("editor_added", WANG, note), ("editor_removed", WANG, note)]


async def test_what_is_so_already_changes_nothing_and_has_no_entry(staff: Staff, store: Database) -> None:
    assert not await staff.add(OWNER, "老王", WANG)
    assert await staff.add(EDITOR, "小李", WANG)
    assert not await staff.add(EDITOR, "小李", WANG)
    assert await staff.remove(OWNER, WANG) is None
    assert await staff.remove(5, WANG) is None
    assert [what for what, _, _ in entries(store)] == ["editor_added"]


async def test_the_staff_outlives_a_restart(staff: Staff, store: Database, writing: ThreadPoolExecutor) -> None:
    await staff.add(EDITOR, "小李", WANG)
    restarted = Staff(file_memory(store), writing)
    assert restarted.members() == [Member(EDITOR, "小李", by=WANG)]
    assert not restarted.has_owner()


async def test_a_change_of_another_process_counts_after_a_refresh(
    staff: Staff, store: Database, writing: ThreadPoolExecutor
) -> None:
    await Staff(file_memory(store), writing, {OWNER}).add(EDITOR, "小李", WANG)
    assert not staff.is_editor(EDITOR)
    await staff.refresh()
    assert staff.is_editor(EDITOR)


async def test_an_editor_who_is_set_in_admin_ids_later_is_listed_once_as_owner(
    staff: Staff, store: Database, writing: ThreadPoolExecutor
) -> None:
    await staff.add(EDITOR, "小李", WANG)
    assert Staff(file_memory(store), writing, {EDITOR}).members() == [Member(EDITOR, is_owner=True, is_set=True)]


async def test_the_link_makes_one_owner_whoever_else_opens_it(store: Database, writing: ThreadPoolExecutor) -> None:
    staff = Staff(file_memory(store), writing)
    await staff.add(EDITOR, "小李", Actor("命令行"))
    parameter = staff.link.address("NewsQABot").partition("=")[2]
    assert not await staff.own("own_wrong", Actor("陌生人", 7))
    assert await staff.own(parameter, Actor("小李", EDITOR))  # an editor rises
    assert not await staff.own(parameter, Actor("陌生人", 7))
    assert staff.is_owner(EDITOR)
    assert not staff.is_editor(7)
    assert entries(store)[-1] == ("owner_added", Actor("小李", EDITOR), f"{EDITOR} 小李")
    assert parameter.removeprefix("own_") not in str(file_memory(store).staff.items()) + str(entries(store))


async def test_a_change_that_fails_changes_neither_file_nor_memory(staff: Staff, store: Database, path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TRIGGER broken BEFORE INSERT ON journal BEGIN SELECT raise(ABORT, 'no'); END")
    with pytest.raises(StoreError):
        await staff.add(EDITOR, "小李", WANG)
    assert not staff.is_editor(EDITOR)
    assert file_memory(store).staff.items() == []


async def test_there_is_a_most_of_editors(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff_of_the_bot, "MOST_EDITORS", 1)
    await staff.add(EDITOR, "小李", WANG)
    with pytest.raises(FullError):
        await staff.add(EDITOR + 1, "小张", WANG)


@pytest.mark.parametrize(
    "row",
    [
        "",
        "[]",
        "{}",
        '{"version": 2, "name": "小李", "is_owner": true, "by": ["", null]}',
        '{"version": 1, "name": "小李", "is_owner": true, "by": []}',
    ],
)
def test_a_broken_row_makes_nobody_an_owner(store: Database, writing: ThreadPoolExecutor, row: str) -> None:
    memory = file_memory(store)
    with memory.write():
        memory.staff.put(EDITOR, row)
    assert Staff(memory, writing).members() == []
