"""The part of an answering sentence that a reader needs: without its dateline, and of a long one some clauses."""

import re

from retrieval.query.answer_type import DATE, Kind
from retrieval.ranking.query_features import QueryFeatures
from retrieval.text.numbers import plain
from retrieval.text.sentences import Span, clauses

_HAN = "\u4e00-\u9fff"
_REPORTER = "[（(【][^）)】]{0,20}(?:记者|通讯员|编辑|作者|见习)[^）)】]{0,40}[）)】]"
# The origin of a report, which is shown below the sentence anyway: 中新网8月5日电（记者 …）, 记者从…获悉，.
_ORIGINS = tuple(
    re.compile(pattern)
    for pattern in (
        r"原标题[：:][^\n。]{0,60}[\n ]\s*",
        r"【[^】\n]{1,60}】\s*",
        rf"[{_HAN}a-zA-Z·]{{0,20}}?\s?(?:\d{{4}}年)?\d{{1,2}}\s?月\s?\d{{1,2}}\s?日\s?(?:[^，。\s（(]{{0,4}})"
        rf"(?:电|讯|消息)[，,：:\s]*(?:{_REPORTER}|[（(][^）)]{{1,20}}[）)])?\s*",
        rf"[{_HAN}]{{2,12}}讯[，,：:\s]*{_REPORTER}\s*",
        rf"{_REPORTER}\s*",
        r"据(?!悉)[^，。：:]{2,24}(?:报道|消息)(?:称|说)?[，,：:]\s*",
        rf"[{_HAN}]{{0,8}}记者(?:\d{{1,2}}日|今天|昨天|近日|日前|今日|昨日)?从[^，。]{{2,40}}(?:获悉|了解到|得知)[，,：:]\s*",
        r"据(?:悉|介绍|了解|报道)[，,：:]\s*",
    )
)
# A question with such a word may be answered by the origin.
_ABOUT_ORIGIN = frozenset(("媒体", "记者", "报道", "报社", "报纸", "通讯社"))
# Less than this is no sentence of its own.
_FEWEST = 8
# A shorter answer is shown whole.
_LONG = 45
# An answer keeps so many letters and digits that the query does not have.
_NEW = 20
# A clause with such a beginning continues the one before it; one with such an end needs the one behind it.
_CONTINUES = re.compile(r"\s*(?:[“‘「『\"他她它其该这此那并而且但以及也还又则]|从而|因此|所以|同时|导致|使|令)")
_PROMISES = re.compile(
    r"(?:[的时后说称是为者年月日]|表示|指出|方面|期间|包括|认为|以来|其中|至今|获悉|了解到|显示)[，；：]$"
)


def without_origin(text: str, span: Span, kind: Kind | None = None) -> Span:
    """The span without the dateline, the headline in brackets and the 记者从…获悉 at its beginning.

    They stay where only they hold the kind of thing asked for: the day and the month of a dateline.
    """
    start = span.start
    for _ in range(len(_ORIGINS)):
        for origin in _ORIGINS:
            match = origin.match(text, start, span.end)
            if match and span.end - match.end() >= _FEWEST:
                start = match.end()
                break
        else:
            break
    rest = text[start : span.end]
    if not kind or not kind.pattern.search(text[span.start : start]):
        return Span(start, span.end)
    # 6日 alone is no date: the dateline gives the month.
    is_needed = not kind.pattern.search(rest) or (kind.pattern is DATE and "月" not in rest)
    return span if is_needed else Span(start, span.end)


def shortened(features: QueryFeatures, text: str, folded: str, span: Span) -> Span:
    """The span without its origin, and of a long one the shortest run of clauses that says as much of the query.

    A run holds every piece of the query and every thing of the kind asked for that the span holds, and it can stand
    alone, as can the rest. Only a question for a value is answered by a run that begins later: another answer may need
    its subject, which stands first. An answer to an open question (为什么, 哪些, 如何) may fill any number of clauses
    and keeps them.

    Args:
        folded: the text folded.
        span: whole sentences of the text.
    """
    if not _ABOUT_ORIGIN.intersection(features.weights):
        span = without_origin(text, span, features.kind)
    kind = features.kind
    is_value = kind is not None and kind.is_value
    if span.end - span.start <= _LONG or not (is_value or features.names_one):
        return span
    spans = clauses(text, span)
    parts = [plain(folded[slice(*clause)]) for clause in spans]
    pieces = set(features.pieces)
    needed = {piece for piece in pieces if any(piece in part for part in parts)}
    gives = [bool(kind and kind.pattern.search(part)) for part in parts]
    if is_value and not any(gives):
        return span

    def suffices(first: int, last: int) -> bool:
        run = "".join(parts[first:last])
        return (
            not any(gives[:first] + gives[last:])
            and sum(letter not in pieces for letter in filter(str.isalnum, run)) >= _NEW
            and all(piece in run for piece in needed)
        )

    cuts = [0, *(number for number in range(1, len(spans)) if _can_part(text, spans[number - 1], spans[number]))]
    runs = [
        Span(spans[first].start, spans[last - 1].end)
        for first in (cuts if is_value else [0])
        for last in [*cuts, len(spans)]
        if last > first and suffices(first, last)
    ]
    run = min(runs, key=lambda run: run.end - run.start, default=span)
    return Span(run.start, run.end - (run.end < span.end and text[run.end - 1] in "，；"))


def _can_part(text: str, before: Span, behind: Span) -> bool:
    """Whether two neighbouring clauses can be understood apart from each other."""
    clause, following = text[slice(*before)], text[slice(*behind)]
    return not (_CONTINUES.match(following) or _PROMISES.search(clause) or ("、" in clause and "、" in following))
