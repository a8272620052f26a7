"""Types of the cells in columns that are never NULL. SQLite stores any type in any column, so damage may change it."""

from collections.abc import Sequence
from typing import Any

_TYPES = dict.fromkeys(
    ("id", "article_id", "other_id", "passage_id", "last", "epoch", "generation", "articles"), int
) | {
    "data": bytes,
    "value": str,
}
_NAMES: dict[type, str] = {int: "整数", bytes: "字节", str: "文字"}


def wrong_type(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str | None:
    """A sentence about the first column that has a cell of another type; None when all types are right."""
    for place, name in enumerate(columns):
        expected = _TYPES.get(name)
        if expected and not all(type(row[place]) is expected for row in rows):
            return f"{name} 一栏有不是{_NAMES[expected]}的值"
    return None
