"""Retrieval over Chinese news, as a library: open a `SearchEngine` on a file, add articles, search."""

from retrieval.article import Article, Paragraph
from retrieval.engine import Hit, Outcome, Result, SearchEngine
from retrieval.index.protocol import Filters
from retrieval.store.articles import StoreError

__all__ = ["Article", "Filters", "Hit", "Outcome", "Paragraph", "Result", "SearchEngine", "StoreError"]
