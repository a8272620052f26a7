"""Credits: lines of roles and names, and the brackets that end a text. All patterns match folded lines."""

import re

from retrieval.intake.lexicon import one_of
from retrieval.intake.prose import byline, labels, media, names
from retrieval.intake.prose.byline import NOISE, Byline
from retrieval.intake.prose.labels import Label
from retrieval.intake.prose.lines import Line, ends_sentence

# Characters of the value of a role, and of the text behind a name; and of a word.
_LONGEST_ROLE, _A_WORD = 24, 8
# Marks around a value that are no part of it.
_EDGES = " |丨/,;、()[]【】<>·-—_*"
# Buttons before a credit: 【纠错】 责任编辑：李立.
_CREDITED = one_of("labels.responsible", "labels.editor", "labels.source", "labels.author", "people.reporter")
# The group is atomic: it takes all buttons at once, so that a line of buttons is tried one way only.
_BEHIND_BUTTONS = re.compile(rf"(?>(?:[\W_]{{0,4}}(?:{NOISE.pattern})){{1,6}})[\W_]{{1,4}}(?={_CREDITED})")
_STOPPED = re.compile("[,。!?]")
# 文章转载自城北日报微信公众号, 转发自城北发布
_TAKEN_FROM = re.compile(
    r"[\W_]{0,2}(?:本文|文章|内容|稿件|图文)?(?:来源于|转载自|转自|转发自|来自|摘自|选自)(?P<medium>[\u4e00-\u9fff]{2,16}?)(?:微信)?(?:公众号)?[\W_]{0,2}"
)
# 本文来自微信公众号：城北视点，作者：陈晓雨，编辑：李明
_TAKEN_WITH_NAMES = re.compile(r"本文来自(?:微信)?公众号\s?[:“].{2,40},")
_TAKEN_MARKS = str.maketrans("“,”。", ":   ")
# The bracket that ends a text: （记者 陈晓雨）. CNA prints the day in the years of the Republic behind it:
# （編輯：陳仁華）1150508.
_BRACKET = re.compile(r"\(([^()]{1,60})\)(?:1[0-9]{6})?$")
# Last characters of a line that are searched for the bracket.
_LAST_CHARACTERS = 70
# Brackets without a name that are dropped: （完）, （据某报）, （图片由校方提供）.
_SAYS_NOTHING = re.compile("完|据.{2,16}|.{2,16}(?:供图|提供)")
# The medium in a bracket that ends a post, （兰州晚报）; not a publisher of books, （人民文学出版社）.
_MEDIUM = re.compile(rf"(?:据)?({media.SURE})")


def of_line(line: Line) -> Byline | None:
    """The byline of a credit; None for any other line.

    The Byline is empty when the line names no source, author or editor: 校对：王芳.
    """
    buttons = _BEHIND_BUTTONS.match(line.folded)
    line = line.cut(buttons.end()) if buttons is not None else line
    if _TAKEN_WITH_NAMES.match(line.folded):
        line = Line(line.shown, line.folded.translate(_TAKEN_MARKS))
    if (labelled := _labelled(line)) is not None:
        # 来源：城北日报 2024-05-08
        return labelled | (byline.from_line(line) or Byline())
    taken = _TAKEN_FROM.fullmatch(line.folded)
    if taken is not None and media.is_media(medium := line.cut(*taken.span("medium"))):
        return Byline(source=medium.shown)
    author = names.after_role(line)
    return Byline(author=author) if author is not None else None


def _labelled(line: Line) -> Byline | None:
    """The byline of a line of labels and fitting values (编辑：张三 校对：李四); None for any other line."""
    found = labels.find(line.folded)
    if not found or found[0].kind in ("date", "other", "original"):
        return None
    if any(map(str.isalnum, line.folded[: found[0].start])):
        return None
    collected = Byline()
    for label in found:
        fits, value = _value(label, line.cut(label.end, label.stop, _EDGES))
        if not fits:
            return None
        collected = collected.with_credit(byline.labelled(label, value), responsible=label.is_responsible)
    return collected


def _value(label: Label, value: Line) -> tuple[bool, str | None]:
    """Whether the text behind a label fits it (编辑 以后的工作 does not), and the source or the names in it."""
    folded = value.folded
    if not folded or folded in names.NOBODY:
        return label.trusted, None
    if label.kind not in ("source", "author", "editor"):
        # 图：雨后的城北 is a caption, not a credit.
        trusted = label.trusted and not label.word.startswith("图")
        is_short = trusted and len(folded) <= _LONGEST_ROLE and not _STOPPED.search(folded)
        people = names.of_label(names.without_medium(value), trusted=trusted, is_whole=False)
        return is_short or people is not None, None
    found, end = byline.value_of(label, value, trusted=label.trusted or label.kind == "editor")
    if found is None:
        # 责任编辑：财经观察 names nobody and is not a sentence: it is dropped.
        return label.trusted and label.is_responsible and len(folded) <= _A_WORD and not _STOPPED.search(folded), None
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
    medium = _MEDIUM.fullmatch(inside.folded)
    # Names without a role are credits only behind a whole sentence.
    is_alone = not before.folded or ends_sentence(before.folded)
    people = names.after_role(inside) or (names.in_list(inside, trusted=False) if is_alone else None)
    values = byline.medium_and_name(inside) | (byline.from_line(inside, date_needed=False) or Byline())
    values |= Byline(inside.shown[medium.start(1) :] if medium is not None else None, people)
    if values.source or values.author or values.editor or _SAYS_NOTHING.fullmatch(inside.folded):
        return before, values
    return line, Byline()
