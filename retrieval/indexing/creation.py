"""A file is made, or brought up to date."""

from collections.abc import Iterable
from typing import Never

from retrieval.archive import Batch
from retrieval.article import Article
from retrieval.duplicates import signatures
from retrieval.indexing.commit import commit
from retrieval.indexing.file_tables import tables_of
from retrieval.indexing.preparation import Preparation
from retrieval.store.articles import Articles
from retrieval.store.database import Database
from retrieval.store.reprint_links import ReprintLinks
from retrieval.store.segments import Segments
from retrieval.text.analyzer import Analyzer


def create(database: Database, analyzer: Analyzer, fingerprint: str, first_articles: Iterable[Article] = ()) -> None:
    """Bring the tables up to date, and store the first articles in a file that is new, both or neither."""
    with database.write():
        new = database.migrate()
        links, segments = ReprintLinks(database), Segments(database)
        if links.signature_rules() != signatures.RULES:
            links.forget_all()
        if new:
            segments.finish_rebuild(segments.start_rebuild(), fingerprint, segments=0, removal=0)
            batches: list[Batch[Never]] = Preparation(Articles(database).same)(analyzer, [*first_articles])
            commit(tables_of(database), analyzer, fingerprint, batches)
