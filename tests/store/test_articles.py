import os
import pickle
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from retrieval.article import Article, Paragraph, passages
from retrieval.store.articles import DamagedError, Position, Store, StoreError
from tests.support.articles import make_article
from tests.support.project import ROOT


def insert(store: Store, article: Article) -> int:
    with store.write():
        return store.insert(article, passages(article))[0]


STORED = make_article("兰州签约。", title="兰州：招商", source="兰州晚报", published="2020-02-24")

# Articles in and out


def test_an_article_comes_back_as_it_was(store: Store, first_article: Article) -> None:
    number = insert(store, first_article)
    assert store.article(number) == first_article
    assert [passage for _, passage in store.passages_of(number)] == passages(first_article)
    assert store.article(number + 1) is None


def test_every_article_is_given_once_whatever_the_batch(store: Store) -> None:
    numbers = [insert(store, make_article(f"第{n}。")) for n in range(5)]
    for batch in (1, 2, 5, 100):
        assert [article.id for article in store.articles(batch)] == numbers


def test_passages_come_with_their_article_and_missing_ones_are_left_out(store: Store) -> None:
    article = make_article("一。", title="题", source="报", author="人", published="2020-01-01", url="u", heading="节")
    number = insert(store, article)
    passage_id = store.passages_of(number)[0][0]
    found = store.passages([passage_id, 99])
    assert list(found) == [passage_id]
    one = found[passage_id]
    assert (one.article_id, one.text, one.heading, one.title) == (number, "一。", "节", "题")
    assert (one.source, one.author, one.published, one.url) == ("报", "人", "2020-01-01", "u")


@pytest.mark.parametrize("number", [0, 40, 2**53 - 1])
def test_an_exported_number_is_kept_when_free_and_numbering_goes_on_from_there(store: Store, number: int) -> None:
    assert insert(store, make_article("一。", id=number)) == number
    assert insert(store, make_article("二。", id=number)) == number + 1


@pytest.mark.parametrize("number", [2**53, 2**63 - 1])
def test_a_number_that_nothing_could_follow_is_kept_and_numbering_goes_on_from_before(
    store: Store, number: int
) -> None:
    assert insert(store, make_article("一。")) == 1
    assert insert(store, make_article("二。", id=number)) == number
    assert [insert(store, make_article(f"第{n}。")) for n in range(2)] == [2, 3]
    assert insert(store, make_article("三。", id=number)) == 4


def test_a_replaced_article_keeps_its_number_and_its_old_words_as_a_version(store: Store) -> None:
    number = insert(store, make_article("旧话。", title="旧题"))
    old_passages = [passage_id for passage_id, _ in store.passages_of(number)]
    with store.write():
        new_passages = store.replace(number, make_article("新话。", title="新题"), passages(make_article("新话。")))
    assert store.article(number) == make_article("新话。", title="新题")
    assert [passage_id for passage_id, _ in store.passages_of(number)] == new_passages
    assert not set(old_passages) & set(new_passages)
    versions = store._rows("SELECT article_id, title, text FROM versions")
    assert versions == [{"article_id": number, "title": "旧题", "text": "旧话。"}]
    assert store.same(make_article("新话。", title="别的")) is not None
    assert store.same(make_article("旧话。", title="别的")) is None


def test_numbers_are_never_given_again_after_a_removal(store: Store) -> None:
    number = insert(store, make_article("一。"))
    gone = store.passage_ids()
    with store.write():
        assert store.remove(number)
        assert not store.remove(number)
        assert not store.remove(99)
    assert store.article(number) is None
    assert store._rows("SELECT text FROM versions") == [{"text": "一。"}]
    assert insert(store, make_article("二。")) == number + 1
    assert not store.passage_ids() & gone


def test_statistics_count_what_is_there(store: Store) -> None:
    assert store.size() == (0, None)
    insert(store, make_article("一。", source="甲", published="2020-01-01"))
    insert(store, make_article("二。", source="乙", published="2020-01-03 08:00"))
    insert(store, make_article("三。"))
    statistics = store.statistics()
    assert (statistics.articles, statistics.passages, statistics.sources, statistics.segments) == (3, 3, 2, 0)
    assert (statistics.oldest, statistics.newest) == ("2020-01-01", "2020-01-03 08:00")
    assert store.size() == (3, "2020-01-03 08:00")


