"""Replies as Telegram shows them, as pure strings: HTML, and the labels and data of buttons."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.service.answers import Answer, Page
from bot.telegram.markup import LONGEST_MESSAGE, clip, line, link, parsed_units, shown
from bot.words import answer_notes, answers, days, editors, readers, waits
from bot.words.answer_notes import NO_NOTES, Notes
from bot.words.dated import explained
from bot.words.language import said
from retrieval.archive import StoredPassage
from retrieval.catalogue import Statistics
from retrieval.engine import Result
from retrieval.text.sentences import Span

# UTF-16 units. The sentence and its passage have the most; the passage is cut so that all parts fit a message, with
# what is reserved for the line above a late answer.
_RESERVED = 60
_LONGEST_SENTENCE, _LONGEST_PASSAGE, _LONGEST_TITLE = 900, 2200, 200
_ENDS_A_SENTENCE = re.compile(r"[。！？!?\n]")
_LONGEST_DATELINE = 40  # characters
_LONGEST_QUESTION = 200
_LONGEST_OTHER, _LONGEST_NOTE = 150, 100


@dataclass(frozen=True, slots=True)
class Button:
    """A button (core.telegram.org/bots/api#inlinekeyboardbutton). A press does one of three things.

    It sends `data` back, 1 to 64 bytes; opens `url`; or asks for a chat, and begins to write `query` to the bot there.
    """

    label: str
    data: str = ""
    url: str | None = None
    query: str | None = None


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """HTML of at most 4096 UTF-16 units once it is parsed, and rows of buttons.

    When it `is_forced`, the app opens the input line for a reply to it.
    """

    html: str
    buttons: Rows = ()
    is_forced: bool = False


def answer(
    passage: StoredPassage,
    span: Span | None,
    status: str,
    today: date,
    *,
    rank: int = 0,
    notes: Notes = NO_NOTES,
    other_papers: Sequence[str] = (),
    opening: str = "",
    signature: str = "",
    buttons: Rows = (),
) -> Reply:
    """The answering sentence, the passage folded, and its origin, between the notes.

    The `opening` stands first: a question that the chat does not show, or the one that is continued. A `signature` ends
    an answer that is passed on: the name of the bot, which is meant to be a link.

    The sentence comes first because it is also the preview. It is bold in the first result (`rank` 0) of an answered
    question only; a possible answer and a further result begin with a line that says so, and never with two.
    """
    text = passage.text
    sentence = line(text[span.start : span.end] if span else text, _LONGEST_SENTENCE)
    above = line(notes.above, _LONGEST_NOTE)
    if rank:
        parts = [f"{above or said(answers.OTHERS)}\n{sentence}"]
    elif status == "answered":
        parts = [*filter(None, [above]), f"<b>{sentence}</b>"]
    else:
        parts = [f"{above or line(notes.lacking, _LONGEST_NOTE) or said(answers.POSSIBLE)}\n{sentence}"]
    if opening:
        parts.insert(0, line(opening, _LONGEST_QUESTION))
    behind = ["\n".join(filter(None, (_origin(passage, today), explained(text, passage.published, today))))]
    if other_papers:
        behind.append("\n".join(line(text, _LONGEST_OTHER) for text in other_papers))
    if notes.below:
        behind.append(line(notes.below, _LONGEST_NOTE))
    if signature:
        behind.append(f"—— {signature}")
    room = LONGEST_MESSAGE - _RESERVED - parsed_units("\n\n".join((*parts, *behind)))
    if (quoted := _quoted(text, span)) and room > 0:
        parts.append(f"<blockquote expandable>{shown(quoted, min(room, _LONGEST_PASSAGE))}</blockquote>")
    parts += behind
    return Reply("\n\n".join(parts), buttons)


def stored(
    kept: Answer, page: Page, place: int, passage: StoredPassage, today: date, *, opening: str = "", signature: str = ""
) -> Reply:
    """The page at a place of a stored answer, without buttons."""
    return answer(
        passage,
        page.answer,
        kept.status,
        today,
        rank=place,
        notes=kept.notes,
        other_papers=page.other_papers,
        opening=opening,
        signature=signature,
    )


def _quoted(text: str, span: Span | None) -> str:
    """The passage, without the sentence that stands above it when it begins with that one; empty when nothing is left.

    A dateline or a clause before the sentence stays, as does a sentence that is too long to be shown whole.
    """
    start, end = span or (0, len(text))
    if end - start > _LONGEST_SENTENCE or _ENDS_A_SENTENCE.search(text, 0, start):
        return text
    before, behind = text[:start].strip(), text[end:].lstrip("，；。 \n")
    # A dateline alone is nothing new.
    return f"{before}…{behind}" if behind or len(before) > _LONGEST_DATELINE else ""


def _origin(passage: StoredPassage, today: date) -> str:
    source = link(passage.url, passage.source or said(answers.NO_SOURCE))
    lines = [
        f"《{line(passage.title, _LONGEST_TITLE)}》",
        f"{source} · {days.dated(passage.published, today)}",
    ]
    if passage.heading:
        lines.append(answers.heading(line(passage.heading, _LONGEST_TITLE)))
    return "\n".join(lines)


def turned(kind: str, number: int, current: int, count: int) -> tuple[Button, ...]:
    """‹ n/N ›: buttons that turn the pages of the answer or list of this number; none for a single page."""
    if count < 2:
        return ()
    buttons = [Button(f"{current + 1}/{count}", f"{kind}:{number:x}:{current}")]
    if current > 0:
        buttons.insert(0, Button("‹", f"{kind}:{number:x}:{current - 1}"))
    if current + 1 < count:
        buttons.append(Button("›", f"{kind}:{number:x}:{current + 1}"))
    return tuple(buttons)


def waiting(number: int, *, is_waiting: bool) -> Button:
    """The button that begins a wait for the question of the answer of this number, or ends it."""
    if is_waiting:
        return Button(said(waits.NOT_ANY_MORE), f"k:-:{number:x}")
    return Button(said(waits.TELL_ME), f"k:+:{number:x}")


def not_found(
    result: Result, today: date, *, brief: bool = False, hint: str | None = None, buttons: Rows = ()
) -> Reply:
    """An honest no; when `brief`, only its first line, as in a group. The `hint` is HTML below it."""
    text = shown(answer_notes.not_found(result, today))
    return Reply("\n".join(filter(None, (text.split("\n")[0] if brief else text, hint))), buttons)


def start(totals: Statistics, example: tuple[int, str] | None, *, editor: bool, today: date) -> Reply:
    """The greeting; `example` is a question to ask, with the number of the article that answers it."""
    if not totals.articles:
        return empty(editor=editor)
    buttons = [(Button(said(answers.WHATS_NEW), "n:news"),), (Button(said(readers.IN_GROUPS), "h:groups"),)]
    if example:
        number, question = example
        buttons.insert(0, (Button(clip(answers.try_it(question), 60), f"e:{number}"),))
    text = f"{said(readers.GREETING)}\n{answers.stock(totals.articles, totals.newest, today)}"
    return Reply(shown(text), tuple(buttons))


def empty(*, editor: bool) -> Reply:
    """Nothing is stored: what a reader and what an editor can do."""
    return Reply(said(editors.EMPTY_FOR_EDITORS) if editor else said(readers.EMPTY_FOR_READERS))


def help_page(username: str, *, editor: bool) -> Reply:
    """The help: the one text whose names and commands are meant to act."""
    page = said(readers.HELP, username=username) + (said(readers.HELP_FOR_EDITORS) if editor else "")
    return Reply(page)


def statistics(totals: Statistics, today: date, further: Sequence[str] = ()) -> Reply:
    """How much is stored; `further` are HTML lines of the bot's own figures, for editors."""
    stored = readers.statistics(totals.articles, totals.passages, totals.sources, totals.newest, today)
    return Reply("\n".join((shown(stored), *further)))
