"""Coverage of a query, the lead of the best passage, and the verdict that follows."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.archive import StoredPassage
from retrieval.index.protocol import Match
from retrieval.ranking.confidence import ANSWERED, Lead, Verdict, covered, verdict
from retrieval.ranking.query_features import QueryFeatures
from retrieval.ranking.rank import Candidate, Ranked
from retrieval.ranking.score import Parts
from retrieval.text.analyzer import Analyzer
from retrieval.text.folding import fold
from tests.support.queries import features

PASSAGE = StoredPassage(1, 1, "城北新桥全长八十米。昨天通车。", None, "新桥通车", None, None, None, None)
USUAL = Lead(0.24, 0.57)


def judged(
    analyzer: Analyzer, question: str, lead: Lead = USUAL, missing: tuple[str, ...] = (), rarest: float = 7.0
) -> Verdict:
    best = Candidate.of(PASSAGE, Match(1, 9.0, 9.0))
    query = replace(features(analyzer, question), rarest=rarest)
    return verdict([query], analyzer.terms(best.folded), best, lead, missing)


@given(st.text("大桥全长80米，。 兰州市", max_size=40), st.text("大桥全长80米兰州市", max_size=8))
def test_coverage_is_a_share(analyzer: Analyzer, text: str, question: str) -> None:
    query = features(analyzer, question)
    assert 0 <= covered(query, analyzer.terms(text), fold(text)) <= 1
    assert covered(query, list(query.weights), f"{text}。{question}") == pytest.approx(1 if query.weights else 0)
    assert covered(query, [], "") == 0


def test_coverage_is_the_mean_of_the_shares_of_terms_by_squared_weight_and_of_bigrams() -> None:
    query = QueryFeatures({"a": 3.0, "b": 1.0}, ["ab", "bc", "cd", "de"])
    assert covered(query, ["a"], "abc") == pytest.approx((0.9 + 0.5) / 2)
    assert covered(query, ["b"], "xyz") == pytest.approx(0.05)
    assert covered(QueryFeatures({"a": 3.0, "b": 1.0}, []), ["a"], "") == pytest.approx(0.9)


def test_a_passage_that_holds_the_whole_query_answers_it(analyzer: Analyzer) -> None:
    result = judged(analyzer, "城北新桥全长多少米")
    assert (result.status, result.reason) == ("answered", None)
    assert result.confidence >= ANSWERED


def test_a_passage_without_a_name_of_the_query_is_no_plain_answer(analyzer: Analyzer) -> None:
    result = judged(analyzer, "城北新桥全长多少米", missing=("西安", "2019年"))
    assert (result.status, result.reason) == ("possible", "missing: 西安、2019年")
    assert result.confidence < judged(analyzer, "城北新桥全长多少米").confidence


def test_a_single_character_gets_no_plain_answer(analyzer: Analyzer) -> None:
    assert [judged(analyzer, question).status for question in ("桥", "怎么长")] == ["possible", "possible"]


def test_a_passage_that_holds_little_of_the_query_is_near_or_not(analyzer: Analyzer) -> None:
    assert judged(analyzer, "火星上有外星人吗") == Verdict("none", pytest.approx(0, abs=0.1), "nothing_near", (), False)  # type: ignore[arg-type]
    partly = judged(analyzer, "城南地铁票价几元，新桥多长")
    assert (partly.status, partly.reason, partly.is_near) == ("none", "nothing_near", True)
    lacking = judged(analyzer, "城南地铁票价几元，新桥多长", missing=("城南",))
    assert (lacking.status, lacking.reason) == ("none", "missing: 城南")


def test_the_more_passages_are_stored_the_more_of_a_query_must_be_held(analyzer: Analyzer) -> None:
    statuses = [judged(analyzer, "新桥通车仪式来宾名单", rarest=rarest).status for rarest in (3.0, 14.0)]
    assert statuses == ["possible", "none"]


def test_confidence_grows_with_the_lead(analyzer: Analyzer) -> None:
    sure = [judged(analyzer, "新桥长度", Lead(share, share)).confidence for share in (0.0, 0.3, 0.6, 0.9)]
    assert sure == sorted(sure)
    assert 0 < sure[0] < sure[-1] < 1


def ranked(article_id: int, score: float) -> Ranked:
    passage = PASSAGE._replace(article_id=article_id)
    return Ranked(Candidate.of(passage, Match(1, score, score)), Parts(score))


def test_the_lead_leaves_out_passages_of_the_same_report() -> None:
    others = [ranked(number, 4.0) for number in range(3, 13)]
    matches = [Match(1, 10.0, 0.0)] * 99 + [Match(1, 2.0, 0.0)]
    lead = Lead.of([ranked(1, 10.0), ranked(2, 9.0), *others], matches, {1, 2})
    assert lead == Lead(pytest.approx(0.6), pytest.approx(0.8))  # type: ignore[arg-type]


def test_the_lead_in_a_small_archive_is_the_usual_one() -> None:
    lead = Lead.of([ranked(1, 10.0)], [Match(1, 10.0, 0.0)], {1})
    assert lead.over_articles == pytest.approx(0.24)
    assert lead.over_chance == pytest.approx(0.57, abs=0.01)
