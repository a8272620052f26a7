"""What is an article, and which passages is it searched and shown by?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from retrieval.text.sentences import Span, sentences

# Measured on 2,910 real paragraphs: 45 % are shorter than 60 characters, 0.3 % longer than 350; an answer of 350
# characters still fits one screen of a telephone.
SHORTEST, LONGEST = 60, 350
# The highest number from which numbering goes on. SQLite gives no number at all after its largest, 2**63 - 1, and other
# programs read larger ones than this inexactly (RFC 8259, section 6).
LAST_NUMBER = 2**53 - 1
_STOPS = "；;。！？!?…，,、：:"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as printed, and the heading that it stands under (None before the first one)."""

    text: str
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """What is searched and shown as one: whole paragraphs of an article, joined by line breaks, or part of one."""

    text: str
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """A cleaned article. `published` is `YYYY-MM-DD HH:MM` or `YYYY-MM-DD`, local to the article; None is unknown.

    Two articles are equal when everything that a reader could see is equal.
    """

    title: str
    paragraphs: tuple[Paragraph, ...]
    source: str | None = None
    author: str | None = None
    editor: str | None = None
    published: str | None = None
    url: str | None = None
    # The number under which an exported article was stored; not part of what the article says.
    id: int | None = field(default=None, compare=False)

    @property
    def text(self) -> str:
        """The paragraphs, a line each, headings on lines of their own: see `heading_lines`."""
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
    """The inverse of `Article.text` and `heading_lines`; a heading with nothing under it is kept as a paragraph."""
    headings = set(heading_lines)
    paragraphs = []
    heading: str | None = None
    for number, line in enumerate(lines):
        has_something_under_it = number + 1 < len(lines) and number + 1 not in headings
        if number in headings and has_something_under_it:
            heading = line
        else:
            paragraphs.append(Paragraph(line, heading))
    return tuple(paragraphs)


def is_day(published: str | None) -> bool:
    """Whether `Article.published` can be this."""
    try:
        return published is None or bool(date.fromisoformat(published[:10]) and datetime.fromisoformat(published))
    except ValueError:
        return False


def passages(article: Article) -> list[Passage]:
    """Cut an article into passages of 60 to 350 characters, in reading order; no character of a paragraph is lost.

    A shorter paragraph is joined with its neighbours under the same heading, a longer one is cut at sentence ends
    outside quotation marks. Shorter than 60 is only what has no neighbour under its heading that it fits with; longer
    than 350 only never: a sentence of more than 350 characters is cut at its last stop before that, or hard.
    """
    cut: list[Passage] = []
    for piece in (piece for paragraph in article.paragraphs for piece in _pieces(paragraph)):
        if cut and _belong_together(cut[-1], piece):
            cut[-1] = Passage(f"{cut[-1].text}\n{piece.text}", piece.heading)
        else:
            cut.append(piece)
    return cut


def _belong_together(last: Passage, next_one: Passage) -> bool:
    fits = len(last.text) + 1 + len(next_one.text) <= LONGEST
    return last.heading == next_one.heading and fits and min(len(last.text), len(next_one.text)) < SHORTEST


def _pieces(paragraph: Paragraph) -> Iterator[Passage]:
    if len(paragraph.text) <= LONGEST:
        yield Passage(paragraph.text, paragraph.heading)
        return
    # Even shares read better than a full piece and a crumb.
    pieces = -(-len(paragraph.text) // LONGEST)
    share = len(paragraph.text) / pieces
    start = 0
    spans = [part for span in sentences(paragraph.text) for part in _no_longer(paragraph.text, span)]
    for index, span in enumerate(spans):
        last = index + 1 == len(spans)
        full = span.end - start >= share or (not last and spans[index + 1].end - start > LONGEST)
        rest_is_a_crumb = (
            not last and len(paragraph.text) - span.end < SHORTEST and len(paragraph.text) - start <= LONGEST
        )
        if last or (full and not rest_is_a_crumb):
            yield Passage(paragraph.text[start : span.end].strip(), paragraph.heading)
            start = span.end


def _no_longer(text: str, span: Span) -> Iterator[Span]:
    """The span itself, or, when it is longer than a passage may be, parts that end at its stops."""
    start = span.start
    while span.end - start > LONGEST:
        stop = max(text.rfind(mark, start + SHORTEST, start + LONGEST) for mark in _STOPS)
        end = stop + 1 if stop >= 0 else start + LONGEST
        yield Span(start, end)
        start = end
    yield Span(start, span.end)
