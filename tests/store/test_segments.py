"""Segments in the store: changes, merges and rebuilds."""

import threading

import pytest

from retrieval.article import Article, passages
from retrieval.duplicates.identity import identity_of
from retrieval.store.articles import Articles
from retrieval.store.database import Database
from retrieval.store.errors import StoreError
from retrieval.store.passages import Passages
from retrieval.store.segments import Position, Segments
from tests.support.articles import make_article


def insert(store: Database, article: Article) -> int:
    with store.write():
        return Articles(store).insert(article, identity_of(article), passages(article))[0]


def append(store: Database, data: bytes, last: int) -> None:
    with store.write():
        Segments(store).append(data, last)
        Segments(store).raise_generation()


def change_over(store: Database, segments: list[tuple[bytes, int]]) -> None:
    with store.write():
        epoch = Segments(store).start_rebuild()
    removal = Segments(store).last_removal()
    with store.write():
        for data, last in segments:
            Segments(store).append(data, last, epoch)
        Segments(store).finish_rebuild(epoch, "other", segments=len(segments), removal=removal)
    Segments(store).delete_old_epochs()


def test_changes_returns_only_new_segments(store: Database) -> None:
    start = Segments(store).changes(Position())
    assert (start.segments, start.removed, start.from_scratch) == ([], [], True)
    number = insert(store, make_article("一。"))
    append(store, b"one", 1)
    first = Segments(store).changes(start.position)
    assert (first.segments, first.removed, first.from_scratch) == ([b"one"], [], False)
    assert first.position.generation == Segments(store).generation() == start.position.generation + 1
    gone = sorted(Passages(store).ids())
    with store.write():
        Segments(store).append(b"two", 2)
        Articles(store).remove(number, entry=1)
    second = Segments(store).changes(first.position)
    assert (second.segments, second.removed, second.from_scratch) == ([b"two"], gone, False)
    third = Segments(store).changes(second.position)
    assert (third.segments, third.removed, third.position) == ([], [], second.position)
    everything = Segments(store).changes(Position())
    assert (everything.segments, everything.removed) == ([b"one", b"two"], gone)


def test_a_merge_is_not_new_to_a_reader_of_its_parts(store: Database) -> None:
    for last, data in enumerate([b"one", b"two", b"three"], start=1):
        append(store, data, last)
    seen = Segments(store).changes(Position()).position
    numbers = [number for number, _ in Segments(store).sizes()]
    with store.write():
        assert Segments(store).replace(numbers[:2], b"both")
    after = Segments(store).changes(seen)
    assert (after.segments, after.from_scratch, after.position) == ([], False, seen)
    assert Segments(store).changes(Position()).segments == [b"both", b"three"]


def test_a_reader_of_some_merged_parts_gets_the_whole_segment_and_its_known_parts(store: Database) -> None:
    append(store, b"one", 1)
    seen = Segments(store).changes(Position()).position
    append(store, b"two", 2)
    with store.write():
        Segments(store).replace([number for number, _ in Segments(store).sizes()], b"both")
    changes = Segments(store).changes(seen)
    assert (changes.segments, changes.after, changes.from_scratch) == ([b"both"], 1, False)
    assert changes.position.passage == 2


def test_the_second_merge_of_the_same_segments_is_rejected(store: Database) -> None:
    for last, data in enumerate([b"one", b"two", b"three"], start=1):
        append(store, data, last)
    numbers = [number for number, _ in Segments(store).sizes()]
    with store.write():
        assert Segments(store).replace(numbers[:2], b"both")
    with store.write():
        assert not Segments(store).replace(numbers[1:], b"late")
    assert Segments(store).changes(Position()).segments == [b"both", b"three"]


