"""Which articles does a plain text hold?

The rules and their numbers come from 64 real pages. They match folded lines, and cut what is shown by the same offsets,
so a traditional text stays traditional.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress

from retrieval.article import Article
from retrieval.intake import boundary
from retrieval.intake.prose import body, boilerplate, byline, header, lines, names, reflow, title_line
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.lines import Line, han
from retrieval.intake.refusal import Refusal
from retrieval.text.sentences import sentences

FEWEST_HAN = 10
# A title, the name of a medium, the names of authors: the terms of a title stand in the index with each passage.
LONGEST_FIELD = 300
_LONGEST_DERIVED_TITLE, _LOOKED_AT = 30, 10_000
_SIGNATURE = re.compile(r"(?:政府|委员会|局|厅|部|办公室|公司|协会|中心|院|大学|指挥部)$")
_A_SENTENCE = 15
_MOST_BETWEEN, _LONGEST_BETWEEN = 3, 24
_NOTHING = Byline()


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known about an article from elsewhere; it wins over what its text says."""

    title: str | None = None
    byline: Byline = _NOTHING
    url: str | None = None


def articles(text: str, item: str) -> Iterator[Article | Refusal]:
    """The articles in `text` in order; a part without a body gives a refusal, and so does a text without anything.

    A part is what stands between lines of =====, or begins with a title line right above a meta line.
    """
    try:
        parts = deque(part for block in _blocks(text) for part in _parts(block))
    except lines.TooManyLinesError as error:
        yield Refusal(item, str(error))
        return
    results: list[Article | Refusal] = []
    worth_telling: list[bool] = []
    # The lines of a part are gone when its article is there.
    while parts:
        part = parts.popleft()
        results.append(boundary.result(item, article_from_lines, part, item, Hints()))
        worth_telling.append(_is_worth_telling(part, results[-1]))
    if not results:
        yield Refusal(item, "文件是空的。")
    elif any(isinstance(result, Article) for result in results) and len(results) > 1:
        # A rule at the end of a page is followed by buttons only: not worth a message of its own.
        yield from compress(results, worth_telling)
    else:
        yield from results


def article(text: str, item: str, known: Hints) -> Article | Refusal:
    """The one article that `text` is."""
    try:
        whole = [line for block in _blocks(text) for line in block]
    except lines.TooManyLinesError as error:
        return Refusal(item, str(error))
    return article_from_lines(whole, item, known) if whole else Refusal(item, "正文是空的。")


def _is_worth_telling(part: list[Line], result: Article | Refusal) -> bool:
    if isinstance(result, Article):
        return True
    return any(boilerplate.credit(line) is None and not boilerplate.is_marker(line) for line in part)


def _blocks(text: str) -> Iterator[list[Line]]:
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
    """Cut a block where a title line stands right above a meta line with a full date, and a body follows."""
    start = 0
    read = 0
    for index in range(len(block) - 2):
        if read >= FEWEST_HAN * 2 and _is_start(block, index):
            yield block[start:index]
            start, read = index, 0
        if "。" in block[index].folded:
            read += han(block[index].folded)
    if block[start:]:
        yield block[start:]


def _is_start(block: list[Line], index: int) -> bool:
    title = block[index]
    if title_line.is_labelled(title):
        return True
    # An account or a byline may stand between title and date.
    place = index + 1
    while place < index + _MOST_BETWEEN and place + 2 < len(block) and _stands_between(block[place]):
        place += 1
    below, following = block[place], block[place + 1]
    if len(below.folded) > 110 or not any(map(str.isdigit, below.folded)) or not title_line.may_be_title(title):
        return False
    if _stands_between(title):
        return False
    said = byline.from_line(below)
    if said is None or said.published is None or byline.from_line(title, date_needed=False) is not None:
        return False
    if not said.starts_article and _SIGNATURE.search(title.folded):
        return False
    return han(following.folded) >= _A_SENTENCE and boilerplate.credit(following) is None


def _stands_between(line: Line) -> bool:
    return len(line.folded) <= _LONGEST_BETWEEN and (byline.is_media(line) or names.is_name_alone(line))


def article_from_lines(part: list[Line], item: str, known: Hints) -> Article | Refusal:
    """The one article that the lines are, header and credits among them."""
    above = header.read(part, known.title)
    read = body.read(above.body)
    count = sum(han(paragraph.text) for paragraph in read.paragraphs)
    if count < FEWEST_HAN:
        return Refusal(item, _reason(above.title, count))
    if above.title is not None and len(above.title) > LONGEST_FIELD:
        return Refusal(item, f"标题超过 {LONGEST_FIELD} 个字，没有收录；请检查标题和正文是不是分开了。")
    said = known.byline | above.byline | read.byline
    return Article(
        title=above.title or derived_title(read.paragraphs[0].text),
        paragraphs=read.paragraphs,
        source=plausible_name(said.source),
        author=plausible_name(said.author),
        editor=plausible_name(said.editor),
        published=said.published,
        url=known.url or said.url,
    )


def plausible_name(said: str | None) -> str | None:
    """None for what is too long to name anybody."""
    return said if said is not None and len(said) <= LONGEST_FIELD else None


def _reason(title: str | None, count: int) -> str:
    if count:
        return f"正文不足 {FEWEST_HAN} 个汉字，没有收录。"
    return "只有标题，没有正文。" if title else "没有找到正文，没有收录。"


def derived_title(text: str) -> str:
    """The first sentence that says anything, without its stop, cut to 30 characters: a title for a text without one."""
    # A paragraph without end may have no sentence that ends, either.
    text = text[:_LOOKED_AT]
    said = (text[span.start : span.end].rstrip("。；;.")[:_LONGEST_DERIVED_TITLE].strip() for span in sentences(text))
    return next(filter(None, said), text[:_LONGEST_DERIVED_TITLE])
