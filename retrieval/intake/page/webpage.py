"""Articles of HTML pages, each read in the steps that `articles` lists."""

import re
from dataclasses import dataclass, replace

from retrieval.article import Article
from retrieval.intake import charset
from retrieval.intake.boundary import Refusal
from retrieval.intake.page import content, head_metadata, markup, no_article, page_byline, page_title, wechat
from retrieval.intake.page.head_metadata import HeadMetadata
from retrieval.intake.page.markup import Page, PageLine
from retrieval.intake.prose import plain_text
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.line_kind import NEVER_TEXT, classify
from retrieval.intake.prose.lines import Line, ends_sentence, han
from retrieval.text.folding import squeeze

# Chinese characters of the heading of a list of links, and of a title; links below a heading that make it one.
_LONGEST_LABEL, _A_TITLE, _LINKS_BELOW = 8, 8, 2
# Chinese characters of a line that counts as prose without a stop at its end.
_A_SENTENCE = 25
# The least share of the body's prose that stands below its title: other articles may stand above it.
_BELOW_TITLE = 0.1
# The byline may stand inside the article's element, in as many first lines.
_HEADER = 8
# Chinese characters below which the page's scripts may hold a longer text.
_SHORT = 200
# The comment that a browser writes at the top of a page that it saves.
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d{1,5}\)(https?://\S{1,500}) -->")
_HEAD = 2_000


def articles(data: bytes, name: str) -> list[Article | Refusal]:
    """The article of the page, or the refusal that says why there is none.

    1. Decode and parse the page (charset, markup).
    2. Read the parts that are not shown (head_metadata).
    3. Find title, header and body among the lines (content, page_title).
    4. Read a post in a script (wechat), and refuse pages without an article (no_article).
    5. Read the byline above the body (page_byline).
    6. Read the body by the rules for plain text, which drop the boilerplate that is left (plain_text).
    7. Fill missing fields from the credits below the body and from the head.
    """
    try:
        text = charset.decode_page(data)
        page = markup.parse(text)
    except (charset.NotTextError, markup.PageError) as error:
        return [Refusal(name, str(error))]
    head = head_metadata.read(page)
    layout = _layout(page, head)
    body = _body_lines(page, layout)
    if _amount(body) < _SHORT and (post := wechat.post(page.root)) is not None and _amount(post.lines) > _amount(body):
        return [_of_post(post, name, head)]
    reason = no_article.reason(page, head, layout.title, body)
    if reason is not None:
        return [Refusal(name, reason)]
    byline = page_byline.above(page, layout.heading, layout.prose)
    hints = plain_text.Hints(layout.title, _with_time(byline, head.byline.published))
    article = plain_text.article_from_lines(body, name, hints)
    if isinstance(article, Refusal):
        return [article]
    # An address in the text is that of another page.
    return [replace(_completed(article, page, layout, head), url=head.url or _saved_from(text))]


def _of_post(post: wechat.Post, name: str, head: HeadMetadata) -> Article | Refusal:
    """The article of a post whose text stands in a script."""
    published = head_metadata.date(post.published or "") or head.byline.published
    byline = Byline(post.account, published=published)
    title = post.title or next(iter(page_title.own(head.titles)), None)
    if title is not None and squeeze("".join(line.shown for line in post.lines)).startswith(
        squeeze(title.replace("\\x0a", ""))
    ):
        title = None
    return plain_text.article_from_lines(post.lines, name, plain_text.Hints(title, byline, head.url))


def _with_time(byline: Byline, published: str | None) -> Byline:
    """The byline with the date `published` of the head when the page shows none, or the same day without a time."""
    shown = byline.published
    if published is None or (shown is not None and not published.startswith(shown)):
        return byline
    return replace(byline, published=published)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Title, header and body of a page, by the numbers of their lines.

    `heading` is the number of the title's line (None when no line shows the title), `body` the numbers of the article's
    lines, in order, `prose` the first of these that is a sentence: the header stands between `heading` and `prose`.
    `links` are the lines around the article's paragraphs that are links, also those in boxes.
    """

    title: str | None
    heading: int | None
    body: list[int]
    prose: int
    links: frozenset[int]


def _layout(page: Page, head: HeadMetadata) -> _Layout:
    """The layout of a page; `body` is empty when no part of the page reads like an article."""
    found = content.find(page, page_title.first_equal(page.lines, head.titles))
    body = _inside(page.lines, found.elements, found.boxes)
    first = body[0] if body else 0
    title, heading = page_title.find(page.lines, first, _nearly_read(page, body), head.titles)
    # An element around the whole page also holds the lines above the title.
    body = [index for index in body if heading is None or index > heading]
    texts = [index for index in body if _is_prose(page.lines[index])]
    prose = next((index for index in body[:_HEADER] if index in texts[:1]), body[0] if body else 0)
    # Buttons and captions may stand between the title and the element with the paragraphs.
    around = content.around(page, [*texts[:1], *texts[len(texts) // 2 :][:1]])
    body = [index for index in body if index >= prose or page.lines[index].element in around]
    near = range(body[0], min(len(page.lines), body[-1] + _LINKS_BELOW + 1)) if body else range(0)
    links = (index for index in near if page.lines[index].element in around and _is_link(page.lines[index]))
    return _Layout(title, heading, body, prose, frozenset(links))


def _nearly_read(page: Page, body: list[int]) -> int:
    """The number of the first line from which on hardly any of the body's prose stands."""
    amounts = [(index, han(page.lines[index].line.folded) * _is_prose(page.lines[index])) for index in body]
    left = total = sum(amount for _, amount in amounts)
    for index, amount in amounts:
        if left < _BELOW_TITLE * total:
            return index
        left -= amount
    return body[-1] + 1 if body else 0


def _inside(page_lines: list[PageLine], elements: set[int], boxes: set[int]) -> list[int]:
    """The numbers of the lines in `elements`, and of rows, list items and credits between the first and the last.

    Lines in `boxes` are left out. Readability drops tables and lists; between two lines of an article they belong to
    it. The rules for plain text read the credits.
    """
    elements = elements - boxes
    inside = [index for index, page_line in enumerate(page_lines) if page_line.element in elements]
    between = range(inside[0], inside[-1] + 1) if inside else range(0)
    return [index for index in between if page_lines[index].element in elements or _belongs(page_lines[index], boxes)]


def _belongs(page_line: PageLine, boxes: set[int]) -> bool:
    """Whether a line between two lines of the article belongs to it, although its element does not."""
    is_kept = page_line.tag in ("tr", "li") or classify(page_line.line).kind in NEVER_TEXT
    return is_kept and page_line.element not in boxes and not page_line.has_links


def _body_lines(page: Page, layout: _Layout) -> list[Line]:
    """The lines of the article without its header, buttons, links, and the headings above lists of links."""
    kept = []
    for index in layout.body:
        page_line = page.lines[index]
        if (
            index in layout.links
            or not any(map(str.isalpha, page_line.line.folded))
            or _repeats(page_line, layout.title)
        ):
            continue
        is_above_links = index + 1 in layout.links and (index + 2 in layout.links or index == layout.body[-1])
        if is_above_links and han(page_line.line.folded) <= _LONGEST_LABEL:
            continue
        if index >= layout.prose or not page_byline.is_header(page_line):
            kept.append(page_line.line)
    return kept


def _completed(article: Article, page: Page, layout: _Layout, head: HeadMetadata) -> Article:
    """The article, its missing fields filled from the credits below the body, then from the head of the page."""
    below = page_byline.below(page.lines[layout.body[-1] + 1 :])
    editor = article.editor or below.editor
    # Many sites write the editor into the tag for the author.
    head_author = head.byline.author if head.byline.author != editor else None
    # Beside a date the name of an author looks like that of an account.
    source = article.source if article.source not in (article.author or "").split() else None
    return replace(
        article,
        source=source or below.source or head.byline.source or head.channel,
        author=article.author or below.author or head_author,
        editor=editor,
        published=article.published
        or below.published
        or page_byline.only_day(page.lines, set(layout.body))
        or head_metadata.day_of_address(head.url),
    )


def _amount(text: list[Line]) -> int:
    return sum(han(line.folded) for line in text)


def _is_prose(page_line: PageLine) -> bool:
    folded = page_line.line.folded
    return han(folded) >= _A_SENTENCE or (ends_sentence(folded) and not page_line.is_link)


def _is_link(page_line: PageLine) -> bool:
    """Whether a line is a link, or a label and a link: 此前报道：…. A linked sentence is none."""
    return page_line.is_link and not page_line.line.folded.endswith(("。", "。”"))


def _repeats(page_line: PageLine, title: str | None) -> bool:
    """Whether a line is the title and hardly anything else: 本文标题：…."""
    wanted, line = squeeze(title or ""), squeeze(page_line.line.shown)
    return len(wanted) >= _A_TITLE and wanted in line and len(line) - len(wanted) <= _LONGEST_LABEL


def _saved_from(text: str) -> str | None:
    """The address that a browser noted in a page it saved, when it may be the address of a single article."""
    match = _SAVED_FROM.search(text[:_HEAD])
    return match[1] if match is not None and head_metadata.is_article_address(match[1]) else None
