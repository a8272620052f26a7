"""Lines of a text: repair of characters and line breaks, and a folded twin of each line for the rules."""

import html
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from retrieval.text.bulk_folding import fold_all
from retrieval.text.folding import printable

_BREAKS = re.compile("\r\n?|[\u2028\u2029\v\f\x85]")
# &nbsp; &#8220; &#x201c;
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,30}\d{0,2});")
_HAS_TAGS = re.compile(r"<(?:p|br|div)\b", re.IGNORECASE)
_BREAKING_TAG = re.compile(r"<(?:br|/?(?:p|div|h[1-6]|li|tr|blockquote|section))\b[^<>]{0,500}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
# Soft hyphen, zero width, direction marks, invisible operators, byte order mark, variation selectors, controls.
_INVISIBLE = re.compile(
    r"[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe00-\ufe0f\u180e\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"
)
_BLANK = re.compile(r"[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# Texts are read in pieces of this many characters: each step makes a copy.
_AT_ONCE, _LINES_AT_ONCE = 50_000, 500
# Characters of a text whose count of Chinese characters is kept.
_SHORT = 500
_NOT_HAN = re.compile("[^\u3400-\u4dbf\u4e00-\u9fff]+")
_RUN_OF_BLANKS = re.compile(" {2,}")
# Blanks behind a sentence where a line break was lost: …通车。　　第二天…
_LOST_BREAK = re.compile("(?<=[。！？!?…”’」』）])[ \u3000\xa0\u2003\t]{2,}")
_INDENT = re.compile("\u3000{2,}|\xa0{4,}")
# Characters of the longest byline. In a longer line two ideographic blanks are the indent of a new paragraph.
LONGEST_BYLINE = 110
_SEPARATOR = "\u2028"
# The line between two articles of a file: =====
BETWEEN_ARTICLES = re.compile(r"[=＝]{4,}")
# A line takes some 300 bytes beside its characters while a text is read. Wrapped collections of articles have 20
# Chinese characters a line or more.
MOST_LINES, FEWEST_HAN_A_LINE = 250_000, 16


class TooManyLinesError(ValueError):
    """A text with too many lines to be read; the message is a sentence for an editor."""

    def __init__(self, most: int) -> None:
        super().__init__(f"文本超过 {most:,} 行，没有读取；请分成几个文件再收录。")


class Line(NamedTuple):
    """A line as it is shown, and `folded` as rules match it. Both have the same length, so offsets hold for both."""

    shown: str
    folded: str

    def cut(self, start: int, end: int | None = None, edges: str | None = None) -> "Line":
        """The part from `start` to `end`, without the blanks or the characters `edges` around it."""
        shown, folded = self.shown[start:end], self.folded[start:end]
        left = len(folded) - len(folded.lstrip(edges))
        right = len(folded.rstrip(edges))
        return Line(shown[left:right], folded[left:right])


def han(text: str) -> int:
    """The number of Chinese characters in `text`."""
    if len(text) <= _SHORT:
        return _han(text)
    return sum(_han.__wrapped__(text[start : start + _AT_ONCE]) for start in range(0, len(text), _AT_ONCE))


@lru_cache(maxsize=1_024)  # the rules ask for the same line several times
def _han(text: str) -> int:
    # A text of Chinese characters has few other runs: deleting them is faster than finding the characters.
    return len(_NOT_HAN.sub("", text))


def ends_sentence(text: str) -> bool:
    """Whether `text` ends with a stop, or with quotation marks and brackets behind a stop: …通车。”"""
    return text.rstrip("”’」』）)\"' ").endswith(tuple("。！？!?…；;"))


def from_texts(texts: list[str]) -> list[Line]:
    """A Line for each text, in order. Many texts are folded at once, ten times as fast as one by one.

    A line separator (U+2028) inside a text becomes a blank.
    """
    lines: list[Line] = []
    for start in range(0, len(texts), _LINES_AT_ONCE):
        shown = [text.replace(_SEPARATOR, " ") for text in texts[start : start + _LINES_AT_ONCE]]
        lines += map(Line, shown, fold_all(shown))
    return lines


def repaired(text: str) -> list[str]:
    """The lines of `text` without invisible characters and markup, with lost line breaks put back; blank lines stay.

    Raises TooManyLinesError when the text has `MOST_LINES` lines or more, and fewer than 16 Chinese characters a line.
    """
    text = printable(text)
    for _ in range(2):  # &amp;nbsp; comes from a page that was escaped twice
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text
    text = _BREAKS.sub("\n", text)
    if _HAS_TAGS.search(text):
        text = _TAG.sub("", _BREAKING_TAG.sub("\n", text))
    # The lines are counted first, because each takes memory once the text is split.
    breaks = text.count("\n")
    if breaks >= MOST_LINES and breaks >= (most := max(MOST_LINES, han(text) // FEWEST_HAN_A_LINE)):
        raise TooManyLinesError(most)
    repaired_lines: list[str] = []
    start = 0
    while start <= len(text):
        end = text.find("\n", start + _AT_ONCE)
        end = len(text) if end < 0 else end
        parts = [part for line in text[start:end].split("\n") for part in _at_lost_breaks(line)]
        cleaned = unicodedata.normalize("NFC", _BLANK.sub(" ", _INVISIBLE.sub("", "\n".join(parts))))
        repaired_lines += map(str.strip, _RUN_OF_BLANKS.sub(" ", cleaned).split("\n"))
        start = end + 1
    return repaired_lines


def on_one_line(text: str) -> str:
    """The lines of `repaired`, joined by blanks: the form of a field with a title or a name."""
    return " ".join(filter(None, repaired(text)))


def _at_lost_breaks(line: str) -> list[str]:
    """The line, split where its blanks stand for lost line breaks."""
    line = line.strip()
    parts = _LOST_BREAK.split(line)
    return [piece for part in parts for piece in (_INDENT.split(part) if len(line) > LONGEST_BYLINE else [part])]


def unwrapped(lines: list[str]) -> list[str]:
    """The lines, joined to paragraphs when the text is wrapped at a fixed width; else `lines` itself."""
    width = _wrapping_width(lines)
    if width is None:
        return lines
    # A paragraph ends at a blank line; in a text without blank lines, at a full line that ends a sentence.
    blocks_are_marked = 2 <= lines.count("") < len(lines) // 2
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


def _wrapping_width(lines: list[str]) -> int | None:
    """The width in characters (20 to 60) at which most lines break inside a sentence; None for unwrapped text."""
    lengths = sorted(len(line) for line in lines if line)
    if len(lengths) < 6:
        return None
    width = lengths[len(lengths) * 9 // 10]
    full = [line for line in lines if abs(len(line) - width) <= 3]
    if not 20 <= width <= 60 or 2 * len(full) < len(lengths):
        return None
    running_on = sum(not ends_sentence(line) for line in full)
    return width if 10 * running_on >= 6 * len(full) else None
