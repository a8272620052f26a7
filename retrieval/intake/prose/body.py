"""Body of an article: its paragraphs and headings, without boilerplate, and the byline in and below it."""

import re
from dataclasses import dataclass

from retrieval.article import Paragraph, paragraphs_from_lines
from retrieval.intake.prose import boilerplate, byline, footer, headings, names, url_line
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.lines import Line, ends_sentence, han

# A box with other articles may also stand above the article, and must not cut it off. Chinese characters of body above
# a box at the end, and above a box without a sentence in it.
_ENOUGH_BODY, _A_LITTLE_BODY = 60, 10
# Below a marker so many of the next lines are read; so many long ones mean that the article goes on.
_LONG_LINE, _LOOK_AHEAD, _LONG_LINES = 45, 12, 4
# First lines that may hold the dateline: a caption may stand above it.
_DATELINES = 3
# Last lines that may end with a bracket of credits; last lines that may be a byline; lines below a marker that may name
# the editor.
_BRACKETS, _TAIL, _BELOW_MARKER = 3, 6, 40
_RULE = re.compile(r"[-=_*~—]{3,}")
_LABELLED_TAIL = re.compile("来源|编辑|作者|时间")
# Brackets without a name that are dropped: （完）, （据新华社）, （图片由校方提供）.
_SAYS_NOTHING = re.compile("完|据.{2,16}|.{2,16}供图|图片由.{2,16}提供")
_SIGNED = re.compile("责任编辑|责编|责任编校|责校")
# 新华社兰州2月24日电, 本报讯
_DATELINE = re.compile(
    r"[\W_]{0,2}(?P<source>新华社|中新社|中新网|中国新闻网|人民网|央视网|[\u4e00-\u9fff]{2,8}?[报社网台])(?:[\u4e00-\u9fff、]{2,10}?)?"
    r"(?:\d{1,2}月)?\d{1,2}日\s?(?:电|讯|消息)|[\W_]{0,2}(?P<own>本报|本网)[\u4e00-\u9fff]{0,6}?(?:\d{1,2}月\d{1,2}日)?(?:讯|电)"
)
# 〔记者王小明/台北报导〕
_REPORTED_FROM = re.compile(r"[\W_](?P<who>(?:记者|特派员|编译)[^/\W_]{2,4})/[\u4e00-\u9fff]{2,8}(?:报导|报道)[\W_]")
# Behind a dateline: （记者 王朋）, 记者 王朋 报道.
_DATELINE_NAMES = re.compile(r"\s?\(([^()]{2,50})\)|\s?((?:记者|通讯员)[^,。:]{2,20}?)(?:报道|\s|$)")


@dataclass(frozen=True, slots=True)
class Body:
    """`byline` holds the credits and datelines in and below the paragraphs."""

    paragraphs: tuple[Paragraph, ...]
    byline: Byline


def read(lines: list[Line]) -> Body:
    """The body that the lines below a header hold. Lines that only may be boilerplate stay."""
    kept, collected = _without_boilerplate(footer.split_glued(lines))
    collected |= _take_closing_brackets(kept)
    for line in kept[:_DATELINES]:
        collected |= _dateline(line)
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
    return Body(paragraphs_from_lines(texts, heading_lines), collected)


