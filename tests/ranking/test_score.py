"""The weighted sum of a score's parts."""

import pytest

from retrieval.ranking.score import Parts


def test_a_score_is_the_weighted_sum_of_its_parts() -> None:
    assert Parts(10.0).score == 10
    assert Parts(0.0, bigrams=10.0).score == pytest.approx(10)
    assert Parts(0.0, trigrams=10.0).score == pytest.approx(3)
    assert Parts(0.0, article=10.0).score == pytest.approx(3)
    assert Parts(0.0, sentence=2.0).score == pytest.approx(8)
    assert Parts(0.0, characters=0.5).score == pytest.approx(6)
    assert Parts(0.0, feedback=0.5).score == pytest.approx(1)
    assert Parts(1.0, 2.0, 3.0, 4.0, 0.5).score == pytest.approx(1 + 2 + 0.9 + 1.2 + 2)
