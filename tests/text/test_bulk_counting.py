"""Counts of n-grams in many texts at once."""

from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.text.bulk_counting import Counts, count_all, count_holders
from retrieval.text.folding import fold
from retrieval.text.ngrams import bigrams, query_bigrams, query_trigrams

TEXTS = st.lists(st.text("兰州市投哈 a1_，\n", max_size=30) | st.text().map(fold), max_size=6)
QUERY = st.text("兰州市投哈 a1_", min_size=1, max_size=8) | st.text(min_size=1, max_size=8)


@given(TEXTS, QUERY)
@example(["哈哈哈", "哈", "", "市 市_市"], "哈哈 市")
def test_counting_selected_bigrams_matches_counting_all(texts: list[str], query: str) -> None:
    wanted, everything = query_bigrams(query), list(map(bigrams, texts))
    counted = [{gram: listed.count(gram) for gram in wanted if gram in listed} for listed in everything]
    assert count_all(texts, wanted) == Counts(counted, list(map(len, everything)))


@given(TEXTS, QUERY)
@example(["哈哈哈哈", "哈哈"], "哈哈哈")
def test_trigrams_are_counted_where_they_begin(texts: list[str], query: str) -> None:
    wanted = query_trigrams(query)
    begins = [{gram: sum(text.startswith(gram, at) for at in range(len(text))) for gram in wanted} for text in texts]
    counted = [{gram: count for gram, count in counts.items() if count} for counts in begins]
    # Bigrams counted beside them change nothing.
    together = count_all(texts, [*query_bigrams(query), *wanted]).grams
    assert [{gram: counts[gram] for gram in wanted if gram in counts} for counts in together] == counted


@given(TEXTS, QUERY)
def test_the_holders_of_a_pair_are_the_texts_it_stands_in(texts: list[str], query: str) -> None:
    pairs = [gram for gram in query_bigrams(query) if len(gram) > 1]
    assert count_holders(texts, pairs) == [sum(pair in text for text in texts) for pair in pairs]
