"""Intake: bytes of a file or a link become articles, or refusals with a reason.

`file` gives the bytes to the reader of their `kinds` (a ZIP is opened by `zip_archive`, a text decoded by `charset`).
The readers stand in formats/ and page/, give text and hints to the rules in prose/, and end with an Article or a
Refusal. link/ downloads what a link leads to, and hands it to `file`. Intake imports the text and article chapters and
no other.

The two names of link/ are imported at their first use (PEP 562), since they bring an HTTP client with them. Type
checkers read the same names in __init__.pyi.
"""

from typing import Any

from retrieval.intake import loading
from retrieval.intake.boundary import Refusal
from retrieval.intake.file import File, read, read_in_pieces, too_large
from retrieval.intake.formats.jsonl import Lines, write_line
from retrieval.intake.prose.dates import normalise as as_published

_MODULES = {"Fetcher": "retrieval.intake.link.fetch", "read_link": "retrieval.intake.link.fetch"}

__all__ = [
    "Fetcher",
    "File",
    "Lines",
    "Refusal",
    "as_published",
    "read",
    "read_in_pieces",
    "read_link",
    "too_large",
    "write_line",
]


def __getattr__(name: str) -> Any:
    """Import a name of link/. Raises AttributeError for any other, as a module without this function does."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = loading.load(_MODULES[name], name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})
