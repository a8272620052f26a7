"""Where does the body of an article begin, and what stands above it?"""

import re
from dataclasses import dataclass

from retrieval.intake import boilerplate, meta
from retrieval.intake.lines import Line, ends_sentence, han
from retrieval.intake.meta import Meta
from retrieval.text import squeeze

_ZONE = 12
_FEWEST, _MOST = 4, 45
_LABELLED_TITLE = re.compile(r"(?:标题|题目|文章标题|新闻标题|title)\s?:\s?")
_MARKDOWN_TITLE = re.compile(r"#{1,3}\s+")
_LEAD = re.compile(r"【([^【】]{4,60})】\s?")
_RULE = re.compile(r"[-=_*~—]{3,}")
# 标题_兰州新闻网 is the title of a window.
_SITE = re.compile(r"[\s_|\-—丨]{1,3}\S{2,20}$")
_SECTION = 5


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
    return "。" not in line.folded and not boilerplate.is_marker(line) and boilerplate.credit(line) is None


def read(lines: list[Line], known_title: str | None = None) -> Header:
    """Take the header off `lines`. With a known title no line is taken for one, and its repetition is dropped."""
    title = known_title
    above: list[Line] = []
    found = Meta()
    position = 0
    meta_seen = False
    while position < min(len(lines), _ZONE):
        line = lines[position]
        labelled = _LABELLED_TITLE.match(line.folded) or _MARKDOWN_TITLE.match(line.folded)
        said = meta.of(line, date_needed=not (meta_seen or _is_label_line(line)))
        if labelled and han(line.folded) <= _MOST + 5 and (title is None or title == known_title) and not meta_seen:
            # Whatever stood above a title that is marked as one is navigation.
            title, above = (title or line.cut(labelled.end()).shown), []
        elif said is not None:
            found, meta_seen = found | said, True
        elif meta_seen and (who := boilerplate.credit(line)) is not None:
            found |= who
        elif boilerplate.is_navigation(line) or _RULE.fullmatch(line.folded):
            above = [] if not meta_seen else above
        elif meta_seen or not _may_stand_above(line):
            break
        else:
            above.append(line)
        position += 1
    body = lines[position:]
    if not meta_seen:
        return _without_meta(title, found, above, body)
    above, title = _choose(above, title)
    return Header(title, found, [line for line in above if _is_kept(line)] + _without_title(body, title))


def _is_label_line(line: Line) -> bool:
    """作者：张三 or date: 2020-02-24 above the body; a label with nothing but its value."""
    return re.match(r"(?:作者|记者|责任编辑|编辑|发布时间|时间|日期|date|author|source)\s?:", line.folded) is not None


def _may_stand_above(line: Line) -> bool:
    return (
        not _LEAD.match(line.shown)
        and han(line.folded) <= _MOST
        and not (ends_sentence(line.folded) and "。" in line.folded)
    )


def _without_meta(title: str | None, found: Meta, above: list[Line], body: list[Line]) -> Header:
    """No line says a source or a date: the first line is the title when it looks like one and a body follows."""
    lines = above + body
    lead = _LEAD.match(lines[0].shown) if lines else None
    if title is None and lead is not None and han(lead[1]) >= _FEWEST + 2:
        rest = lines[0].cut(lead.end())
        return Header(lead[1], found, ([rest] if rest.shown else []) + lines[1:])
    # A single line that holds a clause is a news flash, not a title.
    a_title = bool(lines) and is_title_like(lines[0]) and (len(lines) > 1 or not re.search("[,;]", lines[0].folded))
    if title is None and a_title:
        title, lines = lines[0].shown, lines[1:]
    return Header(title, found, _without_title(lines, title))


def _choose(above: list[Line], title: str | None) -> tuple[list[Line], str | None]:
    """The title among the lines above the meta line, and the lines left: a section name before it goes."""
    if title is not None:
        return [line for line in above if squeeze(line.shown) != squeeze(title)], title
    candidates = [line for line in above if is_title_like(line)]
    if not candidates:
        return above, None
    chosen = candidates[0]
    for other in candidates[1:]:
        window = _SITE.sub("", chosen.shown)
        window_title = chosen.shown != other.shown and (
            window == other.shown or chosen.shown.startswith(f"{other.shown}_")
        )
        if window_title or han(chosen.folded) <= _SECTION < han(other.folded):
            chosen = other
    index = above.index(chosen)
    rest = [line for line in above[index + 1 :] if squeeze(line.shown) != squeeze(chosen.shown)]
    return rest, chosen.shown


def _is_kept(line: Line) -> bool:
    return han(line.folded) > _SECTION and boilerplate.credit(line) is None


def _without_title(body: list[Line], title: str | None) -> list[Line]:
    if title is not None and body and squeeze(body[0].shown) == squeeze(title):
        return body[1:]
    return body
