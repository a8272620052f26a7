"""Is a new article one that is stored already, another version of it, or another report? The rule, once.

| addresses | source and title | texts | the new article |
|---|---|---|---|
| the same | any | any | updates the stored one |
| different | any | any | is another one: each address is a page of its own |
| one unknown | no two sources | the same | updates the stored one, or is a duplicate that changes nothing |
| one unknown | both the same | versions, of no two days | updates the stored one |
| one unknown | else | else | is another one |

`Store.same` finds the stored articles that this may be true of.
"""

import hashlib
from dataclasses import dataclass

from retrieval.article import Article
from retrieval.duplicates.urls import url_key
from retrieval.duplicates.versions import are_versions
from retrieval.text.folding import fold, squeeze


@dataclass(frozen=True, slots=True)
class Identity:
    """By what an article is known again, whatever its blanks, width, case and script; None is unknown.

    To work it out takes as long as all else that is asked of the file for an article.
    """

    title: str
    text: str
    source: str | None
    url: str | None

    @classmethod
    def of(cls, article: Article) -> "Identity":
        text = hashlib.sha256(squeeze(article.text).encode()).hexdigest()
        url = url_key(article.url) if article.url else None
        return cls(squeeze(article.title), text, source_key(article.source), url)


def source_key(source: str | None) -> str | None:
    """A source in one width, case and script."""
    return fold(source).strip() or None if source else None


def are_two(one: str | None, other: str | None) -> bool:
    """Whether two addresses, or two sources, are known to be different ones."""
    return one is not None and other is not None and one != other


def is_copy(new: Article, stored: Article) -> bool:
    """Whether the two have one text, and nothing says that it was printed twice: two addresses or two sources."""
    ours, theirs = Identity.of(new), Identity.of(stored)
    return ours.text == theirs.text and not are_two(ours.url, theirs.url) and not are_two(ours.source, theirs.source)


def is_version(new: Article, stored: Article) -> bool:
    """Whether the two are one report of one source, under one title, in different words."""
    ours, theirs = Identity.of(new), Identity.of(stored)
    if (ours.title, ours.source) != (theirs.title, theirs.source) or (ours.url and theirs.url):
        return False
    day, other_day = (new.published or "")[:10], (stored.published or "")[:10]
    if day and other_day and day != other_day:
        return False
    return are_versions(stored.text, new.text, same_day=bool(day) and day == other_day)


def is_exported(new: Article, stored: Article) -> bool:
    """Whether the line of an export, which carries its number, is the stored article.

    It is that of its number when they share a title, a text or an address, and elsewhere only an exact copy: two
    articles that are stored side by side come back as two, however much they are alike.
    """
    ours, theirs = Identity.of(new), Identity.of(stored)
    if new.id == stored.id:
        return ours.title == theirs.title or ours.text == theirs.text or (bool(ours.url) and ours.url == theirs.url)
    if new.url and new.url == stored.url:
        return True
    return ours == theirs and new.published == stored.published
