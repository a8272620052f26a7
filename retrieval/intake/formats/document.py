"""Which articles does a document hold whose headings are marked: Markdown, Word, a page of a feed?"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
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
# A kicker, a number of an issue: what may stand above a title that is marked as one.
_ABOVE_TITLE = 3
_LONGEST_HEADING = 60
# A line takes twice as much as one of a plain text.
_MOST_LINES = 150_000
_SHORTEST_TITLE, _LONGEST_AUTHOR = 4, 100
_FILE_NAME = re.compile(r"\.(?:docx?|wps|pdf|txt|indd|qxd)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """A line of a document; `level` is 0 for a title, 1 and up for a heading, None for anything else.

    A row of a table or an item of a list is `listed`: short as it may be, it is no heading.
    """

    text: str
    level: int | None = None
    listed: bool = False


def articles(
    blocks: Sequence[Block], item: str, known: Hints = _NOTHING, otherwise: Hints = _NOTHING
) -> Iterator[Article | Refusal]:
    """The articles of a document in order: each begins where a heading has a line with its date below.

    `known` wins over what the only article says, `otherwise` fills what nothing else says.
    """
    shown = [_checked(block) for block in blocks if block.text.strip()]
    if not shown:
        yield Refusal(item, "文件是空的。")
        return
    if len(shown) > _MOST_LINES and len(shown) > sum(han(block.text) for block in shown) // lines.FEWEST_HAN_A_LINE:
        yield Refusal(item, str(lines.TooManyLinesError(_MOST_LINES)))
        return
    parts = _parts(shown)
    if len(parts) == 1:
        yield from _articles(parts[0], item, known, otherwise)
        return
    for number, part in enumerate(parts, 1):
        name = f"{item} 第 {number} 篇"
        yield from boundary.results(name, _articles, part, name, _NOTHING, _NOTHING)


def filled(article: Article, otherwise: Hints) -> Article:
    """`article` with what it does not say itself: a title made of its first sentence counts as none."""
    said = otherwise.byline
    source, author, editor = map(plain_text.plausible_name, (said.source, said.author, said.editor))
    title = otherwise.title
    if title is not None and article.title != plain_text.derived_title(article.paragraphs[0].text):
        title = None
    return replace(
        article,
        title=title or article.title,
        source=article.source or source,
        author=article.author or author,
        editor=article.editor or editor,
        published=article.published or said.published,
        url=article.url or otherwise.url,
    )


def properties(title: str, author: str) -> Hints:
    """What the properties of a file say: its title when it reads like one, its author when it is a name.

    Most are those of a template, of a program, or of whoever was logged in.
    """
    title, who = on_one_line(title), lines.from_texts([on_one_line(author[:_LONGEST_AUTHOR])])[0]
    reads_like_one = (
        han(title) >= _SHORTEST_TITLE
        and len(title) <= plain_text.LONGEST_FIELD
        and "文档" not in title
        and not _FILE_NAME.search(title)
    )
    return Hints(title if reads_like_one else None, Byline(author=names.in_list(who, trusted=False)))


def _checked(block: Block) -> Block:
    """Many a paragraph is marked as a heading to make it bold."""
    too_long = len(block.text) > _LONGEST_HEADING or "\n" in block.text.strip()
    is_text = too_long or (ends_sentence(block.text) and not block.text.rstrip().endswith(("!", "！", "?", "？")))
    return replace(block, level=None) if block.level is not None and is_text else block


def _parts(blocks: list[Block]) -> list[list[Block]]:
    """The document as one, or cut before each of several headings of one level that have a date below."""
    dated = [
        (index, block.level) for index, block in enumerate(blocks[:-1]) if _begins_article(block, blocks[index + 1])
    ]
    level, count = Counter(level for _, level in dated).most_common(1)[0] if dated else (None, 0)
    starts = [index for index, other in dated if other == level]
    has_text_before = bool(starts) and any(block.level is None for block in blocks[: starts[0]])
    if count == 1 and (level not in (0, 1) or not has_text_before):
        starts = []
    if not starts or has_text_before:
        starts = [0, *starts]  # else what stands above is the title of the collection
    return [blocks[start:end] for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True)]


def _begins_article(block: Block, below: Block) -> bool:
    if block.level is None:
        return False
    said = next((byline.from_line(line) for line in lines.from_texts(_shown(below.text)[:1])), None)
    return said is not None and said.published is not None and (block.level <= 1 or said.starts_article)


def _articles(part: list[Block], item: str, known: Hints, otherwise: Hints) -> Iterator[Article | Refusal]:
    place = _title(part)
    if place is not None:
        title = " ".join(_shown(part[place].text))
        if known.title is None or squeeze(known.title) == squeeze(title):
            known = replace(known, title=known.title or title)
            part = [*part[:place], *part[place + 1 :]]
    text = "\n".join(block.text for block in part)
    marked = {squeeze(block.text) for block in part if block.level is not None}
    listed = {squeeze(block.text) for block in part if block.listed} - marked
    # Where no title is marked or known, the rules for plain text find titles, and articles, by themselves.
    found = plain_text.articles(text, item) if known == _NOTHING else [plain_text.article(text, item, known)]
    for one in found:
        yield filled(_with_headings(one, marked, listed), otherwise) if isinstance(one, Article) else one


def _title(part: list[Block]) -> int | None:
    """Where the title stands that is marked as one, before any text."""
    highest = min((block.level for block in part if block.level is not None), default=None)
    for index, block in enumerate(part[: _ABOVE_TITLE + 1]):
        if block.level == highest and highest is not None and (index == 0 or highest <= 1):
            return index
        if title_line.may_be_title(lines.from_texts([block.text])[0]) or han(block.text) > 45:
            return None
    return None


def _shown(text: str) -> list[str]:
    return [line for line in lines.repaired(text) if line]


def _with_headings(article: Article, marked: set[str], listed: set[str]) -> Article:
    """What is marked as a heading is one, and so is what the rules for plain text have found."""
    texts = article.text.split("\n")
    by_rule = set(article.heading_lines)
    keys = [squeeze(line) for line in texts]
    found = [number for number, key in enumerate(keys) if key in marked or (number in by_rule and key not in listed)]
    return replace(article, paragraphs=paragraphs_from_lines(texts, found))
