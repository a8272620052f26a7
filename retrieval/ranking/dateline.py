"""Datelines, and what else stands before the news in a sentence: no part of an answer."""

import re

from retrieval.query.answer_type import Kind
from retrieval.text.sentences import Span

_HAN = "[\u4e00-\u9fff]"
# 原标题：… on a line of its own; 新华社兰州2月24日电（记者某某）; 记者24日从省教育厅获悉，
_BEFORE_THE_NEWS = re.compile(
    r"\s*(?:原标题[：:][^\n]{1,80}\n\s*)?"
    rf"(?:{_HAN}{{2,20}}\s?[0-9０-９]{{1,2}}\s?月\s?[0-9０-９]{{1,2}}\s?日(?:电|讯|消息)[，,：:\s]*(?:[（(][^）)]{{0,60}}[）)])?\s*)?"
    rf"(?:(?:本报|{_HAN}{{2,6}}社)?记者{_HAN}{{0,4}}(?:[0-9０-９]{{1,2}}日)?(?:今天|昨天|今日|昨日|日前|近日)?从[^，,。]{{2,40}}(?:获悉|了解到|得知)[，,：:])?\s*"
)
# Characters of news that must be left.
_FEWEST = 8


def without_dateline(text: str, span: Span, kind: Kind | None) -> Span:
    """The span of an answer without what stands before its news.

    A dateline stays when the question asks for a date, a place or another thing that a dateline may be the answer to.
    """
    match = _BEFORE_THE_NEWS.match(text, span.start, span.end)
    start = match.end() if match else span.start
    if span.end - start < _FEWEST or (kind is not None and kind.pattern.search(text, span.start, start)):
        return span
    return Span(start, span.end)
