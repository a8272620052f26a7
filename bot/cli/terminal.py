"""Answers on a terminal: the page of an answer, its explanation, and the conversation."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from typing import TextIO

from bot.cli.output import require_reader
from bot.words import answers, conversation, operators
from bot.words.answer_notes import listed, not_found, notes, other_papers
from bot.words.dated import explained
from retrieval.engine import Hit, Result
from retrieval.ranking.score import WEIGHTS
from retrieval.text.sentences import Span

with suppress(ImportError):  # not on every platform; gives the prompt a history and an editable line
    import readline  # noqa: F401

_BOLD, _DIM, _PLAIN = "\033[1;33m", "\033[2m", "\033[0m"
# Control characters but tabs and line breaks: a passage must not control the terminal that shows it.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def page(result: Result, today: date, *, colour: bool, explain: bool = False) -> str:
    """The answering sentence, its passage with the origin and the notes, and the other results; or a list of titles."""
    if result.status == "none":
        lines = [strip_controls(not_found(result, today))]
    elif result.is_list:
        lines = [strip_controls(listed(result, today, len(result.hits))), ""]
        for place, hit in enumerate(result.hits, start=1):
            title, source, *_ = _origin(hit, today)
            lines.append(f"{place}. {title} {_dim(source, colour)}")
    else:
        best, *more = result.hits
        answered = result.status == "answered"
        span = best.answer if answered and colour else None
        beside = notes(result, today)
        header = beside.above if answered else beside.above or beside.lacking or answers.POSSIBLE
        lines = [strip_controls(header), ""] if header else []
        if answered:
            lines += [_bold(_sentence(best), colour), ""]
        lines += [f"│ {line}" for line in _marked(strip_controls(best.passage.text), span).split("\n")]
        lines += ["", *(_dim(line, colour) for line in _origin(best, today))]
        if when := explained(best.passage.text, best.passage.published, today):
            lines.append(_dim(when, colour))
        lines += [_dim(strip_controls(line), colour) for line in other_papers(best, today)]
        if beside.below:
            lines += ["", _dim(strip_controls(beside.below), colour)]
        if more:
            lines += ["", _dim(answers.OTHERS, colour)]
        for rank, hit in enumerate(more, start=2):
            lines += [f"{rank}. {_sentence(hit)}", _dim(f"   {' '.join(_origin(hit, today))}", colour)]
            lines += [_dim(f"   {strip_controls(line)}", colour) for line in other_papers(hit, today)]
    if explain:
        lines += ["", explanation(result)]
    return "\n".join(lines)


_PARTS = {
    "terms": "词",
    "bigrams": "二字",
    "trigrams": "三字",
    "article": "全文",
    "sentence": "句",
    "characters": "单字",
    "feedback": "同类",
    "newer": "较新",
}


def explanation(result: Result) -> str:
    """The weight of each term, and each hit's score as the weighted sum of its stages, piece by piece."""
    lines = [f"词的权重：{_listed(result.weights)}", f"把握：{result.confidence:.2f}（{result.status}）"]
    for rank, hit in enumerate(result.hits, start=1):
        parts = [f"{name} {getattr(WEIGHTS, part):g} × {getattr(hit.parts, part):.2f}" for part, name in _PARTS.items()]
        lines.append(f"{rank}. {hit.score:.2f} = {' + '.join(parts)}　段落 {hit.passage.id}")
        if hit.explanation:
            pieces = [(name, getattr(hit.explanation, part, {})) for part, name in _PARTS.items()]
            lines += [f"   {name}：{_listed(scores)}" for name, scores in pieces if scores]
            if hit.explanation.kind:
                lines.append(f"   句中有所问的一类：{hit.explanation.kind:.2f}")
    return strip_controls("\n".join(lines))


def _listed(weights: Mapping[str, float]) -> str:
    return "　".join(f"{piece} {weight:.2f}" for piece, weight in weights.items())


def _marked(text: str, span: Span | None) -> str:
    if span is None:
        return text
    return text[: span.start] + _bold(text[span.start : span.end], True) + text[span.end :]


def _bold(text: str, colour: bool) -> str:
    return f"{_BOLD}{text}{_PLAIN}" if colour else text


def _origin(hit: Hit, today: date) -> list[str]:
    passage = hit.passage
    lines = [f"《{passage.title}》", answers.source_line(passage.source, passage.published, today)]
    if passage.heading:
        lines.append(answers.heading(passage.heading))
    if passage.url:
        lines.append(passage.url)
    return [strip_controls(line) for line in lines]


def _sentence(hit: Hit) -> str:
    text = hit.passage.text
    return strip_controls(" ".join((text[hit.answer.start : hit.answer.end] if hit.answer else text).split()))


def _dim(line: str, colour: bool) -> str:
    return f"{_DIM}{line}{_PLAIN}" if colour else line


def strip_controls(text: str) -> str:
    """The text with U+FFFD in place of control characters; tabs and line breaks stay."""
    return _CONTROLS.sub("\ufffd", text)


def chat(search: Callable[[str], Result], today: Callable[[], date], questions: TextIO, output: TextIO) -> None:
    """Answer each line of the input until its end or a word to leave; with a prompt on a terminal."""
    is_person = questions.isatty() and output.isatty()
    colour = output.isatty()
    while True:
        try:
            line = input(operators.PROMPT) if is_person else questions.readline()
        except EOFError:
            print(file=output)
            return
        if not is_person and not line:
            return
        question = line.strip()
        if is_person and question.lower() in operators.LEAVING:
            return
        if question:
            talk = conversation.small_talk(question)
            reply = talk.line or operators.CHAT_HELP if talk else page(search(question), today(), colour=colour)
            print(reply, end="\n\n", file=output, flush=True)
            require_reader()
