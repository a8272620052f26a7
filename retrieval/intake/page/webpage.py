"""Which article does an HTML page show?"""

import re
from dataclasses import dataclass, replace

from retrieval.article import Article
from retrieval.intake import charset
from retrieval.intake.page import content, head_metadata, markup, near_metadata, no_article
from retrieval.intake.page.head_metadata import Facts
from retrieval.intake.page.markup import Page, Shown
from retrieval.intake.prose import plain_text
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.lines import Line, ends_sentence, han
from retrieval.intake.refusal import Refusal

_LINK, _HARDLY_A_LINK = 0.9, 0.1
_A_SENTENCE = 25
# The header of an article may stand inside its element.
_HEADER = 8
# What a browser writes at the top of a page that it saves.
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d{1,5}\)(https?://\S{1,500}) -->")
_HEAD = 2_000


def articles(data: bytes, name: str) -> list[Article | Refusal]:
    """The one article of the page, or the reason why there is none."""
    try:
        text = charset.decode_page(data)
        page = markup.parse(text)
    except (charset.NotTextError, markup.PageError) as error:
        return [Refusal(name, str(error))]
    facts = head_metadata.read(page.root)
    laid_out = _laid_out(page, facts)
    body = _body(page, laid_out)
    reason = no_article.reason(page, facts, laid_out.title, body)
    if reason is not None:
        return [Refusal(name, reason)]
    published = Byline(published=facts.meta.published)
    url = facts.url or _saved_from(text)
    read = plain_text.article_from_lines(
        body, name, plain_text.Hints(laid_out.title, _above(page, laid_out, facts) | published, url)
    )
    if isinstance(read, Refusal):
        return [read]
    below = near_metadata.below(page.shown[laid_out.held[-1] + 1 :])
    editor = read.editor or below.editor
    # Many sites write the editor into the tag for the author.
    author = read.author or below.author or (facts.meta.author if facts.meta.author != editor else None)
    return [
        replace(
            read,
            source=read.source or below.source or facts.meta.source or facts.channel,
            author=author,
            editor=editor,
            published=read.published or head_metadata.guessed_day(page.root),
        )
    ]


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which lines of a page are which, by their numbers.

    `heading` is the title's (None when the page does not show it), `held` are the article's, in order, and `prose` is
    the first of them that is a sentence: what stands between `heading` and `prose` may be the header.
    """

    title: str | None
    heading: int | None
    held: list[int]
    prose: int


def _laid_out(page: Page, facts: Facts) -> _Layout:
    exact = near_metadata.heading(page.shown, facts.titles)
    held = _held(page.shown, content.elements(page, exact))
    first, last = (held[0], held[-1]) if held else (0, -1)
    title, heading = near_metadata.title(page.shown, first, last, facts.titles, exact)
    # An element that holds the whole page holds what stands above the title, too, and what readers say below.
    held = [index for index in held if heading is None or index > heading]
    remarks = content.comments(page.shown, held[0]) if held else None
    if remarks is not None and any(_is_prose(page.shown[index]) for index in held if index < remarks):
        held = [index for index in held if index < remarks]
    prose = next((index for index in held[:_HEADER] if _is_prose(page.shown[index])), held[0] if held else 0)
    return _Layout(title, heading, held, prose)


def _above(page: Page, laid_out: _Layout, facts: Facts) -> Byline:
    said = near_metadata.above(page.shown, laid_out.prose, laid_out.heading, facts.meta.published)
    if laid_out.heading is None:
        return said
    first, last = page.shown[laid_out.heading].element, page.shown[laid_out.prose].element
    return said | near_metadata.named(page, first, last)


def _body(page: Page, laid_out: _Layout) -> list[Line]:
    """The lines of the article, without its header, buttons and lists of links."""
    held = [(index, page.shown[index]) for index in laid_out.held]
    return [
        shown.line
        for index, shown in held
        if not _is_furniture(shown) and (index >= laid_out.prose or not near_metadata.is_header(shown))
    ]


def _held(shown: list[Shown], inside: set[int]) -> list[int]:
    """The numbers of the lines that the elements `inside` hold.

    Readability takes tables and lists for furniture: between two of its lines they belong to the article.
    """
    held = [index for index, one in enumerate(shown) if one.element in inside]
    if not held:
        return []
    first, last = held[0], held[-1]
    return [
        index
        for index in range(first, last + 1)
        if shown[index].element in inside or (shown[index].tag in ("tr", "li") and shown[index].linked < _HARDLY_A_LINK)
    ]


def _is_prose(shown: Shown) -> bool:
    return han(shown.line.folded) >= _A_SENTENCE or (ends_sentence(shown.line.folded) and shown.linked < _LINK)


def _is_furniture(shown: Shown) -> bool:
    if shown.linked >= _LINK and not ends_sentence(shown.line.folded):
        return True
    return not han(shown.line.folded) and shown.tag != "tr" and not any(map(str.isalpha, shown.line.folded))


def _saved_from(text: str) -> str | None:
    match = _SAVED_FROM.search(text[:_HEAD])
    return match[1] if match is not None and head_metadata.is_article_address(match[1]) else None
