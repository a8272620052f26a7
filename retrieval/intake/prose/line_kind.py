"""What a line is, by itself: credit, byline, button, notice, heading of a box, sentence, and so on.

`classify` decides it once a line. The header and the body read an article as sequences of these kinds.
"""

from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from retrieval.intake.prose import byline, credits, furniture, names, notices, url_line
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.lines import Line, ends_sentence, han

# Chinese characters of a title, and all its characters.
FEWEST_OF_TITLE, MOST_OF_TITLE, _LONGEST_TITLE = 4, 45, 80
_NOTHING = Byline()


class Kind(Enum):
    """The kinds of lines, in the order in which `classify` tries them."""

    ADDRESS = "原文链接：https://…"
    BOX = "相关新闻"
    TEASER = "此前报道：港铁发布说明"
    CREDIT = "编辑：李明 校对：王芳"
    BUTTONS = "打印 关闭窗口"
    NOTICE = "版权声明：…"
    BYLINE = "2024-05-08 09:05 来源：城北日报"
    DETAIL = "阅读：23"
    FURNITURE = "点赞 23"
    NAVIGATION = "首页 > 新闻"
    PLACE = "IP属地：浙江"
    NUMBER = "23"
    HASHTAGS = "#城北# #新桥"
    SECTION = "新闻中心"
    NAMES = "陈晓雨 王芳"
    SENTENCE = "城北新桥今天通车。"
    TITLE = "城北新桥今天通车"
    WORDS = "桥"


class Classified(NamedTuple):
    """The kind of a line, and the byline that it holds."""

    kind: Kind
    byline: Byline = _NOTHING


# Kinds that are dropped wherever they stand in an article.
NEVER_TEXT = frozenset((Kind.CREDIT, Kind.NOTICE, Kind.BUTTONS))


@lru_cache(maxsize=1_024)  # lists of names and scores repeat their lines, and each costs some patterns
def classify(line: Line) -> Classified:
    """The first kind that fits."""
    if (url := url_line.only_url(line)) is not None:
        return Classified(Kind.ADDRESS, Byline(url=url))
    if furniture.is_box(line):
        return Classified(Kind.BOX)
    if furniture.is_teaser(line):
        return Classified(Kind.TEASER)
    if (credit := credits.of_line(line)) is not None:
        return Classified(Kind.CREDIT, credit)
    if furniture.is_buttons(line):
        return Classified(Kind.BUTTONS)
    if notices.is_notice(line):
        return Classified(Kind.NOTICE)
    values, is_dated = byline.read(line)
    if values is not None:
        return Classified(Kind.BYLINE if is_dated else Kind.DETAIL, values)
    return Classified(next((kind for kind, fits in _PLAIN if fits(line)), Kind.WORDS))


def has_length_of_title(line: Line) -> bool:
    """Whether a line is neither too short nor too long for a title."""
    return FEWEST_OF_TITLE <= han(line.folded) <= MOST_OF_TITLE and len(line.folded) <= _LONGEST_TITLE


# The kinds of lines without a byline, in the order in which they are tried.
_PLAIN = (
    (Kind.FURNITURE, furniture.is_furniture),
    (Kind.NAVIGATION, furniture.is_navigation),
    (Kind.PLACE, furniture.is_place),
    (Kind.NUMBER, furniture.is_number),
    (Kind.HASHTAGS, furniture.is_hashtags),
    (Kind.SECTION, furniture.is_section),
    (Kind.NAMES, names.alone),
    (Kind.SENTENCE, lambda line: ends_sentence(line.folded)),
    (Kind.TITLE, has_length_of_title),
)
