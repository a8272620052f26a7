"""Which paragraphs and headings does an article consist of, once the page around it is gone?"""

import re
from dataclasses import dataclass

from retrieval.article import Paragraph, paragraphs_from_lines
from retrieval.intake.prose import boilerplate, byline, footer, headings, names, url_line
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.lines import Line, ends_sentence, han

# A box before the article has its own marker: it must not cut away what comes after it.
_ENOUGH_BODY, _A_LITTLE_BODY = 60, 10
_LONG_LINE, _LOOK_AHEAD, _LONG_LINES = 45, 12, 4
# A caption may stand before it.
_DATELINES = 3
_RULE = re.compile(r"[-=_*~—]{3,}")
_LABELLED_TAIL = re.compile("来源|编辑|作者|时间")
_SAYS_NOTHING = re.compile("完|据.{2,16}|.{2,16}供图|图片由.{2,16}提供")
_SIGNED = re.compile("责任编辑|责编|责任编校|责校")
_DATELINE = re.compile(
    r"[\W_]{0,2}(?P<source>新华社|中新社|中新网|中国新闻网|人民网|央视网|[\u4e00-\u9fff]{2,8}?[报社网台])(?:[\u4e00-\u9fff、]{2,10}?)?"
    r"(?:\d{1,2}月)?\d{1,2}日\s?(?:电|讯|消息)|[\W_]{0,2}(?P<own>本报|本网)[\u4e00-\u9fff]{0,6}?(?:\d{1,2}月\d{1,2}日)?(?:讯|电)"
)
# 〔记者王小明/台北报导〕
_REPORTED_FROM = re.compile(r"[\W_](?P<who>(?:记者|特派员|编译)[^/\W_]{2,4})/[\u4e00-\u9fff]{2,8}(?:报导|报道)[\W_]")
_DATELINE_NAMES = re.compile(r"\s?\(([^()]{2,50})\)|\s?((?:记者|通讯员)[^,。:]{2,20}?)(?:报道|\s|$)")


@dataclass(frozen=True, slots=True)
class Body:
    """`meta` is what credits and datelines in and below the body say."""

    paragraphs: tuple[Paragraph, ...]
    byline: Byline


def read(lines: list[Line]) -> Body:
    """Drop the boilerplate from `lines`, tell headings from paragraphs."""
    kept, found = _without_boilerplate(footer.split_glued(lines))
    found |= _take_closing_brackets(kept)
    for line in kept[:_DATELINES]:
        found |= _dateline(line)
    texts: list[str] = []
    heading_lines: list[int] = []
    last_glued = 0
    for index, line in enumerate(kept):
        numbered = headings.numbered(line, last_glued)
        following = kept[index + 1] if index + 1 < len(kept) else None
        if numbered is not None and following is not None:
            text, glued = numbered
            last_glued = glued or last_glued
            heading_lines.append(index)
            texts.append(text)
            continue
        if headings.is_unnumbered(line, following):
            heading_lines.append(index)
        texts.append(line.shown)
    return Body(paragraphs_from_lines(texts, heading_lines), found)


def _without_boilerplate(lines: list[Line]) -> tuple[list[Line], Byline]:
    kept: list[Line] = []
    found = Byline()
    authors: list[str] = []
    responsible: str | None = None
    body = 0
    foot_start = footer.start(lines)
    url, signed, dropped = _address(lines[foot_start:]), False, False
    for index, line in enumerate(lines):
        if boilerplate.is_marker(line):
            if _cuts(lines, index, body):
                found |= _editor_below(lines[index + 1 :])
                break
            dropped = True
            continue
        said = boilerplate.credit(line)
        in_foot = body > 0 and index >= foot_start
        # A list that is added to the article may stand below all names.
        signed = signed and not line.folded.startswith("附")
        if said is not None:
            authors += [said.author] if said.author else []
            # 编辑 is the newspaper's that the text came from, 责任编辑 the site's.
            responsible = responsible or (said.editor if "责" in line.folded else None)
            found |= said
            # What stands below the one who answers for the page, and is no sentence, is the page's.
            signs = said.editor is not None or _SIGNED.search(line.folded) is not None
            signed = signed or (in_foot and body >= _ENOUGH_BODY and signs)
            dropped = True
        elif in_foot and (signed or _is_pages(lines, index, dropped, url)):
            dropped = True
        elif body and (tail := _tail(line, in_foot or index + 6 >= len(lines))) is not None:
            found |= tail
            dropped = True
        elif not _RULE.fullmatch(line.folded) and any(map(str.isalnum, line.folded)):
            kept.append(line)
            body += han(line.folded)
            dropped = False
    names_found = " ".join(dict.fromkeys(" ".join(authors).split())) or None
    return kept, Byline(author=names_found, editor=responsible, url=url) | found


