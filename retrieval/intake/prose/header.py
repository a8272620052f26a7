"""Where does the body of an article begin, and what stands above it?"""

import re
from dataclasses import dataclass, replace

from retrieval.intake.prose import (
    boilerplate,
    byline,
    dates,
    footer,
    headings,
    labels,
    names,
    title_line,
    unlabelled,
    url_line,
)
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.lines import Line, ends_sentence, han
from retrieval.text.folding import squeeze

# Rows of sections may stand above a title, one on each line; the first meta line is hardly ever below the twelfth.
_ZONE, _NEAR, _MOST_LONG, _A_WORD = 60, 12, 12, 8
_LONGEST_SUMMARY = 80
_RULE = re.compile(r"[-=_*~—]{3,}")
_LABELLED_BODY = re.compile(r"(?:正文|内容|全文|正文内容)\s?:\s?")
_LABEL_LINE = re.compile(
    rf"(?:{labels.AUTHOR}|{labels.EDITOR}|发布时间|出版|时间|日期|索引号|文号|发文字号|主题分类|发文机关|公开方式|有效性|date|source)\s?:"
)
_FORWARDED = re.compile(r"[\W_]{0,2}(?:转发自|转载自|转自|forwarded from)\s?:?\s?(?P<who>[^,。!?]{2,20})")
# Days that are told when no other is: a decree was made before it was published.
_LATER = re.compile(r"(?:(?:成文|印发|更新|修改|编辑|上传)(?:日期|时间)|更新于?)\s?:\s?$")


@dataclass(frozen=True, slots=True)
class Header:
    """`body` are the lines that follow, with what stood above the meta line and is neither title nor navigation."""

    title: str | None
    byline: Byline
    body: list[Line]


def read(lines: list[Line], known_title: str | None = None) -> Header:
    """Take the header off `lines`. With a known title no line is taken for one, and its repetition is dropped."""
    prose = next((index for index, line in enumerate(lines[:_ZONE]) if _is_prose(line)), min(len(lines), _NEAR))
    lines = [*unlabelled.join_split_labels(lines[:prose], any_label=False), *lines[prose:]]
    title = known_title
    above: list[int] = []
    titled = -1  # the line of a title that is marked as one
    found = later = Byline()
    position = long_ones = 0
    meta_seen = False
    while position < min(len(lines), _ZONE) and long_ones <= _MOST_LONG:
        line = lines[position]
        marked = title_line.marked_title(line)
        said = byline.from_line(line, date_needed=not (meta_seen or _is_label_line(line)))
        if marked is not None and (title is None or title == known_title) and not meta_seen:
            # Whatever stood above a title that is marked as one is navigation.
            title, above, titled = (title or marked.shown), [], position
        elif (url := url_line.only_url(line)) is not None:
            found |= Byline(url=url)
        elif said is not None and _may_begin(lines, position, said):
            if dates.normalise(line.folded) and _is_another_day(found, said):
                break
            meta_seen = True
            if _is_later(line):
                later |= Byline(published=said.published)
                said = replace(said, published=None)
            found |= said
        elif meta_seen and (who := boilerplate.credit(line)) is not None:
            found |= who
        elif (forwarded := _FORWARDED.fullmatch(line.folded)) is not None:
            found |= Byline(source=line.shown[slice(*forwarded.span("who"))])
        elif _is_navigation(line, meta_seen):
            # What stands above a breadcrumb is the site's; above a button it may be the title.
            is_button = boilerplate.is_furniture(line) and " " not in line.folded
            above = above if meta_seen or is_button else []
        elif not _belongs(lines, position, above, title, meta_seen):
            break
        else:
            above.append(position)
            long_ones += han(line.folded) > _A_WORD
        position += 1
    body = lines[position:]
    found |= later
    if not meta_seen:
        return _without_meta(title, found, [lines[index] for index in above], body)
    chosen = title_line.title_index([lines[index] for index in above]) if title is None else None
    lead = title_line.bracketed(body[0]) if body and title is None else None
    if (
        lead is not None
        and not title_line.is_agency(lead[0])
        and (chosen is None or byline.is_media(lines[above[chosen]]))
    ):
        # A post: what stands above its date is the account.
        title, body = lead[0], [lead[1], *body[1:]]
    elif chosen is not None:
        titled = above[chosen]
        title = lines[titled].shown
    below = lines[titled + 1 : position]
    said_beside = _beside(below)
    found |= said_beside
    kept = [lines[index] for index in above if index > titled and squeeze(lines[index].shown) != squeeze(title or "")]
    kept = [line for line in kept if _is_kept(line) and line.shown not in (said_beside.source, said_beside.author)]
    return Header(
        title_line.without_buttons(title) if title is not None else None,
        found,
        kept + _without_title(_without_label(body), title),
    )


def _is_prose(line: Line) -> bool:
    return ends_sentence(line.folded) and han(line.folded) > 2 * _A_WORD


def _may_begin(lines: list[Line], position: int, said: Byline) -> bool:
    """Whether a meta line may be the header's: something must follow; far down it must say more than a day, too."""
    if position < _NEAR:
        left = (han(line.folded) for line in lines[position + 1 :] if boilerplate.credit(line) is None)
        return position == 0 or any(amount >= title_line.SECTION for amount in left)
    following = lines[position + 1 : position + 1 + _NEAR]
    return said.starts_article and any(ends_sentence(line.folded) and han(line.folded) > _A_WORD for line in following)


