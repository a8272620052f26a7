"""Which articles of a damaged file can still be read, and what of each?"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from retrieval.article import Article, is_day, paragraphs_from_lines
from retrieval.duplicates.identity import Identity
from retrieval.store.articles import Store

_CELLS = ("title", "source", "author", "editor", "published", "url", "text")
_NO_TITLE = "（标题已损坏）"


@dataclass(frozen=True, slots=True)
class Salvaged:
    """An article of a file as it can be read; None when it can't be.

    It is whole when all of it is as it was written. `added` is when it was stored, if that can be read.
    """

    number: int
    article: Article | None
    is_whole: bool = False
    added: str | None = None


def salvaged(store: Store) -> Iterator[Salvaged]:
    """Every article, by number as far as the file is sound; one that is lost is named. Nothing raises."""
    for row in store.article_rows():
        yield Salvaged(row, None) if isinstance(row, int) else _salvaged(row)


def salvaged_now(store: Store, number: int) -> Salvaged | None:
    """One article; None when there is none of this number. Raises StoreError."""
    row = store.article_row(number)
    return _salvaged(row) if row else None


def _salvaged(row: dict[str, Any]) -> Salvaged:
    text, title, published = _text(row["text"]), _text(row["title"]), row["published"]
    if not text:
        return Salvaged(row["id"], None)
    headings = _headings(row["heading_lines"])
    article = Article(
        title or _NO_TITLE,
        paragraphs_from_lines(text.split("\n"), headings or []),
        **{name: _string(row[name]) for name in ("source", "author", "editor", "url")},
        published=published if (published is None or isinstance(published, str)) and is_day(published) else None,
        id=row["id"],
    )
    kept = [getattr(article, name) for name in _CELLS]
    stored = [row[name] for name in _CELLS]
    is_whole = headings is not None and kept == stored and keys_fit(article, row)
    return Salvaged(row["id"], article, is_whole, _string(row["added"]))


def keys_fit(article: Article, row: dict[str, Any]) -> bool:
    """Whether the text and the title are those that the keys beside them were made of."""
    identity = Identity.of(article)
    return (row["title_key"], row["text_key"]) == (identity.title, identity.text)


def _headings(cell: Any) -> list[int] | None:
    """The numbers of the lines that are headings; None when they can't be read."""
    try:
        found = json.loads(cell)
    except (TypeError, ValueError):
        return None
    return found if isinstance(found, list) and all(type(one) is int for one in found) else None


def _text(cell: Any) -> str | None:
    """The text of a cell, also when it is no longer marked as one."""
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes) else _string(cell)


def _string(cell: Any) -> str | None:
    return cell if isinstance(cell, str) else None
