"""The indexes that an evaluation can run with, by their names on the command line."""

from collections.abc import Callable

from retrieval.evaluation.rank_bm25_index import RankBM25Index
from retrieval.index.protocol import Index
from retrieval.index.segmented import SegmentedIndex

ENGINES: dict[str, Callable[[], Index]] = {"postings": SegmentedIndex, "rank_bm25": RankBM25Index}
