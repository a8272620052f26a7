"""Rows of articles and of their former versions."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from retrieval.archive import Identity
from retrieval.article import Article, paragraphs_from_lines
from retrieval.store.errors import DamagedError
from retrieval.store.passages import is_whole

FIELDS = ("title", "source", "author", "editor", "published", "url")


def article_of(row: Mapping[str, Any], number: int) -> Article:
    """The article of a row, under this number. Raises DamagedError when a cell is not as it was written."""
    try:
        if is_whole(*(row[name] for name in ("title", "text", "published", "source", "author", "url"))):
            paragraphs = paragraphs_from_lines(row["text"].split("\n"), json.loads(row["heading_lines"]))
            return Article(paragraphs=paragraphs, id=number, **{name: row[name] for name in FIELDS})
    except (KeyError, TypeError, ValueError):  # a column is missing, or a cell has another type
        pass
    raise DamagedError(f"第 {number} 号文章已损坏；请用 check 检查。")


def row_of(article: Article, identity: Identity) -> dict[str, Any]:
    """The cells of an article, without its number and the moment at which it was stored."""
    return {name: getattr(article, name) for name in FIELDS} | {
        "text": article.text,
        "heading_lines": json.dumps(article.heading_lines),
        "title_key": identity.title,
        "text_key": identity.text,
    }


def now() -> str:
    """This moment in UTC, as the tables hold it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
