"""Byline of a page: source, date, author and editor in the lines and elements around its article."""

import re
from dataclasses import replace

from retrieval.intake.page.blocks import NUMBER, PART, short_text
from retrieval.intake.page.markup import Page, PageLine
from retrieval.intake.prose import byline, dates, lines, media, names, unlabelled
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.line_kind import NEVER_TEXT, Kind, classify
from retrieval.intake.prose.lines import Line

# How many lines are read: between title and body, right above the title or the body, and below the body; lines below
# the body that may hold its date.
_BETWEEN, _RIGHT_ABOVE, _BELOW, _RIGHT_BELOW = 40, 6, 15, 3
_WITH_BYLINE = frozenset((*NEVER_TEXT, Kind.BYLINE, Kind.DETAIL))
# The label of a date that is not the first: 更新：, 最後修改於.
_UPDATE = re.compile(r"(?:更新|修改|编辑)(?:于|时间|日期)?\s?:?\s?$")
# Characters of a line that holds a date and little else.
_LONGEST_DATED = 60
# Ids and classes of elements that hold a source or an author: js_name at WeChat, media-user at Toutiao.
_SOURCE_FIELD = re.compile(
    r"source|laiyuan|js_name|nick-?_?name|account-?_?name|media-?_?(?:name|user)|mp-?_?name|publisher", re.IGNORECASE
)
_AUTHOR_FIELD = re.compile(r"author|writer|reporter|byline|zuozhe|(?:^|\s)name(?:\s|$)", re.IGNORECASE)


def above(page: Page, heading: int | None, prose: int) -> Byline:
    """The byline between the title and the first sentence of the body, and right above the title.

    `heading` and `prose` are the numbers of their lines; without a heading the lines right above the body are read.
    Values with a label come first, then elements named for a field, then media and names without a label.
    """
    start = max(0, prose - _RIGHT_ABOVE if heading is None else heading + 1, prose - _BETWEEN)
    below_title = unlabelled.join_split_labels(
        [line for line in map(with_gaps, page.lines[start:prose]) if len(line.folded) <= lines.LONGEST_BYLINE]
    )
    over_title = page.lines[max(0, heading - _RIGHT_ABOVE) : heading] if heading is not None else []
    header_lines = [*below_title, *(with_gaps(page_line) for page_line in over_title if not page_line.is_link)]
    collected = Byline(published=_first_day(below_title))
    for line in header_lines:
        collected |= classify(line).byline
    if heading is not None:
        collected |= _in_named_elements(page, page.lines[heading].element, page.lines[prose].element)
    return collected | unlabelled.between(header_lines)


def _first_day(header_lines: list[Line]) -> str | None:
    """The first date in lines that hold hardly anything else; the date of an update (更新：) only without another."""
    updates: list[str] = []
    for line in header_lines:
        is_byline = classify(line).kind in _WITH_BYLINE
        rest = line
        while (date := dates.find(rest.folded)) is not None:
            if _UPDATE.search(rest.folded, 0, date.span.start):
                updates.append(date.value)
            elif is_byline or len(line.folded) <= _LONGEST_DATED:
                return date.value
            rest = rest.cut(date.span.end)
    return next(iter(updates), None)


def only_day(page_lines: list[PageLine], body: set[int]) -> str | None:
    """The date of the page's bylines when all of them name one day; None otherwise.

    In the body a date alone is a signature or the day of a chronicle.
    """
    found: dict[str, None] = {}
    for index, page_line in enumerate(page_lines):
        if page_line.has_links or not any(map(str.isdigit, page_line.line.folded)):
            continue
        line = with_gaps(page_line)
        kind, values = classify(line)
        is_alone = index in body and dates.as_published(line.folded) is not None
        if kind is Kind.BYLINE and values.published is not None and not is_alone:
            found[values.published] = None
    days = {date[:10] for date in found}
    return max(found, key=len) if len(days) == 1 else None


def _in_named_elements(page: Page, first: int, last: int) -> Byline:
    """The byline in elements whose class or id names a field: class="author", id="js_name".

    Only elements with a number between `first` and `last` are read. On the page of an account the author is the
    account, unless another element names the account.
    """
    sources: list[str] = []
    people: list[str] = []
    others: list[str] = []
    for element in page.root.iter():
        if not first < int(element.get(NUMBER, 0)) < last:
            continue
        label = " ".join(filter(None, (element.get(key) for key in ("id", "class", "itemprop", "rel"))))
        is_author, is_source = _AUTHOR_FIELD.search(label), _SOURCE_FIELD.search(label)
        text = short_text(element, unlabelled.LONGEST_ACCOUNT) if is_author or is_source else None
        line = lines.from_texts([lines.on_one_line(text or "")])[0]
        # Others are buttons, dates and sections.
        if not unlabelled.is_account(line):
            continue
        person = None if is_source else names.alone(line)
        if person is not None:
            people.append(person)
        elif (account := media.clean_source(line.shown)) is not None:
            (sources if is_source else others).append(account)
    if not sources:
        sources, others = others, []
    author = next(iter([*people, *(other for other in others if other != sources[0])]), None)
    return Byline(source=next(iter(sources), None), author=author)


def is_header(page_line: PageLine) -> bool:
    """Whether a line right above the first sentence is nothing but a byline: source, author, editor or date."""
    line = with_gaps(page_line)
    return classify(line).kind in _WITH_BYLINE or byline.medium_and_name(line) != Byline()


def with_gaps(page_line: PageLine) -> Line:
    """The line with a blank wherever an inline element begins or ends."""
    return lines.from_texts([" ".join(" ".join(lines.repaired(page_line.parts.replace(PART, " "))).split())])[0]


def below(page_lines: list[PageLine]) -> Byline:
    """The byline in the credits right below the body, up to the box with other articles.

    A date counts in the first lines only: other articles and comments have dates, too.
    """
    collected = Byline()
    for number, page_line in enumerate(page_lines[:_BELOW]):
        kind, values = classify(page_line.line)
        if kind is Kind.BOX:
            break
        if not page_line.is_link and kind in NEVER_TEXT:
            collected |= replace(values, published=None)
        if number < _RIGHT_BELOW and kind in _WITH_BYLINE:
            collected |= Byline(editor=values.editor, published=values.published)
    return replace(collected, url=None)