# Transactions


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_what_fails_inside_write_leaves_nothing(store: Store, error: type[BaseException]) -> None:
    kept = insert(store, make_article("一。"))
    with pytest.raises(error), store.write():  # noqa: PT012
        store.remove(kept)
        store.insert(make_article("二。"), passages(make_article("二。")))
        store.append_segment(b"x", 1)
        store.raise_generation()
        raise error
    other = Store(store.path)
    for reader in (store, other):
        assert [article.id for article in reader.articles()] == [kept]
        assert len(reader.passage_ids()) == 1
        assert reader.generation() == 0
        changes = reader.changes(Position())
        assert (changes.segments, changes.removed) == ([], [])
    insert(other, make_article("三。"))  # the lock is free again


def test_a_write_inside_a_write_belongs_to_it(store: Store) -> None:
    with pytest.raises(ValueError, match="outer"), store.write():  # noqa: PT012
        insert(store, make_article("一。"))
        raise ValueError("outer")
    assert store.size()[0] == 0
    with store.write():
        insert(store, make_article("二。"))
        with pytest.raises(ValueError, match="inner"), store.write():  # noqa: PT012
            insert(store, make_article("三。"))
            raise ValueError("inner")
    assert [article.text for article in Store(store.path).articles()] == ["二。"]


def test_writers_that_read_first_wait_for_each_other(store: Store) -> None:
    failures: list[BaseException] = []
    start = threading.Barrier(4)

    def write(own: Store) -> None:
        try:
            start.wait()
            for _ in range(10):
                with own.write():
                    seen = own.generation()
                    own.raise_generation()
                    assert own.generation() == seen + 1
        except BaseException as error:
            failures.append(error)

    # Two of them share a Store, two have their own.
    threads = [
        threading.Thread(target=write, args=(own,)) for own in (store, store, Store(store.path), Store(store.path))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.generation() == 40


# Holds what a process holds that repairs the log: https://sqlite.org/walformat.html, "WAL-Index Locks".
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
def test_a_writer_waits_for_who_repairs_what_a_kill_left_behind(store: Store, path: Path) -> None:
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
    assert store.size()[0] == 2


def test_a_reader_does_not_wait_for_an_open_write_and_sees_none_of_it(store: Store) -> None:
    seen: list[object] = []

    def read() -> None:
        for reader in (store, Store(store.path)):
            changes = reader.changes(Position())
            seen.append((reader.size(), reader.passage_ids(), changes.segments, reader.generation()))

    with store.write():
        insert(store, make_article("一。"))
        store.append_segment(b"x", 1)
        store.raise_generation()
        assert store.size() == (1, None)
        thread = threading.Thread(target=read)
        thread.start()
        thread.join(timeout=10)
        assert seen == [((0, None), set(), [], 0)] * 2
    assert store.size() == (1, None)


# Files that can't be used


def another_programs_file(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE songs (id INTEGER)")
    connection.close()


def a_newer_file(path: Path) -> None:
    store = Store(path)
    with store.write():
        store.migrate()
        store._db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('news', 'future', '2030')"
        )
    store.close()


def no_database(path: Path) -> None:
    path.write_bytes(b"this is a text, not a database. " * 100)


def a_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (no_database, "不是数据库文件。"),
        (another_programs_file, "是别的程序的数据库，没有使用。"),
        (a_newer_file, "由更新的版本建立，请先升级本程序。"),
        (a_folder, "请检查路径和权限。"),
    ],
)
def test_a_file_that_is_not_ours_is_refused_with_a_sentence_and_left_alone(
    path: Path, make: Callable[[Path], None], sentence: str
) -> None:
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(StoreError, match=sentence) as refusal:
        Store(path)
    assert str(path) in str(refusal.value)
    assert (path.read_bytes() if path.is_file() else b"") == before


