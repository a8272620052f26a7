"""An article, and articles put into a store."""

from retrieval.article import Article, passages
from retrieval.duplicates.identity import identity_of
from retrieval.store.articles import Articles
from retrieval.store.database import Database
from tests.support.articles import make_article


def insert(store: Database, article: Article) -> int:
    with store.write():
        return Articles(store).insert(article, identity_of(article), passages(article))[0]


STORED = make_article("兰州签约。", title="兰州：招商", source="兰州晚报", published="2020-02-24")
