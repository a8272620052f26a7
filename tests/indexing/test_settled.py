"""Joined postings in a file that is mapped: whatever happens to the file, the hits stay the same."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval.engine import SearchEngine
from retrieval.indexing import merge
from retrieval.text.analyzer import Analyzer
from tests.support.articles import make_article
from tests.support.bridges import BRIDGES, LONG, Open, answers, push
from tests.support.project import ROOT

FEWEST_BYTES = 1


@pytest.fixture(autouse=True)
def small_segments_are_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments of any size are joined; outside of tests they have millions of bytes."""
    monkeypatch.setattr("retrieval.indexing.settled.SETTLED", FEWEST_BYTES)


@pytest.fixture
def expected(path: Path, open_engine: Open) -> list[object]:
    """The answers from a file with forty articles, a changed one and a removed one, of which nothing is joined yet."""
    engine = open_engine(code=[])
    for article in BRIDGES:
        engine.add(article)
    engine.remove([3])
    found = answers(engine)
    engine.close()
    return found


def kept(path: Path) -> list[Path]:
    return sorted((path.parent / "cache" / "code").glob("postings-*"))


def restore(copy: Path, path: Path) -> None:
    """Put a copy of the database in its place, without the log of what came after."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(copy, path)


def test_a_start_joins_the_postings_and_the_next_one_maps_them(
    path: Path, open_engine: Open, expected: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert answers(open_engine()) == expected
    (file,) = kept(path)
    assert file.stat().st_mode & 0o777 == 0o600
    monkeypatch.setattr("retrieval.indexing.settled.joined", lambda *_: pytest.fail("joined again"))
    assert answers(open_engine()) == expected
    assert kept(path) == [file]


def test_what_is_pushed_and_removed_after_the_file_was_made_is_found_and_not_found(
    open_engine: Open, expected: list[object]
) -> None:
    engine = open_engine()
    answers(engine)
    engine.add(make_article("第99座大桥通车。", title="大桥99"))
    engine.remove([7])
    assert answers(open_engine()) == answers(engine) == answers(open_engine(code=[])) != expected


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut short": lambda data: data[:-100],
    "cut to its head": lambda data: data[:30],
    "a byte changed": lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:],
    "longer": lambda data: data + bytes(8),
    "of another version": lambda data: data.replace(b"news segment 2", b"news segment 9"),
    "zeros": lambda data: bytes(len(data)),
    "something else": lambda _: b"SQLite format 3" * 100,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_deleted_and_made_anew_by_the_next_start(
    path: Path, open_engine: Open, expected: list[object], damage: Callable[[bytes], bytes]
) -> None:
    answers(open_engine())
    (file,) = kept(path)
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert answers(open_engine()) == expected
    assert answers(open_engine()) == expected
    assert [one.read_bytes() for one in kept(path)] == [whole]


def test_a_file_of_other_segments_is_replaced(path: Path, open_engine: Open, expected: list[object]) -> None:
    engine = open_engine()
    push(engine, LONG[:20])
    assert expected != (expected := answers(open_engine(code=[])))
    answers(open_engine())
    before = kept(path)
    assert merge.merge_next(engine.archive.database)
    assert answers(open_engine()) == expected
    merged = kept(path)
    engine.rebuild()
    assert answers(open_engine()) == expected
    assert len(before) == len(merged) == len(kept(path)) == 1
    assert len({*before, *merged, *kept(path)}) == 3


def test_a_restored_database_does_not_use_the_postings_of_what_came_after(
    path: Path, open_engine: Open, expected: list[object], tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    shutil.copyfile(path, copy)
    for word in ("铁路", "机场"):
        # As many articles, passages, segments and bytes each time: only the words differ.
        restore(copy, path)
        engine = open_engine()
        engine.add(make_article(f"{word}通车。", title=word))
        engine.close()
        assert [hit.passage.title for hit in open_engine().search(f"{word}通车", 1).hits] == [word]


def test_a_file_removed_while_it_is_mapped_is_still_read(path: Path, open_engine: Open, expected: list[object]) -> None:
    answers(open_engine())
    engine = open_engine()
    answers(engine)
    for file in kept(path):
        file.unlink()
    assert answers(engine) == expected
    assert answers(open_engine()) == expected


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_nothing_is_kept_in_a_folder_that_cannot_be_written(
    path: Path, open_engine: Open, expected: list[object]
) -> None:
    (path.parent / "cache").mkdir()
    (path.parent / "cache").chmod(0o500)
    assert answers(open_engine()) == expected
    assert kept(path) == []


def test_many_removed_passages_are_left_out_of_the_file(
    path: Path, open_engine: Open, expected: list[object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("retrieval.store.segments._FEWEST_REMOVED", 10)
    copy = tmp_path / "copy.db"
    answers(open_engine())
    shutil.copyfile(path, copy)
    (before,) = kept(path)
    size = before.stat().st_size
    engine = open_engine()
    engine.remove(range(10, 18))
    assert answers(open_engine()) == answers(open_engine(code=[]))
    assert kept(path) == [before]
    engine.remove([18, 19])
    assert answers(open_engine()) == answers(open_engine(code=[]))
    (after,) = kept(path)
    assert after != before
    assert after.stat().st_size < size
    # A backup from before the removals has the same segments, and all passages.
    restore(copy, path)
    assert answers(open_engine()) == expected


def test_without_a_folder_nothing_is_joined(
    open_engine: Open, expected: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.indexing.settled.joined", lambda *_: pytest.fail("joined in vain"))
    assert answers(open_engine(code=[])) == expected


def test_nothing_is_kept_where_a_file_stands_in_place_of_the_folder(
    path: Path, open_engine: Open, expected: list[object]
) -> None:
    (path.parent / "cache").write_bytes(b"")
    assert answers(open_engine()) == expected


def test_erased_words_leave_the_joined_postings(path: Path, open_engine: Open, expected: list[object]) -> None:
    engine = open_engine()
    answers(engine)
    engine.archive.erase([5])
    assert kept(path) == []
    assert answers(open_engine()) == answers(open_engine(code=[])) != expected


FULL = """
import resource, sys
from pathlib import Path
from retrieval import SearchEngine
from retrieval.indexing import settled
settled.SETTLED = 1
if sys.argv[2] == "full":
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
engine = SearchEngine.open(Path(sys.argv[1]), code=[Path(sys.argv[1]).parent / "cache" / "code"])
print([hit.passage.title for hit in engine.search("大桥", 50).hits])
engine.close()
"""


def test_a_full_disk_keeps_nothing_and_answers(path: Path, open_engine: Open, expected: list[object]) -> None:
    open_engine(code=[]).add_all(LONG)
    full, free = (
        subprocess.run(
            [sys.executable, "-c", FULL, str(path), disk],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout
        for disk in ("full", "free")
    )
    assert full == free != "[]\n"
    (file,) = kept(path)
    assert file.stat().st_size > 100_000


def test_processes_that_start_at_once_make_one_whole_file(path: Path, expected: list[object]) -> None:
    starting = [
        subprocess.Popen([sys.executable, "-c", FULL, str(path), "free"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    found = {process.communicate(timeout=120)[0] for process in starting}
    assert len(found) == 1
    assert len(kept(path)) == 1
    assert len(answers(SearchEngine.open(path, analyzer=Analyzer()))) == len(expected)
