"""Erasure of articles: their words are deleted from the rows, the postings, the free pages and the log."""

from collections.abc import Callable, Iterable

from retrieval.change import NO_CHANGE, Change, Touch
from retrieval.duplicates.identity import identity_of
from retrieval.index.segment_format import merge
from retrieval.indexing.tables import Tables
from retrieval.store.database import Database
from retrieval.store.segments import Segments


def erase(
    tables: Tables,
    article_ids: Iterable[int],
    record: Callable[[list[int]], None] = lambda _: None,
    change: Change = NO_CHANGE,
) -> list[int]:
    """Delete articles and their versions, with what `record` writes, in one transaction; the numbers of those known.

    Each leaves a tombstone, whose hashes lead to no words. SQLite overwrites the deleted cells (`secure_delete`).
    """
    articles, links, versions, tombstones = tables.articles, tables.links, tables.versions, tables.tombstones
    journal = tables.journal
    with tables.write():
        erased, left = list[int](), list(dict.fromkeys(article_ids))
        for number in left:
            # What was merged into an article has its words too.
            left += sorted(journal.merged_into(number) - set(left))
            last = versions.last([number]).get(number)
            known = articles.article(number) or (versions.article(last) if last is not None else None)
            signature = b"" if known is None else links.signature(number)
            if known is not None and articles.erase(number):
                # The tombstone of an earlier removal has the signature, which an article that is not stored has lost.
                if signature or tombstones.of_article(number) is None:
                    tombstones.add(number, identity_of(known), signature, change.by)
                erased.append(number)
        if erased:
            tables.raise_generation()
            journal.append(change, [Touch("removed", number, None) for number in erased])
        record(erased)
    return erased


def purge(database: Database) -> None:
    """Write the segments that hold removed passages anew without them, and empty the log. Raises StoreError."""
    segments = Segments(database)
    for number, _ in segments.sizes():
        data, removed = segments.data(number), segments.removed()
        if data is not None and (left := merge([data], removed)) != data:
            with database.write():
                segments.replace([number], left)
    # A checkpoint copies the new pages over the old ones, and the log is cut to nothing.
    with database.alone():
        pass
