"""Transactions of the store, and concurrent writers and readers."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from retrieval.article import passages
from retrieval.duplicates.identity import identity_of
from retrieval.store.articles import Articles
from retrieval.store.database import Database
from retrieval.store.passages import Passages
from retrieval.store.segments import Position, Segments
from tests.support.articles import make_article
from tests.support.stored_articles import insert


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_failure_inside_write_leaves_no_changes(store: Database, error: type[BaseException]) -> None:
    article_id = insert(store, make_article("一。"))
    with pytest.raises(error), store.write():  # noqa: PT012
        Articles(store).remove(article_id, entry=1)
        Articles(store).insert(make_article("二。"), identity_of(make_article("二。")), passages(make_article("二。")))
        Segments(store).append(b"x", 1)
        Segments(store).raise_generation()
        raise error
    other = Database(store.path)
    for reader in (store, other):
        assert [article.id for article in Articles(reader).articles()] == [article_id]
        assert len(Passages(reader).ids()) == 1
        assert Segments(reader).generation() == 0
        changes = Segments(reader).changes(Position())
        assert (changes.segments, changes.removed) == ([], [])
    insert(other, make_article("三。"))  # the lock is free again


def test_a_nested_write_joins_the_outer_write(store: Database) -> None:
    with pytest.raises(ValueError, match="outer"), store.write():  # noqa: PT012
        insert(store, make_article("一。"))
        raise ValueError("outer")
    assert Articles(store).size()[0] == 0
    with store.write():
        insert(store, make_article("二。"))
        with pytest.raises(ValueError, match="inner"), store.write():  # noqa: PT012
            insert(store, make_article("三。"))
            raise ValueError("inner")
    assert [article.text for article in Articles(Database(store.path)).articles()] == ["二。"]


def test_writers_that_read_first_wait_for_each_other(store: Database) -> None:
    failures: list[BaseException] = []
    start = threading.Barrier(4)

    def write(own: Database) -> None:
        try:
            start.wait()
            for _ in range(10):
                with own.write():
                    seen = Segments(own).generation()
                    Segments(own).raise_generation()
                    assert Segments(own).generation() == seen + 1
        except BaseException as error:
            failures.append(error)

    # Two threads share a Database, two have their own.
    threads = [
        threading.Thread(target=write, args=(own,))
        for own in (store, store, Database(store.path), Database(store.path))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Segments(store).generation() == 40


# Holds the locks of a process that recovers the log: https://sqlite.org/walformat.html, "WAL-Index Locks".
REPAIRING = """
import fcntl, os, sys
log = os.open(sys.argv[1], os.O_RDWR)
for lock in (120, 122):
    fcntl.lockf(log, fcntl.LOCK_EX, 1, lock)
os.pwrite(log, bytes(96), 0)
print(flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(os.name != "posix", reason="locks as SQLite holds them on Unix")
def test_a_writer_waits_for_the_process_that_recovers_the_log_after_a_kill(store: Database, path: Path) -> None:
    insert(store, make_article("一。"))
    command = [sys.executable, "-c", REPAIRING, f"{path}-shm"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        other.stdout.readline()
        done = threading.Timer(0.1, other.stdin.close)
        done.start()
        try:
            insert(store, make_article("另一篇。"))
        finally:
            done.join()
    assert Articles(store).size()[0] == 2


def test_a_reader_neither_waits_for_an_open_write_nor_sees_it(store: Database) -> None:
    seen: list[object] = []

    def read() -> None:
        for reader in (store, Database(store.path)):
            changes = Segments(reader).changes(Position())
            seen.append(
                (Articles(reader).size(), Passages(reader).ids(), changes.segments, Segments(reader).generation())
            )

    with store.write():
        insert(store, make_article("一。"))
        Segments(store).append(b"x", 1)
        Segments(store).raise_generation()
        assert Articles(store).size() == (1, None)
        thread = threading.Thread(target=read)
        thread.start()
        thread.join(timeout=10)
        assert seen == [((0, None), set(), [], 0)] * 2
    assert Articles(store).size() == (1, None)
