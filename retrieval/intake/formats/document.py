"""Documents with marked headings, such as Markdown and Word: the articles in their blocks."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from retrieval.article import Article, paragraphs_from_lines
from retrieval.intake import boundary
from retrieval.intake.boundary import Refusal
from retrieval.intake.prose import byline, lines, names, plain_text, title_line
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.lines import ends_sentence, han, on_one_line
from retrieval.intake.prose.plain_text import Hints
from retrieval.text.folding import squeeze

_NOTHING = Hints()
# Blocks that may stand above a marked title, such as a kicker or the number of an issue.
_ABOVE_TITLE = 3
_LONGEST_HEADING = 60
# A block takes twice the memory of a line of plain text.
_MOST_LINES = 150_000
_SHORTEST_TITLE, _LONGEST_AUTHOR = 4, 100
_FILE_NAME = re.compile(r"\.(?:docx?|wps|pdf|txt|indd|qxd)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """A line of a document; `level` is 0 for a title, 1 and up for a heading, None for anything else.

    `listed` marks a row of a table or an item of a list: it is no heading, however short.
    """

    text: str
    level: int | None = None
    listed: bool = False


def articles(
    blocks: Sequence[Block], item: str, hints: Hints = _NOTHING, fallback: Hints = _NOTHING
) -> Iterator[Article | Refusal]:
    """The articles of a document in order; an article begins at a heading with a dated line below it.

    `hints` win over the text of a document with one article. `fallback` fills the fields that stay empty.
    """
    filled = [_without_false_heading(block) for block in blocks if block.text.strip()]
    if not filled:
        yield Refusal(item, "文件是空的。")
        return
    if len(filled) > _MOST_LINES and len(filled) > sum(han(block.text) for block in filled) // lines.FEWEST_HAN_A_LINE:
        yield Refusal(item, str(lines.TooManyLinesError(_MOST_LINES)))
        return
    parts = _parts(filled)
    if len(parts) == 1:
        yield from _articles(parts[0], item, hints, fallback)
        return
    for number, part in enumerate(parts, 1):
        name = f"{item} 第 {number} 篇"
        yield from boundary.results(name, _articles, part, name, _NOTHING, _NOTHING)


def with_fallback(article: Article, fallback: Hints) -> Article:
    """`article` with its empty fields filled from `fallback`; a title derived from the text counts as empty."""
    fields = fallback.byline
    source, author, editor = map(plain_text.plausible_name, (fields.source, fields.author, fields.editor))
    title = fallback.title
    if title is not None and article.title != plain_text.derived_title(article.paragraphs[0].text):
        title = None
    return replace(
        article,
        title=title or article.title,
        source=article.source or source,
        author=article.author or author,
        editor=article.editor or editor,
        published=article.published or fields.published,
        url=article.url or fallback.url,
    )


def noted(results: Iterable[Article | Refusal], item: str, what: str) -> Iterator[Article | Refusal]:
    """The results, with the sentence `what` as a note of the first article; a refusal says it when there is none.

    The sentence tells of parts that are left out by rule, which is no failure; it is empty when there are none.
    """
    for result in results:
        if what and isinstance(result, Article):
            result, what = replace(result, notes=(*result.notes, f"{item}：{what}")), ""
        yield result
    if what:
        yield Refusal(item, what)


def hints_from_properties(title: str, author: str) -> Hints:
    """The title in a file's properties if it reads like a title, and the author if it is a name.

    Most properties come from a template, a program, or the account that was logged in.
    """
    title, author_line = on_one_line(title), lines.from_texts([on_one_line(author[:_LONGEST_AUTHOR])])[0]
    reads_like_one = (
        han(title) >= _SHORTEST_TITLE
        and len(title) <= plain_text.LONGEST_FIELD
        and "文档" not in title
        and not _FILE_NAME.search(title)
    )
    return Hints(title if reads_like_one else None, Byline(author=names.in_list(author_line, trusted=False)))


def _without_false_heading(block: Block) -> Block:
    """The block without its level if it reads like text: authors mark paragraphs as headings to make them bold."""
    too_long = len(block.text) > _LONGEST_HEADING or "\n" in block.text.strip()
    is_text = too_long or (ends_sentence(block.text) and not block.text.rstrip().endswith(("!", "！", "?", "？")))
    return replace(block, level=None) if block.level is not None and is_text else block


def _parts(blocks: list[Block]) -> list[list[Block]]:
    """The document as one part, or cut before the headings of the level that most often has a date below."""
    dated = [
        (index, block.level) for index, block in enumerate(blocks[:-1]) if _begins_article(block, blocks[index + 1])
    ]
    level, count = Counter(level for _, level in dated).most_common(1)[0] if dated else (None, 0)
    starts = [index for index, other in dated if other == level]
    has_text_before = bool(starts) and any(block.level is None for block in blocks[: starts[0]])
    if count == 1 and (level not in (0, 1) or not has_text_before):
        starts = []
    if not starts or has_text_before:
        starts = [0, *starts]  # headings without text above belong to the collection and are dropped
    return [blocks[start:end] for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True)]


def _begins_article(block: Block, below: Block) -> bool:
    if block.level is None:
        return False
    first_line = lines.from_texts(_filled_lines(below.text)[:1])
    below_heading = byline.from_line(first_line[0]) if first_line else None
    if below_heading is None or below_heading.published is None:
        return False
    return block.level <= 1 or below_heading.starts_article


def _articles(part: list[Block], item: str, hints: Hints, fallback: Hints) -> Iterator[Article | Refusal]:
    place = _title_index(part)
    if place is not None:
        title = " ".join(_filled_lines(part[place].text))
        if hints.title is None or squeeze(hints.title) == squeeze(title):
            hints = replace(hints, title=hints.title or title)
            part = [*part[:place], *part[place + 1 :]]
    text = "\n".join(block.text for block in part)
    marked = {squeeze(block.text) for block in part if block.level is not None}
    listed = {squeeze(block.text) for block in part if block.listed} - marked
    # Without a marked or given title, the rules for plain text find the titles, and several articles.
    results = plain_text.articles(text, item) if hints == _NOTHING else [plain_text.article(text, item, hints)]
    for result in results:
        if isinstance(result, Article):
            yield with_fallback(_with_headings(result, marked, listed), fallback)
        else:
            yield result


def _title_index(part: list[Block]) -> int | None:
    """The index of the block that is marked as the title, before any text; None when there is none."""
    highest = min((block.level for block in part if block.level is not None), default=None)
    for index, block in enumerate(part[: _ABOVE_TITLE + 1]):
        if block.level == highest and highest is not None and (index == 0 or highest <= 1):
            return index
        if title_line.may_be_title(lines.from_texts([block.text])[0]) or han(block.text) > 45:
            return None
    return None


def _filled_lines(text: str) -> list[str]:
    return [line for line in lines.repaired(text) if line]


def _with_headings(article: Article, marked: set[str], listed: set[str]) -> Article:
    """The article whose headings are the `marked` lines, and those that the rules for plain text found.

    A heading found by rule counts only if it is not `listed`.
    """
    texts = article.text.split("\n")
    by_rule = set(article.heading_lines)
    keys = [squeeze(line) for line in texts]
    headings = [index for index, key in enumerate(keys) if key in marked or (index in by_rule and key not in listed)]
    return replace(article, paragraphs=paragraphs_from_lines(texts, headings))
