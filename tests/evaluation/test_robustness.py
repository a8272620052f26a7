"""Shares of variants, worked out by hand from a ranking that is made up."""

from collections.abc import Callable

import pytest

from retrieval.evaluation.collection import Collection, Question, Row
from retrieval.evaluation.rankings import Ranked
from retrieval.evaluation.robustness import KEYS, robustness
from retrieval.evaluation.variants import Variant, Variants
from retrieval.text.analyzer import Analyzer
from retrieval.text.parts_of_speech import PartsOfSpeech

ROWS = [
    Row("p1", "法院", "最高人民法院审理案件。", "a1", "青岭日报", "2031-05-02"),
    Row("p2", "法院", "案件在西安。", "a1"),
    Row("p3", "", "成都的案件。", "\0a3"),
]
QUESTION = Question("q1", "西安审理了什么？")
COLLECTION = Collection(ROWS[:2], [QUESTION], {"q1": {"p2"}})


@pytest.fixture
def measure(analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, float | None]]:
    """Measures these variants, the text of each of which is the status and the rows of its response."""

    def measure_them(**variants: list[tuple[str, tuple[str, ...]]]) -> dict[str, float | None]:
        for kind in ("polite", "swapped", "keywords", "typos"):
            made = [Variant(QUESTION, text, words) for text, words in variants.get(kind, [])]
            monkeypatch.setattr(Variants, kind, lambda self, made=made: made)

        def ask(text: str) -> Ranked:
            status, *rows = text.split()
            return Ranked([row for name in rows for row in ROWS if row.id == name], 1.0, status=status)

        return robustness(COLLECTION, ROWS, ask, PartsOfSpeech(analyzer), lambda items, total, label: items)

    return measure_them


Measure = Callable[..., dict[str, float | None]]


def test_polite_variants_and_typos_are_right_where_the_first_hit_is_relevant(measure: Measure) -> None:
    texts = [("answered p2 p1", ()), ("possible p1 p2", ()), ("none", ()), ("answered p3", ())]
    figures = measure(polite=texts, typos=texts[:2])
    assert (figures["polite_answered"], figures["polite_refused"]) == (0.5, 0.25)
    assert (figures["polite_recall@1"], figures["typo_recall@1"]) == (0.25, 0.5)


def test_only_a_plain_answer_from_a_passage_that_lacks_what_was_swapped_in_is_wrong(measure: Measure) -> None:
    figures = measure(
        swapped=[
            ("answered p1", ("成都",)),
            ("answered p3", ("成都",)),
            ("possible p1", ("成都",)),
            ("none", ("成都",)),
            ("answered p1", ("5月",)),  # its day
            ("answered p2", ("5月",)),
        ]
    )
    assert figures["swapped_answered"] == pytest.approx(2 / 6)


def test_keywords_are_found_in_all_passages_of_an_article_together(measure: Measure) -> None:
    figures = measure(
        keywords=[
            ("none", ("法院",)),
            ("none p3 p1", ("法院", "西安")),
            ("answered p3", ("成都", "案件")),
            ("answered p3", ("成都", "西安")),
        ]
    )
    assert (figures["keyword_found"], figures["keyword_recall@10"]) == (0.75, 0.5)


def test_without_variants_nothing_is_measured(measure: Measure) -> None:
    assert measure() == dict.fromkeys(KEYS)
