from retrieval.article import Article as Article
from retrieval.article import Paragraph as Paragraph
from retrieval.engine import Hit as Hit
from retrieval.engine import Outcome as Outcome
from retrieval.engine import Result as Result
from retrieval.engine import SearchEngine as SearchEngine
from retrieval.index.protocol import Filters as Filters
from retrieval.store.errors import StoreError as StoreError

__all__ = ["Article", "Filters", "Hit", "Outcome", "Paragraph", "Result", "SearchEngine", "StoreError"]
