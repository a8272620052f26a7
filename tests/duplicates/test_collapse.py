"""Reprints collapsed into one hit, and contradictions between reports."""

from contextlib import closing
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from retrieval.article import Article
from retrieval.engine import SearchEngine
from retrieval.evaluation.rank_bm25_index import RankBM25Index
from retrieval.index.protocol import Filters
from retrieval.store.errors import StoreError
from retrieval.store.journal import Journal
from retrieval.store.passages import Passages
from retrieval.text.analyzer import Analyzer
from tests.support.articles import make_article
from tests.support.reprints import (
    BRIDGE,
    COPY,
    LEAD,
    METRO,
    OTHER_FIGURE,
    QUESTION,
    REST,
    THIRD,
    Open,
    hits,
    links,
    shown,
)
from tests.support.work import calls


@pytest.mark.parametrize("articles", [[BRIDGE, COPY, THIRD], [COPY, THIRD, BRIDGE], [THIRD, BRIDGE, COPY]])
def test_the_newest_reprint_is_shown_and_the_others_are_named_newest_first(
    engine: SearchEngine, articles: list[Article]
) -> None:
    outcomes = engine.add_all([*articles, METRO])
    assert [outcome.outcome for outcome in outcomes] == ["added"] * 4
    best = hits(engine)[0]
    assert (best.passage.source, best.passage.url) == ("乙网", "https://b.example/1")
    assert [(reprint.source, reprint.published, reprint.url) for reprint in best.reprints] == [
        ("丙台", "2031-05-02 08:00", None),
        ("甲报", "2031-05-01", "https://a.example/1"),
    ]
    assert {reprint.article_id: reprint.source for reprint in best.reprints} == {
        number: article.source for number, article in enumerate(articles, start=1) if article is not COPY
    }
    assert best.answer is not None
    assert best.passage.text[slice(*best.answer)] == LEAD
    assert best.conflicting == ()
    assert [article.source for article in engine.archive.articles()] == [
        article.source for article in [*articles, METRO]
    ]


def test_the_shown_copy_takes_the_rank_and_scores_of_the_best_copy(open_engine: Open) -> None:
    engine = open_engine()
    engine.add_all([BRIDGE, METRO])
    alone = engine.search(QUESTION)
    engine.add(COPY)
    both = engine.search(QUESTION, explain=True)
    assert both.hits[0].passage.source == "乙网"
    assert both.status == alone.status == "answered"
    scores = [hit.score for hit in both.hits]
    assert scores == sorted(scores, reverse=True)
    for hit in both.hits:
        assert hit.explanation is not None
        assert hit.parts.terms == pytest.approx(sum(hit.explanation.terms.values()))
        assert hit.parts.bigrams == pytest.approx(sum(hit.explanation.bigrams.values()))


def test_both_engines_collapse_alike(open_engine: Open) -> None:
    engine, other = open_engine(), open_engine(new_index=RankBM25Index)
    engine.add_all([BRIDGE, COPY, METRO, OTHER_FIGURE])
    assert shown(engine) == shown(other)
    assert len(shown(engine)[0][1]) == 1


def test_a_report_with_other_figures_stays_a_hit_and_both_name_the_conflict(engine: SearchEngine) -> None:
    engine.add_all([BRIDGE, COPY, OTHER_FIGURE])
    by_paper = {hit.passage.source: hit for hit in hits(engine) if "全长" in hit.passage.text}
    assert set(by_paper) == {"乙网", "丁报"}
    (theirs,) = by_paper["乙网"].conflicting
    assert (theirs.source, theirs.published, theirs.article_id) == ("丁报", "2031-05-02", 3)
    assert theirs.sentence == LEAD.replace("800", "900")
    assert [report.source for report in by_paper["丁报"].conflicting] == ["乙网", "甲报"]
    assert [reprint.source for reprint in by_paper["乙网"].reprints] == ["甲报"]
    assert by_paper["丁报"].reprints == ()


