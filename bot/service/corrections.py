"""Corrections as editors write them: lines such as 来源：兰州晚报."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.words import desk
from bot.words.language import said
from retrieval import intake
from retrieval.article import Paragraph
from retrieval.query.days import days_of
from retrieval.text.folding import fold, printable, simplify

# Labels in Simplified Chinese and English, in lower case, and the field of an article that each of them names.
_FIELDS = {
    **dict.fromkeys(("来源", "媒体", "source"), "source"),
    **dict.fromkeys(("时间", "日期", "time", "date"), "published"),
    **dict.fromkeys(("标题", "题目", "title"), "title"),
    **dict.fromkeys(("记者", "作者", "author"), "author"),
    **dict.fromkeys(("编辑", "责编", "editor"), "editor"),
    **dict.fromkeys(("链接", "网址", "连结", "原文", "link", "url"), "url"),
    **dict.fromkeys(("正文", "全文", "text"), "text"),
}
_LINE = re.compile(r"\s*(?P<label>[^\s:：]{2,6})\s*[:：]\s*(?P<value>.*)")
_NOTHING = {"", "无", "没有", "空", "none", "-"}
_LONGEST_VALUE, _LONGEST_URL = 500, 2000


@dataclass(frozen=True, slots=True)
class Correction:
    """The new values of an article's fields, by name; or a sentence about the first line that is no correction."""

    fields: dict[str, Any] = field(default_factory=dict)
    fault: str = ""


def read(text: str, today: date) -> Correction | None:
    """The correction that a text is; None for a text whose first line has no label of a field.

    A time may be a day as people say it (昨天). 正文： takes all lines behind it.
    """
    lines = [line for line in printable(text).split("\n") if line.strip()]
    if not lines or _labelled(lines[0]) is None:
        return None
    fields: dict[str, Any] = {}
    for place, line in enumerate(lines):
        labelled = _labelled(line)
        if labelled is None:
            return Correction(fault=said(desk.NOT_A_FIELD, line=line.strip()[:40]))
        name, value = labelled
        if name == "text":
            paragraphs = [piece.strip() for piece in (value, *lines[place + 1 :]) if _is_visible(piece)]
            if not paragraphs:
                return Correction(fault=said(desk.NEEDS_A_VALUE))
            return Correction(fields | {"paragraphs": tuple(map(Paragraph, paragraphs))})
        fields[name] = None if value.lower() in _NOTHING or not _is_visible(value) else value
        if fault := _fault(name, value, fields, today):
            return Correction(fault=fault)
    return Correction(fields)


def _labelled(line: str) -> tuple[str, str] | None:
    """The field and the value of a line; None without a label."""
    match = _LINE.fullmatch(line)
    name = _FIELDS.get(simplify(match["label"]).lower()) if match else None
    return (name, match["value"].strip()) if match and name else None


def _fault(name: str, value: str, fields: dict[str, Any], today: date) -> str | None:
    """The fault of a value, if it has one; a time is written as articles have it."""
    longest = _LONGEST_URL if name == "url" else _LONGEST_VALUE
    if len(value) > longest:
        return said(desk.TOO_LONG, name=said(desk.FIELDS[name]), most=longest)
    if name == "title" and fields[name] is None:
        return said(desk.NEEDS_A_VALUE)
    if name == "url" and fields[name] is not None:
        if not re.fullmatch(r"https?://[^\s/]+\S*", value, re.IGNORECASE):
            return said(desk.NOT_A_LINK)
        fields[name] = value
    if name == "published" and fields[name] is not None:
        fields[name] = intake.as_published(value) or _day(value, today)
        if fields[name] is None:
            return said(desk.NOT_A_TIME, value=value[:40])
    return None


def _is_visible(value: str) -> bool:
    """Whether a person sees anything of a value."""
    return any(character.isprintable() and not character.isspace() for character in value)


def _day(value: str, today: date) -> str | None:
    """The one day that a reader's words name."""
    named = days_of(fold(value), today)
    return named.since.isoformat() if named is not None and named.since == named.until else None