@pytest.mark.parametrize("made_again", [[], [b"new"], [b"new", b"newer"]])
def test_after_a_rebuild_a_reader_starts_from_scratch(store: Database, made_again: list[bytes]) -> None:
    append(store, b"old", 1)
    append(store, b"older", 2)
    seen = Segments(store).changes(Position()).position
    change_over(store, [(data, last) for last, data in enumerate(made_again, start=1)])
    assert Segments(store).fingerprint() == "other"
    changes = Segments(store).changes(seen)
    assert (changes.segments, changes.removed, changes.from_scratch) == (made_again, [], True)
    again = Segments(store).changes(changes.position)
    assert (again.segments, again.from_scratch) == ([], False)
    assert store.value("SELECT count(*) FROM segments") == len(made_again)


def test_a_new_epoch_is_invisible_until_the_switch_and_drops_old_removals(
    store: Database,
) -> None:
    old, later = insert(store, make_article("一。")), insert(store, make_article("二。"))
    append(store, b"old", 2)
    with store.write():
        Articles(store).remove(old, entry=1)
    before = Segments(store).changes(Position())
    with store.write():
        epoch = Segments(store).start_rebuild()
    removal = Segments(store).last_removal()
    with store.write():
        Segments(store).append(b"new", 2, epoch)
    assert Segments(store).changes(Position()) == before
    assert [size for _, size in Segments(store).sizes()] == [3]
    with store.write():
        Articles(store).remove(later, entry=1)
        Segments(store).finish_rebuild(epoch, "f", segments=1, removal=removal)
    assert Segments(store).changes(Position()).removed == [2]


def test_a_rebuild_with_dropped_segments_changes_nothing(store: Database) -> None:
    append(store, b"old", 1)
    with store.write():
        first = Segments(store).start_rebuild()
        Segments(store).append(b"new", 1, first)
    with store.write():
        second = Segments(store).start_rebuild()
    with pytest.raises(StoreError, match="另一个进程也在重建"), store.write():
        Segments(store).finish_rebuild(first, "f", segments=1, removal=0)
    assert Segments(store).changes(Position()).segments == [b"old"]
    assert second != first


def test_the_article_count_is_stored_with_the_articles(store: Database) -> None:
    numbers = [insert(store, make_article(f"{n}。", published=f"2020-01-0{n}")) for n in range(1, 4)]
    with store.write():
        Articles(store).remove(numbers[2], entry=1)
        Articles(store).replace(
            numbers[0], (new := make_article("新。", published="2020-01-01")), identity_of(new), passages(new), entry=1
        )
    assert Articles(store).size() == (2, "2020-01-02")
    with pytest.raises(ValueError, match="undone"), store.write():  # noqa: PT012
        Articles(store).remove(numbers[0], entry=1)
        raise ValueError("undone")
    assert Articles(store).size()[0] == Articles(store).statistics().articles == 2


def test_passages_are_returned_in_order_with_the_whole_last_article(store: Database) -> None:
    for n in range(4):
        insert(store, make_article(*(f"第{n}篇第{m}段。" + "桥" * 70 for m in range(3)), title=f"题{n}"))
    for limit in (1, 2, 3, 4, 7, 100):
        read, last = [], 0
        while batch := Passages(store).following(last, limit):
            read += [(passage.id, passage.article_id, passage.title) for passage in batch]
            last = batch[-1].id
            assert last % 3 == 0
        assert read == [(n + 1, n // 3 + 1, f"题{n // 3}") for n in range(12)]


def test_a_merge_and_a_push_at_the_same_time_both_succeed(store: Database) -> None:
    for last in range(1, 9):
        append(store, b"x", last)
    failures: list[BaseException] = []

    def push() -> None:
        try:
            for last in range(9, 40):
                append(store, b"y", last)
        except BaseException as error:
            failures.append(error)

    pushing = threading.Thread(target=push)
    pushing.start()
    for _ in range(20):
        numbers = [number for number, _ in Segments(store).sizes()][:4]
        with store.write():
            Segments(store).replace(numbers, b"z")
    pushing.join()
    assert failures == []
    lasts = [row["last"] for row in store.rows("SELECT last FROM segments ORDER BY last")]
    assert lasts[-1] == 39
    assert Segments(store).changes(Position()).position.passage == 39
