"""Printed pages: their lines joined to paragraphs, without the headers and footers."""

import re
import unicodedata
from collections import Counter
from typing import NamedTuple

from retrieval.intake.prose import byline, lines, title_line
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.lines import Line, ends_sentence, han
from retrieval.text.folding import squeeze

# Headers and footers stand among the first and last lines of a page; a PDF may list both before the text.
_ZONE, _LONGEST_HEADER = 3, 60
_PAGE_NUMBER = re.compile(
    r"[-—–·\s]*(?:第\s?)?(?:\d{1,4}|[一二三四五六七八九十]{1,3}(?=\s?页))\s?(?:页|版)?(?:\s?[/,，共]\s?.{0,3}\d{1,4}\s?页?)?[-—–·\s]*"
)
_DIGITS = re.compile(r"\d+")
_HAN = r"[\u3400-\u9fff，。、；：！？“”‘’《》（）]"
_SPACED, _ADJACENT = re.compile(rf"(?<={_HAN}) +(?={_HAN})"), re.compile(rf"(?<={_HAN})(?={_HAN})")
# Many PDF files hold radicals in place of characters that look the same: ⾺ for 马.
_RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_FULL = 0.85
_INDENT = re.compile("[ \u3000\xa0\t]+")
_NEVER_FIRST = tuple("，。、；：！？”’」』）》】")
# A shorter header is no title: 内部资料 请勿外传.
_SHORTEST_TITLE = 10


class PrintedText(NamedTuple):
    """`text` has a line for each paragraph; `title` and `byline` come from headers and footers."""

    text: str
    title: str | None
    byline: Byline


def joined(pages: list[str]) -> PrintedText:
    """The text of `pages`, whose lines stand as they are printed."""
    split = [[line.rstrip() for line in page.translate(_RADICALS).splitlines() if line.strip()] for page in pages]
    body, dropped = _without_headers(split)
    headers = lines.from_texts(dropped)
    in_headers = Byline()
    for line in headers:
        in_headers |= byline.from_line(line) or Byline()
    titles = (line.shown for line in headers if han(line.folded) >= _SHORTEST_TITLE and title_line.may_be_title(line))
    text = "\n".join(_paragraphs(_closed_up(body)))
    return PrintedText(text, next(titles, None), Byline(source=in_headers.source, published=in_headers.published))


def _without_headers(pages: list[list[str]]) -> tuple[list[str], list[str]]:
    """The lines without headers, and the headers, each once.

    A header is a line that stands on at least half of the pages; its digits may differ.
    """
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({key for number, line in enumerate(page) if (key := _key(line, number, page)) is not None})
    kept: list[str] = []
    dropped: dict[str, str] = {}
    for page in pages:
        for number, line in enumerate(page):
            key = _key(line, number, page)
            if key is None:
                kept.append(line)
            elif counts[key] > 1 and 2 * counts[key] >= len(pages):
                dropped.setdefault(key, line.strip())
            elif not _PAGE_NUMBER.fullmatch(line):
                kept.append(line)
    return kept, list(dropped.values())


def _key(line: str, number: int, page: list[str]) -> str | None:
    """The line with 0 for each digit, so that a header is equal on all pages; None when it cannot be a header."""
    if _ZONE <= number < len(page) - _ZONE or len(line) > _LONGEST_HEADER:
        return None
    return _DIGITS.sub("0", squeeze(line)) or "-"


def _closed_up(texts: list[str]) -> list[str]:
    """The lines, without the blanks that some PDF files put between all characters."""
    whole = "\n".join(texts)
    if 2 * len(_SPACED.findall(whole)) <= len(_ADJACENT.findall(whole)):
        return texts
    return [_SPACED.sub("", line) for line in texts]


def _paragraphs(texts: list[str]) -> list[str]:
    if not texts:
        return []
    # A full line is as wide as the type area, or as long in characters if a program has cut the text.
    widths, lengths = sorted(map(_columns, texts)), sorted(len(line.strip()) for line in texts)
    full_width, full_length = (ordered[len(ordered) * 9 // 10] for ordered in (widths, lengths))
    # If only some of the lines are indented, an indent begins a paragraph and nothing else does.
    indents_tell = 0 < sum(_INDENT.match(line) is not None for line in texts) <= len(texts) // 2
    paragraphs: list[str] = []
    goes_on = False
    for line, twin in zip(texts, lines.from_texts([line.strip() for line in texts]), strict=True):
        begins = (indents_tell and _INDENT.match(line) is not None) or _is_dated(twin)
        if paragraphs and not begins and (goes_on or twin.shown.startswith(_NEVER_FIRST)):
            paragraphs[-1] = _glued(paragraphs[-1], twin.shown)
        else:
            paragraphs.append(twin.shown)
        full = _columns(line) >= _FULL * full_width or len(twin.shown) >= full_length
        goes_on = full and not _is_dated(twin) and (indents_tell or not ends_sentence(twin.folded))
    return paragraphs


def _is_dated(line: Line) -> bool:
    in_line = byline.from_line(line)
    return in_line is not None and in_line.published is not None


def _glued(first: str, second: str) -> str:
    """Two lines as one: a blank between words, none between Chinese characters, and no hyphen inside a word."""
    if first.endswith("-") and first[-2:-1].isalpha() and second[:1].islower():
        return first[:-1] + second
    is_words = first[-1:].isascii() and second[:1].isascii() and first[-1:].isalnum() and second[:1].isalnum()
    return f"{first} {second}" if is_words else first + second


def _columns(line: str) -> int:
    """The width of a line in columns; a Chinese character takes two."""
    return sum(2 if character >= "\u2e80" else 1 for character in line.strip())
