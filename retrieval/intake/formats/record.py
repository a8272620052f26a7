"""Records with named fields: a line of JSON, a row of a table, the front matter of Markdown.

A record that `jsonl.write_line` made has `heading_lines`, and its text is taken as it is. The text of any other record
passes through the rules for plain text, and its fields win over its text. Only a record with the mark of an export
keeps its number: any other `id` belongs to another system.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from retrieval.article import Article, paragraphs_from_lines
from retrieval.intake import loading
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats import field_names, timestamps
from retrieval.intake.prose import plain_text, url_line
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.lines import on_one_line
from retrieval.text.folding import printable

_TIME = re.compile(r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?")
_HTML = re.compile(r"<(?:p|br|div|span|table|section|article)\b[^<>]{0,500}>", re.IGNORECASE)
# The value of `exported_by` in a line that `jsonl.write_line` made.
EXPORTED_BY = "news-answers"
_LARGEST_ID = 2**63 - 1  # of SQLite
_LONGEST_SHOWN = 40
_NO_TIME = 10**15  # milliseconds since 1970 in the year 33658


class RecordError(ValueError):
    """A record that cannot be taken; the message is a sentence for an editor."""


def article(record: Mapping[str, object], item: str) -> Article | Refusal:
    """The article of a record; a refusal of `item` when a field is wrong or there is no body."""
    try:
        return _article(_values_by_field(record), item)
    except RecordError as error:
        return Refusal(item, str(error))


def hints(record: Mapping[str, object]) -> plain_text.Hints:
    """The fields beside the text, as hints. Raises RecordError."""
    return _hints(_values_by_field(record))


def _values_by_field(record: Mapping[str, object]) -> dict[str, object]:
    """The value of each field; the first filled one of several keys, and the field's own name before other names."""
    values: dict[str, object] = {}
    moments: list[object] = []
    for name, value in sorted(record.items(), key=lambda pair: pair[0] not in field_names.NAMES):
        field = field_names.field_of(name)
        if field is None or value is None or (isinstance(value, str) and not value.strip() and field in values):
            continue
        earlier = values.get(field)
        if earlier is None or (isinstance(earlier, str) and not earlier.strip()):
            values[field] = value
        if field == "published":
            moments.append(value)
    return values | ({"published": _moment(moments)} if len(moments) > 1 else {})


def _moment(values: list[object]) -> object:
    """The one of several `published` values that names a moment; a separate day and hour are joined."""
    words = [value.strip() for value in values if isinstance(value, str)]
    hour = next(filter(_TIME.fullmatch, words), None)
    day = next((word for word in words if timestamps.normalise(word) is not None), None)
    joined = f"{day} {hour}"
    return joined if day and hour and timestamps.normalise(joined) else day or values[0]


def _article(fields: dict[str, object], item: str) -> Article | Refusal:
    text = _string(fields, "text", "\n")
    if text is None:
        raise RecordError("没有正文（text、content 或“正文”）。")
    headings, number = _headings(fields), _id(fields)
    exported = _heading_lines(fields, headings, text.split("\n"))
    title = _string(fields, "title")
    if exported is not None and title is not None:
        paragraphs = paragraphs_from_lines(text.split("\n"), exported)
        source, author, editor = (_string(fields, name) for name in ("source", "author", "editor"))
        published, url = _published(fields), _url(_string(fields, "url"))
        return Article(title, paragraphs, source, author, editor, published, url, number)
    if _HTML.search(text):
        text = "\n".join(_fragment_lines(text))
    result = plain_text.article(text, item, _hints(fields))
    return result if isinstance(result, Refusal) else replace(_with_headings(result, headings), id=number)


def _fragment_lines(html: str) -> list[str]:
    # The parser of HTML loads at the first record with markup.
    lines: list[str] = loading.load("retrieval.intake.page.markup", "fragment_lines")(html)
    return lines


