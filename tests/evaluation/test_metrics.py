"""Metrics worked out by hand, and by counting pairs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.evaluation import metrics
from retrieval.evaluation.collection import Collection, Question, Row
from retrieval.evaluation.rankings import Ranked
from retrieval.text.sentences import Span


def test_ranks_beyond_the_first_count_for_recall_and_mrr() -> None:
    rows = [Row(f"p{number}", "", "文", f"a{number // 4}") for number in range(12)]
    questions = [Question(f"q{number}", "问") for number in range(3)]
    collection = Collection(rows, questions, {"q0": {"p3", "p9"}, "q1": {"p0"}, "q2": {"p11"}})
    responses = [Ranked(rows[:10], 1.0)] * 3
    # The ranks are 4, 1 and none; of the articles 1, 1 and 9.
    assert metrics.ranking(collection, responses) == {
        "recall@1": pytest.approx(1 / 3),
        "recall@5": pytest.approx(2 / 3),
        "recall@10": pytest.approx(2 / 3),
        "mrr@10": pytest.approx((1 / 4 + 1) / 3),
        "article_recall@1": pytest.approx(2 / 3),
        "article_recall@5": pytest.approx(2 / 3),
    }


def test_an_answer_is_looked_for_in_the_passage_in_the_sentence_shown_and_in_each_sentence() -> None:
    row = Row("p", "", "灯会开幕。展出彩灯三百盏。门票五元！", "p")
    first = Ranked([row], 1.0, answer=Span(0, 5))
    questions = [
        Question("a", "?", ("灯会",)),  # everywhere
        Question("b", "?", ("三 百盏",)),  # in another sentence
        Question("c", "?", ("三百盏。门票五元",)),  # in no single sentence
        Question("d", "?", ("六元", "。")),  # nowhere; a stop is no answer
        Question("e", "?", ("。",)),  # not counted
    ]
    assert metrics.answers(questions, [first] * 5) == {
        "answer_in_passage@1": 0.75,
        "answer_in_sentence@1": 0.25,
        "best_sentence_possible@1": 0.5,
    }


def test_without_hits_and_without_answers_there_is_no_division_by_zero() -> None:
    nothing = [Ranked([], 1.0)]
    shares = metrics.answers([Question("a", "?", ("灯会",))], nothing)
    assert set(shares.values()) == {0.0}
    assert set(metrics.answers([Question("a", "?")], nothing).values()) == {None}


def test_an_unanswerable_question_whose_answer_another_article_holds_is_counted_apart() -> None:
    row = Row("p", "", "灯会开幕。展出彩灯三百盏。", "p")
    responses = [Ranked([row], 1.0, status=status) for status in ("answered", "answered", "possible", "none")]
    questions = [Question("a", "?", ("三百 盏",)), *(Question(name, "?", ("六元",)) for name in "bcd")]
    assert metrics.unanswerable(questions, responses) == {
        "refused_when_unanswerable": 0.25,
        "answered_when_unanswerable": pytest.approx(1 / 3),
        "answer_found_when_unanswerable": 0.25,
    }
    nothing = [Ranked([], 1.0)]
    assert metrics.unanswerable([Question("a", "?")], nothing)["answer_found_when_unanswerable"] is None


@given(
    st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1),
    st.lists(st.sampled_from([0.0, 0.25, 0.75, 1.0]), min_size=1),
)
def test_auroc_counts_pairs(positive: list[float], negative: list[float]) -> None:
    won = sum((one > other) + (one == other) / 2 for one in positive for other in negative)
    assert metrics.auroc(positive, negative) == pytest.approx(won / (len(positive) * len(negative)))
