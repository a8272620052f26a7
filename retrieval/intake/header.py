"""Where does the body of an article begin, and what stands above it?"""

import re
from dataclasses import dataclass, replace

from retrieval.intake import address, beside, boilerplate, dates, foot, headings, labels, meta, names
from retrieval.intake.lines import Line, ends_sentence, han
from retrieval.intake.meta import Meta
from retrieval.text import squeeze

# Rows of sections may stand above a title, one on each line; the first meta line is hardly ever below the twelfth.
_ZONE, _NEAR, _MOST_LONG, _A_WORD = 60, 12, 12, 8
_LONGEST_SUMMARY = 80
_FEWEST, _MOST = 4, 45
_LABELLED_TITLE = re.compile(r"(?:标题|题目|文章标题|新闻标题|title)\s?:\s?")
_MARKDOWN_TITLE = re.compile(r"#{1,3}\s+")
_LEAD = re.compile(r"【([^【】]{4,60})】\s?")
# 【环球网报道】 is no title.
_AGENCY = re.compile("(?:报道|消息|讯|电|最后)$")
_RULE = re.compile(r"[-=_*~—]{3,}")
# 标题_兰州新闻网 is the title of a window.
_SITE = re.compile(r"[\s_|\-—丨]{1,3}\S{2,20}$")
_SECTION = 5
_LABELLED_BODY = re.compile(r"(?:正文|内容|全文|正文内容)\s?:\s?")
_LABEL_LINE = re.compile(
    rf"(?:{labels.AUTHOR}|{labels.EDITOR}|发布时间|出版|时间|日期|索引号|文号|发文字号|主题分类|发文机关|公开方式|有效性|date|source)\s?:"
)
_FORWARDED = re.compile(r"[\W_]{0,2}(?:转发自|转载自|转自|forwarded from)\s?:?\s?(?P<who>[^,。!?]{2,20})")
# Days that are told when no other is: a decree was made before it was published.
_LATER = re.compile(r"(?:(?:成文|印发|更新|修改|编辑|上传)(?:日期|时间)|更新于?)\s?:\s?$")
_SECTIONS = re.compile(
    r"(?:(?:新闻|要闻|时政|社会|国内|国际|财经|经济|体育|娱乐|科技|民生|本地|地方|法治|法制|教育|健康|文化|旅游|军事|观点|评论|专题|首页|滚动|头条"
    r"|综合|焦点|热点|政务|动态|公告|公示|通知|资讯|频道|中心|版|正文|列表|[\W_])+)"
)
# What a forum writes behind a title.
_TITLE_BUTTONS = re.compile(r"\s?[\[(（【]?复制链接[\])）】]?$")


@dataclass(frozen=True, slots=True)
class Header:
    """`body` are the lines that follow, with what stood above the meta line and is neither title nor navigation."""

    title: str | None
    meta: Meta
    body: list[Line]


def is_title_like(line: Line) -> bool:
    if not _FEWEST <= han(line.folded) <= _MOST or len(line.folded) > 80:
        return False
    if (ends_sentence(line.folded) and not line.folded.endswith(("!", "?"))) or line.folded.endswith((",", ":", "、")):
        return False
    if "。" in line.folded or boilerplate.is_marker(line) or foot.is_hashtags(line):
        return False
    return boilerplate.credit(line) is None


def is_labelled_title(line: Line) -> bool:
    """标题：… begins an article wherever it stands."""
    label = _LABELLED_TITLE.match(line.folded)
    return label is not None and is_title_like(line.cut(label.end()))


