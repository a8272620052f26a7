"""Messages that are more than one question: the first of several, and the one that a long story ends in."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from retrieval.text.folding import fold
from retrieval.text.ngrams import without_question_words
from retrieval.text.sentences import Span, clauses, sentences

# Characters of a message from which most of it may be a story.
_LONG = 60
# A single sentence is a story when somebody tells of himself, else it may be a question with many conditions.
_SELF = re.compile("[我俺咱]|本人")
# A shorter sentence is read whole.
_LONGEST_WHOLE = 20
# More clauses than this that ask are no story.
_SEVERAL = 2
# Characters of a part that asks, and a part without blanks between Han characters.
_FEWEST, _PART = 6, re.compile(r"(?:\S|(?<=[ -~])\s+(?=[ -~]))+")
# 几 without a question: 前几天, 和几个朋友, 待了几天.
_STATED = re.compile("[这那前好头]几|几个?(?:朋友|同事|同学|人一起|老)|[了过]几[天年次个]")
# A clause with such a word says for whom, when or of what the question asks.
_CONDITION = re.compile(
    "如果|假如|要是|的话|期间|之[后前中内]|以[后前来内]|[时后前中内]$|除了|按照?|根据|对于?|关于|至于|作为|由于|因为|虽然|但是?|[0-9]"
)
# A question with such a word needs the story before it: 这座桥多长.
_REFERS_BACK = re.compile("[这那该此它他她其]")


class First(NamedTuple):
    """The first question of a message, with what stands before it, and the number of further questions."""

    question: str
    further: int


def first_question(message: str) -> First:
    """The message up to the end of its first question; all of it when it asks no second one.

    A sentence asks when it ends with a question mark or holds a question word.
    """
    asking = _asking(message, sentences(message))
    # 我不知道怎么办。新桥多长: the sentence with a full stop tells.
    asking = [span for span in asking if not message[: span.end].endswith(("。", "！", "!"))] or asking
    return First(message[: asking[0].end], len(asking) - 1) if len(asking) > 1 else First(message, 0)


def asked_after_story(message: str) -> str | None:
    """The question that a long message holds beside more than as much else; None for any other message.

    It is a sentence; of a long one, its last clause that asks, with what follows.
    """
    spans = sentences(message)
    is_story = len(message) > _LONG and (len(spans) > 1 or _SELF.search(message))
    asking = _asking(message, spans) if is_story else []
    if not asking:
        return None
    sentence = asking[0]
    if sentence.end - sentence.start > _LONGEST_WHOLE:
        # The last: 前几天社区开会 seems to ask as well.
        asking = _asking(message, clauses(message, sentence)) or [sentence]
        if len(asking) > _SEVERAL:
            return None
        sentence = Span(asking[-1].start, sentence.end)
    question = message[slice(*sentence)].strip()
    return question if 2 * len(question) < len(message) else None


def asking_clause(message: str) -> tuple[str, str] | None:
    """The only clause of a message that asks, and the rest; None without another clause or with one of a condition."""
    spans = [
        part
        for sentence in sentences(message)
        for clause in clauses(message, sentence)
        for part in _parts(message, clause)
    ]
    asking = _asking(message, spans)
    if len(spans) < 2 or len(asking) != 1 or asking[0].end - asking[0].start < _FEWEST:
        return None
    ((start, end),) = asking
    rest = f"{message[:start]} {message[end:]}"
    return None if _CONDITION.search(fold(rest)) else (message[start:end].strip(), rest)


def _parts(message: str, clause: Span) -> list[Span]:
    """The parts of a clause between blanks, which some people write in place of commas."""
    return [Span(*part.span()) for part in _PART.finditer(message, clause.start, clause.end)]


def stands_alone(question: str) -> bool:
    """Whether a question names what it asks about, as far as its words tell: 这座桥多长 does not."""
    return _REFERS_BACK.search(fold(question)) is None


def _asking(message: str, spans: Iterable[Span]) -> list[Span]:
    """Those of the spans that ask; in a long message with question marks, those that end with one."""
    asking = [span for span in spans if _asks(message[slice(*span)])]
    marked = [span for span in asking if message[slice(*span)].rstrip("”’」』) \n").endswith(("?", "？"))]
    return marked if marked and len(message) > _LONG else asking


def _asks(sentence: str) -> bool:
    folded = fold(sentence)
    if folded.endswith("》") or not any(map(str.isalnum, folded)):  # 《谁动了我的奶酪？》 is a title
        return False
    told = _STATED.sub(" ", folded)
    return folded.rstrip("”’」』) ").endswith("?") or without_question_words(told) != told
