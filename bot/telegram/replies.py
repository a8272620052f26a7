"""What does each reply look like in Telegram? Pure strings: HTML, and the labels and data of buttons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.service.tally import Tally
from bot.telegram.markup import clip, line, link, shown
from bot.words import answer_notes, answers, editors, readers
from bot.words.answer_notes import NO_NOTES, Notes
from retrieval.archive import Statistics, StoredPassage
from retrieval.article import Article
from retrieval.engine import Outcome, Result
from retrieval.text.sentences import Span

# Of a message's 4096 units: the sentence and its passage have the most, and everything together stays below.
_LONGEST_SENTENCE, _LONGEST_PASSAGE, _LONGEST_TITLE = 900, 2200, 200
_LONGEST_NAME, _LONGEST_OTHER, _LONGEST_NOTE = 60, 150, 100


@dataclass(frozen=True, slots=True)
class Button:
    """`data` comes back when it is pressed: 1 to 64 bytes (core.telegram.org/bots/api#inlinekeyboardbutton)."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Reply:
    """HTML of at most 4096 UTF-16 units once it is parsed, and rows of buttons."""

    html: str
    buttons: tuple[tuple[Button, ...], ...] = ()


def answer(
    passage: StoredPassage,
    span: Span | None,
    status: str,
    today: date,
    *,
    rank: int = 0,
    notes: Notes = NO_NOTES,
    others: Sequence[str] = (),
    buttons: Sequence[Button] = (),
) -> Reply:
    """The answering sentence first, as it is also the preview; the whole passage folded; where it is from.

    In bold only what answers: a possible answer says so first, and so does a result that stands behind another (rank
    from 0). The notes stand above and below all that.
    """
    text = passage.text
    sentence = line(text[span.start : span.end] if span else text, _LONGEST_SENTENCE)
    if status == "answered" and rank == 0:
        parts = [f"<b>{sentence}</b>"]
    else:
        parts = [f"{answers.POSSIBLE if status != 'answered' else answers.OTHERS}\n{sentence}"]
    if notes.above:
        parts.insert(0, line(notes.above, _LONGEST_NOTE))
    parts += [f"<blockquote expandable>{shown(text, _LONGEST_PASSAGE)}</blockquote>", _origin(passage, today)]
    if others:
        parts.append("\n".join(line(one, _LONGEST_OTHER) for one in others))
    if notes.below:
        parts.append(line(notes.below, _LONGEST_NOTE))
    return Reply("\n\n".join(parts), (tuple(buttons),) if buttons else ())


def _origin(passage: StoredPassage, today: date) -> str:
    source = link(passage.url, passage.source or answers.NO_SOURCE)
    lines = [
        f"《{line(passage.title, _LONGEST_TITLE)}》",
        f"{source} · {answers.day(passage.published, today)}",
    ]
    if passage.heading:
        lines.append(answers.heading(line(passage.heading, _LONGEST_TITLE)))
    return "\n".join(lines)


def pages(number: int, current: int, count: int) -> list[Button]:
    """‹ n/N › : to turn the pages of the answer of this number. Nothing when there is but one."""
    if count < 2:
        return []
    buttons = [Button(f"{current + 1}/{count}", f"a:{number:x}:{current}")]
    if current > 0:
        buttons.insert(0, Button("‹", f"a:{number:x}:{current - 1}"))
    if current + 1 < count:
        buttons.append(Button("›", f"a:{number:x}:{current + 1}"))
    return buttons


def not_found(result: Result, today: date, *, brief: bool = False, hint: str | None = None) -> Reply:
    """An honest no; in a group its first line only."""
    text = shown(answer_notes.not_found(result, today))
    return Reply(text.split("\n")[0] if brief else "\n".join(filter(None, (text, hint))))


def start(found: Statistics, newest: Article | None, example: str | None, *, editor: bool, today: date) -> Reply:
    if newest is None or newest.id is None:
        return Reply(editors.EMPTY_FOR_EDITORS if editor else readers.EMPTY_FOR_READERS)
    buttons = [(Button(answers.WHATS_NEW, "n:news"),), (Button(readers.IN_GROUPS, "h:groups"),)]
    if example:
        buttons.insert(0, (Button(clip(answers.try_it(" ".join(example.split())), 60), f"e:{newest.id}"),))
    text = f"{readers.GREETING}\n{answers.stock(found.articles, found.newest, today)}"
    return Reply(shown(text), tuple(buttons))


def help_page(username: str, *, editor: bool) -> Reply:
    """The one text in which names and commands are meant to act."""
    page = readers.HELP.format(username=username) + (readers.HELP_FOR_EDITORS if editor else "")
    return Reply(page)


def card(done: Tally, today: date) -> str:
    """What became of a push: everything about one article, or the numbers of a batch; then what was refused and why."""
    parts = []
    if done.articles == 1 and done.last is not None:
        parts.append(_one(done.last, today))
    elif done.articles:
        named = [f"#{number}《{line(title, _LONGEST_NAME)}》" for number, title in done.first]
        more = [editors.and_more(done.articles - len(named))] if done.articles > len(named) else []
        parts.append("\n".join([editors.batch(done.items, counts(done)), *named, *more]))
    if done.refused:
        told = [line(editors.refused(one.item, one.reason), 160) for one in done.refusals]
        more = [editors.and_more(done.refused - len(told))] if done.refused > len(told) else []
        parts.append("\n".join([*told, *more]))
    return "\n\n".join(parts)


def counts(done: Tally) -> str:
    return editors.counts(done.added, done.updated, done.duplicates, done.refused)


def _one(outcome: Outcome, today: date) -> str:
    article = outcome.article
    characters = sum(len(paragraph.text) for paragraph in article.paragraphs)
    lines = [
        editors.card_title(outcome.outcome, outcome.id),
        f"《{line(article.title, _LONGEST_TITLE)}》",
        editors.field("来源", line(article.source, _LONGEST_NAME) if article.source else None),
        editors.field("时间", article.published),
        editors.CARD_AUTHOR + (line(article.author, _LONGEST_NAME) if article.author else "无"),
        editors.CARD_LINK + (link(article.url, "原文") if article.url else "无"),
        editors.extent(len(article.paragraphs), len(article.headings), characters),
    ]
    if outcome.outcome != "duplicate":
        lines.append(f"\n{editors.TO_REMOVE}<code>/remove {outcome.id}</code>")
    return "\n".join(lines)


def removed(gone: Sequence[Article], missing: Sequence[int]) -> str:
    lines = [editors.taken_down(one.id or 0, line(one.title, _LONGEST_NAME)) for one in gone]
    return "\n".join([*lines, *(editors.no_such_article(number) for number in missing)])


def statistics(found: Statistics, today: date) -> Reply:
    return Reply(shown(readers.statistics(found.articles, found.passages, found.sources, found.newest, today)))
