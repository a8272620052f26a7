"""Metrics of a ranking, as pure functions of the responses to questions: recall, MRR, answers, AUROC.

Each response is a `Ranked`, in the order of the questions.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from retrieval.evaluation.collection import Collection, Question
from retrieval.evaluation.rankings import DEPTH, Ranked
from retrieval.text.folding import squeeze
from retrieval.text.sentences import Span, sentences

Figures = dict[str, float | None]


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The share of pairs in which the positive score is greater, ties counting half; neither sequence may be empty.

    That is the area under the ROC curve (Hanley and McNeil, 1982). Raises ZeroDivisionError for an empty sequence.
    """
    ordered = np.sort(negative)
    below, not_above = (np.searchsorted(ordered, positive, side).sum() for side in ("left", "right"))
    return float((below + not_above) / 2 / (len(positive) * len(negative)))


def ranking(collection: Collection, responses: Sequence[Ranked]) -> Figures:
    """Recall and mean reciprocal rank; `responses` are those of the judged questions, in their order."""
    article_of = {row.id: row.article_id for row in collection.passages}
    ranks, article_ranks = [], []
    for question, response in zip(collection.judged, responses, strict=True):
        relevant = collection.relevant[question.id]
        articles = {article_of[number] for number in relevant}
        ranks.append(_rank([row.id in relevant for row in response.rows]))
        article_ranks.append(_rank([row.article_id in articles for row in response.rows]))
    return {
        **{f"recall@{k}": share(rank <= k for rank in ranks) for k in (1, 5, 10)},
        "mrr@10": float(np.mean([1 / rank if rank <= DEPTH else 0.0 for rank in ranks])),
        **{f"article_recall@{k}": share(rank <= k for rank in article_ranks) for k in (1, 5)},
    }


def _rank(right: Sequence[bool]) -> float:
    """The place of the first True, from 1; infinity when there is none."""
    return right.index(True) + 1 if True in right else float("inf")


def answers(questions: Sequence[Question], responses: Sequence[Ranked]) -> Figures:
    """How often an answer stands in the first hit, in its answering sentence, and in any one of its sentences."""
    outcomes = []
    for question, response in zip(questions, responses, strict=True):
        expected = _expected(question)
        if not expected:
            continue
        text = response.rows[0].text if response.rows else ""
        shown = [response.answer] if response.answer else []
        outcomes.append([_any_in(expected, text, spans) for spans in ([Span(0, len(text))], shown, sentences(text))])
    names = ("answer_in_passage@1", "answer_in_sentence@1", "best_sentence_possible@1")
    return {name: share(outcome[place] for outcome in outcomes) for place, name in enumerate(names)}


def verdicts(responses: Sequence[Ranked], name: str) -> Figures:
    """The shares of the responses that refuse and that answer plainly: `refused_when_` and `answered_when_` `name`."""
    return {
        f"refused_when_{name}": share(response.status == "none" for response in responses),
        f"answered_when_{name}": share(response.status == "answered" for response in responses),
    }


def unanswerable(questions: Sequence[Question], responses: Sequence[Ranked]) -> Figures:
    """The verdicts on questions whose relevant articles are left out, and how many are answerable all the same.

    Another article may tell the same. `answer_found_when_unanswerable` is the share of the questions with an answer of
    which the first passage holds one; `answered_when_unanswerable` leaves these questions out.
    """
    found = [_holds_answer(question, response) for question, response in zip(questions, responses, strict=True)]
    without = [response for response, is_found in zip(responses, found, strict=True) if not is_found]
    return verdicts(responses, "unanswerable") | {
        "answered_when_unanswerable": share(response.status == "answered" for response in without),
        "answer_found_when_unanswerable": share(is_found for is_found in found if is_found is not None),
    }


def _holds_answer(question: Question, response: Ranked) -> bool | None:
    """Whether the first passage holds an answer of the question; None for a question without answers."""
    expected = _expected(question)
    if not expected:
        return None
    text = response.rows[0].text if response.rows else ""
    return _any_in(expected, text, [Span(0, len(text))])


def _expected(question: Question) -> list[str]:
    """The answers of a question as letters and digits; an answer without any is none."""
    return [squeezed for squeezed in map(squeeze, question.answers) if squeezed]


def _any_in(answers: Sequence[str], text: str, spans: Iterable[Span]) -> bool:
    return any(answer in squeeze(text[slice(*span)]) for span in spans for answer in answers)


def share(outcomes: Iterable[bool]) -> float | None:
    """The share of outcomes that are true; None when there are no outcomes."""
    flags = list(outcomes)
    return sum(flags) / len(flags) if flags else None
