"""Datelines: the medium, the place and the names with which the text of an article begins.

新华社兰州2月24日电（记者 王朋）, 本报讯 记者陈晓雨 通讯员王芳, 〔记者王小明/台北报导〕. Patterns match folded lines.
"""

import re

from retrieval.intake.lexicon import one_of
from retrieval.intake.prose import media, names
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.lines import Line

# 新华社兰州2月24日电
_SOURCE = re.compile(
    rf"[\W_]{{0,2}}(?P<source>{one_of('media.name')}|[\u4e00-\u9fff]{{2,8}}?[报社网台])(?:[\u4e00-\u9fff、]{{2,10}}?)?"
    r"(?:\d{1,2}月)?\d{1,2}日\s?(?:电|讯|消息)"
    # （德国之声中文网）
    rf"|\((?P<agency>{media.SURE}|[\u4e00-\u9fff]{{2,8}}[社网])\)"
    # 【明报专讯】
    rf"|【(?P<newspaper>{media.SURE}|(?!本)[\u4e00-\u9fff]{{1,5}}报)(?:专讯|讯)】"
)
# A bracket at the beginning, or behind a few words: 本报讯（记者 陈晓雨）, 【城北日报 记者 陈晓雨】.
_BRACKET = re.compile(r"(?P<before>[\u4e00-\u9fff\d、 ]{0,20}?)[(【〔\[](?P<inside>[^()【】〔〕\[\]。]{2,50})[)】〕\]]")
_ENDINGS = ("电", "讯", "消息")
# 中央社记者邱小钦桃园8日电, 中央社台北8日电, 记者陈晓雨台北报导: a medium or a role, a place and no mark between them.
_TOLD = re.compile(
    rf"(?P<source>{media.SURE})?\s?(?:{one_of('people.reporter')}(?P<who>[\u4e00-\u9fff]{{4,8}}?)|[\u4e00-\u9fff]{{2,6}}?)"
    rf"(?:(?:\d{{1,2}}月)?\d{{1,2}}日)?(?:综合外电)?{one_of('people.report_kind')}?(?:{one_of('people.report')}|讯)"
)
# Words, and characters, of names without a bracket: 南城讯 记者陈晓雨 通讯员王芳 今天…
_MOST_WORDS, _LONGEST = 5, 60


def read(line: Line) -> tuple[Line, Byline]:
    """The line, without the dateline of an agency in a bracket, and source and author in its dateline."""
    bracket = _BRACKET.match(line.folded)
    if bracket is None:
        has_role = names.ROLE.search(line.folded, 0, _LONGEST // 2) is not None
        return line, Byline(_source(line), _names_before_text(line) if has_role else None)
    inside = line.cut(*bracket.span("inside"))
    told = _TOLD.fullmatch(inside.folded)
    if told is None or told["who"] is None:
        is_behind_place = bracket["before"].strip().endswith(_ENDINGS)
        author = names.after_role(inside) or (names.in_list(inside, trusted=False) if is_behind_place else None)
    else:
        # 邱小钦 桃园, 陈静 台北
        who = inside.shown[slice(*told.span("who"))]
        author = who[: 3 if len(who) > 4 else 2]
    if told is not None and told["source"] is not None and line.folded.startswith("("):
        return line.cut(bracket.end()), Byline(inside.shown[: told.end("source")], author)
    return line, Byline(_source(line), author)


def _source(line: Line) -> str | None:
    """The medium with which a line begins: 新华社兰州2月24日电."""
    source = _SOURCE.match(line.folded)
    return line.shown[slice(*source.span(source.lastgroup or 0))] if source is not None else None


def _names_before_text(line: Line) -> str | None:
    """The names behind a role at the beginning of a line, a blank or a colon behind them."""
    start = line.cut(0, _LONGEST)
    ends = [match.start() for match in re.finditer(r"[ :]", start.folded)][:_MOST_WORDS]
    begins = [0, *(end + 1 for end in ends[:1] if start.folded[:end].endswith(_ENDINGS))]
    parts = (start.cut(begin, end) for end in reversed(ends) for begin in begins if begin < end)
    return next(filter(None, map(names.after_role, parts)), None)