def _without_boilerplate(lines: list[Line]) -> tuple[list[Line], Byline]:
    """The lines without credits, furniture and the box at the end, and the byline of the dropped credits."""
    kept: list[Line] = []
    collected = Byline()
    authors: list[str] = []
    responsible: str | None = None
    # Chinese characters of the lines in `kept`.
    body = 0
    footer_start = footer.start(lines)
    # `signed`: the editor is named above; `dropped`: the line above was dropped.
    url, signed, dropped = _only_url(lines[footer_start:]), False, False
    for index, line in enumerate(lines):
        if boilerplate.is_marker(line):
            if _ends_body(lines, index, body):
                collected |= _editor_below(lines[index + 1 :])
                break
            dropped = True
            continue
        credit = boilerplate.credit(line)
        in_footer = body > 0 and index >= footer_start
        # A list that belongs to the article (附：…) may stand below all names.
        signed = signed and not line.folded.startswith("附")
        if credit is not None:
            authors += [credit.author] if credit.author else []
            # 编辑 works for the newspaper that the text came from, 责任编辑 for the site.
            responsible = responsible or (credit.editor if "责" in line.folded else None)
            collected |= credit
            # Lines of the footer below the editor's name belong to the page.
            signs = credit.editor is not None or _SIGNED.search(line.folded) is not None
            signed = signed or (in_footer and body >= _ENOUGH_BODY and signs)
            dropped = True
        elif in_footer and (signed or _belongs_to_page(lines, index, dropped, url)):
            dropped = True
        elif body and (tail := _tail(line, in_footer or index + _TAIL >= len(lines))) is not None:
            collected |= tail
            dropped = True
        elif not _RULE.fullmatch(line.folded) and any(map(str.isalnum, line.folded)):
            kept.append(line)
            body += han(line.folded)
            dropped = False
    all_authors = " ".join(dict.fromkeys(" ".join(authors).split())) or None
    return kept, Byline(author=all_authors, editor=responsible, url=url) | collected


def _only_url(footer_lines: list[Line]) -> str | None:
    """The address in the footer; None when there is none, or a list of them."""
    urls = [url for line in footer_lines if (url := url_line.only_url(line)) is not None]
    return urls[0] if len(urls) == 1 else None


def _belongs_to_page(lines: list[Line], index: int, dropped: bool, url: str | None) -> bool:
    """Whether a line of the footer is furniture, a notice or the address `url`.

    `dropped` says that the line above was dropped: then a number and hashtags belong to the page, too.
    """
    line = lines[index]
    if boilerplate.is_furniture(line) or footer.is_notice(line):
        return True
    if url is not None and url_line.only_url(line) == url:
        return True
    if footer.is_number(line):
        return dropped or (index + 1 < len(lines) and boilerplate.is_furniture(lines[index + 1]))
    # Hashtags below a post's signature repeat its channel; elsewhere they are words of the article.
    return dropped and footer.is_hashtags(line)


def _ends_body(lines: list[Line], index: int, body: int) -> bool:
    """Whether the article ends above the marker at `index` (相关新闻); `body` is how much of it stands above."""
    following = lines[index + 1 : index + 1 + _LOOK_AHEAD]
    long_lines = sum(han(line.folded) >= _LONG_LINE for line in following)
    if body >= _ENOUGH_BODY:
        return long_lines < _LONG_LINES
    return body >= _A_LITTLE_BODY and not any(ends_sentence(line.folded) for line in following)


def _editor_below(lines: list[Line]) -> Byline:
    """The first editor named below a marker."""
    for line in lines[:_BELOW_MARKER]:
        credit = boilerplate.credit(line)
        if credit is not None and credit.editor is not None:
            return Byline(editor=credit.editor)
    return Byline()


def _tail(line: Line, is_last: bool) -> Byline | None:
    """The byline below the body; None for any other line.

    It must have a label, a time or a source: a bare day is the signature of a notice and stays in the text.
    """
    if not is_last or not any(map(str.isalnum, line.folded)):
        return None
    below = byline.from_line(line)
    if below is None or below == Byline():
        return None
    return below if below.starts_article or below.source or _LABELLED_TAIL.search(line.folded) else None


def _take_closing_brackets(kept: list[Line]) -> Byline:
    """The byline of the brackets with credits that end the last lines: （记者 陈晓雨）. Removes them from `kept`."""
    collected = Byline()
    for index in range(len(kept) - 1, max(-1, len(kept) - 1 - _BRACKETS), -1):
        line = kept[index]
        start = boilerplate.closing_bracket(line)
        if start is None:
            continue
        inside = line.cut(start + 1, len(line.folded) - 1)
        credit = (
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
        if credit == Byline() and author is None and source is None and not _SAYS_NOTHING.fullmatch(inside.folded):
            continue
        collected |= credit | Byline(author=author, source=source)
        kept[index] = line.cut(0, start)
        if not kept[index].shown:
            del kept[index]
    return collected


def _dateline(line: Line) -> Byline:
    """Source and author in the dateline of a line, 新华社兰州2月24日电（记者 王朋）, which stays in the text."""
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
