"""The articles of a topic in their order, and the reports of one affair."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from retrieval.archive import StoredPassage
from retrieval.engine import SearchEngine
from retrieval.ranking.hit import Hit
from retrieval.ranking.listing import titled_first
from retrieval.ranking.score import Parts
from tests.support.articles import make_article


def hit(number: int, article: int, title: str, day: int, text: str = "台风来了。") -> Hit:
    passage = StoredPassage(number, article, text, None, title, None, None, f"2026-11-{day:02}", None)
    return Hit(passage, Parts(*[0.0] * len(Parts._fields)), None, [])


def test_titles_that_name_the_topic_come_first_and_newest_first() -> None:
    hits = [hit(1, 1, "停课", 3), hit(2, 2, "台风登陆", 1), hit(3, 3, "台风远去", 2), hit(4, 1, "停课", 3)]
    assert [one.passage.article_id for one in titled_first(hits, "台风")] == [3, 2, 1]


def test_an_article_that_does_not_hold_the_topic_is_left_out() -> None:
    assert titled_first([hit(1, 1, "停课", 3, "台 风、寒潮。"), hit(2, 2, "停课", 3, "海风。")], "台风") == [
        hit(1, 1, "停课", 3, "台 风、寒潮。")
    ]


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 28), st.booleans())))
def test_each_article_that_holds_the_topic_stands_in_the_list_once(given: list[tuple[int, int, bool]]) -> None:
    hits = [hit(n, article, "台风" if titled else "雨", day) for n, (article, day, titled) in enumerate(given)]
    listed = [one.passage.article_id for one in titled_first(hits, "台风")]
    assert sorted(listed) == sorted({article for article, _, _ in given})


def test_a_report_that_names_somebody_else_tells_of_another_affair(open_engine: Callable[..., SearchEngine]) -> None:
    reports = [
        ("特斯拉发布第二季度财报", "特斯拉今天发布第二季度财报，净利润二十七亿美元。", "2026-07-20"),
        ("特斯拉财报公布后股价下跌", "特斯拉发布第二季度财报后，股价下跌百分之九。", "2026-07-21"),
        ("瑞幸咖啡发布第二季度财报", "瑞幸咖啡今天发布第二季度财报，净利润十亿元。", "2026-08-01"),
    ]
    engine = open_engine()
    for title, text, day in reports:
        engine.add(make_article(text, title=title, published=day))
    result = engine.search("特斯拉第二季度净利润多少", 5, most_listed=20)
    assert result.has_timeline
    timeline = engine.timeline(result.hits[0].passage, most=20)
    assert [hit.passage.title for hit in timeline] == [title for title, _, _ in reports[:2]]


def test_the_word_for_news_is_no_part_of_what_is_asked(open_engine: Callable[..., SearchEngine]) -> None:
    engine = open_engine()
    engine.add(make_article("市政府今天举行新闻发布会，介绍春节期间的交通安排。", title="新闻发布会举行"))
    engine.add(make_article("第八届冰雪节在南屏开幕，持续六十八天。", title="南屏冰雪节开幕", published="2026-11-12"))
    engine.add(make_article("南屏大学宣布任命新校长。", title="南屏大学校长换届", published="2026-10-12"))
    for question in ("南屏有什么新闻", "南屏新闻", "关于南屏的报道"):
        for most in (0, 20):
            result = engine.search(question, most_listed=most)
            assert [hit.passage.title for hit in result.hits] == ["南屏冰雪节开幕", "南屏大学校长换届"]
            assert (result.status, result.is_list) == ("answered", False)
    assert engine.search("台风新闻").status == "none"
