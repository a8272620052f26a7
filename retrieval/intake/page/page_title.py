"""Title of a page: the line that shows it, or the title in its head without the site's name."""

import re

from retrieval.intake.page.blocks import PART
from retrieval.intake.page.markup import PageLine
from retrieval.intake.prose import lines, media, title_line
from retrieval.intake.prose.line_kind import Kind, classify
from retrieval.intake.prose.lines import Line, han
from retrieval.text.folding import squeeze

# How many lines above the body are read: a side column may stand between. First lines of the body that may be the
# title, and lines right above the body.
_ABOVE, _INSIDE, _RIGHT_ABOVE = 80, 3, 6
# Chinese characters of a title.
_FEWEST, _MOST = 4, 60
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Marks before the site's name in the title of a window: 标题_兰州新闻网, 标题 - 新华网.
STROKES = "_|丨︱｜│"
_SEPARATOR = re.compile(rf"\s?[{STROKES}]+\s?|\s[-–—]+\s|-{{1,2}}|—(?!—)")
_SITE = re.compile("[网报社台]|新闻|频道|资讯|门户|客户端|网站|中心|在线|财经|科技|体育|媒|[a-z]{3}", re.IGNORECASE)
_LONGEST_SITE = 25


def find(
    page_lines: list[PageLine], first: int, end: int, head_titles: tuple[str, ...]
) -> tuple[str | None, int | None]:
    """The title, and the number of the line that shows it (None when no line does).

    `first` is the number of the body's first line; no line from `end` on is the title, because too little prose stands
    below it. The first of these that exists is the title:

    1. the longest line that a title of the head contains, at least half as long as the best of them, and of lines that
       are alike the nearest to the body;
    2. the only h1 that looks like a title;
    3. a line that looks like a title right above a byline with a date;
    4. the best title of the head, without the site's name, unless it is as short as the name of a section;
    5. a line right above the body that looks like a title.
    """
    near = range(max(0, first - _ABOVE), min(len(page_lines), end))
    own_titles = own(head_titles)
    if own_titles and (contained := _contained(page_lines, near, head_titles, len(squeeze(own_titles[0])) / 2)):
        return contained
    near = range(near.start, min(near.stop, first + _INSIDE))
    plain = [index for index in near if _is_plain_title(page_lines[index])]
    headings = [index for index in plain if page_lines[index].tag == "h1"]
    dated = [index for index in plain if _is_right_above_date(page_lines, index)]
    for index in [*(headings if len(headings) == 1 else ()), *dated[-1:]]:
        return page_lines[index].line.shown, index
    long_enough = [title for title in own_titles if han(title) > title_line.SECTION]
    if long_enough:
        return long_enough[0], None
    for index in plain:
        if near.stop - _INSIDE - _RIGHT_ABOVE <= index < near.stop - _INSIDE:
            return page_lines[index].line.shown, index
    return next(iter(own_titles), None), None


def first_equal(page_lines: list[PageLine], head_titles: tuple[str, ...]) -> int | None:
    """The number of the first line that equals a title of the page's head without the site's name; None without one."""
    wanted = set(map(squeeze, own(head_titles)))
    return next((index for index, line in enumerate(page_lines) if squeeze(line.line.shown) in wanted), None)


def own(head_titles: tuple[str, ...]) -> list[str]:
    """The titles without the site's name; those that name a site or a section and nothing else are left out."""
    stripped = list(map(without_site, head_titles))
    return [
        title
        for title, line in zip(stripped, lines.from_texts(stripped), strict=True)
        if title and not media.is_media(line) and not media.is_section(line)
    ]


def _contained(
    page_lines: list[PageLine], near: range, head_titles: tuple[str, ...], shortest: float
) -> tuple[str, int] | None:
    """The longest line or inline element that a title of the head contains, of equals the nearest to the body.

    It has at least `shortest` letters and digits. A line with few characters must be a heading, a link too.
    """
    squeezed_titles = list(map(squeeze, head_titles))
    contained = []
    for index in near:
        page_line, is_heading = page_lines[index], page_lines[index].tag in _HEADINGS
        for line in dict.fromkeys((page_line.line, *inline_parts(page_line))):
            squeezed = squeeze(line.shown)
            fits = len(squeezed) >= shortest and _may_be_title(line)
            may_be_plain = not page_line.is_link and han(line.folded) > title_line.SECTION
            if fits and (is_heading or may_be_plain) and any(squeezed in title for title in squeezed_titles):
                contained.append((len(squeezed), index, line.shown))
    _, index, shown = max(contained, default=(0, 0, ""))
    return (shown, index) if contained else None


def _is_plain_title(page_line: PageLine) -> bool:
    """Whether a line looks like a title and is neither a link nor the name of a section."""
    line = page_line.line
    return not page_line.is_link and title_line.may_be_title(line) and classify(line).kind is not Kind.SECTION


def _is_right_above_date(page_lines: list[PageLine], index: int) -> bool:
    """Whether the line below a line is a byline with a date."""
    below = page_lines[index + 1 : index + 2]
    return any(classify(page_line.line).byline.published is not None for page_line in below)


def inline_parts(page_line: PageLine) -> list[Line]:
    """The inline elements of a line, one by one, when it has several: a heading may hold 原创 beside the title."""
    texts = list(filter(None, (" ".join(part.split()) for part in page_line.parts.split(PART))))
    return lines.from_texts(texts) if len(texts) > 1 else []


def _may_be_title(line: Line) -> bool:
    return _FEWEST <= han(line.folded) <= _MOST


def without_site(head_title: str) -> str:
    """A title without the site's name at its end: 兰州签约四个项目 for 兰州签约四个项目_兰州新闻网.

    Parts behind separators are cut from the end as long as they may name a site and a title is left before them.
    """
    while True:
        marks = [mark for mark in _SEPARATOR.finditer(head_title) if mark.start() > 0]
        if not marks:
            return head_title.strip()
        mark = marks[-1]
        rest, tail = head_title[: mark.start()], head_title[mark.end() :].strip()
        names_site = mark[0].strip() in STROKES or _SITE.search(tail)
        may_be_site = not tail or (len(tail) <= _LONGEST_SITE and names_site)
        if not may_be_site or han(rest) < _FEWEST:
            return head_title.strip()
        head_title = rest.rstrip()
