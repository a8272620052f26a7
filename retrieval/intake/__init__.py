"""Intake: bytes of a file or a link become articles, or refusals with a reason.

`file` gives the bytes to the reader of their `kinds` (a ZIP is opened by `zip_archive`, a text decoded by `charset`).
The readers stand in formats/ and page/, give text and hints to the rules in prose/, and end with an Article or a
Refusal. link/ downloads what a link leads to, and hands it to `file`. Intake imports the text and article chapters and
no other.

The names are imported at their first use (PEP 562), since the rules bring hundreds of patterns with them, link/ an HTTP
client, and polled feeds a parser; a Refusal brings nothing. Type checkers read the same names in __init__.pyi.
"""

from typing import Any

from retrieval.intake import loading
from retrieval.intake.boundary import Refusal

_MODULES = {
    "Entry": "retrieval.intake.formats.feed_file",
    "FeedFile": "retrieval.intake.formats.feed_file",
    "Fetcher": "retrieval.intake.link.fetch",
    "File": "retrieval.intake.file",
    "Lines": "retrieval.intake.formats.jsonl",
    "LinkError": "retrieval.intake.link.guard",
    "ListedFeed": "retrieval.intake.formats.opml",
    "NoFeedError": "retrieval.intake.formats.feed_file",
    "OpmlError": "retrieval.intake.formats.opml",
    "Reply": "retrieval.intake.link.reply",
    "Robots": "retrieval.intake.link.robots",
    "Validators": "retrieval.intake.link.reply",
    "as_published": "retrieval.intake.prose.dates",
    "cut_feed": "retrieval.intake.formats.feed_file",
    "export_furniture": "retrieval.intake.telegram_folder",
    "fault": "retrieval.intake.link.reply",
    "is_exported": "retrieval.intake.formats.jsonl",
    "is_whole_opml": "retrieval.intake.formats.opml",
    "read": "retrieval.intake.file",
    "read_in_pieces": "retrieval.intake.file",
    "read_link": "retrieval.intake.link.fetch",
    "read_opml": "retrieval.intake.formats.opml",
    "too_large": "retrieval.intake.file",
    "write_line": "retrieval.intake.formats.jsonl",
    "write_opml": "retrieval.intake.formats.opml",
}

__all__ = [
    "Entry",
    "FeedFile",
    "Fetcher",
    "File",
    "Lines",
    "LinkError",
    "ListedFeed",
    "NoFeedError",
    "OpmlError",
    "Refusal",
    "Reply",
    "Robots",
    "Validators",
    "as_published",
    "cut_feed",
    "export_furniture",
    "fault",
    "is_exported",
    "is_whole_opml",
    "read",
    "read_in_pieces",
    "read_link",
    "read_opml",
    "too_large",
    "write_line",
    "write_opml",
]


def __getattr__(name: str) -> Any:
    """Import a late name. Raises AttributeError for any other, as a module without this function does."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = loading.load(_MODULES[name], name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})
