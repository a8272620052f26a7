"""Is a new article one that is stored already, another version of it, or another report? The rule, once.

| addresses | source and title | texts | the new article |
|---|---|---|---|
| the same | any | any | updates the stored one |
| different | any | any | is another one: each address is a page of its own |
| one unknown | no two sources | the same | updates the stored one, or is a duplicate that changes nothing |
| one unknown | both the same | versions, of no two days | updates the stored one |
| one unknown | else | else | is another one |

`Articles.same` and `Articles.earlier_version` find the stored articles that this may be true of.
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


def are_two(one: str | None, other: str | None) -> bool:
    """Whether two addresses, or two sources, are known to be different ones."""
    return one is not None and other is not None and one != other


def is_version(new: Article, ours: Identity, stored: Article) -> bool:
    """Whether the two are one report of one source, under one title, in different words; `ours` is the new one's."""
    theirs = identity_of(stored)
    if (ours.title, ours.source) != (theirs.title, theirs.source) or (ours.url and theirs.url):
        return False
    day, other_day = (new.published or "")[:10], (stored.published or "")[:10]
    if day and other_day and day != other_day:
        return False
    return are_versions(stored.text, new.text, same_day=bool(day) and day == other_day)


def is_exported(new: Article, ours: Identity, stored: Article) -> bool:
    """Whether the line of an export, which carries its number, is the stored article.

    It is that of its number when they share a title, a text or an address, and elsewhere only an exact copy: two
    articles that are stored side by side come back as two, however much they are alike.
    """
    theirs = identity_of(stored)
    if new.id == stored.id:
        return ours.title == theirs.title or ours.text == theirs.text or (bool(ours.url) and ours.url == theirs.url)
    if new.url and new.url == stored.url:
        return True
    return ours == theirs and new.published == stored.published
