"""Articles of HTML pages, each read in the steps that `articles` lists."""

import re
from dataclasses import dataclass, replace

from retrieval.article import Article
from retrieval.intake import charset
from retrieval.intake.boundary import Refusal
from retrieval.intake.page import content, head_metadata, markup, near_metadata, no_article
from retrieval.intake.page.head_metadata import HeadMetadata
from retrieval.intake.page.markup import Page, PageLine
from retrieval.intake.prose import plain_text
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.lines import Line, ends_sentence, han

# A line with at least the first share of links is a link; with less than the second it is text.
_LINK, _HARDLY_A_LINK = 0.9, 0.1
# Chinese characters of a line that counts as prose without a stop at its end.
_A_SENTENCE = 25
# The byline may stand inside the article's element, in as many first lines.
_HEADER = 8
# The comment that a browser writes at the top of a page that it saves.
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d{1,5}\)(https?://\S{1,500}) -->")
_HEAD = 2_000


def articles(data: bytes, name: str) -> list[Article | Refusal]:
    """The article of the page, or the refusal that says why there is none.

    1. Decode and parse the page (charset, markup).
    2. Read the parts that are not shown (head_metadata).
    3. Find title, header and body among the lines (content, near_metadata).
    4. Refuse pages without an article (no_article).
    5. Read the byline above the body (near_metadata).
    6. Read the body by the rules for plain text, which drop the boilerplate that is left (plain_text).
    7. Fill missing fields from the credits below the body and from the head.
    """
    try:
        text = charset.decode_page(data)
        page = markup.parse(text)
    except (charset.NotTextError, markup.PageError) as error:
        return [Refusal(name, str(error))]
    head = head_metadata.read(page.root)
    layout = _layout(page, head)
    body = _body_lines(page, layout)
    reason = no_article.reason(page, head, layout.title, body)
    if reason is not None:
        return [Refusal(name, reason)]
    byline = _byline_above(page, layout, head) | Byline(published=head.byline.published)
    hints = plain_text.Hints(layout.title, byline, head.url or _saved_from(text))
    article = plain_text.article_from_lines(body, name, hints)
    return [article if isinstance(article, Refusal) else _completed(article, page, layout, head)]


@dataclass(frozen=True, slots=True)
class _Layout:
    """Title, header and body of a page, by the numbers of their lines.

    `heading` is the number of the title's line (None when no line shows the title), `body` the numbers of the article's
    lines, in order, `prose` the first of these that is a sentence: the header stands between `heading` and `prose`.
    """

    title: str | None
    heading: int | None
    body: list[int]
    prose: int


def _layout(page: Page, head: HeadMetadata) -> _Layout:
    """The layout of a page; `body` is empty when no part of the page reads like an article."""
    exact = near_metadata.exact_title_index(page.lines, head.titles)
    body = _inside(page.lines, content.article_elements(page, exact))
    first, last = (body[0], body[-1]) if body else (0, -1)
    title, heading = near_metadata.title(page.lines, first, last, head.titles, exact)
    # An element around the whole page also holds the lines above the title and the readers' comments.
    body = [index for index in body if heading is None or index > heading]
    comments = content.comments_start(page.lines, body[0]) if body else None
    if comments is not None and any(_is_prose(page.lines[index]) for index in body if index < comments):
        body = [index for index in body if index < comments]
    prose = next((index for index in body[:_HEADER] if _is_prose(page.lines[index])), body[0] if body else 0)
    return _Layout(title, heading, body, prose)


def _inside(page_lines: list[PageLine], elements: set[int]) -> list[int]:
    """The numbers of the lines in `elements`, and of the rows and list items between the first and the last of them.

    Readability drops tables and lists; between two lines of an article they belong to it.
    """
    inside = [index for index, page_line in enumerate(page_lines) if page_line.element in elements]
    if not inside:
        return []
    return [
        index
        for index in range(inside[0], inside[-1] + 1)
        if page_lines[index].element in elements
        or (page_lines[index].tag in ("tr", "li") and page_lines[index].linked < _HARDLY_A_LINK)
    ]


def _body_lines(page: Page, layout: _Layout) -> list[Line]:
    """The lines of the article without its header, buttons and links."""
    body = [(index, page.lines[index]) for index in layout.body]
    return [
        page_line.line
        for index, page_line in body
        if not _is_furniture(page_line) and (index >= layout.prose or not near_metadata.is_header(page_line))
    ]


def _byline_above(page: Page, layout: _Layout, head: HeadMetadata) -> Byline:
    """The byline of the lines around the title, then that of elements named for a field between title and body."""
    from_lines = near_metadata.above(page.lines, layout.prose, layout.heading, head.byline.published)
    if layout.heading is None:
        return from_lines
    first, last = page.lines[layout.heading].element, page.lines[layout.prose].element
    return from_lines | near_metadata.in_named_elements(page, first, last)


def _completed(article: Article, page: Page, layout: _Layout, head: HeadMetadata) -> Article:
    """The article, its missing fields filled from the credits below the body, then from the head of the page."""
    below = near_metadata.below(page.lines[layout.body[-1] + 1 :])
    editor = article.editor or below.editor
    # Many sites write the editor into the tag for the author.
    head_author = head.byline.author if head.byline.author != editor else None
    return replace(
        article,
        source=article.source or below.source or head.byline.source or head.channel,
        author=article.author or below.author or head_author,
        editor=editor,
        published=article.published or head_metadata.guessed_day(page.root),
    )


def _is_prose(page_line: PageLine) -> bool:
    folded = page_line.line.folded
    return han(folded) >= _A_SENTENCE or (ends_sentence(folded) and page_line.linked < _LINK)


def _is_furniture(page_line: PageLine) -> bool:
    """Whether a line is a link, or has no letter and is no row of a table."""
    folded = page_line.line.folded
    if page_line.linked >= _LINK and not ends_sentence(folded):
        return True
    return not han(folded) and page_line.tag != "tr" and not any(map(str.isalpha, folded))


def _saved_from(text: str) -> str | None:
    """The address that a browser noted in a page it saved, when it may be the address of a single article."""
    match = _SAVED_FROM.search(text[:_HEAD])
    return match[1] if match is not None and head_metadata.is_article_address(match[1]) else None
