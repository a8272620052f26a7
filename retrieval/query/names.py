"""Named things of a query that its answer must hold: places, people, organizations, dates, numbers, models, titles."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
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
_DATE = re.compile(
    r"(?<![0-9])(?:(?P<year>[12][0-9]{3})年)?(?:(?P<month>[0-9]{1,2})月)?(?:(?P<day>[0-9]{1,2})(?:日(?!游|年化|均线|内|间)|号(?!线)))?"
)
# 今年多大 asks for an age.
_RELATIVE = re.compile(
    "(?<![目以之日从空当此提眼生公大])(?:今|去|大?前)年(?!多大|几岁|多少岁|[一二三四五六七八九0-9]+岁|上[一二三四五六]|[轻关满迈])"
    "|(?<![早晚以天海马网线场身市上])上{1,2}个?月(?![亮球饼活销季经薪均])|(?<![日基版成资样书])本月(?![薪活更均租供])|这个月(?![亮饼])"
)
# The 10号 of 神舟10号 is no day of a month.
_MODEL = re.compile("(?<=[\u4e00-\u9fff])(?<![月在到从于至和与或本每的了是年底初这那])[0-9]{1,2}号(?!线)")
# A line of a railway: its number is a name, and that of another line is none of its.
_LINE = re.compile("(?<![0-9])[0-9]{1,3}号线")
_YEAR, _ANY_YEAR = re.compile("[12][0-9]{3}"), re.compile("(?<![0-9])[12][0-9]{3}年")
_OTHER_MONTH = re.compile("(?<![0-9个])[0-9]{1,2}月")
_NUMBER = re.compile(r"(?<![0-9a-z.])[0-9]+(?:\.[0-9]+)?(?![0-9])")
_LATIN = re.compile(r"[a-z][a-z0-9]+(?:-[a-z0-9]+)*")
_OF_QUESTIONS = re.compile("[多几谁哪啥怎么吗呢]")
_TITLE = re.compile("《([^》]{2,40})》")
_SUFFIX = re.compile("(?:特别行政区|自治[区州县]|[省市县区州国])$")
_ENDING = re.compile("大学|学院|[中小]学|医院|公司|集团|银行|机场|大[桥坝厦]|博物馆|图书馆|[省市县区镇乡村州]")
# Characters of a query that are tagged, which takes a millisecond; titles, numbers and Latin words are read from all.
_LONGEST_TAGGED = 120
# An organization is held by a text that has this share of its pairs of characters: 国家卫健委 by 国家卫生健康委员会.
_ENOUGH_PAIRS = 0.6


class Name(NamedTuple):
    """A named thing, folded, with its numbers in digits.

    The kind is a flag of jieba (ns place, nr person, nt organization, nz other, v verb), date, number, latin, title, or
    model: the 10号 of 神舟10号. A date that the query counts from its own day has the words `said` for it: 去年.
    """

    word: str
    kind: str
    said: str = ""


def names_of(query: str, parts_of_speech: PartsOfSpeech, today: date | None = None) -> list[Name]:
    """The distinct named things of a query, in order of their kinds.

    去年 and 上个月 are dates, counted from `today`, the day of the question; without it they are none.
    """
    folded = plain(fold(query))
    relative = {_absolute(said, today): said for said in _RELATIVE.findall(folded)} if today else {}
    for written, said in relative.items():
        folded = folded.replace(said, written)
    titles = [Name(title, "title") for title in _TITLE.findall(folded)]
    rest = _TITLE.sub(" ", folded)
    models = [*_MODEL.findall(rest), *_LINE.findall(rest)]
    rest = _LINE.sub(" ", _MODEL.sub(" ", rest))
    dates = [match.group() for match in _DATE.finditer(rest) if match.group()]
    for written in dates:
        rest = rest.replace(written, " ")
    latin = [Name(word, "latin") for word in _LATIN.findall(rest)]
    numbers = [Name(number, "number") for number in _NUMBER.findall(rest)]
    words = parts_of_speech.words(_known(rest[:_LONGEST_TAGGED], parts_of_speech))
    tagged = [Name(word.word, word.flag[:2]) for word in words if _is_name(word, parts_of_speech)]
    tagged += [Name(word.word, "nz") for word in words if _is_unknown_name(word, rest[word.end :], parts_of_speech)]
    named = [*titles, *tagged, *latin, *(Name(model, "model") for model in models)]
    return list(dict.fromkeys([*named, *(_date(written, relative) for written in dates), *numbers]))


def _known(text: str, parts_of_speech: PartsOfSpeech) -> str:
    """The text with blanks for Han characters that the dictionary lacks: each takes the tagger eight milliseconds."""
    return "".join(" " if letter > "\u3400" and parts_of_speech.flag(letter) is None else letter for letter in text)


def predicates_of(query: str, parts_of_speech: PartsOfSpeech) -> list[Name]:
    """The distinct verbs of a query of at least two characters."""
    return _words_of(query, "v", parts_of_speech)


def nouns_of(query: str, parts_of_speech: PartsOfSpeech) -> list[Name]:
    """The distinct nouns of a query of at least two characters, which name no single thing."""
    return [word for word in _words_of(query, "n", parts_of_speech) if word.kind not in _FLAGS]


def _words_of(query: str, flag: str, parts_of_speech: PartsOfSpeech) -> list[Name]:
    words = parts_of_speech.words(_known(plain(fold(query))[:_LONGEST_TAGGED], parts_of_speech))
    named = (Name(word.word, word.flag[:2]) for word in words if word.flag[:1] == flag and len(word.word) > 1)
    return list(dict.fromkeys(named))


def without_dates(query: str, names: Iterable[Name]) -> str | None:
    """The query, folded, without the dates among its names; None when it has none, or nothing else."""
    dates = [name.said or name.word for name in names if name.kind == "date"]
    rest = plain(fold(query))
    for written in dates:
        rest = rest.replace(written, " ")
    return rest if dates and any(map(str.isalnum, rest)) else None


def _absolute(words: str, today: date) -> str:
    """今年, 去年 or 前年 as 2026年, 上个月 or 本月 as 2026年10月."""
    if words.endswith("年"):
        return f"{today.year - '今去前大'.index(words[0])}年"
    year, month = divmod(today.year * 12 + today.month - 1 - words.count("上"), 12)
    return f"{year}年{month + 1}月"


def _date(written: str, relative: Mapping[str, str]) -> Name:
    """The name of a date; `relative` has the words of the query for what dates may begin with: 去年 for 2025年."""
    for beginning, said in relative.items():
        if written.startswith(beginning):
            return Name(written, "date", said + written.removeprefix(beginning))
    return Name(written, "date")


def _is_name(tagged: Tagged, parts_of_speech: PartsOfSpeech) -> bool:
    if tagged.flag[:2] not in _FLAGS or len(tagged.word) < 2 or tagged.word in _NO_NAMES:
        return False
    # jieba guesses the name 龙多大 in 马克龙多大年纪.
    return parts_of_speech.flag(tagged.word) is not None or not _OF_QUESTIONS.search(tagged.word)


def _is_unknown_name(tagged: Tagged, rest: str, parts_of_speech: PartsOfSpeech) -> bool:
    """Whether a word that the dictionary lacks stands before what such names end with: the 东汐 of 东汐大学."""
    is_noun = tagged.flag in ("n", "nz") and len(tagged.word) > 1 and not _OF_QUESTIONS.search(tagged.word)
    return is_noun and parts_of_speech.flag(tagged.word) is None and _ENDING.match(rest) is not None


def is_held(name: Name, text: str, published: str | None) -> bool:
    """Whether a text holds the named thing, or another form of it; the text is folded, with its numbers in digits.

    `published` is the date of the text: it counts for what a date does not say of itself, and stands for the day.
    """
    word, kind, said = name
    if kind == "model":
        return _stands(word, text) or (word.endswith("线") and _stands(_among_lines(word), text))
    if kind == "number":
        # The 10 of 3月10日 is not that of 10名 人员.
        date_unit = "" if _YEAR.fullmatch(word) else "|[年月日]"
        return re.search(rf"(?<![0-9.]){re.escape(word)}(?![0-9]|\.[0-9]{date_unit})", text) is not None
    if kind == "date":
        # The 去年 of a text without a date may be the one that is meant.
        return (published is None and bool(said) and said in text) or _holds_date(word, text, published)
    if word in text or _holds_pairs(word, kind, text):
        return True
    bare = _SUFFIX.sub("", word) if kind == _PLACE else ""
    return (len(bare) > 1 and bare in text) or (kind == _PERSON and _holds_shorter(word, text))


def _among_lines(word: str) -> str:
    """A pattern of the number of a line in a list of lines: 5、8号线, 5号、8号线, 5号线和8号线."""
    return rf"{word[:-2]}号?线?(?:(?:、|,|和|与|及|以及|至|-|/)[0-9]{{1,3}}号?线?)+(?<=线)"


def _holds_shorter(word: str, text: str) -> bool:
    """Whether a text holds a name without the character that jieba adds when it guesses: 侯景封了宋子仙什么职位.

    Several characters follow 侯景 in a text about him, 明 alone follows 王小 in one about 王小明: 王小红 is another.
    """
    return len(word) == 3 and len(set(re.findall(f"{re.escape(word[:2])}(.)", text))) > 1


def _holds_pairs(word: str, kind: str, text: str) -> bool:
    if kind != _ORGANIZATION or len(word) < 4:
        return False
    pairs = [word[start : start + 2] for start in range(len(word) - 1)]
    return sum(pair in text for pair in pairs) >= _ENOUGH_PAIRS * len(pairs)


def _holds_date(word: str, text: str, published: str | None) -> bool:
    """Whether a text holds a date, or was published on it and names no other year or month.

    上月 and a month alone are counted from the day of publication, as is 去年.
    """
    match = _DATE.fullmatch(word)
    assert match is not None
    if _stands(word, text):
        return True
    year, month, day = (int(part) if part else 0 for part in match.group("year", "month", "day"))
    own_year, own_month, own_day = map(int, published[:10].split("-")) if published else (0, 0, 0)
    is_last_month = bool(year and month) and (own_year, own_month) == (year + month // 12, month % 12 + 1)
    if is_last_month and not day and (_stands(f"{month}月", text) or "上月" in text or "上个月" in text):
        return True
    if year and not _is_year_of(year, text, own_year):
        return False
    if not month:
        return not day or own_day == day or _stands(rf"{day}[日号]", text)
    if not day:
        is_own = own_month == month and not _OTHER_MONTH.search(text)
        says_last = own_month == month % 12 + 1 and ("上月" in text or "上个月" in text)
        return is_own or says_last or _stands(f"{month}月", text)
    is_own_day = own_month == month and (own_day == day or _stands(rf"{day}[日号]", text))
    return is_own_day or _stands(rf"{month}月{day}[日号]", text)


def _is_year_of(year: int, text: str, own_year: int) -> bool:
    """Whether a text of `own_year` tells of a year: it names it, or it is of that year and names no other."""
    if f"{year}年" in text or f"{year}-" in text or (own_year == year + 1 and "去年" in text):
        return True
    return own_year == year and not _ANY_YEAR.search(text)


def _stands(pattern: str, text: str) -> bool:
    return re.search(rf"(?<![0-9]){pattern}", text) is not None


def missing(names: list[Name], passage: StoredPassage, folded: str) -> list[Name]:
    """The names that neither the folded text nor the source of the passage holds; see `is_held`."""
    text = plain("\n".join((folded, fold(passage.source or ""))))
    return [name for name in names if not is_held(name, text, passage.published)]
