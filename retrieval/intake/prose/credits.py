"""Credits: lines of roles and names, and the brackets that end a text. All patterns match folded lines."""

import re

from retrieval.intake.lexicon import one_of
from retrieval.intake.prose import byline, labels, media, names
from retrieval.intake.prose.byline import NOISE, Byline
from retrieval.intake.prose.labels import Label
from retrieval.intake.prose.lines import Line, ends_sentence

_LONGEST = 90
# Characters of the value of a role, and of the text behind a name; and of a word.
_LONGEST_ROLE, _A_WORD = 24, 8
# Marks around a value that are no part of it.
_EDGES = " |丨/,;、()[]【】<>·-—_*"
# Buttons before a credit: 【纠错】 责任编辑：李立.
_CREDITED = one_of("labels.responsible", "labels.editor", "labels.source", "labels.author", "people.reporter")
# The group is atomic: it takes all buttons at once, so that a line of buttons is tried one way only.
_BEHIND_BUTTONS = re.compile(rf"(?>(?:[\W_]{{0,4}}(?:{NOISE.pattern})){{1,6}})[\W_]{{1,4}}(?={_CREDITED})")
_ROLES = re.compile(one_of("people.reporter", "labels.author", "labels.editor", "labels.responsible"))
_STOPPED = re.compile("[,。!?]")
# 文章转载自城北日报微信公众号, 转发自城北发布
_TAKEN_FROM = re.compile(
    r"[\W_]{0,2}(?:本文|文章|内容|稿件|图文)?(?:来源于|转载自|转自|转发自|来自|摘自|选自)(?P<medium>[\u4e00-\u9fff]{2,16}?)(?:微信)?(?:公众号)?[\W_]{0,2}"
)
# 本文来自微信公众号：城北视点，作者：陈晓雨，编辑：李明
_TAKEN_WITH_NAMES = re.compile(r"本文来自(?:微信)?公众号\s?[:“].{2,40},")
_TAKEN_MARKS = str.maketrans("“,”。", ":   ")
# The bracket that ends a text, and words that make it a credit: （记者 陈晓雨）.
# CNA prints the day in the years of the Republic behind it: （編輯：陳仁華）1150508.
_BRACKET = re.compile(r"\(([^()]{1,60})\)(?:1[0-9]{6})?$")
# Last characters of a line that are searched for the bracket.
_LAST_CHARACTERS = 70
_CREDIT_WORD = re.compile(rf"{_CREDITED}|{one_of('labels.role')}|文/图|^完$|^据.{{2,16}}$|提供$")
# Brackets without a name that are dropped: （完）, （据某报）, （图片由校方提供）.
_SAYS_NOTHING = re.compile("完|据.{2,16}|.{2,16}(?:供图|提供)")
_ONE_NAME = r"(?:[\u4e00-\u9fff]{2,3}|[\u4e00-\u9fff] [\u4e00-\u9fff])"
_NAMES = re.compile(rf"{_ONE_NAME}(?:[\s、,]{_ONE_NAME}){{0,3}}")
# The medium in a bracket that ends a post, （兰州晚报）; not a publisher of books, （人民文学出版社）.
_MEDIUM = re.compile(rf"(?:据)?({media.SURE})")


def of_line(line: Line) -> Byline | None:
    """The byline of a credit; None for any other line.

    The Byline is empty when the line names no source, author or editor: 校对：王芳.
    """
    if len(line.folded) > _LONGEST:
        return None
    buttons = _BEHIND_BUTTONS.match(line.folded)
    line = labels.with_colons(line.cut(buttons.end()) if buttons is not None else line)
    if _TAKEN_WITH_NAMES.match(line.folded):
        line = Line(line.shown, line.folded.translate(_TAKEN_MARKS))
    labelled = _labelled(line)
    if labelled is not None:
        # 来源：城北日报 2024-05-08
        dated = any(map(str.isdigit, line.folded))
        return labelled | ((byline.from_line(line) if dated else None) or Byline())
    taken = _TAKEN_FROM.fullmatch(line.folded)
    if taken is not None and media.is_media(line.cut(*taken.span("medium"))):
        return Byline(source=line.shown[slice(*taken.span("medium"))])
    author = names.after_role(line)
    if author is not None:
        return Byline(author=author)
    # 联合报/记者林宸谊/台北报导; (记者崔爽) 【纠错】 【责任编辑:张樵苏】
    roles = len(_ROLES.findall(line.folded))
    merged = byline.from_line(line, date_needed=False) if roles > 1 or (roles and "/" in line.folded) else None
    return merged if merged is not None and (merged.editor or (merged.author and merged.source)) else None