def test_reports_of_the_same_paper_are_not_in_conflict(engine: SearchEngine) -> None:
    """A later page of the same paper with other figures is a correction or the next day's."""
    engine.add_all([BRIDGE, replace(OTHER_FIGURE, source="甲报")])
    assert links(engine) == {1: {2}, 2: {1}}
    assert all(hit.conflicting == () for hit in hits(engine))


def test_equal_passages_of_different_articles_stay_separate_hits(engine: SearchEngine) -> None:
    boilerplate = (
        "本栏目欢迎读者来信，来信请寄编辑部，一经采用即付稿酬，并在每月月末抽取幸运读者赠送纪念品一份以及全年报纸。"
    )
    bridge = make_article(boilerplate, *REST * 2, title="大桥", source="甲报")
    other = make_article(
        boilerplate, "山里的茶园进入采摘季，茶农每天清晨上山，傍晚才回。" * 6, title="茶园", source="乙网"
    )
    engine.add_all([bridge, other])
    assert links(engine) == {}
    assert [hit.reprints for hit in hits(engine, "读者来信寄到哪里？")][:2] == [(), ()]


def test_a_reprint_outside_the_filters_is_neither_shown_nor_counted(engine: SearchEngine) -> None:
    engine.add_all([BRIDGE, COPY, THIRD])
    assert shown(engine) == [("乙网", ["丙台", "甲报"])]
    assert shown(engine, until=date(2031, 5, 2)) == [("丙台", ["甲报"])]
    assert shown(engine, source="甲报") == [("甲报", [])]
    assert shown(engine, exclude_ids=frozenset([2])) == [("丙台", ["甲报"])]


def test_a_removed_reprint_is_no_longer_named_and_leaves_no_row(engine: SearchEngine) -> None:
    engine.add_all([BRIDGE, COPY, THIRD])
    engine.remove([2])
    assert shown(engine) == [("丙台", ["甲报"])]
    assert links(engine) == {1: {3}, 3: {1}}
    engine.remove([1, 3])
    for table in ("signatures", "signature_keys", "reprints"):
        assert engine.archive.database.value(f"SELECT count(*) FROM {table}") == 0
    assert engine.check() == []


def test_an_updated_article_is_compared_by_its_new_text(engine: SearchEngine) -> None:
    engine.add_all([BRIDGE, METRO])
    assert links(engine) == {}
    assert engine.add(replace(METRO, paragraphs=BRIDGE.paragraphs)).outcome == "updated"
    assert links(engine) == {1: {2}, 2: {1}}
    assert engine.add(METRO).outcome == "updated"
    assert links(engine) == {}
    assert engine.check() == []


def test_many_reprints_do_not_crowd_out_other_news(engine: SearchEngine) -> None:
    copies = [replace(BRIDGE, source=f"第{number}报", url=None) for number in range(130)]
    far = make_article("说起全长，地铁二号线可不短，市民盼望了许多年。", title="地铁")
    engine.add_all([*copies, far])
    first_hits = engine.search(QUESTION, 2).hits
    assert [len(first_hits[0].reprints), len(first_hits[1].reprints)] == [129, 0]
    assert first_hits[1].passage.title == "地铁"


def linked_copies(engine: SearchEngine, count: int) -> None:
    """Stores so many copies under one title, each linked with the copies just before and after it, and other news."""
    copies = [replace(BRIDGE, source=f"第{n}报", url=None, published=f"2031-05-{n % 28 + 1:02}") for n in range(count)]
    metros = [make_article(f"说起全长，地铁{n}号线可不短。", title=f"地铁{n}号线") for n in range(20)]
    engine.add_all([*copies, *metros], distinct=True)
    pairs = [(n, other) for n in range(1, count + 1) for other in range(max(1, n - 50), min(count, n + 50) + 1)]
    with engine.archive.database.write():
        engine.archive.database.execute_many(
            "INSERT INTO reprints VALUES (?, ?)", [pair for pair in pairs if pair[0] != pair[1]]
        )


