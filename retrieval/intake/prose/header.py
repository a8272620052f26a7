"""Header of an article: the title and the byline above its body."""

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

# Most lines of a header: sections may stand above a title, one on each line. The first byline is hardly ever below line
# `_NEAR`. A header has few lines (`_MOST_LONG`) of more Chinese characters than `_A_WORD`.
_ZONE, _NEAR, _MOST_LONG, _A_WORD = 60, 12, 12, 8
# Chinese characters of a summary between title and byline.
_LONGEST_SUMMARY = 80
_RULE = re.compile(r"[-=_*~—]{3,}")
# The label above a body: 正文：.
_LABELLED_BODY = re.compile(r"(?:正文|内容|全文|正文内容)\s?:\s?")
# A line of a form: 作者：张三, 索引号：…, date: 2020-02-24.
_LABEL_LINE = re.compile(
    rf"(?:{labels.AUTHOR}|{labels.EDITOR}|发布时间|出版|时间|日期|索引号|文号|发文字号|主题分类|发文机关|公开方式|有效性|date|source)\s?:"
)
# 转发自城北发布, Forwarded from: …
_FORWARDED = re.compile(r"[\W_]{0,2}(?:转发自|转载自|转自|forwarded from)\s?:?\s?(?P<who>[^,。!?]{2,20})")
# Labels of days that count only when no other day is printed: a decree is made (成文日期) before it is published.
_OTHER_DAY = re.compile(r"(?:(?:成文|印发|更新|修改|编辑|上传)(?:日期|时间)|更新于?)\s?:\s?$")


@dataclass(frozen=True, slots=True)
class Header:
    """`body` holds the lines below, and the lines between title and byline that may be a subtitle."""

    title: str | None
    byline: Byline
    body: list[Line]


def read(lines: list[Line], known_title: str | None = None) -> Header:
    """The header of `lines`. `known_title` is the title; a line that repeats it is dropped.

    The header ends at the first line that cannot stand in it. Without a byline in it, its lines belong to the body, the
    first one aside when that may be a title.
    """
    prose = next((index for index, line in enumerate(lines[:_ZONE]) if _is_prose(line)), min(len(lines), _NEAR))
    lines = [*unlabelled.join_split_labels(lines[:prose], any_label=False), *lines[prose:]]
    title = known_title
    # Indexes of header lines that may be title or subtitle.
    above: list[int] = []
    title_at = -1
    collected = other_day = Byline()
    position = long_lines = 0
    has_byline = False
    while position < min(len(lines), _ZONE) and long_lines <= _MOST_LONG:
        line = lines[position]
        marked = title_line.marked_title(line)
        in_line = byline.from_line(line, date_needed=not (has_byline or _is_label_line(line)))
        if marked is not None and (title is None or title == known_title) and not has_byline:
            # Lines above a marked title (标题：…) are navigation.
            title, above, title_at = (title or marked.shown), [], position
        elif (url := url_line.only_url(line)) is not None:
            collected |= Byline(url=url)
        elif in_line is not None and _is_of_header(lines, position, in_line):
            if dates.normalise(line.folded) and _is_another_day(collected, in_line):
                break
            has_byline = True
            if _has_other_day(line):
                other_day |= Byline(published=in_line.published)
                in_line = replace(in_line, published=None)
            collected |= in_line
        elif has_byline and (credit := boilerplate.credit(line)) is not None:
            collected |= credit
        elif (forwarded := _FORWARDED.fullmatch(line.folded)) is not None:
            collected |= Byline(source=line.shown[slice(*forwarded.span("who"))])
        elif _is_navigation(line, has_byline):
            # Lines above a breadcrumb belong to the site; a line above a button may be the title.
            is_button = boilerplate.is_furniture(line) and " " not in line.folded
            above = above if has_byline or is_button else []
        elif not _may_stand_in_header(lines, position, above, title, has_byline):
            break
        else:
            above.append(position)
            long_lines += han(line.folded) > _A_WORD
        position += 1
    body = lines[position:]
    collected |= other_day
    if not has_byline:
        return _without_byline(title, collected, [lines[index] for index in above], body)
    chosen = title_line.title_index([lines[index] for index in above]) if title is None else None
    bracketed = title_line.bracketed(body[0]) if body and title is None else None
    if (
        bracketed is not None
        and not title_line.is_agency(bracketed[0])
        and (chosen is None or byline.is_media(lines[above[chosen]]))
    ):
        # A post: the line above its date is the account, its title stands in 【】.
        title, body = bracketed[0], [bracketed[1], *body[1:]]
    elif chosen is not None:
        title_at = above[chosen]
        title = lines[title_at].shown
    unlabelled_byline = _unlabelled_byline(lines[title_at + 1 : position])
    collected |= unlabelled_byline
    used = (unlabelled_byline.source, unlabelled_byline.author)
    subtitles = [
        lines[index] for index in above if index > title_at and squeeze(lines[index].shown) != squeeze(title or "")
    ]
    subtitles = [line for line in subtitles if _is_subtitle(line) and line.shown not in used]
    return Header(
        title_line.without_buttons(title) if title is not None else None,
        collected,
        subtitles + _without_title(_without_label(body), title),
    )


def _is_prose(line: Line) -> bool:
    """Whether a line is a sentence of more Chinese characters than two words."""
    return ends_sentence(line.folded) and han(line.folded) > 2 * _A_WORD


