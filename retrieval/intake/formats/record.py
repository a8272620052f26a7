"""Records with named fields: a line of JSON, a row of a table, the front matter of Markdown.

A record that `jsonl.write_line` made has `heading_lines`, and its text is taken as it is. The text of any other record
passes through the rules for plain text, and its fields win over its text. A field that cannot be read costs no article:
it stays empty, and a note says so. Only a record with the mark of an export keeps its number: any other `id` belongs to
another system.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice

from retrieval.article import Article, paragraphs_from_lines
from retrieval.intake import loading
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats import clocks, field_names, json_layout, timestamps, unpublished, value
from retrieval.intake.formats.fields import Fields, note
from retrieval.intake.prose import plain_text, url_line
from retrieval.text.folding import fold, printable, squeeze

_HTML = re.compile(r"<(?:p|br|div|span|table|section|article)\b[^<>]{0,500}>", re.IGNORECASE)
_LARGEST_ID = 2**63 - 1  # of SQLite
# Keys of posts in Weibo and the like. Their `source` is the program with which they were written.
_POST = frozenset({"screen_name", "mblogid", "bid"})
# The field of an address under the name of a source.
_SPARE = "address of the source"
# The characters of the number behind a name, as in 正文2, and the most characters of such a name.
_NUMBER, _LONGEST_NAME = "0123456789_- ", 40
# Names of a text beside which another one may be its beginning.
_FULL = frozenset(map(squeeze, ("full_text", "full_content", "全文")))
# Characters of a clock.
_LARGEST_CLOCK = 20
# Unreadable characters of a text, which NUL becomes, too, and their share.
_A_FEW_LOST, _MOST_LOST = 4, 0.02
_NO_TEXT = "没有正文（text、content 或“正文”）。"


def article(record: Mapping[str, object], item: str, base: str = "") -> Article | Refusal:
    """The article of a record, with notes about fields that stay empty; a refusal of `item` when there is no body.

    `base` is the address to which that of the record is relative, if one is known.
    """
    record = json_layout.opened(record)
    if (kind := unpublished.kind(record)) is not None:
        return Refusal(item, f"是{kind}，没有收录。")
    is_export = record.get("exported_by") == field_names.EXPORTED_BY
    values, fields = dict(record) if is_export else by_field(record), Fields(item, base)
    text = _text(values.get("text"))
    if text is None:
        return Refusal(item, _NO_TEXT)
    if text.count("\ufffd") > max(_A_FEW_LOST, _MOST_LOST * len(text)):
        return Refusal(item, "正文里有许多读不出的字符，没有收录。")
    headings, number = _headings(values, fields, item), _id(values, fields, item) if is_export else None
    title, exported = values.get("title"), _heading_lines(values, headings, text.split("\n"))
    if exported is not None and isinstance(title, str):
        paragraphs = paragraphs_from_lines(text.split("\n"), exported)
        source, author, editor = (_exact(values.get(name)) for name in ("source", "author", "editor"))
        published, url = fields.moment(values.get("published")), fields.url(values.get("url"))
        notes = tuple(fields.notes)
        return Article(printable(title), paragraphs, source, author, editor, published, url, number, notes)
    if _HTML.search(text):
        text = "\n".join(_fragment_lines(text))
    result = plain_text.article(text, item, fields.hints(values))
    if isinstance(result, Refusal):
        return result
    return replace(_with_headings(result, headings), id=number, notes=tuple(fields.notes))


def hints(record: Mapping[str, object], item: str) -> tuple[plain_text.Hints, tuple[str, ...]]:
    """The fields beside the text, as hints, and the notes about those that stay empty."""
    fields = Fields(item)
    return fields.hints(by_field(record)), tuple(fields.notes)


def by_field(record: Mapping[str, object]) -> dict[str, object]:
    """The value of each field; the first filled one of several keys, and the field's own name before other names."""
    values: dict[str, object] = {}
    texts: dict[str, object] = {}
    moments: dict[bool, list[object]] = {True: [], False: []}
    is_post = not _POST.isdisjoint(record)
    items = islice(record.items(), json_layout.MOST_KEYS)
    # Beside its text, a crawler keeps the whole page as `html`.
    for name, written in sorted(items, key=lambda pair: (pair[0] not in field_names.NAMES, pair[0] == "html")):
        field = field_names.field_of(name)
        if is_post and name in ("source", "user"):
            field = "source" if name == "user" else None
        if field is None or value.is_nothing(written):
            continue
        if field == "source" and isinstance(written, str) and url_line.is_web(written.strip()):
            values.setdefault(_SPARE, written)
            continue
        values.setdefault(field, written)
        if field == "text":
            texts[name] = written
        if field == "published":
            in_utc = isinstance(written, str) and field_names.is_in_utc(name)
            moments[field_names.is_of_record(name)].append(f"{written}Z" if in_utc else written)
    # The day on which a program made the record is no second choice for one that is there but cannot be read.
    published = moments[False] or moments[True]
    if _SPARE in values:
        values.setdefault("url", values[_SPARE])
    if len(texts) > 1:
        values["text"] = _whole(texts)
    return values | ({"published": _moment(published)} if published else {})


