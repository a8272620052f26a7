"""Articles, their paragraphs, and the passages into which they are cut."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from retrieval.text.sentences import Span, sentences

# Limits of a passage in characters. Of 2,910 real paragraphs 45 % are shorter than 60 characters and 0.3 % longer than
# 350; 350 characters fit one screen of a telephone.
SHORTEST, LONGEST = 60, 350
# The highest article number that may be followed by another. Programs that read JSON numbers as doubles are exact up to
# here (RFC 8259, section 6); SQLite assigns no number after its own largest, 2**63 - 1.
LAST_NUMBER = 2**53 - 1
_STOPS = "；;。！？!?…，,、：:"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as printed, and the heading above it (None before the first heading)."""

    text: str
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of search and display: whole paragraphs of an article joined by line breaks, or a part of one."""

    text: str
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """A cleaned article. `published` is `YYYY-MM-DD HH:MM` or `YYYY-MM-DD` in local time; None means unknown.

    Articles are equal when everything that a reader sees is equal; `id` is not compared.
    """

    title: str
    paragraphs: tuple[Paragraph, ...]
    source: str | None = None
    author: str | None = None
    editor: str | None = None
    published: str | None = None
    url: str | None = None
    # The number under which an exported article was stored.
    id: int | None = field(default=None, compare=False)
    # Sentences for the person who pushes: what of its file was left out, or not understood. They are not stored.
    notes: tuple[str, ...] = field(default=(), compare=False)
    # The highest number in the file of an exported article. An article whose number is taken gets one behind it.
    last_id: int = field(default=0, compare=False)

    @property
    def text(self) -> str:
        """The paragraphs, one a line, with each heading on a line of its own; `heading_lines` says which."""
        return "\n".join(line for line, _ in self._lines())

    @property
    def heading_lines(self) -> list[int]:
        """The numbers of the lines of `text`, from 0, that are headings."""
        return [number for number, (_, is_heading) in enumerate(self._lines()) if is_heading]

    @property
    def headings(self) -> list[str]:
        return [line for line, is_heading in self._lines() if is_heading]

    def _lines(self) -> Iterator[tuple[str, bool]]:
        heading = None
        for paragraph in self.paragraphs:
            if paragraph.heading != heading and paragraph.heading is not None:
                yield paragraph.heading, True
            heading = paragraph.heading
            yield paragraph.text, False


def paragraphs_from_lines(lines: list[str], heading_lines: list[int]) -> tuple[Paragraph, ...]:
    """The inverse of `Article.text` and `heading_lines`; a heading without text below it becomes a paragraph."""
    headings = set(heading_lines)
    paragraphs = []
    heading: str | None = None
    for number, line in enumerate(lines):
        has_text_below = number + 1 < len(lines) and number + 1 not in headings
        if number in headings and has_text_below:
            heading = line
        else:
            paragraphs.append(Paragraph(line, heading))
    return tuple(paragraphs)


@lru_cache(1_000)  # the days of the hundred candidates of a question repeat
def is_day(published: str | None) -> bool:
    """Whether the value is valid as `Article.published`."""
    try:
        return published is None or bool(date.fromisoformat(published[:10]) and datetime.fromisoformat(published))
    except ValueError:
        return False


def passages(article: Article) -> list[Passage]:
    """Cut an article into passages of 60 to 350 characters, in reading order; no character of a paragraph is lost.

    A shorter paragraph is joined with its neighbours under the same heading; a longer one is cut at sentence ends
    outside quotation marks. A passage is shorter than 60 characters only if no neighbour under its heading fits. No
    passage is longer than 350: a longer sentence is cut behind its last stop within the limit, or at the limit.
    """
    cut: list[Passage] = []
    for piece in (piece for paragraph in article.paragraphs for piece in _pieces(paragraph)):
        if cut and _belong_together(cut[-1], piece):
            cut[-1] = Passage(f"{cut[-1].text}\n{piece.text}", piece.heading)
        else:
            cut.append(piece)
    return cut


def _belong_together(last: Passage, following: Passage) -> bool:
    fits = len(last.text) + 1 + len(following.text) <= LONGEST
    return last.heading == following.heading and fits and min(len(last.text), len(following.text)) < SHORTEST


def _pieces(paragraph: Paragraph) -> Iterator[Passage]:
    if len(paragraph.text) <= LONGEST:
        yield Passage(paragraph.text, paragraph.heading)
        return
    # Pieces of even length read better than a full piece and a short rest.
    pieces = -(-len(paragraph.text) // LONGEST)
    share = len(paragraph.text) / pieces
    start = 0
    spans = [part for span in sentences(paragraph.text) for part in _no_longer(paragraph.text, span)]
    for index, span in enumerate(spans):
        last = index + 1 == len(spans)
        full = span.end - start >= share or (not last and spans[index + 1].end - start > LONGEST)
        rest_is_short = (
            not last and len(paragraph.text) - span.end < SHORTEST and len(paragraph.text) - start <= LONGEST
        )
        if last or (full and not rest_is_short):
            yield Passage(paragraph.text[start : span.end].strip(), paragraph.heading)
            start = span.end


def _no_longer(text: str, span: Span) -> Iterator[Span]:
    """The span itself, or parts of at most `LONGEST` characters that end at its stops."""
    start = span.start
    while span.end - start > LONGEST:
        stop = max(text.rfind(mark, start + SHORTEST, start + LONGEST) for mark in _STOPS)
        end = stop + 1 if stop >= 0 else start + LONGEST
        yield Span(start, end)
        start = end
    yield Span(start, span.end)
