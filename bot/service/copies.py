"""Copies of the articles, as lines of JSON."""

from collections.abc import Iterator

from retrieval.indexing.salvage import Salvaged, salvaged
from retrieval.intake import write_line
from retrieval.store.database import Database


def article_lines(database: Database) -> Iterator[tuple[Salvaged, str | None]]:
    """Each article as it can be read, with its line of an export; None for one that is lost.

    No read transaction is open while the caller has a line: a reader of a pipe may be slow, and the write-ahead log of
    the database would grow meanwhile.
    """
    for row in salvaged(database):
        yield row, None if row.article is None else write_line(row.number, row.article) + "\n"