def _address(below: list[Line]) -> str | None:
    """The address in the foot when it is the only one; several are a list of links."""
    found = [url for line in below if (url := url_line.only_url(line)) is not None]
    return found[0] if len(found) == 1 else None


def _is_pages(lines: list[Line], index: int, dropped: bool, url: str | None) -> bool:
    """Whether a line of the foot is furniture, a notice, the address; `dropped`: so was the line above."""
    line = lines[index]
    if boilerplate.is_furniture(line) or footer.is_notice(line):
        return True
    if url is not None and url_line.only_url(line) == url:
        return True
    if footer.is_number(line):
        return dropped or (index + 1 < len(lines) and boilerplate.is_furniture(lines[index + 1]))
    # Tags below the signature of a post repeat its channel; elsewhere they are words of the article.
    return dropped and footer.is_hashtags(line)


def _cuts(lines: list[Line], index: int, body: int) -> bool:
    following = lines[index + 1 : index + 1 + _LOOK_AHEAD]
    long_ones = sum(han(line.folded) >= _LONG_LINE for line in following)
    if body >= _ENOUGH_BODY:
        return long_ones < _LONG_LINES
    return body >= _A_LITTLE_BODY and not any(ends_sentence(line.folded) for line in following)


def _editor_below(lines: list[Line]) -> Byline:
    for line in lines[:40]:
        said = boilerplate.credit(line)
        if said is not None and said.editor is not None:
            return Byline(editor=said.editor)
    return Byline()


def _tail(line: Line, is_last: bool) -> Byline | None:
    """A labelled meta line below the body, or one with a time or a source; a bare day is a signature and stays."""
    if not is_last or not any(map(str.isalnum, line.folded)):
        return None
    said = byline.from_line(line)
    if said is None or said == Byline():
        return None
    return said if said.starts_article or said.source or _LABELLED_TAIL.search(line.folded) else None


def _take_closing_brackets(kept: list[Line]) -> Byline:
    """Take the bracket with credits off the end of the last lines; `kept` loses it."""
    found = Byline()
    for index in range(len(kept) - 1, max(-1, len(kept) - 4), -1):
        line = kept[index]
        start = boilerplate.closing_bracket(line)
        if start is None:
            continue
        inside = line.cut(start + 1, len(line.folded) - 1)
        said = (
            boilerplate.medium_and_reporters(inside)
            or byline.from_line(inside, date_needed=False)
            or boilerplate.credit(inside)
            or Byline()
        )
        author = names.after_role(inside)
        source = boilerplate.medium(inside)
        alone = start == 0 or ends_sentence(line.cut(0, start).folded)
        if author is None and source is None and alone and not boilerplate.is_place(inside):
            author = names.in_list(inside, trusted=False)
        if said == Byline() and author is None and source is None and not _SAYS_NOTHING.fullmatch(inside.folded):
            continue
        found |= said | Byline(author=author, source=source)
        kept[index] = line.cut(0, start)
        if not kept[index].shown:
            del kept[index]
    return found


def _dateline(line: Line) -> Byline:
    """新华社兰州2月24日电（记者 王朋）: says who wrote, and stays in the text."""
    reported = _REPORTED_FROM.match(line.folded)
    if reported is not None:
        return Byline(author=names.after_role(line.cut(*reported.span("who"))))
    match = _DATELINE.match(line.folded)
    if match is None:
        return Byline()
    source = line.shown[slice(*match.span("source"))] if match["source"] else None
    credit = _DATELINE_NAMES.match(line.folded, match.end())
    inside = line.cut(*credit.span(1 if credit[1] else 2)) if credit else None
    author = names.after_role(inside) or names.in_list(inside, trusted=False) if inside else None
    return Byline(source=source, author=author)
