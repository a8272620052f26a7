"""Questions for the newest articles, with or without a scope."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from retrieval.engine import SearchEngine
from retrieval.index.protocol import Filters
from tests.support.scoped_questions import QUAKE, ask, titles


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("今天有什么新闻", ["青岭地震"]),
        ("今天的新闻", ["青岭地震"]),
        ("今天发生了什么大事？", ["青岭地震"]),
        ("今天", ["青岭地震"]),
        ("请问最近两周有哪些报道", ["青岭地震"]),
        ("本月的报道", ["青岭地震", "数据湖二期"]),
        ("最新消息", ["青岭地震", "数据湖二期"]),
        ("有什么新闻吗", ["青岭地震", "数据湖二期", "海湾地震", "数据湖签约", "水库"]),
        ("兰州晚报有什么报道", ["数据湖签约"]),
        ("兰州晚报有没有新闻？", ["数据湖签约"]),
        ("青岭日报报道了什么", ["青岭地震", "水库"]),
        ("青岭日报最近报道了什么", ["青岭地震"]),
        ("记者李四写了哪些报道", ["数据湖二期"]),
        ("郭兰英写的报道有哪些", ["数据湖签约"]),
        ("2020年2月的新闻", ["数据湖签约"]),
        ("前天有什么新闻", []),
        ("9999年12月31日的新闻", []),
        ("0001年1月1日的新闻", []),
        ("新华社昨天报道了什么", []),
    ],
)
def test_a_question_with_only_a_scope_gets_its_newest_articles(
    engine: SearchEngine, question: str, expected: list[str]
) -> None:
    result = ask(engine, question)
    assert titles(result) == expected
    assert result.status == ("answered" if expected else "none")
    for hit in result.hits:
        assert hit.answer is not None
        assert hit.passage.text[slice(*hit.answer)].endswith("。")
        assert hit.answer.start == 0


def test_the_newest_articles_outside_the_days_are_reported_as_outside(engine: SearchEngine) -> None:
    for question in ("兰州晚报最近报道了什么", "兰州晚报最新消息"):
        result = ask(engine, question)
        assert titles(result) == ["数据湖签约"]
        assert result.filters == Filters(source="兰州晚报")
        assert result.scope is not None
        assert not result.is_confined


@pytest.mark.parametrize(
    "question",
    [
        "易华录投资多少",
        "兰州晚报社在哪里",
        "新华社社长是谁",
        "2020年2月签约的项目",
        "《今天》是谁写的",
        "记者郭兰英是谁",
        "有什么关于地震的新闻",
        "易华录有什么新闻",
        "新闻发布会几点",
        "报道说了什么",
        "文章",
        "什么是新闻",
        "谁写的报道",
        "消息人士是谁",
        "",
        "？！",
    ],
)
def test_a_question_without_a_scope_is_searched_as_written(engine: SearchEngine, question: str) -> None:
    result = ask(engine, question)
    assert (result.scope, result.filters) == (None, Filters())
    assert result.hits == engine.search(question).hits


def test_the_newest_articles_obey_filters_and_collapse_reprints(engine: SearchEngine) -> None:
    engine.add(replace(QUAKE, source="乙报", published="2026-11-24 08:00"))
    [hit] = ask(engine, "今天有什么新闻").hits
    assert [hit.passage.source, *(reprint.source for reprint in hit.reprints)] == ["乙报", "青岭日报"]
    assert titles(ask(engine, "有什么新闻", source="海湾")) == ["海湾地震"]
    assert titles(ask(engine, "有什么新闻", until=date(2026, 11, 10))) == ["数据湖二期", "海湾地震", "数据湖签约"]
    assert titles(ask(engine, "有什么新闻", exclude_ids=frozenset({1, 3, 5, 6}))) == ["数据湖二期", "海湾地震"]
    assert titles(ask(engine, "有什么新闻", include_ids=frozenset({4, 1}))) == ["海湾地震", "数据湖签约"]
    assert engine.search("有什么新闻", 2).status == "answered"
    assert titles(engine.search("有什么新闻", 2)) == ["青岭地震", "数据湖二期"]
    assert engine.search("有什么新闻", 0).hits == []


def test_an_empty_file_has_no_newest_articles(open_engine: Callable[..., SearchEngine]) -> None:
    result = ask(open_engine(), "有什么新闻")
    assert (result.status, result.hits) == ("none", [])
