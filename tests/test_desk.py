"""The editor's desk: corrections, merges, changes taken back, and the journal of them all."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from retrieval.article import Article, Paragraph
from retrieval.change import Change
from retrieval.desk import UNDO_HOURS, Desk
from retrieval.engine import SearchEngine
from retrieval.store.errors import ConflictError
from tests.support.articles import make_article
from tests.support.desk import LI, NEAR, WANG, edit, nothing, stored, undo
from tests.support.engines import BRIDGE, METRO, SNOW, found_titles

# Corrections


def test_a_corrected_field_is_found_at_once_and_the_former_one_is_kept_as_a_version(engine: SearchEngine) -> None:
    number = engine.add(BRIDGE).id
    edit(engine, number, source="甘肃日报")
    assert engine.search("大桥全长多少米？").hits[0].passage.source == "甘肃日报"
    assert [version.article.source for version in engine.archive.versions(number)] == ["兰州晚报"]
    assert engine.check() == []


def test_a_correction_may_change_what_an_article_is_known_by(engine: SearchEngine) -> None:
    number = engine.add(BRIDGE).id
    edit(engine, number, title="隧道贯通", url=None, paragraphs=(Paragraph("隧道昨日贯通。"),))
    assert found_titles(engine, "大桥") == []
    assert found_titles(engine, "隧道") == ["隧道贯通"]
    assert engine.add(BRIDGE).outcome == "added"  # the address is free again


def test_a_correction_that_changes_nothing_writes_nothing(engine: SearchEngine) -> None:
    number = engine.add(BRIDGE).id
    edit(engine, number, source="兰州晚报")
    assert engine.archive.versions(number) == []
    assert len(engine.archive.journal(10)) == 1


def test_an_unknown_article_is_not_corrected(engine: SearchEngine) -> None:
    assert Desk(engine.archive).edit(77, lambda article: article, Change(WANG), nothing) is None


def test_two_corrections_at_once_lose_neither(engine: SearchEngine) -> None:
    number = engine.add(BRIDGE).id
    came_between = []

    def correct(article: Article) -> Article:
        if not came_between:
            came_between.append(True)
            edit(engine, number, by=LI, source="甘肃日报")
        return replace(article, author="郭兰英")

    Desk(engine.archive).edit(number, correct, Change(WANG, "edit"), nothing)
    article = stored(engine)[number]
    assert (article.source, article.author) == ("甘肃日报", "郭兰英")


def test_an_exact_article_is_not_written_over_another_change(engine: SearchEngine) -> None:
    number = engine.add(BRIDGE).id
    batches = engine.archive.prepare_together([replace(BRIDGE, id=number, source="新")], exact=True)
    with pytest.raises(ConflictError):
        engine.archive.write(batches, nothing, Change(expected={number: METRO}))
    assert stored(engine)[number] == BRIDGE


# Nearly the same


def test_a_report_of_another_paper_in_nearly_the_same_words_is_stored_and_named(engine: SearchEngine) -> None:
    number = engine.add(BRIDGE).id
    outcome = engine.add(NEAR)
    assert (outcome.outcome, outcome.near) == ("added", number)
    assert engine.add(METRO).near is None


def test_a_merge_keeps_one_number_with_the_other_text(engine: SearchEngine) -> None:
    first = engine.add(BRIDGE).id
    second = engine.add(replace(make_article("黄河大桥全长900米，昨日通车。", title="通车"), url="https://c.cn/2")).id
    edited = Desk(engine.archive).merge(first, second, Change(WANG, "merge", 5), nothing)
    assert edited is not None
    merged = stored(engine)
    assert list(merged) == [first]
    assert (merged[first].text, merged[first].source) == ("黄河大桥全长900米，昨日通车。", "兰州晚报")
    assert engine.check() == []
    assert undo(engine, 5) == "done"
    assert {number: article.text for number, article in stored(engine).items()} == {
        first: BRIDGE.text,
        second: "黄河大桥全长900米，昨日通车。",
    }


def test_a_merge_that_meets_a_correction_is_worked_out_anew(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = engine.add(BRIDGE).id, engine.add(NEAR).id
    prepare, corrections = engine.archive.prepare_together, ["李超"]

    def interrupted(articles: Sequence[Article], *, exact: bool) -> object:
        if corrections:
            edit(engine, first, by=LI, author=corrections.pop())
        return prepare(articles, exact=exact)

    monkeypatch.setattr(engine.archive, "prepare_together", interrupted)
    assert Desk(engine.archive).merge(first, second, Change(WANG, "merge", 5), nothing) is not None
    merged = stored(engine)
    assert list(merged) == [first]
    assert (merged[first].source, merged[first].author) == (NEAR.source, "李超")


@pytest.mark.parametrize(("kept", "other"), [(1, 1), (1, 9), (9, 1)])
def test_an_article_is_not_merged_with_itself_or_with_nothing(engine: SearchEngine, kept: int, other: int) -> None:
    engine.add(BRIDGE)
    assert Desk(engine.archive).merge(kept, other, Change(WANG), nothing) is None
    assert len(stored(engine)) == 1


# Taking back


def test_every_kind_of_change_can_be_taken_back(engine: SearchEngine) -> None:
    number = engine.add(
        BRIDGE,
    ).id
    engine.add_all([METRO, SNOW], change=Change(WANG, key=1))
    assert undo(engine, 1) == "done"
    assert list(stored(engine)) == [number]
    edit(engine, number, key=2, source="甘肃日报")
    assert undo(engine, 2) == "done"
    assert stored(engine)[number].source == "兰州晚报"
    engine.remove([number], change=Change(WANG, "remove", 3))
    assert undo(engine, 3) == "done"
    assert found_titles(engine, "大桥") == ["黄河大桥通车"]
    assert engine.check() == []


def test_a_change_is_taken_back_once(engine: SearchEngine) -> None:
    engine.add_all([BRIDGE], change=Change(WANG, key=1))
    assert [undo(engine, 1), undo(engine, 1, LI), undo(engine, 99)] == ["done", "already", "unknown"]


def test_a_change_on_which_others_have_built_is_taken_back_only_when_confirmed(engine: SearchEngine) -> None:
    number = engine.add_all([BRIDGE], change=Change(WANG, key=1))[0].id
    edit(engine, number, by=LI, source="甘肃日报")
    undone = Desk(engine.archive).undo(Change(WANG, "undo", 7, undoes=1), nothing)
    assert (undone.status, undone.since) == ("changed", (number,))
    assert list(stored(engine)) == [number]
    assert undo(engine, 1, anyway=True) == "done"
    assert stored(engine) == {}


@pytest.mark.of_file
def test_a_change_of_yesterday_is_no_longer_taken_back(engine: SearchEngine) -> None:
    engine.add_all([BRIDGE], change=Change(WANG, key=1))
    long_ago = (datetime.now(UTC) - timedelta(hours=UNDO_HOURS, minutes=1)).isoformat(timespec="seconds")
    with engine.archive.database.write():
        engine.archive.database.execute("UPDATE journal SET at = ?", [long_ago])
    assert undo(engine, 1) == "late"


def test_a_large_push_is_taken_back_in_several_transactions_and_after_a_kill_the_rest(engine: SearchEngine) -> None:
    articles = [make_article(f"第{n}号公告：本街明日停水。", title=f"公告{n}") for n in range(95)]
    engine.add_all(articles, change=Change(WANG, key=1))

    def killed(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Desk(engine.archive).undo(Change(WANG, "undo", 2, undoes=1), killed)
    assert 0 < len(stored(engine)) < 95
    assert undo(engine, 1) == "done"
    assert stored(engine) == {}
    assert engine.check() == []


def test_the_last_change_of_a_person_is_the_one_to_take_back(engine: SearchEngine) -> None:
    engine.add_all([BRIDGE], change=Change(WANG, key=1))
    engine.add_all([METRO], change=Change(LI, key=2))
    engine.add_all([SNOW], change=Change(WANG, key=3))
    last = lambda: getattr(engine.archive.last_change(1, "2000"), "key", None)  # noqa: E731
    assert last() == 3
    undo(engine, 3)
    assert last() == 1
    undo(engine, 1)
    assert last() is None


@pytest.mark.parametrize("seed", range(12))
def test_random_changes_taken_back_in_reverse_leave_what_was(
    open_engine: Callable[..., SearchEngine], seed: int
) -> None:
    engine, rng = open_engine(), random.Random(seed)
    states, keys = [stored(engine)], []
    for key in range(1, 9):
        numbers = list(stored(engine))
        change = Change(WANG, "any", key)
        match rng.choice(["add", "edit", "remove", "merge"]) if len(numbers) > 1 else "add":
            case "add":
                texts = rng.sample(range(40), 3)
                engine.add_all(
                    [make_article(f"第{n}桥今日通车，全长{n}米。", title=f"桥{n}") for n in texts], change=change
                )
            case "edit":
                word = f"词{rng.random()}"
                Desk(engine.archive).edit(rng.choice(numbers), lambda a, w=word: replace(a, title=w), change, nothing)
            case "remove":
                engine.remove(rng.sample(numbers, 2), change=change)
            case "merge":
                kept, other = rng.sample(numbers, 2)
                Desk(engine.archive).merge(kept, other, change, nothing)
        keys.append(key)
        states.append(stored(engine))
    while keys:
        after, before = states.pop(), states[-1]
        status = undo(engine, keys.pop())
        assert stored(engine) == before
        assert status == ("unknown" if after == before else "done")
    assert engine.check() == []


# The journal


def test_every_change_of_articles_has_an_entry_with_its_author(engine: SearchEngine) -> None:
    number = engine.add_all([BRIDGE, BRIDGE], change=Change(WANG, key=1))[0].id
    edit(engine, number, by=LI, author="郭")
    engine.remove([number], change=Change(WANG, "remove", 2))
    engine.add_all([METRO], change=Change(LI))
    entries = [
        (entry.by, entry.what, [(touch.what, touch.article) for touch in entry.touched])
        for entry in engine.archive.journal(10)
    ]
    assert entries == [
        (LI, "add", [("added", number + 1)]),
        (WANG, "remove", [("removed", number)]),
        (LI, "edit", [("updated", number)]),
        (WANG, "add", [("added", number)]),
    ]
    assert [entry.what for entry in engine.archive.journal(1, before=engine.archive.journal(2)[1].id)] == ["edit"]


def test_a_change_that_fails_has_no_entry(engine: SearchEngine) -> None:
    def fails(_: object) -> None:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        engine.add_all([BRIDGE], record=fails, change=Change(WANG))
    assert engine.archive.journal(10) == []


@pytest.mark.of_file
def test_versions_are_dropped_after_ninety_days(engine: SearchEngine) -> None:
    number = engine.add(BRIDGE).id
    edit(engine, number, source="甲")
    edit(engine, number, source="乙")
    long_ago = (datetime.now(UTC) - timedelta(days=91)).isoformat(timespec="seconds")
    with engine.archive.database.write():
        engine.archive.database.execute("UPDATE versions SET replaced = ? WHERE source = '兰州晚报'", [long_ago])
    engine.archive.drop_old_versions()
    assert [version.article.source for version in engine.archive.versions(number)] == ["甲"]


def test_an_undo_of_several_transactions_is_no_change_to_take_back(engine: SearchEngine) -> None:
    engine.add_all([BRIDGE], change=Change(WANG, key=1))
    articles = [make_article(f"第{n}号公告：本街明日停水。", title=f"公告{n}") for n in range(95)]
    engine.add_all(articles, change=Change(WANG, key=2))
    assert undo(engine, 2) == "done"
    last = engine.archive.last_change(1, "2000")
    assert last is not None
    assert last.key == 1


def test_an_undo_can_itself_be_taken_back(engine: SearchEngine) -> None:
    engine.add_all([BRIDGE, METRO], change=Change(WANG, key=1))
    before = stored(engine)
    Desk(engine.archive).undo(Change(WANG, "undo", 2, undoes=1), nothing)
    assert stored(engine) == {}
    assert undo(engine, 2) == "done"
    assert stored(engine) == before
    assert engine.check() == []


@pytest.mark.of_file
def test_a_damaged_entry_hides_no_other(engine: SearchEngine) -> None:
    engine.add_all([BRIDGE], change=Change(WANG, key=1))
    engine.add_all([METRO], change=Change(WANG, key=2))
    with engine.archive.database.write():
        engine.archive.database.execute("UPDATE journal SET touched = '[[' WHERE change_key = 1")
    assert [len(entry.touched) for entry in engine.archive.journal(5)] == [1, 0]
    assert undo(engine, 2) == "done"
