"""Articles of a damaged file, as far as their rows can be read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from retrieval.article import Article, is_day, paragraphs_from_lines
from retrieval.duplicates.identity import identity_of
from retrieval.store.database import Database
from retrieval.store.salvage import Salvage

_CELLS = ("title", "source", "author", "editor", "published", "url", "text")
_NO_TITLE = "（标题已损坏）"


@dataclass(frozen=True, slots=True)
class Salvaged:
    """An article as it can be read; `article` is None when it is lost.

    It is whole when every cell is as it was written. `added` is the moment at which it was stored, if it can be read.
    """

    number: int
    article: Article | None
    is_whole: bool = False
    added: str | None = None


def salvaged(database: Database) -> Iterator[Salvaged]:
    """Yield every article, lost ones too, by number as far as the file is sound. Nothing raises."""
    for row in Salvage(database).article_rows():
        yield Salvaged(row, None) if isinstance(row, int) else _salvaged(row)


def salvaged_now(database: Database, number: int) -> Salvaged | None:
    """One article; None when there is none of this number. Raises StoreError."""
    row = Salvage(database).article_row(number)
    return _salvaged(row) if row else None


def _salvaged(row: dict[str, Any]) -> Salvaged:
    text, title, published = _text(row["text"]), _text(row["title"]), row["published"]
    if not text:
        return Salvaged(row["id"], None)
    headings = _headings(row["heading_lines"])
    article = Article(
        title or _NO_TITLE,
        paragraphs_from_lines(text.split("\n"), headings or []),
        source=_string(row["source"]),
        author=_string(row["author"]),
        editor=_string(row["editor"]),
        url=_string(row["url"]),
        published=published if (published is None or isinstance(published, str)) and is_day(published) else None,
        id=row["id"],
    )
    cells = [getattr(article, name) for name in _CELLS]
    stored = [row[name] for name in _CELLS]
    is_whole = headings is not None and cells == stored and _keys_fit(article, row)
    return Salvaged(row["id"], article, is_whole, _string(row["added"]))


def _keys_fit(article: Article, row: dict[str, Any]) -> bool:
    """Whether the keys of the row are those of its text and title."""
    identity = identity_of(article)
    return (row["title_key"], row["text_key"]) == (identity.title, identity.text)


def _headings(cell: Any) -> list[int] | None:
    """The numbers of the lines that are headings; None when they cannot be read."""
    try:
        lines = json.loads(cell)
    except (TypeError, ValueError):
        return None
    return lines if isinstance(lines, list) and all(type(line) is int for line in lines) else None


def _text(cell: Any) -> str | None:
    """The text of a cell, also when damage has made its type BLOB."""
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes) else _string(cell)


def _string(cell: Any) -> str | None:
    return cell if isinstance(cell, str) else None
