"""Ranking of candidates."""

from collections.abc import Callable

import pytest

from retrieval.article import Article
from retrieval.engine import SearchEngine
from retrieval.evaluation.rankings import ENGINES
from retrieval.index.protocol import Index
from retrieval.ranking.rank import READ
from retrieval.ranking.score import WEIGHTS
from tests.support.articles import make_article

ARTICLES = [
    make_article(
        "城北大桥昨天上午建成通车，全长800米，投资六十亿元。",
        "设计师陈小雨说，大桥的施工用了三年，比预计的早了两个月。",
        title="城北大桥通车",
        published="2026-03-01",
    ),
    make_article("城南大桥仍在施工，投资约20亿元，预计明年通车。", heading="进展", title="在建工程一览"),
    *(make_article(f"第{number}号公交车改道，不再经过大桥。", title="公交改道") for number in range(READ)),
]
QUESTIONS = ["城北大桥投资多少亿元？", "陈小雨是谁", "60亿元", "大桥", "哪座大桥仍在施工？", "什么", "足球"]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("new_index", ENGINES.values(), ids=ENGINES)
def test_an_explanation_adds_up_to_the_score(
    open_engine: Callable[..., SearchEngine], new_index: Callable[[], Index], question: str
) -> None:
    engine = open_engine(new_index=new_index)
    engine.add_all(ARTICLES)
    plain = engine.search(question, 2 * READ)
    result = engine.search(question, 2 * READ, explain=True)
    assert [(hit.passage, hit.score) for hit in plain.hits] == [(hit.passage, hit.score) for hit in result.hits]
    for hit in result.hits:
        pieces, parts = hit.explanation, hit.parts
        assert pieces is not None
        assert sum(pieces.terms.values()) == pytest.approx(parts.terms)
        assert sum(pieces.bigrams.values()) == pytest.approx(parts.bigrams)
        assert sum(pieces.trigrams.values()) == pytest.approx(parts.trigrams)
        assert sum(pieces.article.values()) == pytest.approx(parts.article)
        assert sum(pieces.sentence.values()) + pieces.kind == pytest.approx(parts.sentence)
        assert sum(pieces.characters.values()) == pytest.approx(parts.characters)
        assert sum(pieces.feedback.values()) == pytest.approx(parts.feedback)
        assert hit.score == pytest.approx(sum(weight * part for weight, part in zip(WEIGHTS, parts, strict=True)))


def test_only_the_first_candidates_are_read_and_they_stay_ahead(engine: SearchEngine) -> None:
    engine.add_all(ARTICLES)
    hits = engine.search("大桥", 2 * READ).hits
    assert len(hits) > READ
    assert all(hit.parts.sentence for hit in hits[:READ])
    assert not any(hit.parts.sentence for hit in hits[READ:])
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(hit.answer and hit.highlights for hit in hits)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("城北大橋投資多少億元？", ARTICLES[0]),  # traditional, over simplified text
        ("城北大桥投资60亿元", ARTICLES[0]),  # a number in another spelling
        ("在建工程的进展", ARTICLES[1]),  # title and heading
    ],
)
def test_the_right_passage_comes_first(engine: SearchEngine, question: str, first: Article) -> None:
    engine.add_all(ARTICLES)
    best = engine.search(question).hits[0].passage
    assert best.title == first.title
    assert best.text.startswith(first.paragraphs[0].text)