def _is_of_header(lines: list[Line], position: int, in_line: Byline) -> bool:
    """Whether the byline in the line at `position` is the header's, not one below the body.

    Text must follow it. Below the first twelve lines it must start an article, too, and sentences must follow.
    """
    if position < _NEAR:
        left = (han(line.folded) for line in lines[position + 1 :] if boilerplate.credit(line) is None)
        return position == 0 or any(amount >= title_line.SECTION for amount in left)
    following = lines[position + 1 : position + 1 + _NEAR]
    return in_line.starts_article and any(
        ends_sentence(line.folded) and han(line.folded) > _A_WORD for line in following
    )


def _is_another_day(collected: Byline, in_line: Byline) -> bool:
    """Whether a line is a bare day other than the date of the article: the first day of a chronicle."""
    if collected.published is None or in_line.published is None or in_line != Byline(published=in_line.published):
        return False
    return len(in_line.published) == 10 and not collected.published.startswith(in_line.published)


def _has_other_day(line: Line) -> bool:
    """Whether the date in a line is labelled as another one than that of publication: 成文日期：."""
    date = dates.find(line.folded)
    return date is not None and _OTHER_DAY.search(line.folded, 0, date.span.start) is not None


def _is_navigation(line: Line, has_byline: bool) -> bool:
    """Whether a line is navigation or a rule; below a byline a place or a number is, too."""
    if boilerplate.is_navigation(line) or _RULE.fullmatch(line.folded):
        return True
    return has_byline and (boilerplate.is_place(line) or footer.is_number(line))


def _has_title(lines: list[Line], above: list[int]) -> bool:
    return any(title_line.may_be_title(lines[index]) and not title_line.is_section(lines[index]) for index in above)


def _may_stand_in_header(
    lines: list[Line], position: int, above: list[int], title: str | None, has_byline: bool
) -> bool:
    """Whether a line that is neither byline nor navigation belongs to the header."""
    if has_byline:
        return _goes_on(lines, position, title is not None or _has_title(lines, above))
    return _may_stand_above(lines[position]) or (bool(above) and _is_summary(lines, position))


def _goes_on(lines: list[Line], position: int, has_title: bool) -> bool:
    """Whether the header goes on below its first byline: with the title, or up to another byline."""
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
        in_line = byline.from_line(below)
        if in_line is not None and (in_line.starts_article or in_line.source):
            return True
        if not _may_stand_above(below) or ends_sentence(below.folded):
            return False
    return False


def _is_summary(lines: list[Line], position: int) -> bool:
    """Whether a line is a summary between title and byline: a dated byline is near, and sentences follow below it."""
    if han(lines[position].folded) > _LONGEST_SUMMARY:
        return False
    for number, below in enumerate(lines[position + 1 : position + 5], position + 1):
        in_line = byline.from_line(below)
        if in_line is not None and in_line.published is not None:
            following = lines[number + 1 : number + 1 + _NEAR]
            return any(ends_sentence(line.folded) and han(line.folded) > _A_WORD for line in following)
        if not _may_stand_above(below):
            return False
    return False


def _unlabelled_byline(below: list[Line]) -> Byline:
    """The byline of lines below the title that have no label: a medium, names, an account."""
    collected = Byline()
    for line in below:
        if boilerplate.is_furniture(line):
            continue
        credit = boilerplate.credit(line) or Byline(author=names.in_list(line, trusted=False))
        collected |= unlabelled.medium_and_name(line) | Byline(credit.source, credit.author, credit.editor)
    return collected | unlabelled.account(below, _A_WORD)


def _without_label(body: list[Line]) -> list[Line]:
    """The body without the label 正文： in its first line."""
    match = _LABELLED_BODY.match(body[0].folded) if body else None
    if match is None:
        return body
    rest = body[0].cut(match.end())
    return [rest, *body[1:]] if rest.shown else body[1:]


def _is_label_line(line: Line) -> bool:
    """Whether a line begins with a label: 作者：张三, date: 2020-02-24."""
    return _LABEL_LINE.match(labels.with_colons(line).folded) is not None


def _may_stand_above(line: Line) -> bool:
    """Whether a line may stand above the body: no longer than a title, no sentence, no title in 【】."""
    return (
        not title_line.bracketed(line)
        and han(line.folded) <= title_line.MOST
        and not (ends_sentence(line.folded) and "。" in line.folded)
    )


def _without_byline(title: str | None, collected: Byline, above: list[Line], body: list[Line]) -> Header:
    """The header of a text without a byline: its first line is the title when it may be one and a body follows."""
    lines = _without_label(above + body)
    tags, lines = ([lines[0]], lines[1:]) if lines and footer.is_hashtags(lines[0]) else ([], lines)
    bracketed = title_line.bracketed(lines[0]) if lines and title is None else None
    if bracketed is not None:
        rest = [bracketed[1]] if bracketed[1].shown else []
        return Header(bracketed[0], collected, tags + rest + lines[1:])
    # A single line with a comma in it is a news flash, not a title.
    has_title = (
        bool(lines) and title_line.may_be_title(lines[0]) and (len(lines) > 1 or not re.search("[,;]", lines[0].folded))
    )
    if title is None and has_title:
        title, lines = lines[0].shown, lines[1:]
    return Header(
        title_line.without_buttons(title) if title is not None else None, collected, tags + _without_title(lines, title)
    )


def _is_subtitle(line: Line) -> bool:
    """Whether a line between title and body is a subtitle: neither a short word nor a byline, a credit or names."""
    names_author = (
        byline.from_line(line, date_needed=False) not in (None, Byline())
        or names.in_list(line, trusted=False) is not None
    )
    is_credit = boilerplate.credit(line) is not None or unlabelled.medium_and_name(line) != Byline() or names_author
    return han(line.folded) > title_line.SECTION and not is_credit


def _without_title(body: list[Line], title: str | None) -> list[Line]:
    if title is not None and body and squeeze(body[0].shown) == squeeze(title):
        return body[1:]
    return body
