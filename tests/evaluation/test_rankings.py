"""Rows as the product stores and finds them, and as rank_bm25 ranks them."""

from pathlib import Path

import pytest
from rank_bm25 import BM25Okapi

from retrieval.engine import SearchEngine
from retrieval.evaluation import rankings
from retrieval.evaluation.collection import Row
from retrieval.evaluation.rankings import ProductRanking, TutorialRanking
from retrieval.index.segmented import SegmentedIndex
from retrieval.store.passages import Passages
from retrieval.text.analyzer import Analyzer
from tests.support.small_collection import QUESTIONS, ROWS


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> list[SearchEngine]:
    """The engines that are opened during a test."""
    opened: list[SearchEngine] = []
    open_one = SearchEngine.open

    def recording(*arguments: object, **options: object) -> SearchEngine:
        opened.append(open_one(*arguments, **options))  # type: ignore[arg-type]
        return opened[-1]

    monkeypatch.setattr(SearchEngine, "open", recording)
    return opened


def _product(rows: list[Row], analyzer: Analyzer, path: Path) -> ProductRanking:
    return ProductRanking(rows, analyzer, SegmentedIndex, path, None, lambda items, total, label: items)


def test_a_passage_is_never_split_and_never_joined(analyzer: Analyzer, path: Path, engines: list[SearchEngine]) -> None:
    long = "松湖镇今年的灯会比往年热闹得多。" * 60
    rows = [Row("long", "灯会", long, "a"), Row("short", "灯会", "散场。", "a"), Row("lines", "灯会", "一\n二", "a")]
    _product(rows, analyzer, path)
    stored = Passages(engines[0].archive.database).of_article(1)
    assert [passage.text for _, passage in stored] == [row.text for row in rows]


def test_rows_of_one_article_that_lie_apart_are_one_article_and_map_back(
    analyzer: Analyzer, path: Path, engines: list[SearchEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rankings, "_BATCH", 1)
    product = _product(ROWS, analyzer, path)
    assert engines[0].archive.statistics().articles == 3
    bridge = engines[0].archive.article(1)
    assert bridge is not None
    assert (bridge.title, bridge.source, bridge.published) == ("青岭大桥通车", "青岭日报", "2031-05-02")
    for row in ROWS:
        assert product.ask(row.text).rows[0] == row


def test_plain_is_rank_bm25_over_raw_tokens(analyzer: Analyzer) -> None:
    library = BM25Okapi([analyzer.raw_tokens(row.text) for row in ROWS])
    plain = TutorialRanking(ROWS, analyzer)
    for question in [*(one.question for one in QUESTIONS), "无"]:
        scores = library.get_scores(analyzer.raw_tokens(question))
        expected = sorted(range(len(ROWS)), key=lambda number: -scores[number])
        assert plain.ask(question).rows == [ROWS[number] for number in expected]