def _is_another_day(found: Byline, said: Byline) -> bool:
    """A bare day below the date of the article is the first of a chronicle."""
    if found.published is None or said.published is None or said != Byline(published=said.published):
        return False
    return len(said.published) == 10 and not found.published.startswith(said.published)


def _is_later(line: Line) -> bool:
    date = dates.find(line.folded)
    return date is not None and _LATER.search(line.folded, 0, date.span.start) is not None


def _is_navigation(line: Line, meta_seen: bool) -> bool:
    if boilerplate.is_navigation(line) or _RULE.fullmatch(line.folded):
        return True
    return meta_seen and (boilerplate.is_place(line) or footer.is_number(line))


def _has_title(lines: list[Line], above: list[int]) -> bool:
    return any(title_line.may_be_title(lines[index]) and not title_line.is_section(lines[index]) for index in above)


def _belongs(lines: list[Line], position: int, above: list[int], title: str | None, meta_seen: bool) -> bool:
    """Whether a line that says nothing about the article stands in its header."""
    if meta_seen:
        return _goes_on(lines, position, title is not None or _has_title(lines, above))
    return _may_stand_above(lines[position]) or (bool(above) and _is_summary(lines, position))


def _goes_on(lines: list[Line], position: int, has_title: bool) -> bool:
    """Whether the header goes on below its first meta line: with the title, or up to another meta line."""
    line, following = lines[position], lines[position + 1 : position + 4]
    if not following or not _may_stand_above(line) or headings.numbered(line, 0) is not None:
        return False
    if not has_title and (
        title_line.may_be_title(line)
        or (han(line.folded) <= title_line.SECTION and title_line.may_be_title(following[0]))
    ):
        return True
    if unlabelled.medium_and_name(line) != Byline() or names.in_list(line, trusted=False) is not None:
        return True
    for below in following:
        said = byline.from_line(below)
        if said is not None and (said.starts_article or said.source):
            return True
        if not _may_stand_above(below) or ends_sentence(below.folded):
            return False
    return False


def _is_summary(lines: list[Line], position: int) -> bool:
    """Whether a sentence stands between title and meta line: then sentences follow below the meta line."""
    if han(lines[position].folded) > _LONGEST_SUMMARY:
        return False
    for number, below in enumerate(lines[position + 1 : position + 5], position + 1):
        said = byline.from_line(below)
        if said is not None and said.published is not None:
            following = lines[number + 1 : number + 1 + _NEAR]
            return any(ends_sentence(line.folded) and han(line.folded) > _A_WORD for line in following)
        if not _may_stand_above(below):
            return False
    return False


def _beside(below: list[Line]) -> Byline:
    """What the lines below the title say without a label."""
    found = Byline()
    for line in below:
        if boilerplate.is_furniture(line):
            continue
        credited = boilerplate.credit(line) or Byline(author=names.in_list(line, trusted=False))
        found |= unlabelled.medium_and_name(line) | Byline(credited.source, credited.author, credited.editor)
    return found | unlabelled.account(below, _A_WORD)


def _without_label(body: list[Line]) -> list[Line]:
    """The body without the word that says that it begins: 正文："""
    match = _LABELLED_BODY.match(body[0].folded) if body else None
    if match is None:
        return body
    rest = body[0].cut(match.end())
    return [rest, *body[1:]] if rest.shown else body[1:]


def _is_label_line(line: Line) -> bool:
    """作者：张三 or date: 2020-02-24 above the body; a label with nothing but its value."""
    return _LABEL_LINE.match(labels.with_colons(line).folded) is not None


def _may_stand_above(line: Line) -> bool:
    return (
        not title_line.bracketed(line)
        and han(line.folded) <= title_line.MOST
        and not (ends_sentence(line.folded) and "。" in line.folded)
    )


def _without_meta(title: str | None, found: Byline, above: list[Line], body: list[Line]) -> Header:
    """No line says a source or a date: the first line is the title when it looks like one and a body follows."""
    lines = _without_label(above + body)
    tags, lines = ([lines[0]], lines[1:]) if lines and footer.is_hashtags(lines[0]) else ([], lines)
    lead = title_line.bracketed(lines[0]) if lines and title is None else None
    if lead is not None:
        return Header(lead[0], found, tags + ([lead[1]] if lead[1].shown else []) + lines[1:])
    # A single line that holds a clause is a news flash, not a title.
    a_title = (
        bool(lines) and title_line.may_be_title(lines[0]) and (len(lines) > 1 or not re.search("[,;]", lines[0].folded))
    )
    if title is None and a_title:
        title, lines = lines[0].shown, lines[1:]
    return Header(
        title_line.without_buttons(title) if title is not None else None, found, tags + _without_title(lines, title)
    )


def _is_kept(line: Line) -> bool:
    """What stands between title and body is a subtitle, unless it says who has written."""
    says_who = (
        byline.from_line(line, date_needed=False) not in (None, Byline())
        or names.in_list(line, trusted=False) is not None
    )
    is_credit = boilerplate.credit(line) is not None or unlabelled.medium_and_name(line) != Byline() or says_who
    return han(line.folded) > title_line.SECTION and not is_credit


def _without_title(body: list[Line], title: str | None) -> list[Line]:
    if title is not None and body and squeeze(body[0].shown) == squeeze(title):
        return body[1:]
    return body
