"""Batches of an import, several as one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from retrieval.archive import Batch, Prepared
from retrieval.index.protocol import Document
from retrieval.index.segment import Segment

_T = TypeVar("_T")
# Items and passages of one transaction.
_ITEMS, _PASSAGES = 400, 2_000


def together(batches: Iterable[Batch[_T]]) -> Iterator[Batch[_T]]:
    """The batches, several as one: a transaction takes a tenth of a second, whatever it stores."""
    items, documents = list[Any](), list[Document]()
    for batch in batches:
        first = len(documents)
        documents += _listed(batch.postings)
        items += [_moved(item, first) if isinstance(item, Prepared) else item for item in batch.items]
        if len(items) >= _ITEMS or len(documents) >= _PASSAGES:
            yield Batch(items, documents)
            items, documents = [], []
    if items:
        yield Batch(items, documents)


def _moved(prepared: Prepared, first: int) -> Prepared:
    """The prepared article whose documents begin so many places later."""
    places = prepared.documents
    return replace(prepared, documents=range(places.start + first, places.stop + first)) if places else prepared


def _listed(postings: Segment | Sequence[Document] | None) -> Sequence[Document]:
    assert not isinstance(postings, Segment), "batches of a search server hold documents"
    return postings or ()
