"""Named things of a query that its answer must hold: places, people, organizations, dates, numbers, models, titles."""

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple

from retrieval.archive import StoredPassage
from retrieval.text.folding import fold
from retrieval.text.numbers import plain
from retrieval.text.parts_of_speech import PartsOfSpeech, Tagged

_PLACE, _PERSON, _ORGANIZATION = "ns", "nr", "nt"
_FLAGS = (_PLACE, _PERSON, _ORGANIZATION, "nz")
# What jieba's dictionary flags as a name and is none.
_NO_NAMES = frozenset(files("retrieval.query").joinpath("common_words.txt").read_text("utf-8").splitlines())
_DATE = re.compile(r"(?:(?P<year>[12][0-9]{3})年)?(?:(?P<month>[0-9]{1,2})月)?(?:(?P<day>[0-9]{1,2})[日号](?!线))?")
_NUMBER = re.compile(r"(?<![0-9a-z.])[0-9]+(?:\.[0-9]+)?(?![0-9])")
_LATIN = re.compile(r"[a-z][a-z0-9]+(?:-[a-z0-9]+)*")
_TITLE = re.compile("《([^》]{2,40})》")
_SUFFIX = re.compile("(?:特别行政区|自治[区州县]|[省市县区州国])$")
# Characters of a query that are tagged: the hidden Markov model takes two milliseconds for a character that it never
# saw in a word. Titles, numbers and Latin words are read from all of it.
_LONGEST_TAGGED = 120
# An organization is held by a text that has this share of its pairs of characters: 国家卫健委 by 国家卫生健康委员会.
_ENOUGH_PAIRS = 0.6


class Name(NamedTuple):
    """A named thing, folded, with its numbers in digits.

    The kind is a flag of jieba (ns place, nr person, nt organization, nz other), date, number, latin or title.
    """

    word: str
    kind: str


def names_of(query: str, parts_of_speech: PartsOfSpeech) -> list[Name]:
    """The distinct named things of a query, in order of their kinds."""
    folded = plain(fold(query))
    titles = [Name(title, "title") for title in _TITLE.findall(folded)]
    rest = _TITLE.sub(" ", folded)
    dates = [match.group() for match in _DATE.finditer(rest) if match.group()]
    for date in dates:
        rest = rest.replace(date, " ")
    latin = [Name(word, "latin") for word in _LATIN.findall(rest)]
    numbers = [Name(number, "number") for number in _NUMBER.findall(rest)]
    words = parts_of_speech.words(rest[:_LONGEST_TAGGED])
    tagged = [Name(word.word, word.flag[:2]) for word in words if _is_name(word)]
    return list(dict.fromkeys([*titles, *tagged, *latin, *(Name(date, "date") for date in dates), *numbers]))


def _is_name(tagged: Tagged) -> bool:
    return tagged.flag[:2] in _FLAGS and len(tagged.word) > 1 and tagged.word not in _NO_NAMES


def is_held(name: Name, text: str, published: str | None) -> bool:
    """Whether a text holds the named thing, or another form of it; the text is folded, with its numbers in digits.

    `published` is the date of the text: it counts for what a date does not say of itself, and stands for the day.
    """
    word, kind = name
    if kind == "number":
        return re.search(rf"(?<![0-9.]){re.escape(word)}(?![0-9]|\.[0-9])", text) is not None
    if kind == "date":
        return _holds_date(word, text, published)
    return word in text or any(form in text for form in _forms(word, kind)) or _holds_pairs(word, kind, text)


def _forms(word: str, kind: str) -> Iterator[str]:
    if kind == _PLACE and len(bare := _SUFFIX.sub("", word)) > 1:
        yield bare
    if kind == _PERSON and len(word) == 3:
        yield word[:2]  # jieba adds the next character to a name that it guesses: 侯景封了宋子仙什么职位


def _holds_pairs(word: str, kind: str, text: str) -> bool:
    if kind != _ORGANIZATION or len(word) < 4:
        return False
    pairs = [word[start : start + 2] for start in range(len(word) - 1)]
    return sum(pair in text for pair in pairs) >= _ENOUGH_PAIRS * len(pairs)


def _holds_date(word: str, text: str, published: str | None) -> bool:
    match = _DATE.fullmatch(word)
    assert match is not None
    year, month, day = match.group("year", "month", "day")
    if word in text:
        return True
    own = (published or "")[:10].split("-")
    own_year, own_month, own_day = (int(part) for part in own) if len(own) == 3 else (0, 0, 0)
    if year and not (int(year) == own_year or f"{year}年" in text or f"{year}-" in text):
        return False
    if month is None and day is None:
        return True
    if day is None:
        return int(month) == own_month or _stands(rf"{int(month)}月", text)
    if month is None:
        return int(day) == own_day or _stands(rf"{int(day)}[日号]", text)
    is_own_month = int(month) == own_month
    return (is_own_month and (int(day) == own_day or _stands(rf"{int(day)}[日号]", text))) or _stands(
        rf"{int(month)}月{int(day)}[日号]", text
    )


def _stands(pattern: str, text: str) -> bool:
    return re.search(rf"(?<![0-9]){pattern}", text) is not None


def missing(names: list[Name], passage: StoredPassage, folded: str) -> list[Name]:
    """The names that neither the folded text nor the source of the passage holds; see `is_held`."""
    text = plain("\n".join((folded, fold(passage.source or ""))))
    return [name for name in names if not is_held(name, text, passage.published)]
