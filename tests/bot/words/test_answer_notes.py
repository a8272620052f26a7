"""Notes on the articles that a search covered."""

from dataclasses import replace
from datetime import date

import pytest

from bot.words import answers
from bot.words.answer_notes import NO_NOTES, Notes, not_found, notes, searched
from retrieval.archive import StoredPassage
from retrieval.engine import Hit, Result, Scope
from retrieval.index.protocol import Filters
from retrieval.ranking.score import Parts

TODAY = date(2026, 11, 24)
DAYS = {"since": date(2026, 11, 22), "until": TODAY}
LATEST = {"since": date(2026, 10, 25)}


def result(
    own: Filters,
    *,
    is_confined: bool,
    author: str | None = None,
    published: str | None = "2026-11-01",
    has_hits: bool = True,
) -> Result:
    passage = StoredPassage(1, 1, "新桥通车。", None, "新桥", "城北日报", None, published, None)
    hits = [Hit(passage, Parts(1.0), None, [])] if has_hits else []
    scope = Scope(own, rest="", elsewhere="", about="", author=author)
    used = own if is_confined else Filters()
    return Result("问", used, "answered", 0.9, hits, {}, 2, None, 1.0, scope, is_confined, in_scope=is_confined)


@pytest.mark.parametrize(
    ("own", "author", "note"),
    [
        (Filters(**DAYS), None, "只查了 11月22日至24日的报道。"),
        (Filters(since=TODAY, until=TODAY), None, "只查了 11月24日的报道。"),
        (Filters(since=date(2026, 10, 30), until=date(2026, 11, 2)), None, "只查了 10月30日至11月2日的报道。"),
        (
            Filters(since=date(2025, 12, 30), until=date(2026, 1, 2)),
            None,
            "只查了 2025年12月30日至2026年1月2日的报道。",
        ),
        (Filters(since=date(2020, 2, 1), until=date(2020, 2, 29)), None, "只查了 2020年2月的报道。"),
        (Filters(since=date(2025, 1, 1), until=date(2025, 12, 31)), None, "只查了 2025年的报道。"),
        (Filters(**LATEST), None, "只查了近 30 天的报道。"),
        (Filters(source="兰州晚报"), None, "只查了兰州晚报的报道。"),
        (Filters(include_ids=frozenset({1})), "郭兰英", "只查了郭兰英写的报道。"),
        (Filters(source="兰州晚报", **DAYS), None, "只查了兰州晚报 11月22日至24日的报道。"),
        (Filters(source="兰州晚报", **LATEST), None, "只查了兰州晚报近 30 天的报道。"),
    ],
)
def test_the_scope_of_a_search_is_named_below_the_answer(own: Filters, author: str | None, note: str) -> None:
    assert notes(result(own, is_confined=True, author=author), TODAY) == Notes(below=note)
    assert searched(result(own, is_confined=True, author=author, has_hits=False), TODAY) == note


@pytest.mark.parametrize(
    ("own", "published", "note"),
    [
        (Filters(**LATEST), "2026-10-24 09:00", answers.OLD_NEWS),
        (Filters(**DAYS), "2020-02-24", answers.OLD_NEWS),
        (Filters(**DAYS), "2026-11-20", "没有找到 11月22日至24日的相关报道，下面是较早的一篇："),
        (Filters(**LATEST), None, "没有找到近 30 天的相关报道，下面是日期不明的一篇："),
        (
            Filters(since=date(2020, 2, 1), until=date(2020, 2, 29)),
            "2026-11-20",
            "没有找到 2020年2月的相关报道，下面是别的时间的：",
        ),
        (Filters(source="兰州晚报"), "2020-02-24", "没有找到兰州晚报的相关报道，下面是别处的："),
        (Filters(source="兰州晚报", **LATEST), "2020-02-24", "没有找到兰州晚报近 30 天的相关报道，下面是别处的："),
    ],
)
def test_an_answer_from_outside_the_scope_is_announced_above_it(own: Filters, published: str | None, note: str) -> None:
    assert notes(result(own, is_confined=False, published=published), TODAY) == Notes(above=note)


def test_an_answer_outside_the_days_of_a_kept_paper_is_called_older() -> None:
    search_result = result(Filters(source="城北", **LATEST), is_confined=False, published="2026-10-01")
    note = "没有找到城北近 30 天的相关报道，下面是较早的一篇："
    assert notes(replace(search_result, filters=Filters(source="城北")), TODAY) == Notes(above=note)


def test_no_note_is_added_when_the_best_hit_is_inside_the_scope() -> None:
    assert notes(replace(result(Filters(**DAYS), is_confined=False), in_scope=True), TODAY) == NO_NOTES


