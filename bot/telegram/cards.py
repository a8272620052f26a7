"""Cards of pushes and removals: what was stored, and the buttons that correct or take it back. Pure functions."""

from collections.abc import Sequence

from bot.service.push_summary import ArticleFacts, PushSummary
from bot.service.receipts import Removal
from bot.telegram.markup import clip, line, link, shown
from bot.telegram.replies import Button, Reply
from bot.words import desk, editors
from bot.words.language import said
from retrieval.article import Article

_LONGEST_TITLE, _LONGEST_NAME, _LONGEST_REFUSAL = 200, 60, 160
# Buttons of a batch that make an article a correction.
_MOST_MERGES = 5
# Articles that a card names.
_MOST = 10


def push(
    summary: PushSummary, change: int, *, draft: int | None = None, is_batch: bool = False, is_working: bool = False
) -> Reply:
    """The card of a push: all facts about a single article, or counts and first titles; then notes and the refusals.

    Args:
        change: the key by which the push is taken back.
        draft: the number of the draft that [仍要收录] stores, when articles were removed before.
        is_batch: whether more articles may come, so that even one is counted.
        is_working: whether a part is still being stored.
    """
    parts, rows = [], []
    is_single = summary.articles == 1 and not is_batch and not is_working
    if is_single and summary.last is not None:
        parts.append(_article(summary.last))
    elif summary.articles or is_batch:
        named = [f"#{number}《{line(title, _LONGEST_NAME)}》" for number, title in summary.first]
        more = [editors.and_more(summary.articles - len(named))] if summary.articles > len(named) else []
        parts.append("\n".join([editors.batch(summary.items, counts(summary)), *named, *more]))
    if summary.noted:
        parts.append(_notes(summary))
    if summary.refused:
        parts.append(refusals(summary))
    if summary.near:
        parts.append("\n".join(desk.near(number, other) for number, other in summary.near))
    if is_working:
        parts.append(said(editors.WORKING))
        return Reply("\n\n".join(parts))
    if is_single and summary.near:
        rows.append(_near(*summary.near[0]))
    else:
        rows += [
            (Button(desk.as_correction(number, other), f"m:{other}:{number}"),)
            for number, other in summary.near[:_MOST_MERGES]
        ]
    if draft is not None:
        rows.append((Button(said(desk.ADD_ANYWAY), f"y:{draft:x}"),))
    if is_single and summary.last is not None:
        rows.append(_single(summary.last, change))
    elif summary.added or summary.updated:
        rows.append((Button(said(desk.UNDO_ALL), f"u:{change:x}"),))
    return Reply("\n\n".join(parts), tuple(rows))


def _near(number: int, other: int) -> tuple[Button, ...]:
    return (
        Button(said(desk.AS_CORRECTION), f"m:{other}:{number}"),
        Button(said(desk.ANOTHER), f"k:{number}"),
    )


def _single(article: ArticleFacts, change: int) -> tuple[Button, ...]:
    buttons = (Button(said(desk.VIEW), f"o:{article.number}"), Button(said(desk.EDIT), f"c:{article.number}"))
    return buttons if article.outcome == "duplicate" else (*buttons, Button(said(desk.UNDO), f"u:{change:x}"))


def refusals(summary: PushSummary) -> str:
    """HTML of what was refused, and why."""
    lines = [line(editors.refused(refusal.item, refusal.reason), _LONGEST_REFUSAL) for refusal in summary.refusals]
    more = [editors.and_more(summary.refused - len(lines))] if summary.refused > len(lines) else []
    return "\n".join([*lines, *more])


def _notes(summary: PushSummary) -> str:
    """HTML of what was not understood of stored articles."""
    lines = [line(note, _LONGEST_REFUSAL) for note in summary.notes]
    more = [editors.and_more(summary.noted - len(lines))] if summary.noted > len(lines) else []
    return "\n".join([*lines, *more])


def counts(summary: PushSummary) -> str:
    return editors.counts(summary.added, summary.updated, summary.duplicates, summary.refused)


def _article(article: ArticleFacts) -> str:
    lines = [editors.card_title(article.outcome, article.number), *facts(article)]
    if article.outcome != "duplicate":
        lines.append(f"\n{said(editors.TO_EDIT)}")
    return "\n".join(lines)


def facts(article: ArticleFacts) -> list[str]:
    """Lines of HTML about an article."""
    return [
        f"《{line(article.title, _LONGEST_TITLE)}》",
        editors.field(editors.SOURCE, line(article.source, _LONGEST_NAME) if article.source else None),
        editors.field(editors.DAY, article.published),
        editors.field(
            editors.AUTHOR, line(article.author, _LONGEST_NAME) if article.author else None, editors.NO_VALUE
        ),
        editors.field(
            editors.LINK, link(article.url, said(editors.THE_ORIGINAL)) if article.url else None, editors.NO_VALUE
        ),
        editors.extent(article.paragraphs, article.headings, article.characters),
    ]


def undoable(html: str, change: int) -> Reply:
    """A change that was made, with the button that takes it back."""
    return Reply(html, ((Button(said(desk.UNDO), f"u:{change:x}"),),))


def to_remove(articles: Sequence[Article], reprints: Sequence[Article], missing: Sequence[int], draft: int) -> Reply:
    """The question before a removal, with the articles and their reprints elsewhere, which stay."""
    asked = said(desk.REMOVE_ONE_ASKED) if len(articles) == 1 else said(desk.REMOVE_ASKED, count=len(articles))
    lines = [asked, *_named(articles)]
    if reprints:
        lines += [said(desk.REPRINTS_STAY), *_named(reprints)]
    lines += map(editors.no_such_article, missing[:_MOST])
    return Reply("\n".join(lines), (decision(said(desk.REMOVE), f"d:{draft:x}"),))


def decision(label: str, data: str) -> tuple[Button, ...]:
    """A button that does something, and one that does not."""
    return (Button(label, data), Button(said(desk.CANCEL), "x:"))


def _named(articles: Sequence[Article]) -> list[str]:
    named = [
        f"#{article.id}《{line(article.title, _LONGEST_NAME)}》{line(article.source or '', _LONGEST_NAME)}"
        for article in articles[:_MOST]
    ]
    return named + ([editors.and_more(len(articles) - _MOST)] if len(articles) > _MOST else [])


def removal(removal: Removal, change: int) -> Reply:
    """The card of a removal."""
    removed = [editors.taken_down(number, line(title, _LONGEST_NAME)) for number, title in removal.removed[:_MOST]]
    if len(removal.removed) > _MOST:
        removed.append(editors.and_more(len(removal.removed) - _MOST))
    lines = [*removed, *map(editors.no_such_article, removal.missing[:_MOST])]
    if not removal.removed:
        return Reply("\n".join(lines))
    return undoable("\n".join([*lines, said(desk.UNDOABLE)]), change)


def fields(article: Article) -> str:
    """HTML of an article's fields as lines that a correction may hold."""
    values = [
        (desk.FIELDS["title"], article.title),
        *((desk.FIELDS[name], getattr(article, name)) for name in ("source", "published", "author", "editor", "url")),
    ]
    return "\n".join(
        editors.field(name, shown(clip(value, _LONGEST_TITLE)) if value else None, editors.NO_VALUE)
        for name, value in values
    )
