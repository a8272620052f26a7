"""Rebuild of all postings from the stored passages, beside the postings in use."""

from collections.abc import Sequence
from contextlib import closing
from itertools import groupby

from retrieval.archive import StoredPassage
from retrieval.article import Passage
from retrieval.index.protocol import Document
from retrieval.index.segment import build
from retrieval.index.segment_format import pack
from retrieval.indexing.preparation import TermFrequencies, Work, term_frequencies_of_all
from retrieval.indexing.workers import Workers
from retrieval.store.database import Database
from retrieval.store.passages import Passages
from retrieval.store.segments import Segments
from retrieval.text.analyzer import Analyzer

_Tokenizing = Workers[Sequence[Work], list[list[TermFrequencies]]]

# Passages of one segment, and articles of one piece of work.
_BATCH, _SHARE = 10_000, 200


def rebuild(database: Database, analyzer: Analyzer, fingerprint: str) -> None:
    """Build all postings from the stored passages, and put them in use in one transaction.

    Other processes may search and write meanwhile. Raises StoreError; then the former postings stay in use.
    """
    passages, segments = Passages(database), Segments(database)
    with database.write():
        epoch = segments.start_rebuild()
    removal = segments.last_removal()
    last = written = 0
    with closing(_Tokenizing(analyzer, term_frequencies_of_all)) as workers:
        while batch := passages.following(last, _BATCH):
            data = _segment(batch, workers)
            last = batch[-1].id
            with database.write():
                segments.append(data, last, epoch)
            written += 1
        with database.write():
            # Passages that were added while the last batch was built. Nobody can add more during this transaction.
            while batch := passages.following(last, _BATCH):
                data = _segment(batch, workers)
                last = batch[-1].id
                segments.append(data, last, epoch)
                written += 1
            segments.finish_rebuild(epoch, fingerprint, segments=written, removal=removal)
    segments.delete_old_epochs()


def _segment(batch: Sequence[StoredPassage], workers: _Tokenizing) -> bytes:
    """The bytes of the segment of stored passages."""
    articles = [list(group) for _, group in groupby(batch, lambda passage: passage.article_id)]
    work: list[Work] = [
        (group[0].title, [Passage(passage.text, passage.heading) for passage in group]) for group in articles
    ]
    shares = [work[start : start + _SHARE] for start in range(0, len(work), _SHARE)]
    sized = [(sum(len(piece.text) for _, pieces in share for piece in pieces), share) for share in shares]
    frequencies = (terms for share in workers.results(sized) for article in share for terms in article)
    documents = [
        Document(passage.id, passage.article_id, terms, passage.published, passage.source)
        for passage, terms in zip(batch, frequencies, strict=True)
    ]
    return pack(build(documents))
