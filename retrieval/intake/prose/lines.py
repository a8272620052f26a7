"""Which lines does a text consist of, once its characters and line breaks are repaired?"""

import html
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from retrieval.text.folding import fold, printable

_BREAKS = re.compile("\r\n?|[\u2028\u2029\v\f\x85]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,30}\d{0,2});")
_HAS_TAGS = re.compile(r"<(?:p|br|div)\b", re.IGNORECASE)
_BREAKING_TAG = re.compile(r"<(?:br|/?(?:p|div|h[1-6]|li|tr|blockquote|section))\b[^<>]{0,500}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
# Soft hyphen, zero width, direction marks, invisible operators, byte order mark, variation selectors.
_INVISIBLE_RANGES = "ad 200b-200f 202a-202e 2060-2064 2066-2069 feff fe00-fe0f 180e 0-8 e-1f 7f-84 86-9f"
_BLANKS = "\t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
# Characters of which the copies, one for each step, stand in memory at once.
_AT_ONCE = 50_000
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_RUN_OF_BLANKS = re.compile(" {2,}")
_LOST_BREAK = re.compile("(?<=[。！？!?…”’」』）])[ \u3000\xa0\u2003\t]{2,}")
_INDENT = re.compile("\u3000{2,}|\xa0{4,}")
# Longer than any header line: from here on two ideographic blanks are an indent whose line break was lost.
LONGEST_META = 110
_SEPARATOR = "\u2028"
# The line that parts the articles of a file.
BETWEEN_ARTICLES = re.compile(r"[=＝]{4,}")
# A line takes some 300 bytes beside its characters while a text is read. A collection of articles that is wrapped has a
# line for each 20 Chinese characters or more.
MOST_LINES, FEWEST_HAN_A_LINE = 250_000, 16


class TooManyLinesError(ValueError):
    """A text that is not read; the message is a sentence for an editor."""

    def __init__(self, most: int) -> None:
        super().__init__(f"文本超过 {most:,} 行，没有读取；请分成几个文件再收录。")


def _code_points(ranges: str) -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    for part in ranges.split():
        first, _, last = part.partition("-")
        table.update(dict.fromkeys(range(int(first, 16), int(last or first, 16) + 1)))
    return table


_CLEANED = _code_points(_INVISIBLE_RANGES) | dict.fromkeys(map(ord, _BLANKS), " ")


class Line(NamedTuple):
    """A line as it is shown and as rules match it: folded, and character for character as long."""

    shown: str
    folded: str

    def cut(self, start: int, end: int | None = None) -> "Line":
        """A part of the line without the blanks around it."""
        shown, folded = self.shown[start:end], self.folded[start:end]
        left = len(shown) - len(shown.lstrip())
        right = len(shown.rstrip())
        return Line(shown[left:right], folded[left:right])


def han(text: str) -> int:
    """How many Chinese characters `text` has."""
    # Each character that is found is a string of 80 bytes for the moment.
    starts = range(0, len(text), _AT_ONCE)
    return sum(len(_HAN.findall(text, start, start + _AT_ONCE)) for start in starts)


def ends_sentence(text: str) -> bool:
    return text.rstrip("”’」』）)\"' ").endswith(tuple("。！？!?…；;"))


def from_texts(texts: list[str]) -> list[Line]:
    """Lines with their folded twins; folded at one go, which is ten times as quick as line by line.

    A line separator (U+2028) in a text becomes a blank, as it separates the texts while they are folded.
    """
    found: list[Line] = []
    for some in _some_at_once(texts):
        shown = [text.replace(_SEPARATOR, " ") for text in some]
        found += map(Line, shown, fold(_SEPARATOR.join(shown)).split(_SEPARATOR))
    return found


def _some_at_once(texts: list[str]) -> Iterator[list[str]]:
    size = start = 0
    for end, text in enumerate(texts, 1):
        size += len(text)
        if size > _AT_ONCE or end == len(texts):
            yield texts[start:end]
            size, start = 0, end


def repaired(text: str) -> list[str]:
    """The lines of `text` without invisible characters and markup, lost line breaks put back; blank ones stay.

    Raises TooManyLinesError.
    """
    text = printable(text)
    if _ENTITY.search(text):
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
        # &amp;nbsp; is a page that was escaped twice.
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    text = _BREAKS.sub("\n", text)
    if _HAS_TAGS.search(text):
        text = _TAG.sub("", _BREAKING_TAG.sub("\n", text))
    # Counted before they are made.
    breaks = text.count("\n")
    if breaks >= MOST_LINES and breaks >= (most := max(MOST_LINES, han(text) // FEWEST_HAN_A_LINE)):
        raise TooManyLinesError(most)
    found: list[str] = []
    start = 0
    while start <= len(text):
        end = text.find("\n", start + _AT_ONCE)
        end = len(text) if end < 0 else end
        parts = [part for line in text[start:end].split("\n") for part in _at_lost_breaks(line)]
        cleaned = unicodedata.normalize("NFC", "\n".join(parts).translate(_CLEANED))
        found += [_RUN_OF_BLANKS.sub(" ", line.strip()) for line in cleaned.split("\n")]
        start = end + 1
    return found


def on_one_line(text: str) -> str:
    """`text` on one line, repaired as `repaired` does: what a field holds that is shown as a title or a name."""
    return " ".join(filter(None, repaired(text)))


def _at_lost_breaks(line: str) -> list[str]:
    line = line.strip()
    parts = _LOST_BREAK.split(line)
    return [piece for part in parts for piece in (_INDENT.split(part) if len(line) > LONGEST_META else [part])]


def unwrapped(lines: list[str]) -> list[str]:
    """The same lines, joined to paragraphs when the text was wrapped at a fixed width."""
    width = _wrapping_width(lines)
    if width is None:
        return lines
    # Blank lines between paragraphs say where one ends; without them a full line that ends a sentence does.
    blocks_are_marked = lines.count("") >= 2 and _longest_block(lines) > 1
    joined: list[list[str]] = []
    continues = False
    for line in lines:
        is_rule = BETWEEN_ARTICLES.fullmatch(line) is not None
        if continues and line and not is_rule:
            last = joined[-1][-1]
            glue = " " if last[-1:].isascii() and line[0].isascii() and last[-1:].isalpha() else ""
            joined[-1].append(glue + line)
        else:
            joined.append([line])
        full = len(line) >= width - 3 and not is_rule
        continues = full and (blocks_are_marked or not ends_sentence(line))
    return list(map("".join, joined))


def _longest_block(lines: list[str]) -> int:
    return max(len(block.split("\n")) for block in "\n".join(lines).split("\n\n"))


def _wrapping_width(lines: list[str]) -> int | None:
    lengths = sorted(len(line) for line in lines if line)
    if len(lengths) < 6:
        return None
    width = lengths[len(lengths) * 9 // 10]
    full = [line for line in lines if abs(len(line) - width) <= 3]
    if not 20 <= width <= 60 or 2 * len(full) < len(lengths):
        return None
    running_on = sum(not ends_sentence(line) for line in full)
    return width if 10 * running_on >= 6 * len(full) else None
