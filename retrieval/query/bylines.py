"""Sources and authors that a question names: 据某报报道, 来源：某网, 记者某某写的报道.

A name counts only with such a cue beside it, and only when stored articles have it: 某报社长是谁 asks about the paper.
"""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from retrieval.query.days import NEWS
from retrieval.text.folding import fold
from retrieval.text.sentences import Span

# A question without one of these names no source, or no author.
SOURCE_CUE = re.compile(f"{NEWS}|评论|社论|说|称|发文|记者|来自|来源")
AUTHOR_CUE = re.compile("记者|通讯员|作者|写的")

_HAN = "\u3400-\u9fff"
# A stored name that does not look like a paper's (兰州, 教育部) counts only with a cue that says so.
_PAPER = re.compile(r"[社报网台刊视闻播端]|在线|发布|头条|杂志|财经|时代|周末|[a-z]")
# Ends of a paper's name inside a longer name: 新华社 is known when 新华社客户端 is.
_ENDS = re.compile("社(?![区会科])|报(?![道告刊])|网(?!络)|台(?![湾州北])|刊|视(?![频听觉界])")
_DATED = r"(?:(?P<date>(?:[0-9]{4}年)?(?:[0-9]{1,2}月)?[0-9]{1,2}[日号])|[早晚]间)?"
# Not after 据 and a few characters: 据北京青年报报道 does not name 青年报.
_WHOLE = "".join(f"(?<!据[{_HAN}]{{{length}}})" for length in (1, 2, 3))
_SAYS = r"(?:称|指出|透露|披露)"
_INSIDE = r"(?:里面?|中|上)?(?:所?(?:说|提到|提及|写到|讲)的?|的)?"
_SPLIT = re.compile(r"[\s、,;/|]+")
_ROLE = re.compile(r"^(?:(?:本报|全媒体|见习|实习|首席|特约)*(?:记者|通讯员|作者|实习生|编辑))[:：]?|(?:文/图|摄|文)$")


class Named(NamedTuple):
    """The place of a name in the question, and of the words around it that are no part of what is asked."""

    name: Span
    words: tuple[Span, ...]


def source_names(sources: Iterable[str]) -> frozenset[str]:
    """Names by which a question may call these sources, folded: as printed, and shortened."""
    whole = {folded for source in sources if len(folded := fold(source).strip()) > 1}
    ends = ((name, end) for name in whole for end in _ENDS.finditer(name))
    short = {name[: end.end()] for name, end in ends if end.end() > 2 or end.group() == "视"}
    return frozenset(whole | short)


def author_names(authors: Iterable[str]) -> dict[str, frozenset[str]]:
    """The names in these author fields, folded, each with the fields, as printed, that hold it."""
    fields: dict[str, set[str]] = {}
    for author in authors:
        whole = fold(author).strip()
        for part in {whole, *_SPLIT.split(whole)}:
            if len(name := _ROLE.sub("", part)) > 1:
                fields.setdefault(name, set()).add(author)
    return {name: frozenset(printed) for name, printed in fields.items()}


def source_of(folded: str, names: Iterable[str]) -> Named | None:
    """The source that a folded question names, the longest of these names first."""
    return _named(folded, names, _source_cues)


def author_of(folded: str, names: Iterable[str]) -> Named | None:
    """The author that a folded question names, the longest of these names first."""
    return _named(folded, names, _author_cues)


def _source_cues(name: str) -> list[str]:
    paper = f"《?(?P<name>{re.escape(name)})》?"
    cues = [
        f"根?据{paper}{_DATED}的?(?:{NEWS}|{_SAYS}|记者){_SAYS}?",
        rf"来自{paper}(?:的?{NEWS}{_INSIDE}|(?=\W|$))",
        rf"(?<![{_HAN}])来源[:是为]?\s*{paper}(?![{_HAN}])",
    ]
    if _PAPER.search(name):
        cues += [
            rf"在?{paper}[上里]?[都还曾也又]?是?(?:怎么|如何|怎样)(?:报道|说|评论|评价|看待?)的?",
            rf"在?{_WHOLE}{paper}{_DATED}的?(?:{NEWS}|评论(?!员|部)|社论){_SAYS}?{_INSIDE}",
            rf"{_WHOLE}{paper}(?:称(?![号呼为])|说(?![明法服起到好])|发文{_SAYS}?)",
            rf"{paper}[上里]?[都还]?有(?:没有)?(?:什么|哪些)?(?=.{{0,20}}{NEWS}[吗呢]?\W*$)",
            rf"{paper}的?记者(?=采访|报道|写|从|在.+(?:看|了解|采访|发现))",
        ]
    return cues


def _author_cues(name: str) -> list[str]:
    author = f"(?P<name>{re.escape(name)})"
    pieces = f"(?:{NEWS}|稿子|稿件){_INSIDE}"
    return [
        rf"由?(?:记者|通讯员|作者)[:是为]?\s*{author}所?(?:采写|撰写|写|报道)(?![了得])过?的?(?:{pieces})?",
        rf"(?:记者|通讯员|作者)[:是为]?\s*{author}的?{pieces}",
        rf"(?:记者|通讯员|作者)\s*{author}(?:采写|撰写|写|报道)[了过](?=什么|哪些|啥|没)",
        rf"由?{author}(?:记者所?(?:采写|撰写|写|报道)过?的?(?:{pieces})?|所?(?:采写|撰写|写)过?的{pieces})",
        rf"(?<![{_HAN}])(?:作者|记者)[:：]\s*{author}(?![{_HAN}])",
    ]


def _named(folded: str, names: Iterable[str], cues: Callable[[str], list[str]]) -> Named | None:
    for name in sorted((name for name in names if name in folded), key=lambda name: (-len(name), name)):
        if named := _first(folded, cues(name)):
            return named
    return None


def _first(folded: str, cues: Iterable[str]) -> Named | None:
    for cue in cues:
        if match := re.search(cue, folded):
            words: tuple[Span, ...] = (Span(*match.span()),)
            if match.re.groupindex.get("date") and match["date"]:
                # The date may be that of the event: it stays in the question.
                words = (Span(match.start(), match.start("date")), Span(match.end("date"), match.end()))
            return Named(Span(*match.span("name")), words)
    return None
