"""Pages of lists and of whole articles, as replies: pure functions of what is shown."""

import re
from collections.abc import Sequence
from datetime import date

from telegram import Message

from bot.service.conversations import Shown
from bot.telegram.markup import line, link, shown, units
from bot.telegram.replies import Button, Reply, turned
from bot.words import answers, days, readers
from bot.words.dated import explained
from bot.words.language import said
from retrieval.archive import StoredPassage

ENTRIES, MOST = 10, 50
_PER_ROW = 5
# UTF-16 units of the text of one page: about a screen of a phone.
_PAGE = 900
# Data of buttons that tell which answer a message shows: 👍 of an answer, an entry of a list, the way back.
_OF_AN_ANSWER = tuple(
    re.compile(data)
    for data in (
        r"f:([0-9a-f]{1,16}):(\d{1,2}):[+-]",
        r"r:\d{1,18}:p\d{1,18}:([0-9a-f]{1,16}):(\d{1,2})",
        r"a:([0-9a-f]{1,16}):(\d{1,2})",
    )
)
_LINKED = re.compile(r"r(\d{1,18})_(\d{1,18})")
_LONGEST_TITLE, _LONGEST_ENTRY, _LONGEST_PASSAGE = 200, 80, 3000


def list_page(
    number: int,
    passages: Sequence[StoredPassage | None],
    page: int,
    today: date,
    *,
    heading: str,
    below: str = "",
    username: str | None = None,
) -> Reply:
    """Ten articles of a list, with a button for each that opens it. An article that was taken down is shown so.

    Args:
        number: of the stored answer.
        passages: one of each article of the whole list, None for those taken down.
        username: of the bot, in a group: the buttons lead to the private chat.
    """
    first = page * ENTRIES
    lines = [line(heading, _LONGEST_TITLE), ""]
    opening = []
    for place, passage in enumerate(passages[first : first + ENTRIES], start=first):
        if passage is None:
            lines.append(f"{place + 1}. {said(readers.GONE)}")
            continue
        label = str(place + 1)
        opening.append(
            Button(label, url=deep_link(username, passage))
            if username
            else Button(label, opens(passage, number, place))
        )
        lines.append(f"{place + 1}. {line(passage.title, _LONGEST_ENTRY)}")
        lines.append(f"　{line(answers.source_line(passage.source, passage.published, today), _LONGEST_ENTRY)}")
    if below:
        lines += ["", line(below, _LONGEST_TITLE)]
    rows = [tuple(opening[start : start + _PER_ROW]) for start in range(0, len(opening), _PER_ROW)]
    turning = turned("l", number, page, -(-len(passages) // ENTRIES))
    return Reply("\n".join(lines), tuple(row for row in (*rows, turning) if row))


def opens(passage: StoredPassage, number: int, place: int) -> str:
    """The data of a button that opens an article at a passage; it leads back to a page of an answer."""
    return f"r:{passage.article_id}:p{passage.id}:{number:x}:{place}"


def shares(number: int, place: int) -> str:
    """The inline query that passes on a page of an answer."""
    return f"#{number:x}-{place}"


def shown_by(message: Message) -> Shown | None:
    """The answer that a message of the bot shows, read from its buttons; None for any other message."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    pressed = [button.callback_data for row in rows for button in row if isinstance(button.callback_data, str)]
    for pattern in _OF_AN_ANSWER:
        for match in filter(None, map(pattern.fullmatch, pressed)):
            return Shown(int(match[1], 16), int(match[2]))
    return None


def deep_link(username: str, passage: StoredPassage) -> str:
    """The address that opens an article at a passage in the private chat; see `linked`."""
    return f"https://t.me/{username}?start=r{passage.article_id}_{passage.id}"


def linked(parameter: str) -> tuple[int, int] | None:
    """The article and the passage of a deep link's parameter; None for any other parameter."""
    match = _LINKED.fullmatch(parameter)
    return (int(match[1]), int(match[2])) if match else None


def _head(passage: StoredPassage, today: date) -> str:
    """HTML of the title and the origin of a passage's article."""
    source = link(passage.url, passage.source or said(answers.NO_SOURCE))
    return f"<b>{line(passage.title, _LONGEST_TITLE)}</b>\n{source} · {days.dated(passage.published, today)}"


def text_pages(passages: Sequence[StoredPassage]) -> list[list[StoredPassage]]:
    """The passages of an article, in reading order, as pages of about a screen."""
    cut: list[list[StoredPassage]] = []
    for passage in passages:
        if cut and sum(map(_length, cut[-1])) + _length(passage) <= _PAGE:
            cut[-1].append(passage)
        else:
            cut.append([passage])
    return cut


def _length(passage: StoredPassage) -> int:
    return units(passage.text) + min(_LONGEST_TITLE, units(passage.heading or ""))


def text_page(
    cut: Sequence[Sequence[StoredPassage]], page: int, today: date, *, marked: int | None, back: tuple[int, int] | None
) -> Reply:
    """One page of an article.

    Args:
        marked: the number of the passage that was asked for; it is marked.
        back: the number of the stored answer and the page or place to return to.
    """
    heading = cut[page - 1][-1].heading if page else None
    parts = [_head(cut[page][0], today)]
    for passage in cut[page]:
        if passage.heading and passage.heading != heading:
            parts.append(f"<b>{line(passage.heading, _LONGEST_TITLE)}</b>")
        heading = passage.heading
        mark = "▸ " if passage.id == marked else ""
        parts.append(mark + shown(passage.text, _LONGEST_PASSAGE))
    if when := explained("\n".join(passage.text for passage in cut[page]), cut[page][0].published, today):
        parts.append(when)
    article, rest = cut[page][0].article_id, f":{back[0]:x}:{back[1]}" if back else ""
    turning = []
    if page:
        turning.append(Button(said(readers.BEFORE), f"r:{article}:{page - 1}{rest}"))
    if len(cut) > 1:
        turning.append(Button(f"{page + 1}/{len(cut)}", f"r:{article}:{page}{rest}"))
    if page + 1 < len(cut):
        turning.append(Button(said(readers.BEHIND), f"r:{article}:{page + 1}{rest}"))
    rows = [tuple(turning)] if turning else []
    if back:
        rows.append((Button(said(readers.BACK), f"a:{back[0]:x}:{back[1]}"),))
    return Reply("\n\n".join(parts), tuple(rows))
