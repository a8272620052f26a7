"""Whether a new article is a version of one that was removed, of which little is known."""

from retrieval.article import Article
from retrieval.duplicates import signatures
from retrieval.duplicates.versions import are_versions

# Signatures alone decide from here on: one changed figure in 130 characters gives .92.
_SURE = 0.95


def is_removed_version(article: Article, signature: bytes, removed: bytes, former: Article | None) -> bool:
    """Whether an article is a version of a removed one, by their signatures and the `former` text, if it is known.

    A notice in the same words for another day or street is another article. Without the former text, which is kept for
    90 days and never of an erased article, only signatures can be compared.
    """
    if not signatures.nearly_same(signature, removed):
        return False
    if former is None:
        return signatures.similarity(signature, removed) >= _SURE
    return are_versions(former.text, article.text, same_day=True)
