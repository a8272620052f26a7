"""The JSON objects of the command line: every key, its type, null for the unknown, offsets in characters."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from bot.cli import json_output
from retrieval.article import Article, Paragraph
from retrieval.engine import SearchEngine
from retrieval.index.protocol import Filters
from retrieval.intake import Refusal
from tests.support.json_shapes import (
    ARTICLE,
    ASK,
    HIT,
    LISTED,
    OUTCOME,
    STATS,
    assert_ask,
    assert_shape,
)

BARE = Article("旋转木马恢复运行", (Paragraph("🎠🎠旋转木马昨天恢复运行，每次限坐二十人。门票仍是三十元。"),))
FULL = Article(
    "城际铁路通车",
    (
        Paragraph("城际铁路今天通车，全程四十五分钟。"),
        Paragraph("首班车早上六点发出，末班车晚上十点。", "班次"),
        Paragraph("二等座票价为二十八元五角。", "票价"),
    ),
    source="试验日报",
    author="王小明",
    editor="李小红",
    published="2023-03-04 05:06",
    url="https://example.com/1",
)


@pytest.fixture
def filled(engine: SearchEngine) -> SearchEngine:
    engine.add_all([BARE, FULL])
    return engine


@pytest.fixture
def ask(filled: SearchEngine) -> Callable[..., dict[str, Any]]:
    """The answer as another program gets it, through JSON and back."""

    def ask(question: str, k: int = 5, explain: bool = False, **filters: Any) -> dict[str, Any]:
        answer = json_output.result(filled.search(question, k, Filters(**filters), explain=explain), explain=explain)
        back: dict[str, Any] = json.loads(json.dumps(answer, ensure_ascii=False))
        return back

    return ask


@pytest.mark.parametrize(
    "question",
    ["旋转木马什么时候恢复运行", "城际铁路二等座票价", "铁路", "火星上的外星人", "", "？！", "English only", "🎠"],
)
@pytest.mark.parametrize("k", [1, 2, 5])
def test_every_result_has_all_keys_with_their_types(ask: Callable[..., dict[str, Any]], question: str, k: int) -> None:
    answer = ask(question, k)
    assert_ask(answer, k)
    assert answer["question"] == question


def test_an_empty_store_gives_a_result_with_the_same_keys(engine: SearchEngine) -> None:
    answer = json_output.result(engine.search("旋转木马"))
    assert_ask(answer)
    assert answer["searched"] == {"articles": 0, "newest": None}
    assert (answer["status"], answer["hits"], answer["confidence"]) == ("none", [], 0.0)


def test_offsets_count_characters_not_bytes_or_utf_16_units(ask: Callable[..., dict[str, Any]]) -> None:
    hit = ask("门票是多少元")["hits"][0]
    start, end = hit["answer"]
    assert hit["passage"][start:end] == "门票仍是三十元。"
    assert "门票" in [hit["passage"][start:end] for start, end in hit["highlights"]]


def test_unknown_fields_of_an_article_are_null_or_an_empty_list(ask: Callable[..., dict[str, Any]]) -> None:
    hit = ask("旋转木马恢复运行")["hits"][0]
    nothing = [hit[name] for name in ("source", "author", "published", "url", "heading")]
    assert nothing == [None] * 5
    assert hit["reprints"] == []


def test_a_hit_carries_the_known_fields_of_its_article(ask: Callable[..., dict[str, Any]]) -> None:
    hit = ask("二等座票价是多少元")["hits"][0]
    expected = {
        "title": "城际铁路通车",
        "source": "试验日报",
        "author": "王小明",
        "published": "2023-03-04 05:06",
        "url": "https://example.com/1",
        "heading": "票价",
        "passage": "二等座票价为二十八元五角。",
    }
    assert {name: hit[name] for name in expected} == expected


def test_filters_are_echoed_as_days_and_the_source_as_written(ask: Callable[..., dict[str, Any]]) -> None:
    answer = ask("铁路通车", since=date(2023, 3, 4), until=date(2023, 12, 31), source="日报")
    assert answer["filters"] == {"since": "2023-03-04", "until": "2023-12-31", "source": "日报"}
    assert ask("铁路通车")["filters"] == {"since": None, "until": None, "source": None}


def test_searched_holds_the_number_of_articles_and_the_newest_date(ask: Callable[..., dict[str, Any]]) -> None:
    assert ask("铁路通车")["searched"] == {"articles": 2, "newest": "2023-03-04 05:06"}


def test_explain_adds_keys_whose_parts_are_numbers(ask: Callable[..., dict[str, Any]]) -> None:
    answer = ask("铁路通车", explain=True)
    assert set(answer) - set(ASK) == {"terms"}
    assert set(answer["hits"][0]) - set(HIT) == {"parts", "weights", "pieces"}
    names = ("terms", "bigrams", "trigrams", "article", "sentence", "characters", "feedback", "newer")
    assert_shape(answer["hits"][0]["parts"], dict.fromkeys(names, (float,)))
    assert set(answer["hits"][0]["weights"]) == set(names)
    assert set(answer["hits"][0]["pieces"]) == {*names, "kind"} - {"newer"}
    assert all(type(weight) is float for weight in answer["terms"].values())


@pytest.mark.parametrize("article", [BARE, FULL], ids=["bare", "full"])
def test_an_outcome_holds_the_article_with_headings_apart_from_paragraphs(
    engine: SearchEngine, article: Article
) -> None:
    outcome = json_output.outcome(engine.add(article))
    assert_shape(outcome, OUTCOME)
    assert outcome["outcome"] == "added"
    assert outcome["paragraphs"] == [paragraph.text for paragraph in article.paragraphs]
    assert outcome["notes"] == []
    assert outcome["headings"] == (["班次", "票价"] if article is FULL else [])
    assert_shape(json_output.article(7, article), ARTICLE)
    assert json_output.article(7, article)["id"] == 7


def test_a_listed_article_has_its_metadata_and_no_text(filled: SearchEngine) -> None:
    bare, full = (json_output.listed(article) for article in filled.archive.articles())
    assert_shape(bare, LISTED)
    assert_shape(full, LISTED)
    assert (bare["id"], bare["published"]) == (1, None)
    assert (full["id"], full["editor"]) == (2, "李小红")


def test_a_refusal_names_the_item_and_the_reason() -> None:
    assert json_output.refusal(Refusal("a.txt", "文件是空的。")) == {"item": "a.txt", "reason": "文件是空的。"}


def test_statistics_have_every_key_even_when_nothing_is_stored(filled: SearchEngine) -> None:
    statistics = json_output.statistics(filled.archive.statistics(), database="news.db", size=1, tokenizer="jieba")
    assert_shape(statistics, STATS)
    assert (statistics["articles"], statistics["sources"], statistics["oldest"]) == (2, 1, "2023-03-04 05:06")
    filled.remove([1, 2])
    assert_shape(
        json_output.statistics(filled.archive.statistics(), database="news.db", size=1, tokenizer="jieba"), STATS
    )


TWICE = (Paragraph("青岭大桥昨日通车，全长800米。"),)


def test_a_hit_names_its_reprints(engine: SearchEngine) -> None:
    engine.add_all(
        [
            Article("通车", TWICE, source="甲报", url="https://a.example/1"),
            Article("通车", TWICE, source="乙网", published="2031-05-02 08:00"),
        ]
    )
    answer = json_output.result(engine.search("青岭大桥全长多少米？"))
    assert_ask(answer)
    (hit,) = answer["hits"]
    assert (hit["article_id"], hit["source"]) == (2, "乙网")
    assert hit["reprints"] == [{"article_id": 1, "source": "甲报", "published": None, "url": "https://a.example/1"}]
