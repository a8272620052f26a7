"""Articles of plain text: a file of one or several articles, cut and read line by line.

The rules and their numbers come from 64 real pages. They match folded lines and cut the shown lines at the same
offsets, so a traditional text stays traditional.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from retrieval.article import Article
from retrieval.intake import boundary
from retrieval.intake.boundary import Refusal
from retrieval.intake.prose import body, header, lines, media, names, reflow, refusals, title_line
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.line_kind import NEVER_TEXT, Kind, classify
from retrieval.intake.prose.lines import Line, han
from retrieval.text.sentences import sentences

# Fewest Chinese characters of an article.
FEWEST_HAN = 10
# Most characters of a title, a source or the names of authors. The index holds the terms of a title with each passage.
LONGEST_FIELD = 300
_LONGEST_DERIVED_TITLE, _LOOKED_AT = 30, 10_000
# Fewest Chinese characters of the first line of a body.
_A_SENTENCE = 15
# Lines between title and date, and characters of such a line: an account, names.
_MOST_BETWEEN, _LONGEST_BETWEEN = 3, 24
_NOTHING = Byline()
# A part of nothing but these holds no article.
_NO_PART = frozenset((*NEVER_TEXT, Kind.BOX))


@dataclass(frozen=True, slots=True)
class Hints:
    """Title, byline and address that a file or a page gives beside the text; they win over those in the text."""

    title: str | None = None
    byline: Byline = _NOTHING
    url: str | None = None


def articles(text: str, item: str) -> Iterator[Article | Refusal]:
    """The articles in `text` in order, and a refusal for each part without a body; an empty text gives one refusal.

    A part begins behind a line of =====, or with a title line right above a byline.
    """
    try:
        parts = deque(part for block in _blocks(text) for part in _parts(block))
    except lines.TooManyLinesError as error:
        yield Refusal(item, str(error))
        return
    told: list[Article | Refusal] = []
    untold: list[Article | Refusal] = []
    # The lines of a part are freed when its article is made.
    while parts:
        part = parts.popleft()
        result = boundary.result(item, article_from_lines, part, item, Hints())
        # Some pages end with a line of ===== and buttons below it. Buttons are not worth a refusal beside an article.
        is_worth = isinstance(result, Article) or any(classify(line).kind not in _NO_PART for line in part)
        (told if is_worth else untold).append(result)
    yield from told or untold or [Refusal(item, "文件是空的。")]


def article(text: str, item: str, hints: Hints) -> Article | Refusal:
    """The one article in `text`; a Refusal with the reason when `text` holds none."""
    try:
        whole = [line for block in _blocks(text) for line in block]
    except lines.TooManyLinesError as error:
        return Refusal(item, str(error))
    return article_from_lines(whole, item, hints) if whole else Refusal(item, "正文是空的。")


def _blocks(text: str) -> Iterator[list[Line]]:
    """The lines between lines of =====."""
    filled = [line for line in lines.unwrapped(lines.repaired(text)) if line]
    block: list[Line] = []
    for line in lines.from_texts(reflow.split(filled)):
        if lines.BETWEEN_ARTICLES.fullmatch(line.shown):
            yield block
            block = []
        else:
            block.append(line)
    yield block


def _parts(block: list[Line]) -> Iterator[list[Line]]:
    """The parts of a block: each begins with a title line above a byline with a full date and a body below it."""
    start = 0
    # Chinese characters of the lines with sentences since `start`.
    amount = 0
    for index in range(len(block) - 2):
        if amount >= FEWEST_HAN * 2 and _is_start(block, index):
            yield block[start:index]
            start, amount = index, 0
        if "。" in block[index].folded:
            amount += han(block[index].folded)
    if block[start:]:
        yield block[start:]


def _is_start(block: list[Line], index: int) -> bool:
    """Whether the line at `index` is the title of another article, with an account or names between it and its date."""
    title, below = block[index], block[index + 1 : index + 1 + _MOST_BETWEEN]
    if title_line.is_labelled(title):
        return True
    if not any(any(map(str.isdigit, line.folded)) for line in below) or not title_line.may_be_title(title):
        return False
    for line, following in pairwise([*below, *block[index + 1 + _MOST_BETWEEN :][:1]]):
        values = classify(line).byline
        if values.published is not None:
            return han(following.folded) >= _A_SENTENCE and classify(following).kind not in NEVER_TEXT
        if len(line.folded) > _LONGEST_BETWEEN or not (media.is_media(line) or names.alone(line)):
            return False
    return False


def article_from_lines(part: list[Line], item: str, hints: Hints) -> Article | Refusal:
    """The one article in `part`, read with its header and credits; a Refusal with the reason when there is none."""
    if hints.title is None and (reason := refusals.reason(part)) is not None:
        return Refusal(item, reason)
    above = header.read(part, hints.title)
    below = body.read(above.body)
    count = sum(han(paragraph.text) for paragraph in below.paragraphs)
    if count < FEWEST_HAN:
        return Refusal(item, _reason(above.title, count))
    if above.title is not None and len(above.title) > LONGEST_FIELD:
        return Refusal(item, f"标题超过 {LONGEST_FIELD} 个字，没有收录；请检查标题和正文是不是分开了。")
    merged = hints.byline | above.byline | below.byline
    return Article(
        title=above.title or derived_title(below.paragraphs[0].text),
        paragraphs=below.paragraphs,
        source=plausible_name(merged.source),
        author=plausible_name(merged.author),
        editor=plausible_name(merged.editor),
        published=merged.published,
        url=hints.url or merged.url,
    )


def plausible_name(name: str | None) -> str | None:
    """`name` itself; None when it is too long for a name."""
    return name if name is not None and len(name) <= LONGEST_FIELD else None


def _reason(title: str | None, count: int) -> str:
    if count:
        return f"正文不足 {FEWEST_HAN} 个汉字，没有收录。"
    return "只有标题，没有正文。" if title else "没有找到正文，没有收录。"


def derived_title(text: str) -> str:
    """A title for a text without one: its first sentence that is not empty, without the stop, cut to 30 characters."""
    # A very long paragraph may be one sentence.
    text = text[:_LOOKED_AT]
    stripped = (text[span.start : span.end].rstrip("。；;.").strip() for span in sentences(text))
    return next(filter(None, stripped), text)[:_LONGEST_DERIVED_TITLE].strip()