def read(lines: list[Line], known_title: str | None = None) -> Header:
    """Take the header off `lines`. With a known title no line is taken for one, and its repetition is dropped."""
    prose = next((index for index, line in enumerate(lines[:_ZONE]) if _is_prose(line)), min(len(lines), _NEAR))
    lines = [*beside.joined(lines[:prose], any_label=False), *lines[prose:]]
    title = known_title
    above: list[int] = []
    titled = -1  # the line of a title that is marked as one
    found = later = Meta()
    position = long_ones = 0
    meta_seen = False
    while position < min(len(lines), _ZONE) and long_ones <= _MOST_LONG:
        line = lines[position]
        labelled = _LABELLED_TITLE.match(line.folded) or _MARKDOWN_TITLE.match(line.folded)
        said = meta.of(line, date_needed=not (meta_seen or _is_label_line(line)))
        if labelled and han(line.folded) <= _MOST + 5 and (title is None or title == known_title) and not meta_seen:
            # Whatever stood above a title that is marked as one is navigation.
            title, above, titled = (title or line.cut(labelled.end()).shown), [], position
        elif (url := address.of(line)) is not None:
            found |= Meta(url=url)
        elif said is not None and _may_begin(lines, position, said):
            if dates.normalise(line.folded) and _is_another_day(found, said):
                break
            meta_seen = True
            if _is_later(line):
                later |= Meta(published=said.published)
                said = replace(said, published=None)
            found |= said
        elif meta_seen and (who := boilerplate.credit(line)) is not None:
            found |= who
        elif (forwarded := _FORWARDED.fullmatch(line.folded)) is not None:
            found |= Meta(source=line.shown[slice(*forwarded.span("who"))])
        elif _is_navigation(line, meta_seen):
            above = [] if not meta_seen else above
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
    chosen = _chosen([lines[index] for index in above]) if title is None else None
    lead = _LEAD.match(body[0].shown) if body and title is None else None
    if lead is not None and not _AGENCY.search(lead[1]) and (chosen is None or meta.is_media(lines[above[chosen]])):
        # A post: what stands above its date is the account.
        title, body = lead[1], [body[0].cut(lead.end()), *body[1:]]
    elif chosen is not None:
        titled = above[chosen]
        title = lines[titled].shown
    below = lines[titled + 1 : position]
    said_beside = _beside(below)
    found |= said_beside
    kept = [lines[index] for index in above if index > titled and squeeze(lines[index].shown) != squeeze(title or "")]
    kept = [line for line in kept if _is_kept(line) and line.shown not in (said_beside.source, said_beside.author)]
    return Header(_bare_title(title), found, kept + _without_title(_without_label(body), title))


def _is_prose(line: Line) -> bool:
    return ends_sentence(line.folded) and han(line.folded) > 2 * _A_WORD


def _may_begin(lines: list[Line], position: int, said: Meta) -> bool:
    """Whether a meta line may be the header's: something must follow; far down it must say more than a day, too."""
    if position < _NEAR:
        left = (han(line.folded) for line in lines[position + 1 :] if boilerplate.credit(line) is None)
        return position == 0 or any(amount >= _SECTION for amount in left)
    following = lines[position + 1 : position + 1 + _NEAR]
    return said.starts_article and any(ends_sentence(line.folded) and han(line.folded) > _A_WORD for line in following)


def _is_another_day(found: Meta, said: Meta) -> bool:
    """A bare day below the date of the article is the first of a chronicle."""
    if found.published is None or said.published is None or said != Meta(published=said.published):
        return False
    return len(said.published) == 10 and not found.published.startswith(said.published)


def _is_later(line: Line) -> bool:
    date = dates.find(line.folded)
    return date is not None and _LATER.search(line.folded, 0, date.span.start) is not None


def _is_navigation(line: Line, meta_seen: bool) -> bool:
    if boilerplate.is_navigation(line) or _RULE.fullmatch(line.folded):
        return True
    return meta_seen and (boilerplate.is_place(line) or foot.is_number(line))


