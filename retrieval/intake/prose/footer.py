"""Footer of a page: where it begins, and its notices, counts and hashtags.

Below the last sentence most lines belong to the page, not to its article, so more is dropped there than elsewhere.
"""

import re

from retrieval.intake.prose import boilerplate
from retrieval.intake.prose.lines import Line, ends_sentence, han

# Chinese characters of a sentence with a stop, and of a line that counts as one without a stop.
_A_SENTENCE, _LONG_LINE = 4, 25
# Most lines of a footer.
_LONGEST = 80
# Last lines that may be notices. A notice above them is a sentence of the article.
_NOTICES = 8
# Last lines to which a site may have glued its own text.
_LAST_LINES = 20
# 本文仅代表作者个人观点, 部分图片来自网络, 如有侵权请联系删除, 某网版权作品，未经授权不得转载
_NOTICE = re.compile(
    r"[\W_]{0,3}(?:(?:本|该|此|上述|以上|原创)?(?:文章|文|内容|图文|视频|图片|信息|资料|稿件|平台|站|网站|公众号)|部分(?:图片|内容)|文中|转载|如).{0,40}"
    r"(?:仅代表|不代表|版权归|版权属|版权问题|侵权|侵犯|仅供参考|来自网络|源自网络|来源于网络|[著着]作权|联系.{0,4}删除|信息(?:发布|存储))"
    r"|[\W_]{0,3}.{0,12}(?:版权作品|版权所有)?[\W_]?未经.{0,10}(?:授权|许可|允许).{0,4}(?:不得|严禁|禁止|请勿).{0,6}(?:转载|摘编|镜像)"
)
_LONGEST_NOTICE = 200
# At the end of a line: 返回搜狐，查看更多; behind a stop also 分享让更多人看到 and 【责任编辑:李立】.
_GLUED = re.compile(
    r"返回[\u4e00-\u9fff]{2,4},查看更多(?:\s?责任编辑\s?:.{0,12})?$"
    r"|(?<=[。)”])\s?(?:分享让更多人看到|(?:【纠错】\s?)?【?(?:责任编辑|责编|编辑)\s?[:/|].{0,16})$"
)
_LONGEST_GLUED = 40
# 23, 100+
_NUMBER = re.compile(r"\+?\d{1,6}\+?")
_HASHTAGS = re.compile(r"#[^#\s]{1,20}#?(?:\s?#[^#\s]{1,20}#?){0,9}")


def split_glued(lines: list[Line]) -> list[Line]:
    """The lines, with a site's text that is glued to a last line (返回搜狐，查看更多) on a line of its own."""
    separated = list(lines[:-_LAST_LINES])
    for line in lines[-_LAST_LINES:]:
        glued = _GLUED.search(line.folded, max(0, len(line.folded) - _LONGEST_GLUED))
        cut = line.cut(0, glued.start()) if glued is not None else line
        separated += [
            part for part in (cut, line.cut(glued.start()) if glued else None) if part is not None and part.shown
        ]
    return separated


def start(lines: list[Line]) -> int:
    """The index of the line below the last sentence; the first of the last 80 lines when none of them is a sentence."""
    first = max(0, len(lines) - _LONGEST)
    for index in range(len(lines) - 1, first - 1, -1):
        line = lines[index]
        if han(line.folded) < _LONG_LINE and not (ends_sentence(line.folded) and han(line.folded) >= _A_SENTENCE):
            continue
        if boilerplate.credit(line) is None and not (index >= len(lines) - _NOTICES and is_notice(line)):
            return index + 1
    return first


def is_notice(line: Line) -> bool:
    """Whether a line is a notice about rights or liability: 如有侵权请联系删除."""
    return len(line.folded) <= _LONGEST_NOTICE and _NOTICE.match(line.folded) is not None


def is_hashtags(line: Line) -> bool:
    """Whether a line holds hashtags and nothing else: #城北# #新桥."""
    return _HASHTAGS.fullmatch(line.folded) is not None


def is_number(line: Line) -> bool:
    """Whether a line is a number: the count of a button when it stands among buttons, else a cell of a table."""
    return _NUMBER.fullmatch(line.folded) is not None
