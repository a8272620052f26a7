"""Values of fields as exporters write them, and the strings in them.

A string may stand in a list (Scrapy), in an object ({"rendered": "…"}, WordPress), or behind the name of its type
({"$date": …}, MongoDB); pandas writes NaN, and other programs "null", for a missing one.
"""

import math
from collections.abc import Iterator

from retrieval.intake.formats import timestamps

# What programs write for no value, in small letters.
_NOTHING = frozenset(
    {"", "nan", "nat", "null", "none", "nil", "undefined", "n/a", "<na>", "#n/a", "\\n", "-", "--", "无", "暂无"}
)
# Keys of typed values in MongoDB, Firestore and Parse.
_TYPED = ("$oid", "$numberLong", "$numberInt", "$numberDouble", "$numberDecimal", "iso")
_SECONDS = ("_seconds", "seconds")
# Keys under which an object holds its words, the first one that is there.
_WORDS = ("rendered", "name", "text", "title", "content", "value", "screen_name", "nickname", "nick_name", "username")
_KEYS = (*_WORDS, "html", "#text", "_text", "_", "$t", "@value", "#cdata-section", "__cdata", "href", "@id")
# Lists in lists, and digits of a number: a longer one is no value of a field.
_DEEPEST, _MOST_DIGITS = 5, 30


def is_nothing(value: object) -> bool:
    """Whether a value stands for a missing one: null, NaN, "null", [], a list of such values."""
    value = plain(value)
    if isinstance(value, list):
        return all(map(is_nothing, value))
    return value is None or value == {} or (isinstance(value, str) and value.strip().lower() in _NOTHING)


def plain(value: object) -> object:
    """The value without the name of its type; None for NaN."""
    if isinstance(value, dict):
        if "$date" in value:
            return _day(plain(value["$date"]))
        seconds = next((value[key] for key in _SECONDS if key in value), None)
        if isinstance(seconds, int | float) and len(value) <= 2:
            return timestamps.of_epoch(seconds)
        return next((value[key] for key in _TYPED if key in value and len(value) <= 2), value)
    return None if isinstance(value, float) and math.isnan(value) else value


def strings(value: object, depth: int = 1) -> Iterator[str | None]:
    """The strings in a value, numbers written out, in order; None for each part that holds none."""
    value = plain(value)
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and depth <= _DEEPEST:
        for part in value:
            yield from strings(part, depth + 1)
    elif isinstance(value, dict) and depth <= _DEEPEST:
        key = next((key for key in _KEYS if not is_nothing(value.get(key))), None)
        yield from [None] if key is None else strings(value[key], depth + 1)
    elif value is not None:
        yield _digits(value)


def _day(milliseconds: object) -> object:
    """The moment of a $date: milliseconds since 1970, or already written as words."""
    try:
        return timestamps.of_epoch(int(milliseconds) / 1000) if isinstance(milliseconds, int | str) else None
    except (ValueError, OverflowError):
        return milliseconds


def _digits(value: object) -> str | None:
    """A number as it is written; None for a truth value, for infinity and for a number of too many digits."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 10**_MOST_DIGITS:
        return None
    return str(int(value)) if value == int(value) else repr(value)
