"""Footer of a page: where it begins, and its notices, counts and hashtags.

Below the last sentence most lines belong to the page, not to its article, so more is dropped there than elsewhere.
"""

import re

from retrieval.intake.prose import notices
from retrieval.intake.prose.line_kind import NEVER_TEXT, classify
from retrieval.intake.prose.lines import Line, ends_sentence, han

# Chinese characters of a sentence with a stop, and of a line that counts as one without a stop.
_A_SENTENCE, _LONG_LINE = 4, 25
# Most lines of a footer.
_LONGEST = 80
# Last lines that may be notices. A notice above them is a sentence of the article.
_NOTICES = 8
# Last lines to which a site may have glued its own text.
_LAST_LINES = 20
# At the end of a line: 返回搜狐，查看更多; behind a stop also 分享让更多人看到 and 【责任编辑:李立】.
_GLUED = re.compile(
    r"返回(?:[\u4e00-\u9fff]{2,4},查看更多|[\u4e00-\u9fff]{0,6}首页)[>»]{0,2}(?:\s?责任编辑\s?:.{0,12})?$"
    r"|(?<=[。)”])\s?(?:分享让更多人看到|(?:【纠错】\s?)?【?(?:责任编辑|责编|编辑)\s?[:/|].{0,16})$"
)
_LONGEST_GLUED = 40


def split_glued(lines: list[Line]) -> list[Line]:
    """The lines, with a site's text that is glued to a last line (返回搜狐，查看更多) on a line of its own."""
    separated = list(lines[:-_LAST_LINES])
    for line in lines[-_LAST_LINES:]:
        glued = _GLUED.search(line.folded, max(0, len(line.folded) - _LONGEST_GLUED))
        parts = [line] if glued is None else [line.cut(0, glued.start()), line.cut(glued.start())]
        separated += [part for part in parts if part.shown]
    return separated


def start(lines: list[Line]) -> int:
    """The index of the line below the last sentence; the first of the last 80 lines when none of them is a sentence."""
    first = max(0, len(lines) - _LONGEST)
    for index in range(len(lines) - 1, first - 1, -1):
        line = lines[index]
        if han(line.folded) < _LONG_LINE and not (ends_sentence(line.folded) and han(line.folded) >= _A_SENTENCE):
            continue
        is_of_page = notices.is_legal(line) or (han(line.folded) < _LONG_LINE and notices.asks(line))
        if classify(line).kind not in NEVER_TEXT and not (index >= len(lines) - _NOTICES and is_of_page):
            return index + 1
    return first
