"""Retrieval over Chinese news, as a library: open a `SearchEngine` on a file, add articles, search.

Each name is imported at its first use (PEP 562): SearchEngine brings jieba, numpy and SQLite with it, an Article or
`retrieval.intake` needs none of them. Type checkers read the same names in __init__.pyi.
"""

from importlib import import_module
from typing import Any

_MODULES = {
    "Article": "retrieval.article",
    "Filters": "retrieval.index.protocol",
    "Hit": "retrieval.engine",
    "Outcome": "retrieval.engine",
    "Paragraph": "retrieval.article",
    "Result": "retrieval.engine",
    "SearchEngine": "retrieval.engine",
    "StoreError": "retrieval.store.errors",
}

__all__ = [*_MODULES]


def __getattr__(name: str) -> Any:
    """Import a name of the library. Raises AttributeError for any other, as a module without this function does."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_MODULES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})