def _has_title(lines: list[Line], above: list[int]) -> bool:
    return any(is_title_like(lines[index]) and not _SECTIONS.fullmatch(lines[index].folded) for index in above)


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
    if not has_title and (is_title_like(line) or (han(line.folded) <= _SECTION and is_title_like(following[0]))):
        return True
    if beside.bare(line) != Meta() or names.listed(line, trusted=False) is not None:
        return True
    for below in following:
        said = meta.of(below)
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
        said = meta.of(below)
        if said is not None and said.published is not None:
            following = lines[number + 1 : number + 1 + _NEAR]
            return any(ends_sentence(line.folded) and han(line.folded) > _A_WORD for line in following)
        if not _may_stand_above(below):
            return False
    return False


def _beside(below: list[Line]) -> Meta:
    """What the lines below the title say without a label."""
    found = Meta()
    for line in below:
        if boilerplate.is_furniture(line):
            continue
        credited = boilerplate.credit(line) or Meta(author=names.listed(line, trusted=False))
        found |= beside.bare(line) | Meta(credited.source, credited.author, credited.editor)
    return found | beside.account(below, _A_WORD)


def _without_label(body: list[Line]) -> list[Line]:
    """The body without the word that says that it begins: 正文："""
    match = _LABELLED_BODY.match(body[0].folded) if body else None
    if match is None:
        return body
    rest = body[0].cut(match.end())
    return [rest, *body[1:]] if rest.shown else body[1:]


def _bare_title(title: str | None) -> str | None:
    return _TITLE_BUTTONS.sub("", title) or title if title is not None else None


def _is_label_line(line: Line) -> bool:
    """作者：张三 or date: 2020-02-24 above the body; a label with nothing but its value."""
    return _LABEL_LINE.match(labels.with_colons(line).folded) is not None


def _may_stand_above(line: Line) -> bool:
    return (
        not _LEAD.match(line.shown)
        and han(line.folded) <= _MOST
        and not (ends_sentence(line.folded) and "。" in line.folded)
    )


def _without_meta(title: str | None, found: Meta, above: list[Line], body: list[Line]) -> Header:
    """No line says a source or a date: the first line is the title when it looks like one and a body follows."""
    lines = _without_label(above + body)
    tags, lines = ([lines[0]], lines[1:]) if lines and foot.is_hashtags(lines[0]) else ([], lines)
    lead = _LEAD.match(lines[0].shown) if lines else None
    if title is None and lead is not None and han(lead[1]) >= _FEWEST + 2:
        rest = lines[0].cut(lead.end())
        return Header(lead[1], found, tags + ([rest] if rest.shown else []) + lines[1:])
    # A single line that holds a clause is a news flash, not a title.
    a_title = bool(lines) and is_title_like(lines[0]) and (len(lines) > 1 or not re.search("[,;]", lines[0].folded))
    if title is None and a_title:
        title, lines = lines[0].shown, lines[1:]
    return Header(_bare_title(title), found, tags + _without_title(lines, title))


def _chosen(above: list[Line]) -> int | None:
    """Which of the lines above the body is the title: not the section or the site before it, nor the window's title."""
    candidates = [index for index, line in enumerate(above) if is_title_like(line)]
    if not candidates:
        return None
    chosen = candidates[0]
    for other in candidates[1:]:
        first, second = above[chosen], above[other]
        window = _SITE.sub("", first.shown)
        window_title = first.shown != second.shown and (
            window == second.shown or first.shown.startswith(f"{second.shown}_")
        )
        is_site = meta.is_media(first) and not meta.is_media(second)
        if window_title or is_site or han(first.folded) <= _SECTION < han(second.folded):
            chosen = other
    return chosen


def _is_kept(line: Line) -> bool:
    """What stands between title and body is a subtitle, unless it says who has written."""
    says_who = meta.of(line, date_needed=False) not in (None, Meta()) or names.listed(line, trusted=False) is not None
    is_credit = boilerplate.credit(line) is not None or beside.bare(line) != Meta() or says_who
    return han(line.folded) > _SECTION and not is_credit


def _without_title(body: list[Line], title: str | None) -> list[Line]:
    if title is not None and body and squeeze(body[0].shown) == squeeze(title):
        return body[1:]
    return body
