"""What do the lines around the article on a page say: its title, who published it and when, who edited it?"""

import re

from retrieval.intake.page.markup import NUMBER, PART, Page, Shown, short_text
from retrieval.intake.prose import boilerplate, byline, dates, lines, names, title_line, unlabelled
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.lines import Line, han
from retrieval.text.folding import squeeze

# A side column may stand between title and body; further up is navigation.
_ABOVE, _BETWEEN, _BELOW = 80, 40, 15
_INSIDE, _RIGHT_ABOVE, _RIGHT_BELOW = 3, 6, 3
_FEWEST, _MOST = 4, 60
_LINK = 0.9
_SEPARATOR = re.compile(r"\s?[_|丨︱]+\s?|\s[-–—]+\s|-{1,2}|—(?!—)")
_SITE = re.compile("[网报社台]|新闻|频道|资讯|门户|客户端|网站|中心|在线|财经|科技|体育|媒|[a-z]{3}", re.IGNORECASE)
_LONGEST_SITE = 25
_SOURCE_FIELD = re.compile(
    r"source|laiyuan|js_name|nick-?_?name|account|media-?_?name|mp-?_?name|publisher", re.IGNORECASE
)
_AUTHOR_FIELD = re.compile(r"author|writer|reporter|byline|zuozhe|(?:^|\s)name(?:\s|$)", re.IGNORECASE)
_DAY_ONLY = re.compile(r"\d{1,2}(?:月\d{1,2}日|[-/]\d{1,2})(?:\s?\d{1,2}:\d{2})?")


def heading(shown: list[Shown], titles: tuple[str, ...]) -> int | None:
    """The number of the first line that is exactly what the page calls itself, less the site's name."""
    wanted = {squeeze(without_site(title)) for title in titles}
    return next((index for index, one in enumerate(shown) if _exact(one, wanted) is not None), None)


def _exact(shown: Shown, wanted: set[str]) -> str | None:
    """The line, or the inline element of it, that is one of the squeezed titles."""
    if shown.linked >= _LINK or not any(len(shown.line.shown) >= len(title) for title in wanted):
        return None
    if not _is_title(shown.line):
        return None
    own = (line.shown for line in (shown.line, *_parts(shown)) if squeeze(line.shown) in wanted)
    return next(own, None)


def title(
    shown: list[Shown], first: int, last: int, titles: tuple[str, ...], exact: int | None
) -> tuple[str | None, int | None]:
    """The title as the page shows it, and the number of its line; `first` and `last` are those of the body's first and
    last line, `exact` is what `heading` found.

    Of the lines that stand in what the page calls itself the longest is taken, the nearest to the body of equals; then
    the only heading of the first rank; then what the page calls itself, without the site's name, which has no line;
    then, on a page that has the site's name only, a line right above the body that looks like a title.
    """
    if exact is not None and first <= exact <= last:
        return _exact(shown[exact], {squeeze(without_site(title)) for title in titles}), exact
    near = range(max(0, first - _ABOVE), min(len(shown), first + _INSIDE))
    windows = list(map(squeeze, titles))
    fitting = []
    for index in near:
        for line in dict.fromkeys((shown[index].line, *_parts(shown[index]))):
            squeezed = squeeze(line.shown)
            if _is_title(line) and any(squeezed in window for window in windows):
                fitting.append((len(squeezed), index, line.shown))
    own = [stripped for title in titles if not _is_site(stripped := without_site(title))]
    expected = own[0] if own else None
    if fitting and own:
        length, index, found = max(fitting)
        if 2 * length >= len(squeeze(own[0])):
            return found, index
    first_rank = [index for index in near if shown[index].tag == "h1" and _is_title(shown[index].line)]
    if len(first_rank) == 1 and shown[first_rank[0]].linked < _LINK:
        return shown[first_rank[0]].line.shown, first_rank[0]
    if expected is None:
        for index in near[-_RIGHT_ABOVE - _INSIDE : -_INSIDE]:
            line = shown[index].line
            if shown[index].linked < _LINK and title_line.may_be_title(line) and not _is_header(line):
                return line.shown, index
    return expected, None


def _is_site(title: str) -> bool:
    line = lines.from_texts([title])[0]
    return not title or byline.is_media(line)


def _is_header(line: Line) -> bool:
    return boilerplate.is_navigation(line) or byline.from_line(line, date_needed=False) is not None