def test_a_report_below_many_copies_costs_no_more_than_below_a_few(tmp_path: Path, analyzer: Analyzer) -> None:
    work: dict[tuple[str, int], list[int]] = {}
    for count in (300, 2_000):
        with closing(SearchEngine.open(tmp_path / f"{count}.db", analyzer=analyzer)) as engine:
            linked_copies(engine, count)
            for question, k in [(QUESTION, 1), (QUESTION, 5), (QUESTION, 50), ("最近有什么新闻", 5)]:
                today = date(2031, 5, 28)
                search = partial(engine.search, question, k, today=today)
                work.setdefault((question, k), []).append(calls(search))
                best, *others = search().hits
                assert best.passage.published == "2031-05-28"
                assert len(best.reprints) == 199
                assert [reprint.published for reprint in best.reprints] == sorted(
                    (reprint.published for reprint in best.reprints), reverse=True
                )
                assert len(others) == (0 if "新闻" in question else min(k - 1, 20))
                assert all("地铁" in hit.passage.title for hit in others)
    for few, many in work.values():
        assert many <= 1.5 * few


@pytest.mark.parametrize("question", [QUESTION, "大桥连接哪里？", "最近有什么新闻"])
def test_k_does_not_change_the_first_hits_and_their_reprints(engine: SearchEngine, question: str) -> None:
    for number in range(70):
        day = f"2031-05-{number % 28 + 1:02}"
        own = make_article(*REST, title=f"第{number}报的大桥", source=f"第{number}报", published=day)
        engine.add_all(
            [replace(article, source=f"第{number}报", published=day) for article in (BRIDGE, OTHER_FIGURE)] + [own]
        )
    engine.add(METRO)
    today = date(2031, 5, 28)
    due = engine.search(question, 50, today=today).hits
    assert any(hit.reprints for hit in due)
    for k in range(1, 11):
        assert engine.search(question, k, today=today).hits == due[:k]


def test_a_reprint_outside_the_candidates_is_named_or_shown_if_newest(engine: SearchEngine) -> None:
    question = "青岭大桥，全长，米"
    asking = [make_article(f"{question}，{n}人来信问起。", title=question, source=f"第{n}报") for n in range(120)]
    engine.add_all([replace(BRIDGE, title=question * 5), *asking], distinct=True)
    engine.add(COPY)
    with engine.archive.database.write():
        engine.archive.database.execute_many("INSERT INTO reprints VALUES (?, ?)", [(1, 122), (122, 1)])
    candidates = engine.archive._index.search(engine.archive._analyzer.query_terms(QUESTION), 100, Filters())
    by_paper = Passages(engine.archive.database).passages([candidate.passage_id for candidate in candidates])
    assert 122 not in {passage.article_id for passage in by_paper.values()}
    by_paper = {hit.passage.source: hit for hit in engine.search(QUESTION, 100).hits}
    assert "甲报" not in by_paper
    assert [reprint.source for reprint in by_paper["乙网"].reprints] == ["甲报"]
    assert by_paper["乙网"].answer is not None
    assert by_paper["乙网"].passage.text[slice(*by_paper["乙网"].answer)] == LEAD
    before = {hit.passage.source: hit for hit in engine.search(QUESTION, 100, Filters(source="甲报")).hits}
    assert before["甲报"].reprints == ()


def test_a_failed_write_leaves_no_link(engine: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.add(BRIDGE)

    def full(*_: object) -> None:
        assert links(engine) == {1: {2}, 2: {1}}
        raise StoreError("磁盘已满。")

    monkeypatch.setattr(Journal, "append", full)
    with pytest.raises(StoreError):
        engine.add(COPY)
    assert links(engine) == {}
    assert engine.check() == []


def test_distinct_articles_are_never_collapsed(engine: SearchEngine) -> None:
    engine.add_all([BRIDGE, COPY], distinct=True)
    assert len(shown(engine)) == 2
    assert engine.check() == []