def test_no_note_is_added_for_the_callers_filters_or_without_a_scope() -> None:
    assert notes(result(Filters(), is_confined=True), TODAY) == NO_NOTES
    unconfined = Result("问", Filters(source="兰州晚报"), "none", 0.0, [], {}, 2, None, 1.0)
    assert notes(unconfined, TODAY) == NO_NOTES
    assert searched(unconfined, TODAY) == "只查了兰州晚报的报道。"


@pytest.mark.parametrize(
    ("filters", "note"),
    [
        (Filters(since=date(2020, 2, 24)), "只查了 2020年2月24日以来的报道。"),
        (Filters(until=date(2026, 2, 24)), "只查了 2月24日以前的报道。"),
        (Filters(since=date(2026, 11, 24), until=date(2026, 11, 1)), "只查了 11月24日至11月1日的报道。"),
        (Filters(exclude_ids=frozenset({1})), None),
        (Filters(), None),
    ],
)
def test_a_reply_without_hits_names_the_filters(filters: Filters, note: str | None) -> None:
    assert searched(Result("问", filters, "none", 0.0, [], {}, 2, None, 1.0), TODAY) == note


def test_a_reply_without_any_hit_says_that_everything_was_searched() -> None:
    nowhere = result(Filters(source="兰州晚报"), is_confined=False, has_hits=False)
    assert searched(nowhere, TODAY) == "先查了兰州晚报的报道，再查了其余的。"


@pytest.mark.parametrize(
    ("own", "used", "note"),
    [
        (Filters(since=TODAY, until=TODAY), None, "没有收录 11月24日的报道。\n{stock}\n试试：最近有什么新闻"),
        (
            Filters(source="兰州晚报", **DAYS),
            None,
            "没有收录兰州晚报 11月22日至24日的报道。\n{stock}\n试试：最近有什么新闻",
        ),
        (Filters(**LATEST), Filters(source="海湾"), "没有收录海湾的报道。\n{stock}"),
        (Filters(), Filters(since=TODAY), "没有收录 11月24日以来的报道。\n{stock}"),
    ],
)
def test_a_browse_query_without_results_gets_no_rephrasing_hint(own: Filters, used: Filters | None, note: str) -> None:
    search_result = replace(
        result(own, is_confined=True, has_hits=False), filters=used or own, newest="2020-02-24 02:24"
    )
    assert not_found(search_result, TODAY) == note.format(stock="现有 2 篇报道，最新一篇：2020-02-24 02:24。")


def test_a_real_question_or_an_empty_store_gets_the_ordinary_reply() -> None:
    search_result = result(Filters(**DAYS), is_confined=False, has_hits=False)
    assert search_result.scope is not None
    real_question = replace(search_result, scope=replace(search_result.scope, rest="几级"))
    assert not_found(real_question, TODAY).startswith(
        "没有找到能回答“问”的报道。\n查了 2 篇。\n先查了 11月22日至24日的报道，"
    )
    assert not_found(replace(search_result, articles=0), TODAY) == answers.EMPTY_STORE


def test_names_that_the_best_article_lacks_are_quoted_and_counted() -> None:
    lacking = replace(result(Filters(), is_confined=True), scope=None, missing=("西安", "2019年"))
    assert notes(lacking, TODAY) == Notes(lacking="没有提到“西安”、“2019年”，最接近的是：")
    many = replace(lacking, missing=tuple("甲乙丙丁"))
    assert notes(many, TODAY).lacking == "没有提到“甲”、“乙”、“丙”等，最接近的是："


def test_further_questions_of_a_message_are_reported() -> None:
    note = "一次回答一个问题：答的是第一个，另外 2 个请分开问。"
    several = replace(result(Filters(), is_confined=True), scope=None, further=2)
    assert notes(several, TODAY) == Notes(below=note)
    assert note in not_found(replace(several, hits=[], status="none"), TODAY)


def test_a_truncated_long_question_is_reported() -> None:
    note = "问题很长，只按前 1,000 字查找。"
    unconfined = replace(result(Filters(), is_confined=True), scope=None)
    assert notes(unconfined, TODAY) == NO_NOTES
    assert notes(replace(unconfined, is_cut=True), TODAY) == Notes(below=note)
    confined = result(Filters(source="兰州晚报"), is_confined=True)
    assert notes(replace(confined, is_cut=True), TODAY) == Notes(below=f"只查了兰州晚报的报道。{note}")
    nothing = replace(unconfined, hits=[], status="none")
    assert note not in not_found(nothing, TODAY)
    assert not_found(replace(nothing, is_cut=True), TODAY).splitlines()[-1] == note
    assert not_found(replace(nothing, is_cut=True, articles=0), TODAY) == answers.EMPTY_STORE
