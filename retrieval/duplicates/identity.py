"""The rule that tells whether a new article is a stored one, another version of it, or another report.

| addresses | source and title | texts | the new article |
|---|---|---|---|
| the same | any | any | updates the stored one |
| different | any | any | is another one: each address is a page of its own |
| one unknown | no two sources | the same | updates the stored one, or is a duplicate that changes nothing |
| one unknown | both the same | versions, of no two days | updates the stored one |
| one unknown | else | else | is another one |

`retrieval.duplicates.lookup` finds the stored articles that the rule is applied to.
"""

import hashlib

from retrieval.archive import Identity
from retrieval.article import Article
from retrieval.duplicates.urls import url_key
from retrieval.duplicates.versions import are_versions
from retrieval.text.folding import fold, squeeze


def identity_of(article: Article, text: str | None = None) -> Identity:
    """The keys of an article. `text` is the key of its text when that is known.

    Folding the text takes as long as all queries for one article: compute an identity once and pass it on.
    """
    if text is None:
        text = hashlib.sha256(squeeze(article.text).encode()).hexdigest()
    url = url_key(article.url) if article.url else None
    return Identity(squeeze(article.title), text, source_key(article.source), url)


def source_key(source: str | None) -> str | None:
    """A source in one width, case and script."""
    return fold(source).strip() or None if source else None


def are_two(key: str | None, other: str | None) -> bool:
    """Whether two addresses, or two sources, are known and different."""
    return key is not None and other is not None and key != other


def is_version(new: Article, ours: Identity, stored: Article) -> bool:
    """Whether the articles are one report of one source, under one title, in different words.

    `ours` is the identity of the new article.
    """
    theirs = identity_of(stored)
    if (ours.title, ours.source) != (theirs.title, theirs.source) or (ours.url and theirs.url):
        return False
    day, other_day = (new.published or "")[:10], (stored.published or "")[:10]
    if day and other_day and day != other_day:
        return False
    return are_versions(stored.text, new.text, same_day=bool(day) and day == other_day)


def is_exported(new: Article, ours: Identity, stored: Article) -> bool:
    """Whether `new`, an article of an export with its number, is the stored article.

    A stored article of the same number must share a title, a text or an address; one of another number must have
    its address or be an exact copy. Two stored articles therefore come back as two, however similar they are.
    """
    theirs = identity_of(stored)
    if new.id == stored.id:
        return ours.title == theirs.title or ours.text == theirs.text or (bool(ours.url) and ours.url == theirs.url)
    if new.url and new.url == stored.url:
        return True
    return ours == theirs and new.published == stored.published
