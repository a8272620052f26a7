"""Markdown files: front matter, and the blocks of the text."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.token import Token

from retrieval.article import Article
from retrieval.intake import charset
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats import document, markdown_parts, markdown_widgets, record, unpublished
from retrieval.intake.formats.document import Block
from retrieval.intake.page import markup
from retrieval.intake.prose.plain_text import Hints

# Front matter between lines of --- (YAML) or +++ (TOML). Only keys, values and plain lists are read.
_FRONT = re.compile(r"\s*(---|\+\+\+)[ \t]*\n(.*?)\n\1[ \t]*(?:\n|$)", re.DOTALL)
_PAIR = re.compile(r"([^\s:=#\-][^:=]{0,40}?)\s*[:=]\s*(.*)")
_ITEM = re.compile(r"\s*-\s+(.*)")
_LONGEST_FRONT = 5_000
# Links and pictures of Obsidian: [[page]], [[page|words]], ![[picture.png]].
_WIKI_LINK = re.compile(r"(?P<shown>!?)\[\[(?P<page>[^\[\]|\n\\]{1,200})(?:\\?\|(?P<words>[^\[\]|\n]{1,200}))?\]\]")
_INDENT = re.compile(r"^[ \t\u3000\xa0]+(?=[\u3400-\u9fff“‘「（《])", re.MULTILINE)


class _Parser(MarkdownIt):
    """CommonMark that leaves addresses alone.

    Addresses are not shown. Normalizing them costs an eighth of the time, and a refused link would be shown as markup.
    """

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        return url

    def validateLink(self, url: str) -> bool:  # noqa: N802
        return True


_PARSER = _Parser("commonmark").enable(["table", "strikethrough"])


def articles(data: bytes, name: str) -> Iterator[Article | Refusal]:
    """The articles of a Markdown file in order. The front matter wins over the text. Raises NotTextError."""
    text = charset.decode(data).replace("\r\n", "\n").replace("\r", "\n")
    text = _WIKI_LINK.sub(lambda link: "" if link["shown"] else link["words"] or link["page"], text)
    fields, text = _front_matter(text)
    if (kind := unpublished.kind(fields)) is not None:
        yield Refusal(name, f"是{kind}，没有收录。")
        return
    hints, notes = record.hints(fields, name) if fields else (Hints(), ())
    named, text = markdown_widgets.read(text)
    # Blanks begin a paragraph in Chinese, but program code in Markdown.
    for result in document.articles(list(blocks(_INDENT.sub("", text))), name, hints, Hints(byline=named)):
        yield replace(result, notes=notes) if isinstance(result, Article) else result
        notes = ()


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a Markdown text in order; a long text is parsed in parts."""
    # A definition only has to exist: its address is not shown.
    nowhere = {"href": "", "title": ""}
    links = {normalizeReference(label): nowhere for label in markdown_parts.definitions(text)}
    for part in markdown_parts.parts(text):
        if part.plain:
            yield Block(part.text.rstrip("\n"))
        else:
            parsed = _blocks(_PARSER.parse(part.text, {"references": links}))
            yield from islice(parsed, int(part.repeated), None)


def _front_matter(text: str) -> tuple[dict[str, object], str]:
    """The fields of the front matter, and the text below it; no fields when there is none."""
    match = _FRONT.match(text, 0, _LONGEST_FRONT)
    if match is None:
        return {}, text
    fields: dict[str, list[str]] = {}
    key = None
    for line in filter(str.strip, match[2].split("\n")):
        item, pair = _ITEM.fullmatch(line), _PAIR.fullmatch(line.rstrip())
        if pair is not None:
            key = pair[1]
            fields[key] = _values(pair[2])
        elif item is not None and key is not None:
            fields[key] += _values(item[1])
        elif not line.lstrip().startswith("#") and key is None:
            return {}, text  # these are two horizontal rules with text between them
    return {key: " ".join(values) for key, values in fields.items() if values}, text[match.end() :]


def _values(written: str) -> list[str]:
    """A value, or the values of a list in brackets, without quotation marks."""
    written = written.strip()
    parts = written[1:-1].split(",") if written.startswith("[") and written.endswith("]") else [written]
    return [value for part in parts if (value := part.strip().strip("\"'"))]


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    """The lines that a reader sees: the words of links, a line for each row of a table, no pictures."""
    level: int | None = None
    numbers: list[int | None] = []
    prefix = ""
    row: list[str] | None = None
    for token in tokens:
        match token.type:
            case "heading_open":
                level = int(token.tag[1:])
            case "heading_close":
                level = None
            case "bullet_list_open":
                numbers.append(None)
            case "ordered_list_open":
                numbers.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                numbers.pop()
            case "list_item_open":
                number = numbers[-1]
                prefix = f"{number}. " if number is not None else ""
                numbers[-1] = number + 1 if number is not None else None
            case "tr_open":
                row = []
            case "tr_close":
                yield Block(" ".join(filter(None, row or [])), listed=True)
                row = None
            case "inline" if row is not None:
                row.append(" ".join(_inline(token).split()))
            case "inline":
                yield from (Block(line, level, bool(numbers)) for line in (prefix + _inline(token)).split("\n"))
                prefix = ""
            case "fence" | "code_block":
                yield Block(token.content)
            case "html_block":
                yield from map(Block, markup.fragment_lines(token.content))


def _inline(token: Token) -> str:
    parts = []
    for child in token.children or []:
        match child.type:
            case "text":
                # CommonMark sees no emphasis in **“双减”**政策: the stars stand between punctuation and a letter.
                parts.append(child.content.replace("**", ""))
            case "code_inline":
                parts.append(child.content)
            case "softbreak" | "hardbreak":
                # Many authors put each paragraph on one line. The rules for plain text join wrapped lines.
                parts.append("\n")
            case "html_inline" if child.content.lower().startswith("<br"):
                parts.append("\n")
    return "".join(parts)
