"""Furniture of pages: buttons, counts, boxes with other articles, navigation. All patterns match folded lines."""

import re

from retrieval.intake.lexicon import is_made_of, one_of, rest
from retrieval.intake.prose.byline import NOISE
from retrieval.intake.prose.lines import Line, ends_sentence

_LONGEST_BOX, _LONGEST_TEASER, _LONGEST_DROPPED = 24, 70, 90
# 23, 1.2万, 100+ beside a button; T + - has none.
_COUNT = re.compile(rf"\d[\d.,]{{0,8}}\s?{one_of('page.unit')}?")
_NUMBER = re.compile(r"\+?\d{1,6}\+?")
_HASHTAGS = re.compile(r"#[^#\s]{1,20}#?(?:\s?#[^#\s]{1,20}#?){0,9}")
_BOX = re.compile(
    rf"[\W_]{{0,4}}(?:{one_of('page.box')}|{one_of('page.box_first')}[\s·]{{0,3}}{one_of('page.box_second')})"
    r"(?:[\s:(]{1,3}\d{0,6}条?\)?)?[\W_]{0,4}(?:更多|more)?[\W_]{0,4}"
)
_TEASER = re.compile(rf"[\W_]{{0,4}}{one_of('page.teaser')}[\s:]{{1,2}}[^\s:].{{1,60}}")
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


def is_box(line: Line) -> bool:
    """Whether a line is the first of a box with other articles or comments: 相关新闻."""
    return (
        len(line.folded) <= _LONGEST_BOX and not ends_sentence(line.folded) and _BOX.fullmatch(line.folded) is not None
    )


def is_teaser(line: Line) -> bool:
    """Whether a line is the title of another article behind a label: 此前报道：…."""
    if len(line.folded) > _LONGEST_TEASER or ends_sentence(line.folded):
        return False
    return _TEASER.fullmatch(line.folded) is not None and not is_furniture(line)


def is_navigation(line: Line) -> bool:
    """Whether a line is a breadcrumb (首页 > 新闻) or a row of sections (新闻 财经 体育 娱乐)."""
    if len(line.folded) > _LONGEST_DROPPED or ends_sentence(line.folded):
        return False
    is_row_of_sections = line.folded.count(" ") >= 3 and is_section(line)
    return is_row_of_sections or _BREADCRUMB.search(line.folded) is not None


def is_buttons(line: Line) -> bool:
    """Whether a line holds buttons, marks and nothing else: 【纠错】 打印 关闭窗口, -----."""
    if len(line.folded) > _LONGEST_DROPPED or not _BUTTON_FIRST.match(line.folded):
        return False
    return not any(map(str.isalnum, NOISE.sub("", line.folded)))


def is_furniture(line: Line) -> bool:
    """Whether a line holds buttons and counts only (点赞 23). Inside an article it may be a cell of a table."""
    if len(line.folded) > _LONGEST_DROPPED or not line.folded:
        return False
    if _FREE_BUTTON.fullmatch(line.folded):
        return True
    left = rest(line.folded, "page.buttons", "page.furniture", "page.part")
    return left != line.folded and not any(map(str.isalnum, _COUNT.sub("", left)))


def is_section(line: Line) -> bool:
    """Whether a line holds names of sections and nothing else: 新闻中心."""
    return is_made_of(line.folded, "page.section")


def is_place(line: Line) -> bool:
    """Whether a line is the place that platforms print beside the date: 浙江, IP属地：浙江."""
    return len(line.folded) <= _LONGEST_BOX and is_made_of(
        line.folded, "places.province", "places.country", "places.around"
    )


def is_hashtags(line: Line) -> bool:
    """Whether a line holds hashtags and nothing else: #城北# #新桥."""
    return _HASHTAGS.fullmatch(line.folded) is not None


def is_number(line: Line) -> bool:
    """Whether a line is a number: the count of a button when it stands among buttons, else a cell of a table."""
    return _NUMBER.fullmatch(line.folded) is not None
