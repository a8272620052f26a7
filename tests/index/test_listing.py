"""Listing of passages without a query."""

from hypothesis import given
from hypothesis import strategies as st

from retrieval.evaluation.rank_bm25_index import RankBM25Index
from retrieval.index.protocol import Document, Filters
from retrieval.index.segmented import SegmentedIndex
from tests.support.index_oracle import EVERYTHING, FILTERS, HISTORIES, Collection, Scattered, age, passes, publish


@given(
    HISTORIES, st.just(EVERYTHING) | FILTERS, st.sampled_from([-1, 0, 1, 2, 3, 100]), st.frozensets(st.integers(1, 9))
)
def test_passages_are_listed_newest_article_first(
    history: list, filters: Filters, limit: int, wanted: frozenset[int]
) -> None:
    collection, engines = Collection(), [SegmentedIndex(), Scattered(), RankBM25Index()]
    for articles, going in history:
        segments, removed = collection.change(articles, going)
        for index in engines:
            publish(index, segments, removed)
    passing = [document for document in collection.documents if passes(document, filters)]
    passing.sort(key=lambda document: (age(document), -document.article_id, document.passage_id))
    first = {document.article_id: document.passage_id for document in reversed(passing)}
    heads = [document.passage_id for document in passing if first[document.article_id] == document.passage_id]
    of_wanted = [document.passage_id for document in passing if document.article_id in wanted]
    for index in engines:
        assert index.newest(limit, filters) == heads[: max(0, limit)]
        assert index.passages_of(wanted, limit, filters) == of_wanted[: max(0, limit)]


def test_the_first_remaining_passage_of_an_article_is_listed() -> None:
    index = Scattered()
    publish(index, [[Document(1, 0, {}), Document(2, 0, {}), Document(3, 1, {}), Document(4, 1, {})]])
    publish(index, [], [1, 3, 4])
    assert index.newest(9, EVERYTHING) == [2]
    assert index.passages_of([0, 1], 9, EVERYTHING) == [2]