def _labelled(line: Line) -> Byline | None:
    """The byline of a line of labels and fitting values (编辑：张三 校对：李四); None for any other line."""
    found = labels.find(line.folded)
    if (
        not found
        or found[0].kind in ("date", "other", "original")
        or any(map(str.isalnum, line.folded[: found[0].start]))
    ):
        return None
    collected = Byline()
    ends = [label.start for label in found[1:]] + [len(line.folded)]
    for label, end in zip(found, ends, strict=True):
        fits, value = _value(label, _trimmed(line, label.end, end))
        if not fits:
            return None
        collected = collected.with_credit(byline.labelled(label, value), responsible="责" in label.word)
    return collected


def _trimmed(line: Line, start: int, end: int) -> Line:
    """The part of the line from `start` to `end` without the marks around it."""
    while start < end and line.folded[start] in _EDGES:
        start += 1
    while end > start and line.folded[end - 1] in _EDGES:
        end -= 1
    return line.cut(start, end)


def _value(label: Label, value: Line) -> tuple[bool, str | None]:
    """Whether the text behind a label fits it (编辑 以后的工作 does not), and the source or the names in it."""
    folded = value.folded
    if not folded or folded in names.NOBODY:
        return label.trusted, None
    if label.kind not in ("source", "author", "editor"):
        # 图：雨后的城北 is a caption, not a credit.
        trusted = label.trusted and not label.word.startswith("图")
        is_short = trusted and len(folded) <= _LONGEST_ROLE and not _STOPPED.search(folded)
        value = names.without_medium(value)
        return is_short or media.is_media(value) or names.of_label(
            value, trusted=trusted, is_whole=False
        ) is not None, None
    found, end = byline.value_of(label, value, trusted=label.trusted or label.kind == "editor")
    if found is None:
        # 责任编辑：财经观察 names nobody and is not a sentence: it is dropped.
        says_nothing = label.kind == "source" or ("责" in label.word and len(folded) <= _A_WORD)
        return label.trusted and says_nothing and not _STOPPED.search(folded), None
    # A long text behind the value is a caption or a sentence: then the value is none.
    is_source = label.kind == "source"
    stop = _STOPPED.search(folded, 0 if is_source else end + 1)
    return (label.trusted or not is_source) and len(folded) - end <= _LONGEST_ROLE and stop is None, found


def cut_bracket(line: Line) -> tuple[Line, Byline]:
    """The line without the bracket of credits that ends it, （记者 陈晓雨） or （完）, and the byline in the bracket.

    A line without such a bracket stays as it is, and its Byline is empty.
    """
    match = _BRACKET.search(line.folded, max(0, len(line.folded) - _LAST_CHARACTERS))
    if match is None:
        return line, Byline()
    inside, before = line.cut(*match.span(1)), line.cut(0, match.start())
    values = byline.medium_and_name(inside)
    medium = _MEDIUM.fullmatch(inside.folded)
    if not (medium or values.author or _CREDIT_WORD.search(inside.folded) or _NAMES.fullmatch(inside.folded)):
        return line, Byline()
    values |= byline.from_line(inside, date_needed=False) or of_line(inside) or Byline()
    values |= Byline(inside.shown[medium.start(1) :] if medium is not None else None, names.after_role(inside))
    # Names without a role are credits only behind a whole sentence.
    alone = match.start() == 0 or ends_sentence(before.folded)
    if values.author is None and values.source is None and alone:
        values |= Byline(author=names.in_list(inside, trusted=False))
    if values == Byline() and not _SAYS_NOTHING.fullmatch(inside.folded):
        return line, Byline()
    return before, values