@pytest.mark.parametrize("place", [18, 60, 103, *range(200, 4000, 97)])
def test_a_first_page_that_is_damaged_is_told_in_a_sentence(store: Store, path: Path, place: int) -> None:
    number = insert(store, STORED)
    store.close()
    data = bytearray(path.read_bytes())
    data[place] ^= 0xC1
    path.write_bytes(data)
    with suppress(StoreError):  # and no other error
        assert Store(path).article(number) == STORED


def test_a_table_that_has_lost_its_row_is_told_as_damage(store: Store) -> None:
    with store.write():
        store._db.execute("DELETE FROM state")
    for ask in (store.generation, store.size, lambda: store.changes(Position())):
        with pytest.raises(DamagedError, match="已损坏"):
            ask()


def test_a_cell_that_is_no_utf8_spoils_nothing_but_itself(store: Store) -> None:
    number = insert(store, STORED)
    with store.write():
        store._db.execute("UPDATE articles SET title = CAST(x'e585b0ff' AS TEXT)")
    found = store.article(number)
    assert found is not None
    assert (found.title, found.text) == ("兰\ufffd", STORED.text)


@pytest.mark.parametrize("number", [0, -1, 2**63, -(2**63) - 1, 10**30, -(10**30)])
def test_no_article_has_a_number_that_sqlite_cannot_hold(store: Store, number: int) -> None:
    insert(store, STORED)
    assert store.article(number) is None


def test_a_path_below_a_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match=r"不能在 .*file"):
        Store(tmp_path / "file" / "news.db")


def test_a_missing_file_that_must_exist_is_not_made(path: Path) -> None:
    with pytest.raises(StoreError, match="没有数据库"):
        Store(path, must_exist=True)
    assert not path.exists()


def test_a_file_that_is_there_or_empty_is_used(store: Store, tmp_path: Path) -> None:
    assert Store(store.path, must_exist=True).is_current()
    (tmp_path / "empty.db").touch()
    assert not Store(tmp_path / "empty.db").is_current()
    assert not Store(tmp_path / "new" / "folder" / "news.db").is_current()


def test_the_file_is_written_ahead_and_to_the_disk(store: Store) -> None:
    assert store._value("PRAGMA journal_mode") == "wal"
    assert store._value("PRAGMA synchronous") == 2
    assert store._value("PRAGMA foreign_keys") == 1


def test_migrations_run_once(store: Store) -> None:
    with store.write():
        assert not store.migrate()
    with store.write():
        assert not Store(store.path).migrate()


def test_two_processes_that_create_the_file_at_once_load_the_first_article_once(
    path: Path,
) -> None:
    code = """
import sys
from pathlib import Path
from retrieval.text.analyzer import Analyzer
from retrieval.article import Article, Paragraph
from retrieval.engine import SearchEngine
analyzer = Analyzer()
print("ready", flush=True)
for line in sys.stdin:
    first = [Article("第一篇", (Paragraph("兰州签约。"),))]
    engine = SearchEngine.open(Path(line.strip()), analyzer=analyzer, first_articles=first)
    print(engine.search("签约").articles, flush=True)
"""
    children = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", code],
            cwd=ROOT,
            env=os.environ | {"PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        assert [child.stdout.readline() for child in children] == ["ready\n"] * 2
        for round_number in range(10):
            made = path.with_name(f"{round_number}.db")
            for child in children:
                child.stdin.write(f"{made}\n")
                child.stdin.flush()
            assert [child.stdout.readline() for child in children] == ["1\n"] * 2
            assert Store(made).size() == (1, None)
    finally:
        for child in children:
            child.stdin.close()
            child.wait(timeout=30)
            child.stdout.close()


def test_a_heading_and_an_equal_paragraph_are_kept_apart(store: Store) -> None:
    article = Article("题", (Paragraph("甲"), Paragraph("甲", "甲"), Paragraph("乙", "甲"), Paragraph("甲", "乙")))
    assert store.article(insert(store, article)) == article


def test_a_store_that_was_sent_to_another_process_is_the_same_file(store: Store, path: Path) -> None:
    number = insert(store, make_article("城北新桥通车。"))
    sent = pickle.dumps(store)
    assert pickle.loads(sent).article(number) == store.article(number)
    store.close()
    for left in path.parent.iterdir():
        left.unlink()
    with pytest.raises(StoreError, match="没有数据库"):
        pickle.loads(sent)
