"""Title lines: which lines may be a title, and which of the lines above a body is one."""

import re

from retrieval.intake.lexicon import one_of
from retrieval.intake.prose.line_kind import FEWEST_OF_TITLE, MOST_OF_TITLE, Kind, classify, has_length_of_title
from retrieval.intake.prose.lines import Line, han

# 标题：…, # …
_MARK = re.compile(rf"(?P<label>{one_of('labels.title')}\s?:\s?)|#{{1,3}}\s+")
# 【城北新桥通车】 at the beginning of a post.
_LEAD = re.compile(r"【([^【】]{4,60})】\s?")
# 【环球网报道】 is not a title.
_AGENCY = re.compile(rf"(?:{one_of('people.report')}|消息|讯|最后)$")
# Most Chinese characters of the name of a section.
SECTION = 5
_MAY_BE_TITLE = frozenset((Kind.TITLE, Kind.SECTION, Kind.NAMES, Kind.SENTENCE))


def may_be_title(line: Line) -> bool:
    """Whether a line has the length of a title and is no sentence, list, credit or furniture."""
    kind = classify(line).kind
    if kind not in _MAY_BE_TITLE or not has_length_of_title(line):
        return False
    if kind is Kind.SENTENCE and not line.folded.endswith(("!", "?")):
        return False
    return "。" not in line.folded and not line.folded.endswith((",", ":", "、"))


def is_labelled(line: Line) -> bool:
    """Whether a line is 标题：… with a title behind it; such a line begins an article wherever it stands."""
    mark = _MARK.match(line.folded)
    return mark is not None and mark["label"] is not None and may_be_title(line.cut(mark.end()))


def marked_title(line: Line) -> Line | None:
    """The title behind a mark, 标题：… or # …; None for a line without a mark or with a long text behind it."""
    mark = _MARK.match(line.folded)
    return line.cut(mark.end()) if mark is not None and han(line.folded) <= MOST_OF_TITLE + SECTION else None


def bracketed(line: Line) -> tuple[str, Line] | None:
    """The title in 【】 at the beginning of a line, and the rest of the line; None for any other line."""
    match = _LEAD.match(line.shown)
    if match is None or han(match[1]) < FEWEST_OF_TITLE + 2 or _AGENCY.search(match[1]):
        return None
    return match[1], line.cut(match.end())


def title_index(above: list[Line]) -> int | None:
    """The index of the title among the lines above the body; None when no line may be a title.

    The first line that may be a title, unless it is a section (要闻) or the title of the window (标题_兰州新闻网) and a
    better one follows.
    """
    best: int | None = None
    for index, line in enumerate(above):
        if not may_be_title(line):
            continue
        first = above[best] if best is not None else None
        is_better = first is None or first.shown.startswith(f"{line.shown}_")
        if is_better or (first is not None and han(first.folded) <= SECTION < han(line.folded)):
            best = index
    return best
