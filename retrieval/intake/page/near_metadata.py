"""Metadata in the lines around an article on a page: title, source, date, author, editor."""

import re

from retrieval.intake.page.blocks import NUMBER, PART, short_text
from retrieval.intake.page.markup import Page, PageLine
from retrieval.intake.prose import dates, lines, media, names, title_line, unlabelled
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.line_kind import NEVER_TEXT, Kind, classify
from retrieval.intake.prose.lines import Line, han
from retrieval.text.folding import squeeze

# How many lines are read: for the title above the body (a side column may stand between; further up is navigation), for
# the byline between title and body, for credits below the body.
_ABOVE, _BETWEEN, _BELOW = 80, 40, 15
# First lines of the body that may be the title, lines right above the title or the body, lines right below the title.
_INSIDE, _RIGHT_ABOVE, _RIGHT_BELOW = 3, 6, 3
# Chinese characters of a title, and all its characters.
_FEWEST, _MOST, _LONGEST_TITLE = 4, 60, 90
# A line with this share of links is a link.
_LINK = 0.9
# Marks before the site's name in the title of a window: 标题_兰州新闻网, 标题 - 新华网.
_SEPARATOR = re.compile(r"\s?[_|丨︱]+\s?|\s[-–—]+\s|-{1,2}|—(?!—)")
_SITE = re.compile("[网报社台]|新闻|频道|资讯|门户|客户端|网站|中心|在线|财经|科技|体育|媒|[a-z]{3}", re.IGNORECASE)
_LONGEST_SITE = 25
# Ids and classes of elements that hold a source or an author.
_SOURCE_FIELD = re.compile(
    r"source|laiyuan|js_name|nick-?_?name|account|media-?_?name|mp-?_?name|publisher", re.IGNORECASE
)
_AUTHOR_FIELD = re.compile(r"author|writer|reporter|byline|zuozhe|(?:^|\s)name(?:\s|$)", re.IGNORECASE)
_WITH_BYLINE = frozenset((*NEVER_TEXT, Kind.BYLINE, Kind.DETAIL))
_ABOVE_TITLE = frozenset((*_WITH_BYLINE, Kind.FURNITURE, Kind.NAVIGATION))
# 05-08 09:05, 5月8日
_DAY_ONLY = re.compile(r"\d{1,2}(?:月\d{1,2}日|[-/]\d{1,2})(?:\s?\d{1,2}:\d{2})?")


def exact_title_index(page_lines: list[PageLine], titles: tuple[str, ...]) -> int | None:
    """The number of the first line that equals a title of the page's head without the site's name; None without one."""
    wanted = {squeeze(without_site(head_title)) for head_title in titles}
    return next((index for index, line in enumerate(page_lines) if _equal_part(line, wanted) is not None), None)


def _equal_part(page_line: PageLine, wanted: set[str]) -> str | None:
    """The line, or the inline element of it, that equals one of the squeezed titles."""
    if page_line.linked >= _LINK or not any(len(page_line.line.shown) >= len(squeezed) for squeezed in wanted):
        return None
    if not _may_be_title(page_line.line):
        return None
    equal = (line.shown for line in (page_line.line, *_inline_parts(page_line)) if squeeze(line.shown) in wanted)
    return next(equal, None)


def title(
    page_lines: list[PageLine], first: int, last: int, titles: tuple[str, ...], exact: int | None
) -> tuple[str | None, int | None]:
    """The title, and the number of the line that shows it (None when no line does).

    `first` and `last` are the numbers of the body's first and last line, `titles` are those of the page's head, `exact`
    is the result of `exact_title_index`. The first of these that exists is the title:

    1. the line `exact`, when it stands inside the body;
    2. the longest line that a head title contains (of equals the nearest to the body), at least half as long as the
       best head title;
    3. the only h1;
    4. the best head title, without the site's name;
    5. a line right above the body that looks like a title.
    """
    if exact is not None and first <= exact <= last:
        return _equal_part(page_lines[exact], {squeeze(without_site(head_title)) for head_title in titles}), exact
    near = range(max(0, first - _ABOVE), min(len(page_lines), first + _INSIDE))
    squeezed_titles = list(map(squeeze, titles))
    contained = []
    for index in near:
        for line in dict.fromkeys((page_lines[index].line, *_inline_parts(page_lines[index]))):
            squeezed = squeeze(line.shown)
            if _may_be_title(line) and any(squeezed in head_title for head_title in squeezed_titles):
                contained.append((len(squeezed), index, line.shown))
    own_titles = [stripped for head_title in titles if not _is_site(stripped := without_site(head_title))]
    if contained and own_titles:
        length, index, shown = max(contained)
        if 2 * length >= len(squeeze(own_titles[0])):
            return shown, index
    first_rank = [index for index in near if page_lines[index].tag == "h1" and _may_be_title(page_lines[index].line)]
    if len(first_rank) == 1 and page_lines[first_rank[0]].linked < _LINK:
        return page_lines[first_rank[0]].line.shown, first_rank[0]
    if own_titles:
        return own_titles[0], None
    for index in near[-_RIGHT_ABOVE - _INSIDE : -_INSIDE]:
        line = page_lines[index].line
        if page_lines[index].linked < _LINK and title_line.may_be_title(line) and not _is_above_title(line):
            return line.shown, index
    return None, None


def _is_site(head_title: str) -> bool:
    """Whether a title is empty or the name of a site: 兰州新闻网."""
    line = lines.from_texts([head_title])[0]
    return not head_title or media.is_media(line)