def _parts(shown: Shown) -> list[Line]:
    """The inline elements of a line, one by one: a title may have 原创 in the same heading."""
    texts = list(filter(None, (" ".join(part.split()) for part in shown.parts.split(PART))))
    return lines.from_texts(texts) if len(texts) > 1 else []


def _apart(shown: Shown) -> Line:
    """The line with a blank wherever an inline element begins or ends."""
    return lines.from_texts([" ".join(" ".join(lines.repaired(shown.parts.replace(PART, " "))).split())])[0]


def _is_title(line: Line) -> bool:
    return len(line.folded) <= 90 and _FEWEST <= han(line.folded) <= _MOST


def without_site(window: str) -> str:
    """兰州签约四个项目_兰州新闻网 without what stands behind the last separators, when it may be the name of a site."""
    while True:
        marks = [mark for mark in _SEPARATOR.finditer(window) if mark.start() > 0]
        if not marks:
            return window.strip()
        mark = marks[-1]
        head, tail = window[: mark.start()], window[mark.end() :].strip()
        named = mark[0].strip() in "_|丨︱" or _SITE.search(tail)
        may_be_site = not tail or (len(tail) <= _LONGEST_SITE and named)
        if not may_be_site or han(head) < _FEWEST:
            return window.strip()
        window = head.rstrip()


def above(shown: list[Shown], first: int, heading: int | None, published: str | None) -> Byline:
    """What the lines between the title, number `heading`, and the body say, and those right above the title.

    `published` is what the page says elsewhere, for the year of a day that is printed without one.
    """
    start = first - _RIGHT_ABOVE if heading is None else heading + 1
    found = _between(shown[max(0, start) : first], published)
    if heading is not None:
        over = [one for one in shown[max(0, heading - _RIGHT_ABOVE) : heading] if one.linked < _LINK]
        for line in map(_apart, over):
            found |= byline.from_line(line) or Byline()
    return found


def _between(shown: list[Shown], published: str | None) -> Byline:
    texts = unlabelled.join_split_labels(
        [_apart(one) for one in shown[-_BETWEEN:] if len(one.line.folded) <= lines.LONGEST_META]
    )
    found = Byline()
    for line in texts:
        found |= _said(line) or Byline()
    for line in texts:
        found |= unlabelled.medium_and_name(line)
    found |= unlabelled.account(texts)
    for line in texts[:_RIGHT_BELOW]:
        if not boilerplate.is_furniture(line):
            found |= Byline(author=names.in_list(line, trusted=False))
    day = next((match for line in texts if (match := dates.find_day(line.folded))), None)
    if found.published is None and day is not None and published is not None:
        found |= Byline(published=_completed(day, published))
    return found


def named(page: Page, first: int, last: int) -> Byline:
    """What the elements between two numbers say whose class or id names a field: class="author", id="js_name"."""
    found = Byline()
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
            or boilerplate.is_buttons(line)
            or dates.find(line.folded) is not None
        ):
            continue
        person = None if byline.is_media(line) else names.after_role(line) or names.in_list(line, trusted=False)
        # The author of an account's page is the account.
        found |= Byline(source=line.shown) if is_source or person is None else Byline(author=person)
    return found


def is_header(shown: Shown) -> bool:
    """Whether a line right above the first sentence says nothing but who published, wrote or edited, and when."""
    line = _apart(shown)
    if len(line.folded) > lines.LONGEST_META:
        return False
    return (
        _said(line) is not None
        or unlabelled.medium_and_name(line) != Byline()
        or _DAY_ONLY.fullmatch(line.folded) is not None
    )


def _said(line: Line) -> Byline | None:
    labelled, credited = byline.from_line(line, date_needed=False), boilerplate.credit(line)
    return None if labelled is None and credited is None else (labelled or Byline()) | (credited or Byline())


def below(shown: list[Shown]) -> Byline:
    """What the credits right below the body say."""
    found = Byline()
    for one in shown[:_BELOW]:
        if boilerplate.is_marker(one.line):
            break
        if one.linked < _LINK:
            found |= boilerplate.credit(one.line) or Byline()
    return Byline(found.source, found.author, found.editor, None)


def _completed(shown: dates.Day, published: str) -> str | None:
    """The time of a day that is printed without its year, when the page says elsewhere which day it was."""
    same_day = (shown.month, shown.day) == (int(published[5:7]), int(published[8:10]))
    return dates.normalise(f"{published[:10]} {shown.time}") if same_day else None
