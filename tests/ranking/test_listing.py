"""The order of the articles of a topic."""

from hypothesis import given
from hypothesis import strategies as st

from retrieval.archive import StoredPassage
from retrieval.ranking.hit import Hit
from retrieval.ranking.listing import titled_first
from retrieval.ranking.score import Parts


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
