"""Opinions of readers on answers: the question, the passage and the verdict, without a name."""

import hashlib
import json
from dataclasses import asdict, dataclass

# Days for which an opinion is kept.
DAYS = 30
_LONGEST_QUESTION = 1000


@dataclass(frozen=True, slots=True)
class Opinion:
    """A reader's opinion on one page of an answer; `wrong` is a code of bot.words.readers.WRONG, if one was chosen."""

    question: str
    passage_id: int
    article_id: int
    status: str
    is_good: bool
    wrong: str | None = None


def key_of(number: int, place: int, person: int) -> int:
    """The key of a person's opinion on a page of an answer; a later one replaces it.

    It is a hash: whoever has the database and guesses a number can check that, and read no number from it.
    """
    digest = hashlib.blake2b(f"{number}:{place}:{person}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def to_row(opinion: Opinion) -> str:
    fields = asdict(opinion) | {"question": opinion.question[:_LONGEST_QUESTION]}
    return json.dumps({"version": 1, **fields})  # escapes half a character, which SQLite does not store


def from_row(row: str) -> Opinion | None:
    """The opinion of a row; None for a broken row, and for a row of a later version."""
    try:
        fields = json.loads(row)
        if fields.pop("version") != 1:
            return None
        return Opinion(**fields)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