def _hints(fields: dict[str, object]) -> plain_text.Hints:
    title, source, author, editor = (_line(_string(fields, name)) for name in ("title", "source", "author", "editor"))
    for name, value in (("title", title), ("source", source), ("author", author), ("editor", editor)):
        if value is not None and len(value) > plain_text.LONGEST_FIELD:
            raise RecordError(
                f"{name} 字段超过 {plain_text.LONGEST_FIELD} 个字，没有收录；正文要放在 text 字段（“正文”）里。"
            )
    return plain_text.Hints(title, Byline(source, author, editor, _published(fields)), _url(_string(fields, "url")))


def _line(value: str | None) -> str | None:
    """The value on one line; None when it is blank."""
    return on_one_line(value) or None if value is not None else None


def _string(fields: dict[str, object], name: str, glue: str = " ") -> str | None:
    """The string of a field; strings of a list are joined with `glue`. Raises RecordError.

    An object counts as the string under its key `name` or `text`: {"name": "城北日报"}, {"text": "一段。"}.
    """
    value = fields.get(name)
    parts = value if isinstance(value, list) else [] if value is None else [value]
    strings = [part.get("name", part.get("text")) if isinstance(part, dict) else part for part in parts]
    if not all(isinstance(string, str) for string in strings):
        raise RecordError(f"{name} 字段应当是字符串。")
    return None if value is None else printable(glue.join(map(str, strings)))


def _id(fields: dict[str, object]) -> int | None:
    value = fields.get("id")
    if value is None or fields.get("exported_by") != EXPORTED_BY:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST_ID:
        raise RecordError("id 字段应当是非负整数。")
    return value


def _published(fields: dict[str, object]) -> str | None:
    """The moment of publication; None for words without a number, such as 不详. Raises RecordError."""
    value = fields.get("published")
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not abs(value) < _NO_TIME:  # `not <` refuses NaN, too
            raise RecordError("日期无法识别：这个数字太大，不是时间。")
        value = f"{value:.0f}"
    text = _string({"published": value}, "published") or ""
    if not any(map(str.isdigit, text)):
        if len(text) > _LONGEST_SHOWN:
            raise RecordError(f"日期无法识别：“{text[:_LONGEST_SHOWN]}”。")
        # A date may have no digit: 二〇二一年五月七日.
        return timestamps.normalise(text)
    moment = timestamps.normalise(text)
    if moment is None:
        raise RecordError(f"日期无法识别：“{text[:_LONGEST_SHOWN]}”。")
    return moment


def _url(value: str | None) -> str | None:
    if value is None or not value.strip():
        return None
    if not url_line.is_web(value.strip()):
        raise RecordError(f"网址不是 http 或 https 网址：“{value[:_LONGEST_SHOWN]}”。")
    return value.strip()


def _headings(fields: dict[str, object]) -> list[str]:
    value = fields.get("headings")
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(heading, str) for heading in value):
        raise RecordError("headings 字段应当是字符串数组。")
    return [printable(heading) for heading in value]


def _heading_lines(fields: dict[str, object], headings: list[str], lines: list[str]) -> list[int] | None:
    """The numbers of the heading lines; None when the headings are not on these lines, because the export was edited.

    Raises RecordError.
    """
    value = fields.get("heading_lines")
    if value is None:
        return None
    # `type(...) is int`: True is an instance of int, but no line number.
    if not isinstance(value, list) or not all(type(number) is int for number in value):
        raise RecordError("heading_lines 字段应当是整数数组。")
    in_range = all(0 <= number < len(lines) for number in value)
    return value if in_range and [lines[number] for number in value] == headings else None


def _with_headings(article: Article, headings: list[str]) -> Article:
    """The article with the lines that equal `headings`, in their order, as its headings."""
    if not headings:
        return article
    lines = article.text.split("\n")
    numbers: list[int] = []
    wanted = iter(" ".join(heading.split()) for heading in headings)
    heading = next(wanted, None)
    for number, line in enumerate(lines):
        if heading is not None and line == heading:
            numbers.append(number)
            heading = next(wanted, None)
    return replace(article, paragraphs=paragraphs_from_lines(lines, numbers or article.heading_lines))
