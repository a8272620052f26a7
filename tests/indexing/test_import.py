"""Imports of many articles in batches."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from retrieval import embedded
from retrieval.article import Article
from retrieval.engine import Outcome, SearchEngine
from retrieval.indexing import preparation, workers
from retrieval.intake import File, Lines, Refusal, write_line
from retrieval.store.articles import Articles
from retrieval.store.database import _BUSY_PAUSE
from retrieval.store.segments import Segments
from retrieval.text.analyzer import Analyzer
from tests.support.bridges import BRIDGES, Open, answers, segments


def test_an_import_stores_articles_as_single_adds_do(open_engine: Open, tmp_path: Path, analyzer: Analyzer) -> None:
    articles = [*BRIDGES, BRIDGES[0], replace(BRIDGES[1], author="记者"), *BRIDGES[:3]]
    engine, one_by_one = open_engine(), SearchEngine.open(tmp_path / "other.db", analyzer=analyzer)
    outcomes = [outcome for batch in engine.add_many(articles) for outcome in batch]
    assert outcomes == [one_by_one.add(article) for article in articles]
    assert [outcome.outcome for outcome in outcomes[40:]] == ["duplicate", "updated", *["duplicate"] * 3]
    assert answers(engine) == answers(one_by_one)
    assert engine.check() == []


def test_a_repeated_import_adds_only_the_missing_articles(open_engine: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "BATCH", 10)
    engine = open_engine()
    stopped = engine.add_many(BRIDGES)
    assert len(next(stopped)) == len(next(stopped)) == 10
    stopped.close()
    assert engine.search("大桥").articles == 20
    tokenized: list[str] = []
    terms = engine.archive._analyzer.terms_of_all
    with monkeypatch.context() as patch:
        patch.setattr(engine.archive._analyzer, "terms_of_all", lambda some: tokenized.extend(some) or terms(some))
        outcomes = [outcome.outcome for batch in engine.add_many(BRIDGES) for outcome in batch]
    assert outcomes == ["duplicate"] * 20 + ["added"] * 20
    assert not {article.text for article in BRIDGES[:20]} & set(tokenized)
    assert {article.text for article in BRIDGES[20:]} <= set(tokenized)


def test_an_article_removed_between_lookup_and_transaction_is_added(
    open_engine: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine()
    engine.add_all(BRIDGES[:2])
    newer = preparation.updated

    def then_it_goes(stored: Article, article: Article) -> Article:
        known = newer(stored, article)
        engine.remove([1])
        return known

    monkeypatch.setattr(preparation, "updated", then_it_goes)
    (outcomes,) = engine.add_many(BRIDGES[:1])
    assert [(outcome.id, outcome.outcome) for outcome in outcomes] == [(3, "added")]
    assert len(answers(engine)) == 2
    assert engine.check() == []


def changed(article: Article, **fields: str) -> Article:
    return replace(article, url="https://news.example/1", **fields)  # type: ignore[arg-type]


def test_an_article_updated_within_a_batch_is_found_by_its_last_text_only(
    open_engine: Open, tmp_path: Path, analyzer: Analyzer
) -> None:
    articles = [
        *BRIDGES[:3],
        changed(BRIDGES[3]),
        changed(BRIDGES[4], title="改了题目", source="城北日报"),
        BRIDGES[5],
        changed(BRIDGES[6], published="2024-01-01"),
        BRIDGES[7],
    ]
    engine, one_by_one = open_engine(), SearchEngine.open(tmp_path / "other.db", analyzer=analyzer)
    (outcomes,) = engine.add_many(articles)
    assert outcomes == [one_by_one.add(article) for article in articles]
    for question in ("改了题目", "大桥 7 通车 全长"):
        hits, expected = (searched.search(question, 100).hits for searched in (engine, one_by_one))
        assert [hit.passage for hit in hits] == [hit.passage for hit in expected]
    assert (len(answers(engine)), segments(engine)) == (6, 1)
    assert engine.check() == []


@pytest.mark.parametrize("worth_it", [-1, 10**9])
def test_refusals_keep_their_place_among_the_outcomes_with_and_without_workers(
    open_engine: Open, monkeypatch: pytest.MonkeyPatch, worth_it: int
) -> None:
    monkeypatch.setattr(workers, "WORTH_IT", worth_it)
    monkeypatch.setattr(preparation, "BATCH", 3)
    page = "\n".join(["{", *(write_line(n, article) for n, article in enumerate(BRIDGES[:5])), "[]"]).encode()
    items = [Refusal("a", "一。"), Lines(page, "页", 1), BRIDGES[5], Lines(b"{", "末", 1), File(b"", "b.txt")]
    engine = open_engine()
    results = [result for batch in engine.add_many(items) for result in batch]
    names = [result.article.title if isinstance(result, Outcome) else result.item for result in results]
    assert names == [
        "a",
        "页 第 1 行",
        *(article.title for article in BRIDGES[:5]),
        "页 第 7 行",
        "大桥6",
        "末 第 1 行",
        "b.txt",
    ]
    assert Articles(engine.archive.database).size()[0] == len(answers(engine)) == 6
    assert engine.check() == []


def test_an_import_lets_other_writers_in_between_transactions(
    open_engine: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation, "BATCH", 5)
    engine = open_engine()
    now = 1000.0
    written: list[float] = []

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(embedded.time, "monotonic", lambda: now)
    monkeypatch.setattr(embedded.time, "sleep", sleep)
    monkeypatch.setattr(engine.archive.background, "start", lambda: None)
    append = Segments.append
    monkeypatch.setattr(Segments, "append", lambda *parts: (written.append(now), append(*parts)))
    assert len(list(engine.add_many(BRIDGES))) == len(written) == 8
    # More than twice the interval at which a waiting writer tries again.
    assert min(later - earlier for earlier, later in pairwise(written)) > 2 * _BUSY_PAUSE