def _whole(texts: dict[str, object]) -> object:
    """The first of several texts with those that go on with it (正文2), or a longer one that is named the full text."""
    (first, written), *_ = texts.items()
    parts = [text for name, text in texts.items() if name.rstrip(_NUMBER) == first.rstrip(_NUMBER)]
    full = (text for name, text in texts.items() if squeeze(name[:_LONGEST_NAME]) in _FULL and isinstance(text, str))
    longer = next((text for text in full if isinstance(written, str) and len(text) > len(written)), None)
    return longer or parts


def _moment(values: list[object]) -> object:
    """The one of several values that names a moment; a separate day and hour are joined."""
    if len(values) == 1:
        return values[0]
    words = [" ".join(filter(None, value.strings(written))).strip() for written in values]
    hour = next((word for word in words if clocks.is_clock(fold(word[:_LARGEST_CLOCK]))), None)
    day = next((word for word in words if timestamps.normalise(word) is not None), None)
    joined = f"{day} {hour}"
    return joined if day and hour and timestamps.normalise(joined) else day or values[0]


def _text(written: object) -> str | None:
    """The text of a record, the strings of a list on lines of their own; None when there is none."""
    parts = [part for part in value.strings(written) if part is not None]
    return printable("\n".join(parts)) if parts else None


def _exact(written: object) -> str | None:
    return printable(written) if isinstance(written, str) else None


def _fragment_lines(html: str) -> list[str]:
    # The parser of HTML loads at the first record with markup.
    lines: list[str] = loading.load("retrieval.intake.page.markup", "fragment_lines")(html)
    return lines


def _id(values: dict[str, object], fields: Fields, item: str) -> int | None:
    number = values.get("id")
    if number is None:
        return None
    if isinstance(number, float) and number.is_integer():  # of pandas
        number = int(number)
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= _LARGEST_ID:
        fields.notes.append(note(item, "id 应当是非负整数"))
        return None
    return number


def _headings(values: dict[str, object], fields: Fields, item: str) -> list[str]:
    listed = values.get("headings")
    if listed is None:
        return []
    if not isinstance(listed, list) or not all(isinstance(heading, str) for heading in listed):
        fields.notes.append(note(item, "headings 应当是字符串数组"))
        return []
    return [printable(heading) for heading in listed]


def _heading_lines(values: dict[str, object], headings: list[str], lines: list[str]) -> list[int] | None:
    """The numbers of the heading lines; None when the headings are not on them, because the export was edited."""
    numbers = values.get("heading_lines")
    # `type(...) is int`: True is an instance of int, but no line number.
    if not isinstance(numbers, list) or not all(type(number) is int for number in numbers):
        return None
    in_range = all(0 <= number < len(lines) for number in numbers)
    return numbers if in_range and [lines[number] for number in numbers] == headings else None


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
