"""Counts of n-grams in many texts at once."""

from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.text.bulk_counting import count_all
from retrieval.text.folding import fold
from retrieval.text.ngrams import bigrams, query_bigrams, query_trigrams

TEXTS = st.lists(st.text("兰州市投哈 a1_，\n", max_size=30) | st.text().map(fold), max_size=6)
QUERY = st.text("兰州市投哈 a1_", min_size=1, max_size=8) | st.text(min_size=1, max_size=8)


@given(TEXTS, QUERY)
@example(["哈哈哈", "哈", "", "市 市_市"], "哈哈 市")
def test_counting_selected_bigrams_matches_counting_all(texts: list[str], query: str) -> None:
    wanted, everything = query_bigrams(query), list(map(bigrams, texts))
    counts = count_all(texts, wanted)
    assert counts.grams.tolist() == [[listed.count(gram) for gram in wanted] for listed in everything]
    assert counts.bigrams.tolist() == list(map(len, everything))


@given(TEXTS, QUERY)
@example(["哈哈哈哈", "哈哈"], "哈哈哈")
def test_trigrams_are_counted_where_they_begin(texts: list[str], query: str) -> None:
    wanted = query_trigrams(query)
    begins = [[sum(text.startswith(gram, at) for at in range(len(text))) for gram in wanted] for text in texts]
    pairs = query_bigrams(query)
    # Bigrams counted beside them change nothing.
    assert count_all(texts, [*pairs, *wanted]).grams[:, len(pairs) :].tolist() == begins