def _is_above_title(line: Line) -> bool:
    """Whether a line is navigation or a byline: pages print both above titles, too."""
    return classify(line).kind in _ABOVE_TITLE


def _inline_parts(page_line: PageLine) -> list[Line]:
    """The inline elements of a line, one by one, when it has several: a heading may hold 原创 beside the title."""
    texts = list(filter(None, (" ".join(part.split()) for part in page_line.parts.split(PART))))
    return lines.from_texts(texts) if len(texts) > 1 else []


def _with_gaps(page_line: PageLine) -> Line:
    """The line with a blank wherever an inline element begins or ends."""
    return lines.from_texts([" ".join(" ".join(lines.repaired(page_line.parts.replace(PART, " "))).split())])[0]


def _may_be_title(line: Line) -> bool:
    return len(line.folded) <= _LONGEST_TITLE and _FEWEST <= han(line.folded) <= _MOST


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
        names_site = mark[0].strip() in "_|丨︱" or _SITE.search(tail)
        may_be_site = not tail or (len(tail) <= _LONGEST_SITE and names_site)
        if not may_be_site or han(rest) < _FEWEST:
            return head_title.strip()
        head_title = rest.rstrip()


def above(page_lines: list[PageLine], first: int, heading: int | None, published: str | None) -> Byline:
    """The byline between title and body, and right above the title.

    `first` is the number of the body's first line, `heading` that of the title's line; without one the lines right
    above the body are read. `published` is the date in the page's head: it gives the year of a day printed without one.
    """
    start = first - _RIGHT_ABOVE if heading is None else heading + 1
    collected = _between(page_lines[max(0, start) : first], published)
    if heading is not None:
        over_title = [line for line in page_lines[max(0, heading - _RIGHT_ABOVE) : heading] if line.linked < _LINK]
        for line in map(_with_gaps, over_title):
            collected |= classify(line).byline
    return collected


def _between(page_lines: list[PageLine], published: str | None) -> Byline:
    """The byline of the lines between title and body: labelled values first, then names without a label."""
    header_lines = unlabelled.join_split_labels(
        [_with_gaps(line) for line in page_lines[-_BETWEEN:] if len(line.line.folded) <= lines.LONGEST_BYLINE]
    )
    collected = Byline()
    for line in header_lines:
        collected |= _byline_or_credit(line) or Byline()
    for line in header_lines:
        collected |= unlabelled.medium_and_name(line)
    collected |= unlabelled.account(header_lines)
    for line in header_lines[:_RIGHT_BELOW]:
        if classify(line).kind not in (Kind.BUTTONS, Kind.FURNITURE):
            collected |= Byline(author=names.in_list(line, trusted=False))
    day = next((match for line in header_lines if (match := dates.find_day(line.folded))), None)
    if collected.published is None and day is not None and published is not None:
        collected |= Byline(published=_with_year(day, published))
    return collected


def in_named_elements(page: Page, first: int, last: int) -> Byline:
    """The byline in elements whose class or id names a field: class="author", id="js_name".

    Only elements with a number between `first` and `last` are read.
    """
    collected = Byline()
    for element in page.root.iter():
        if not first < int(element.get(NUMBER, 0)) < last:
            continue
        label = " ".join(filter(None, (element.get(key) for key in ("id", "class", "itemprop", "rel"))))
        is_source, is_author = _SOURCE_FIELD.search(label), _AUTHOR_FIELD.search(label)
        if not (is_source or is_author):
            continue
        text = short_text(element, unlabelled.LONGEST_ACCOUNT)
        if text is None or len(text) < 2:
            continue
        line = lines.from_texts(lines.repaired(text))[0]
        if (
            not unlabelled.ACCOUNT.fullmatch(line.folded)
            or classify(line).kind is Kind.BUTTONS
            or dates.find(line.folded) is not None
        ):
            continue
        person = None if media.is_media(line) else names.after_role(line) or names.in_list(line, trusted=False)
        # On an account's page the author is the account.
        collected |= Byline(source=line.shown) if is_source or person is None else Byline(author=person)
    return collected


def is_header(page_line: PageLine) -> bool:
    """Whether a line right above the first sentence is nothing but a byline: source, author, editor or date."""
    line = _with_gaps(page_line)
    if len(line.folded) > lines.LONGEST_BYLINE:
        return False
    names_somebody = _byline_or_credit(line) is not None or unlabelled.medium_and_name(line) != Byline()
    return names_somebody or _DAY_ONLY.fullmatch(line.folded) is not None


def _byline_or_credit(line: Line) -> Byline | None:
    """The byline of a line that has labels or is a credit; None for any other line."""
    kind, values = classify(line)
    return values if kind in _WITH_BYLINE else None


def below(page_lines: list[PageLine]) -> Byline:
    """Source, author and editor in the credits right below the body, up to the box with other articles."""
    collected = Byline()
    for page_line in page_lines[:_BELOW]:
        if classify(page_line.line).kind is Kind.BOX:
            break
        if page_line.linked < _LINK:
            collected |= classify(page_line.line).byline if classify(page_line.line).kind in NEVER_TEXT else Byline()
    return Byline(collected.source, collected.author, collected.editor, None)


def _with_year(day: dates.Day, published: str) -> str | None:
    """'YYYY-MM-DD HH:MM' of a day printed without its year; None when `published` is another day."""
    same_day = (day.month, day.day) == (int(published[5:7]), int(published[8:10]))
    return dates.as_published(f"{published[:10]} {day.time}") if same_day else None
