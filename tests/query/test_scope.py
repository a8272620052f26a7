"""Questions that name their scope, asked through the engine over a real file."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from retrieval.engine import SearchEngine
from retrieval.evaluation.rank_bm25_index import RankBM25Index
from retrieval.index.protocol import Filters
from tests.support.articles import make_article
from tests.support.scoped_questions import OLD, TODAY, ask, titles


@pytest.mark.parametrize(
    ("question", "expected", "filters"),
    [
        ("据兰州晚报报道，易华录投资多少？", "数据湖签约", Filters(source="兰州晚报")),
        ("据新华社报道，易华录投资多少？", "数据湖二期", Filters(source="新华社")),
        ("據蘭州晚報報導，易華錄投資多少？", "数据湖签约", Filters(source="蘭州晚報")),
        ("记者郭兰英写的报道里易华录投资多少", "数据湖签约", Filters(include_ids=frozenset({1}))),
        ("李四采写的报道说易华录投资多少", "数据湖二期", Filters(include_ids=frozenset({2}))),
        ("昨天的地震几级", "青岭地震", Filters(since=date(2026, 11, 23), until=TODAY)),
        ("目前地震几级", "青岭地震", Filters(since=date(2026, 10, 25))),
        ("2020年2月的报道中易华录投资多少", "数据湖签约", Filters(since=date(2020, 2, 1), until=date(2020, 2, 29))),
        ("新华社最近怎么报道易华录投资", "数据湖二期", Filters(since=date(2026, 10, 25), source="新华社")),
    ],
)
def test_only_the_scope_of_the_question_is_searched(
    engine: SearchEngine, question: str, expected: str, filters: Filters
) -> None:
    result = ask(engine, question)
    assert (result.status, titles(result), result.filters) == ("answered", [expected], filters)
    assert result.scope is not None
    assert result.is_confined
    assert result.question == question


def test_scope_words_are_not_part_of_the_query(engine: SearchEngine) -> None:
    bare = ask(engine, "易华录投资多少", source="兰州晚报")
    confined = ask(engine, "据兰州晚报报道，易华录投资多少")
    assert (confined.confidence, confined.weights) == (bare.confidence, bare.weights)
    assert confined.hits == bare.hits


@pytest.mark.parametrize(
    "question", ["据青岭日报报道，易华录投资多少？", "昨天易华录投资多少", "上周五的新闻里易华录投资多少"]
)
def test_without_hits_inside_the_scope_all_articles_are_searched(engine: SearchEngine, question: str) -> None:
    result = ask(engine, question)
    assert result.status == "answered"
    assert titles(result)[0] in ("数据湖二期", "数据湖签约")
    assert result.filters == Filters()
    assert result.scope is not None
    assert not result.is_confined
    assert not result.in_scope


@pytest.mark.parametrize("question", ["现在水库蓄水多少", "目前易华录投资多少", "上周海湾县地震几级"])
def test_hits_outside_the_scope_are_ranked_by_the_whole_question(engine: SearchEngine, question: str) -> None:
    engine.remove([2])
    plain, confined = engine.search(question), ask(engine, question)
    assert confined.scope is not None
    assert not confined.is_confined
    assert confined.hits == plain.hits != []
    assert confined.confidence >= plain.confidence


def test_a_possible_answer_inside_gives_way_only_to_an_answer_outside(engine: SearchEngine) -> None:
    assert ask(engine, "海湾县发生地震几级", since=date(2026, 11, 23)).status != "answered"
    left = ask(engine, "昨天海湾县发生地震几级")
    assert (left.status, titles(left)[0]) == ("answered", "海湾地震")
    assert left.scope is not None
    assert not left.is_confined
    inside = ask(engine, "昨天青岭县火山地震警报")
    assert (inside.status, titles(inside)) == ("possible", ["青岭地震"])
    assert inside.scope is not None
    assert inside.is_confined


def test_a_best_hit_inside_the_scope_is_recognized_in_a_full_search(engine: SearchEngine) -> None:
    engine.add(make_article("昨天傍晚西岭初雪。", title="初雪", source="西岭网", published="2026-11-23"))
    result = ask(engine, "昨天傍晚暴雨洪水灾害")
    assert titles(result)[0] == "初雪"
    assert result.scope is not None
    assert not result.is_confined
    assert result.in_scope


def test_the_paper_is_kept_when_the_days_have_no_articles(engine: SearchEngine) -> None:
    result = ask(engine, "兰州晚报最近报道的易华录投资多少")
    assert (result.status, titles(result), result.filters) == ("answered", ["数据湖签约"], Filters(source="兰州晚报"))
    assert result.scope is not None
    assert not result.is_confined
    assert ask(engine, "青岭日报最近报道的易华录投资多少").filters == Filters()


def test_a_callers_filter_always_holds(engine: SearchEngine) -> None:
    result = ask(engine, "据兰州晚报报道，易华录投资多少", source="新华社")
    assert (titles(result), result.filters) == (["数据湖二期"], Filters(source="新华社"))
    assert result.scope is not None
    assert result.scope.filters == Filters()
    nothing = ask(engine, "昨天易华录投资多少", since=date(2026, 11, 20))
    assert nothing.status == "none"
    assert nothing.filters == Filters(since=date(2026, 11, 20))
    both = ask(engine, "据青岭日报报道，易华录投资多少", until=date(2021, 1, 1))
    assert (titles(both), both.filters) == (["数据湖签约"], Filters(until=date(2021, 1, 1)))
    assert both.scope is not None
    assert not both.is_confined


def test_excluded_articles_stay_excluded_inside_and_outside_the_scope(engine: SearchEngine) -> None:
    out = frozenset({3})
    result = ask(engine, "昨天的地震几级", exclude_ids=out)
    assert titles(result) == ["海湾地震"]
    assert result.filters == Filters(exclude_ids=out)


def test_no_time_words_are_read_when_today_is_unknown(engine: SearchEngine) -> None:
    assert engine.search("昨天的地震几级").scope is None


def test_a_name_is_known_while_an_article_carries_it(engine: SearchEngine) -> None:
    question = "据西岭晚报报道，大桥多长"
    assert ask(engine, question).scope.is_unstored
    article = make_article("大桥全长九百米。", title="大桥", source="西岭晚报", author="记者钱七")
    number = engine.add(article).id
    assert ask(engine, question).filters == Filters(source="西岭晚报")
    assert ask(engine, "钱七写的报道里大桥多长").filters == Filters(include_ids=frozenset({number}))
    assert not ask(engine, question).scope.is_unstored
    engine.remove([number])
    assert ask(engine, question).scope.is_unstored


@pytest.mark.parametrize("name", ["C++网(海外版)*", "[a-z]+报", "a\"b'c%_网", "<b>报&社</b>", "长" * 3000 + "报"])
def test_a_name_may_hold_any_characters(engine: SearchEngine, name: str) -> None:
    number = engine.add(make_article("堤坝全长九百米。", title="堤坝", source=name, author=name)).id
    result = ask(engine, f"据{name}报道，堤坝多长")
    assert (titles(result), result.filters) == (["堤坝"], Filters(source=name))
    assert ask(engine, f"记者{name}写的报道里堤坝多长").filters == Filters(include_ids=frozenset({number}))


def test_both_engines_apply_the_same_scope(engine: SearchEngine, open_engine: Callable[..., SearchEngine]) -> None:
    other = open_engine(new_index=RankBM25Index)
    for question in ("据兰州晚报报道，易华录投资多少", "昨天的地震几级", "李四采写的报道说易华录投资多少"):
        first, second = ask(engine, question), ask(other, question)
        assert [hit.passage.id for hit in first.hits] == [hit.passage.id for hit in second.hits] != []
        assert first.filters == second.filters


def test_every_name_is_listed_once_whatever_the_number_of_articles(engine: SearchEngine) -> None:
    engine.add_all([replace(OLD, url=f"https://e.example/{n}") for n in range(30)], distinct=True)
    assert engine.archive.sources() == sorted({"兰州晚报", "新华社客户端", "青岭日报", "海湾网"})
    assert engine.archive.authors() == sorted({"郭兰英", "张三 李四"})
    assert len(engine.archive.written_by(["郭兰英"])) == 31
    assert engine.archive.written_by([]) == frozenset()


def test_an_empty_file_knows_no_names(open_engine: Callable[..., SearchEngine]) -> None:
    engine = open_engine()
    assert engine.archive.sources() == engine.archive.authors() == []
    result = ask(engine, "据兰州晚报报道，昨天怎么了")
    assert (result.status, result.hits) == ("none", [])


@pytest.mark.parametrize("filling", ["？", " ", "看看", "新闻，", "最新", "据兰州晚报", "《"])
def test_a_long_question_of_odd_characters_is_read_in_linear_time(engine: SearchEngine, filling: str) -> None:
    # A pattern that tries every way of splitting this text would not end.
    result = ask(engine, f"昨天{filling * (4000 // len(filling))}地震")
    assert result.scope is not None
    assert result.scope.filters.since == date(2026, 11, 23)


def test_what_happened_on_a_day_without_reports_is_a_question_about_that_day(
    open_engine: Callable[..., SearchEngine],
) -> None:
    landing = "1944年6月6日，盟军在诺曼底登陆，当天有十五万人渡过海峡。"
    battle = make_article(landing, title="登陆纪念", published="2026-06-05")
    engine = open_engine(first_articles=[battle])
    found = engine.search("1944年6月6日发生了什么", today=date(2026, 11, 26))
    assert "诺曼底" in found.hits[0].passage.text
    assert not found.is_confined
    for question in ("1944年6月6日的新闻", "昨天发生了什么"):
        assert engine.search(question, today=date(2026, 11, 26)).status == "none"


@pytest.mark.parametrize(
    "question", ["易华录投资多少", "据新华社报道，易华录投资多少？", "2020年2月的报道中易华录投资多少"]
)
def test_the_scope_of_a_question_stays_within_the_limit_of_the_caller(engine: SearchEngine, question: str) -> None:
    limit = Filters(within=Filters(source="兰州晚报"))
    result = engine.search(question, 5, limit, today=TODAY)
    assert {hit.passage.source for hit in result.hits} == {"兰州晚报"}
    assert titles(result)[0] == "数据湖签约"


def test_days_outside_the_limit_of_the_caller_hold_no_news(engine: SearchEngine) -> None:
    limit = Filters(within=Filters(since=TODAY))
    assert engine.search("2020年2月的新闻", 5, limit, today=TODAY, most_listed=20).hits == []
    assert engine.search("2020年2月的新闻", 5, today=TODAY, most_listed=20).hits


@pytest.mark.parametrize("question", ["据北京日报报道，易华录投资多少？", "来自北京日报的消息，易华录投资多少？"])
def test_a_cited_paper_that_is_not_stored_is_named_and_the_others_are_searched(
    engine: SearchEngine, question: str
) -> None:
    result = ask(engine, question)
    assert result.status == "answered"
    assert result.scope is not None
    assert result.scope.is_unstored
    assert result.scope.filters.source == "北京日报"
    assert not result.is_confined


def test_a_day_that_no_calendar_has_is_named_whatever_is_asked(engine: SearchEngine) -> None:
    assert ask(engine, "2月30日易华录投资多少").unread == "2月30日"
    assert ask(engine, "2月30日的新闻").unread == "2月30日"
    assert ask(engine, "易华录投资多少").unread is None


def test_news_of_a_topic_is_of_exactly_the_days_that_are_named(open_engine: Callable[..., SearchEngine]) -> None:
    days = range(10, 20)
    storms = [make_article(f"台风第{day}号警报发布。", title=f"台风{day}", published=f"2026-10-{day}") for day in days]
    engine = open_engine(first_articles=storms)
    result = engine.search("10月12日至17日的台风新闻", 5, today=TODAY, most_listed=20)
    assert result.is_list
    assert result.topic == "台风"
    assert [hit.passage.title for hit in result.hits] == [f"台风{day}" for day in range(17, 11, -1)]
    month = engine.search("十月份的台风新闻", 5, today=TODAY, most_listed=20)
    assert len(month.hits) == len(days)
