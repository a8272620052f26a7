"""Credits of a body: its dateline, the brackets that end its last lines, and the byline below it."""

import re

from retrieval.intake.prose import boilerplate, byline, names
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.lines import Line, ends_sentence

# 新华社兰州2月24日电, 本报讯
_DATELINE = re.compile(
    r"[\W_]{0,2}(?P<source>新华社|中新社|中新网|中国新闻网|人民网|央视网|[\u4e00-\u9fff]{2,8}?[报社网台])(?:[\u4e00-\u9fff、]{2,10}?)?"
    r"(?:\d{1,2}月)?\d{1,2}日\s?(?:电|讯|消息)|[\W_]{0,2}(?P<own>本报|本网)[\u4e00-\u9fff]{0,6}?(?:\d{1,2}月\d{1,2}日)?(?:讯|电)"
)
# 〔记者王小明/台北报导〕
_REPORTED_FROM = re.compile(r"[\W_](?P<who>(?:记者|特派员|编译)[^/\W_]{2,4})/[\u4e00-\u9fff]{2,8}(?:报导|报道)[\W_]")
# Behind a dateline: （记者 王朋）, 记者 王朋 报道.
_DATELINE_NAMES = re.compile(r"\s?\(([^()]{2,50})\)|\s?((?:记者|通讯员)[^,。:]{2,20}?)(?:报道|\s|$)")
# The bracket that ends a text, and words that make it a credit: （记者 陈晓雨）.
_BRACKET = re.compile(r"\(([^()]{1,60})\)$")
# Last characters of a line that are searched for the bracket.
_LAST_CHARACTERS = 70
_CREDIT_WORD = re.compile(
    r"记者|通讯员|来源|编辑|责编|校对|作者|摄影|文/图|实习生|供稿|供图$|^编译/|^图片由.{2,16}提供$|^完$"
    r"|^据.{2,16}(?:报|网|社|台|客户端)$"
)
# Brackets without a name that are dropped: （完）, （据新华社）, （图片由校方提供）.
_SAYS_NOTHING = re.compile("完|据.{2,16}|.{2,16}供图|图片由.{2,16}提供")
_ONE_NAME = r"(?:[\u4e00-\u9fff]{2,3}|[\u4e00-\u9fff] [\u4e00-\u9fff])"
_NAMES = re.compile(rf"{_ONE_NAME}(?:[\s、,]{_ONE_NAME}){{0,3}}")
# The medium in a bracket that ends a post, （兰州晚报）; not a publisher of books, （人民文学出版社）.
_MEDIUM = re.compile(
    r"(?:据)?([^,。]{1,8}(?:日报|晚报|早报|晨报|商报|时报|都市报|新华社|中新社|通讯社|电视台|新闻网|客户端)|新华社|中新社|新华网|人民网)"
)
_LABELLED = re.compile("来源|编辑|作者|时间")


def dateline(line: Line) -> Byline:
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


def cut_bracket(line: Line) -> tuple[Line, Byline]:
    """The line without the bracket of credits that ends it, （记者 陈晓雨） or （完）, and the byline in the bracket.

    A line without such a bracket stays as it is, and its Byline is empty.
    """
    start = _bracket_start(line)
    if start is None:
        return line, Byline()
    inside, before = line.cut(start + 1, len(line.folded) - 1), line.cut(0, start)
    credit = (
        _medium_and_reporters(inside)
        or byline.from_line(inside, date_needed=False)
        or boilerplate.credit(inside)
        or Byline()
    )
    author, source = names.after_role(inside), _medium(inside)
    # Names without a role are credits only behind a whole sentence.
    alone = start == 0 or ends_sentence(before.folded)
    if author is None and source is None and alone and not boilerplate.is_place(inside):
        author = names.in_list(inside, trusted=False)
    values = credit | Byline(author=author, source=source)
    if values == Byline() and not _SAYS_NOTHING.fullmatch(inside.folded):
        return line, Byline()
    return before, values


def _bracket_start(line: Line) -> int | None:
    """The offset of the bracket with credits that ends a line; None without one."""
    match = _BRACKET.search(line.folded[-_LAST_CHARACTERS:])
    if match is None:
        return None
    start = max(0, len(line.folded) - _LAST_CHARACTERS) + match.start()
    inside = line.cut(start + 1, len(line.folded) - 1)
    names_somebody = _CREDIT_WORD.search(match[1]) or _MEDIUM.fullmatch(match[1]) or _NAMES.fullmatch(match[1])
    return start if names_somebody or _medium_and_reporters(inside) is not None else None


def _medium(line: Line) -> str | None:
    """The medium in a line that names one and nothing else, 据新华社; None for any other line."""
    match = _MEDIUM.fullmatch(line.folded)
    return line.shown[slice(*match.span(1))] if match else None


def _medium_and_reporters(line: Line) -> Byline | None:
    """The byline of a line that is a medium and names (海外网 张霓); None for any other line."""
    first, _, rest = line.folded.partition(" ")
    medium = line.cut(0, len(first))
    people = names.in_list(line.cut(len(first)), trusted=False) if rest and byline.is_media(medium) else None
    return Byline(source=medium.shown, author=people) if people is not None else None


def byline_below(line: Line) -> Byline | None:
    """The byline in a line below the body; None for any other line.

    It must have a label, a time or a source: a bare day is the signature of a notice and stays in the text.
    """
    if not any(map(str.isalnum, line.folded)):
        return None
    below = byline.from_line(line)
    if below is None or below == Byline():
        return None
    return below if below.starts_article or below.source or _LABELLED.search(line.folded) else None


def first_editor(lines: list[Line]) -> Byline:
    """The first editor that a credit among `lines` names; an empty Byline without one."""
    for line in lines:
        credit = boilerplate.credit(line)
        if credit is not None and credit.editor is not None:
            return Byline(editor=credit.editor)
    return Byline()
