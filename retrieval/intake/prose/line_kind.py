"""What a line is, by itself: credit, byline, button, notice, heading of a box, sentence, and so on.

`classify` decides it once a line. The header and the body read an article as sequences of these kinds.
"""

import re
from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from retrieval.intake.lexicon import is_made_of, one_of, rest
from retrieval.intake.prose import byline, credits, media, names, notices, url_line
from retrieval.intake.prose.byline import NOISE, Byline
from retrieval.intake.prose.lines import Line, ends_sentence, han

# Chinese characters of a title, and all its characters.
FEWEST_OF_TITLE, MOST_OF_TITLE, _LONGEST_TITLE = 4, 45, 80
_NOTHING = Byline()
# Beside a button 23, 1.2万 or 100+; T + - has none. The line of a count alone may be a cell of a table.
_COUNT = re.compile(rf"\d[\d.,]{{0,8}}\s?{one_of('page.unit')}?")
_NUMBER = re.compile(r"\+?\d{1,6}\+?")
_HASHTAGS = re.compile(r"#[^#\s]{1,20}#?(?:\s?#[^#\s]{1,20}#?){0,9}")
_BOX = re.compile(
    rf"[\W_]{{0,4}}(?:{one_of('page.box')}|{one_of('page.box_first')}[\s·]{{0,3}}{one_of('page.box_second')})"
    r"(?:[\s:(]{1,3}\d{0,6}条?\)?)?[\W_]{0,4}(?:更多|more)?[\W_]{0,4}"
)
_TEASER = re.compile(rf"[\W_]{{0,4}}{one_of('page.teaser')}[\s:]{{1,2}}[^\s:].{{1,60}}")
_PLACES = ("places.province", "places.country", "places.around")
# A line that begins with a button.
_BUTTON_FIRST = re.compile(rf"[\W_]*(?:{NOISE.pattern}|$)")
# 展开更多12条, 某某新闻app, 城北日报官方账号
_FREE_BUTTON = re.compile(
    r"[\w「」《》“” ]{1,14}app(?:专享.{0,4})?|[\w]{2,14}官方[账帐]号|(?:展开|收起|查看|加载|点击|阅读).{0,8}"
)
# 您的位置：首页 > 新闻
_BREADCRUMB = re.compile(
    r"(?:您|你)?(?:的|现在的|当前)?(?:位置|所在位置)\s?:|首页\s?[>/»›→|-]|^[^。,]{0,12}\s?[>»›→]\s?[^。,]{0,20}"
)


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
    is_sentence = ends_sentence(line.folded)
    for kind, longest, may_be_sentence, read in _RULES:
        if len(line.folded) > longest or (is_sentence and not may_be_sentence):
            continue
        found = read(line)
        if isinstance(found, Classified):
            return found
        if isinstance(found, Byline):
            return Classified(kind, found)
        if found:
            return Classified(kind)
    if is_sentence:
        return Classified(Kind.SENTENCE)
    return Classified(Kind.TITLE if has_length_of_title(line) else Kind.WORDS)


def has_length_of_title(line: Line) -> bool:
    """Whether a line is neither too short nor too long for a title."""
    return FEWEST_OF_TITLE <= han(line.folded) <= MOST_OF_TITLE and len(line.folded) <= _LONGEST_TITLE


def _byline(line: Line) -> Classified | None:
    values, is_dated = byline.read(line)
    if values is None or is_dated:
        return Classified(Kind.BYLINE, values) if values is not None else None
    # 联合报/记者林宸谊/台北报导
    is_credit = values.editor is not None or (values.author is not None and values.source is not None)
    return Classified(Kind.CREDIT if is_credit else Kind.DETAIL, values)


def _is_buttons(line: Line) -> bool:
    """Whether a line holds buttons, marks and nothing else: 【纠错】 打印 关闭窗口, -----."""
    return _BUTTON_FIRST.match(line.folded) is not None and not any(map(str.isalnum, NOISE.sub("", line.folded)))


def _is_furniture(line: Line) -> bool:
    """Whether a line holds buttons and counts only (点赞 23). Inside an article it may be a cell of a table."""
    left = rest(line.folded, "page.buttons", "page.furniture", "page.part")
    is_counted = left != line.folded and not any(map(str.isalnum, _COUNT.sub("", left)))
    return is_counted or _FREE_BUTTON.fullmatch(line.folded) is not None


def _is_navigation(line: Line) -> bool:
    """Whether a line is a breadcrumb (首页 > 新闻) or a row of sections (新闻 财经 体育 娱乐)."""
    is_row = line.folded.count(" ") >= 3 and media.is_section(line)
    return is_row or _BREADCRUMB.search(line.folded) is not None


# The kinds that have a rule, in the order in which they are tried: the most characters of such a line, whether it may
# end as a sentence does, and what fits.
_RULES: tuple[tuple[Kind, int, bool, Callable[[Line], object]], ...] = (
    (Kind.ADDRESS, 2_100, True, lambda line: (url := url_line.only_url(line)) and Byline(url=url)),
    (Kind.BOX, 24, False, lambda line: _BOX.fullmatch(line.folded)),
    (Kind.TEASER, 70, False, lambda line: _TEASER.fullmatch(line.folded) and not _is_furniture(line)),
    (Kind.CREDIT, 90, True, credits.of_line),
    (Kind.BUTTONS, 90, True, _is_buttons),
    (Kind.NOTICE, 90, True, notices.is_notice),
    (Kind.BYLINE, 110, True, _byline),
    (Kind.FURNITURE, 90, True, _is_furniture),
    (Kind.NAVIGATION, 90, False, _is_navigation),
    (Kind.PLACE, 24, False, lambda line: is_made_of(line.folded, *_PLACES)),
    (Kind.NUMBER, 10, False, lambda line: _NUMBER.fullmatch(line.folded)),
    (Kind.HASHTAGS, 250, False, lambda line: _HASHTAGS.fullmatch(line.folded)),
    (Kind.SECTION, 90, False, media.is_section),
    (Kind.NAMES, 300, False, names.alone),
)
