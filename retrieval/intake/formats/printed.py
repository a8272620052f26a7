"""Printed pages: their lines joined to paragraphs, without the headers and footers."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
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
# Those that NFKC leaves: the Noto fonts draw each of them as the character behind it, and Chromium writes the radical.
_PAIRS = (
    "⺎兀⺐尢⺒巳⺓幺⺟母⺠民⻁虎⻄西⻅见⻆角⻉贝⻋车⻑長⻓长⻔门⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻬齐⻮齿⻰龙⻱龜⻳龟"
    # The forms of vertical text.
    "︐，︑、︒。︓：︔；︕！︖？︗〖︘〗︙…︰：︱—︵（︶）︷｛︸｝︹〔︺〕︻【︼】︽《︾》︿〈﹀〉﹁「﹂」﹃『﹄』"
)
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl"}
_PRINTED = str.maketrans(_PAIRS[::2], _PAIRS[1::2]) | _RADICALS | _LIGATURES
# Browsers print the address and the number of the page below it, and the hour of printing and the title above it.
_ADDRESS = re.compile(r"(?P<address>[a-z]{4,5}://\S{1,1000})\s{1,9}\d{1,3}/\d{1,3}")
_PRINTING = re.compile(
    r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}[,，]? (?:上午|下午)?\d{1,2}:\d{2}(?: ?[AP]M)?(?: .{1,200})?", re.DOTALL
)
_FULL = 0.85
_INDENT = re.compile("[ \u3000\xa0\t]+")
_NEVER_FIRST = tuple("，。、；：！？”’」』）》】")
# A shorter header is no title: 内部资料 请勿外传.
_SHORTEST_TITLE = 10


# Page and column of a line; None on a page without columns.
Area = tuple[int, int] | None


class PrintedText(NamedTuple):
    """`text` has a line for each paragraph; `title` and `byline` come from headers and footers."""

    text: str
    title: str | None
    byline: Byline


def joined(pages: list[str]) -> PrintedText:
    """The text of `pages`, whose lines stand as they are printed.

    A form feed separates the columns of a page; two of them stand where no paragraph goes on.
    """
    split = [list(_lines_of(page)) for page in pages]
    body, dropped = _without_headers([[text for text, _ in page] for page in split])
    headers = lines.from_texts(dropped)
    in_headers = Byline()
    for line in headers:
        in_headers |= byline.from_line(line) or Byline()
    titles = (line.shown for line in headers if han(line.folded) >= _SHORTEST_TITLE and title_line.may_be_title(line))
    kept = [split[page][number] for page, number in body]
    areas: list[Area] = [(page, column) if column else None for (page, _), (_, column) in zip(body, kept, strict=True)]
    text = "\n".join(_paragraphs(_closed_up([text for text, _ in kept]), areas))
    return PrintedText(text, next(titles, None), Byline(source=in_headers.source, published=in_headers.published))


def _lines_of(page: str) -> Iterator[tuple[str, int]]:
    """The lines of a page, and the number of the column that each stands in; 0 on a page without columns."""
    columns = page.translate(_PRINTED).split("\f")
    for number, column in enumerate(columns, 1):
        for line in column.splitlines():
            if line.strip():
                yield line.rstrip(), number if len(columns) > 1 else 0


def _without_headers(pages: list[list[str]]) -> tuple[list[tuple[int, int]], list[str]]:
    """The places of the lines that are no headers, by page and line, and the headers, each once.

    A header is a line that stands on at least half of the pages; its digits may differ.
    """
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({key for number, line in enumerate(page) if (key := _key(line, number, page)) is not None})
    kept: list[tuple[int, int]] = []
    dropped: dict[str, str] = {}
    for place, page in enumerate(pages):
        is_from_browser = any(map(_ADDRESS.fullmatch, page[:_ZONE] + page[-_ZONE:]))
        for number, line in enumerate(page):
            key = _key(line, number, page)
            if key is not None and counts[key] > 1 and 2 * counts[key] >= len(pages):
                dropped.setdefault(key, line.strip())
            elif key is None or not (
                _PAGE_NUMBER.fullmatch(line)
                or (is_from_browser and (_PRINTING.fullmatch(line) or _ADDRESS.match(line)))
            ):
                kept.append((place, number))
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


def _paragraphs(texts: list[str], areas: list[Area]) -> list[str]:
    """The paragraphs of lines; lines of one area of type are equally wide when they are full."""
    by_area: defaultdict[Area, list[str]] = defaultdict(list)
    for line, area in zip(texts, areas, strict=True):
        by_area[area].append(line)
    # A title or a dated line above a column is wider than its lines.
    full = {area: _full_line(lines, 0.9 if area is None else 0.75) for area, lines in by_area.items()}
    # If only some of the lines are indented, an indent begins a paragraph and nothing else does.
    indents_tell = 0 < sum(_INDENT.match(line) is not None for line in texts) <= len(texts) // 2
    paragraphs: list[str] = []
    goes_on = False
    twins = lines.from_texts([line.strip() for line in texts])
    breaks = [False, *(_is_break(*pair) for pair in pairwise(areas))]
    for line, twin, area, is_break in zip(texts, twins, areas, breaks, strict=True):
        full_width, full_length = full[area]
        begins = is_break or (indents_tell and _INDENT.match(line) is not None) or _is_dated(twin)
        if paragraphs and not begins and (goes_on or twin.shown.startswith(_NEVER_FIRST)):
            paragraphs[-1] = _glued(paragraphs[-1], twin.shown)
        else:
            paragraphs.append(twin.shown)
        is_full = _columns(line) >= _FULL * full_width or len(twin.shown) >= full_length
        goes_on = is_full and not _is_dated(twin) and (indents_tell or not ends_sentence(twin.folded))
    return paragraphs


def _is_break(area: Area, following: Area) -> bool:
    """Whether no paragraph goes on from one area to the next: a column without lines stands between."""
    return area is not None and following is not None and area[0] == following[0] and area[1] + 1 < following[1]


def _full_line(texts: list[str], share: float) -> tuple[int, int]:
    """The width of the type area, and its length in characters: a program may have cut the text by these."""
    widths, lengths = sorted(map(_columns, texts)), sorted(len(line.strip()) for line in texts)
    return widths[int(share * len(widths))], lengths[int(share * len(lengths))]


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
    """The width of a line with its indent, in columns; a Chinese character takes two."""
    return sum(2 if character >= "\u2e80" else 1 for character in line.rstrip())
