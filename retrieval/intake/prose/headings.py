"""Headings among the lines of a body.

Headings are never dropped: each is stored and searched with the paragraphs below it.
"""

import re
from functools import lru_cache

from retrieval.intake.lexicon import one_of, words
from retrieval.intake.prose import dates
from retrieval.intake.prose.lines import Line, ends_sentence, han

_LONGEST_NUMBERED, _LONGEST_BARE = 38, 22
_NUMBER = rf"[{''.join(words('time.digit')[1:])}十]{{1,3}}"
# 一、怎么走, （一）怎么走, 第一部分 怎么走, 1. 怎么走; not 1.5 米
_NUMBERED = re.compile(
    rf"(?:{_NUMBER}\s?、|\((?:{_NUMBER}|\d{{1,2}})\)|第(?:{_NUMBER}|\d{{1,2}})(?:部分|章|节|篇)|\d{{1,2}}\s?[、.](?!\d))\s?(?=\S)"
)
# 1怎么走, but not 3月5日 or 12人: no unit may follow the digit.
_GLUED = re.compile(
    r"([0-9]{1,2})(?=[\u4e00-\u9fff“‘「《])"
    rf"(?!{one_of('quantities.unit')})"
)
_STOPS = re.compile("[,。:;、]")
# Captions and credits: 图为…, 记者…摄.
_CAPTION = re.compile(r"记者|摄|图为|图片|资料图|来源|供图|作者|编辑|http|@|…|\.\.\.")


@lru_cache(maxsize=1_024)
def numbered(line: Line, last_glued: int) -> tuple[str, int] | None:
    """The heading as it is stored and the number that was glued to it (0 for none); None for any other line.

    一、 and （一） stay as printed. A digit glued to the words (1怎么走) is cut off. Such a line is a heading only if
    its digit is `last_glued` + 1; otherwise it begins with a quantity.
    """
    if len(line.folded) > _LONGEST_NUMBERED or ends_sentence(line.folded) or line.folded.endswith((",", ":", "、")):
        return None
    if "。" in line.folded or han(line.folded) < 2:
        return None
    if _NUMBERED.match(line.folded):
        return line.shown, 0
    glued = _GLUED.match(line.folded)
    if glued is not None and int(glued[1]) == last_glued + 1:
        return line.shown[glued.end() :].strip(), int(glued[1])
    return None


def read(line: Line, following: Line | None, last_glued: int) -> tuple[str, int] | None:
    """The heading in a line above the line `following`, as `numbered` gives it; None for any other line.

    A line without a number is a heading when it is short, without a stop (怎么走), and a paragraph stands right below.
    """
    if following is None:
        return None
    if (found := numbered(line, last_glued)) is not None:
        return found
    if not 3 <= len(line.folded) <= _LONGEST_BARE or han(line.folded) < 2 or _STOPS.search(line.folded):
        return None
    if (ends_sentence(line.folded) and not line.folded.endswith("?")) or _CAPTION.search(line.folded):
        return None
    is_above_paragraph = han(following.folded) >= 20 and _STOPS.search(following.folded) is not None
    return (line.shown, 0) if is_above_paragraph and dates.find(line.folded) is None else None
