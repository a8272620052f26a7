"""Text and entities of the HTML that a bot sends, counted in UTF-16 units as Telegram does.

The grammar and the words of the errors are those of https://core.telegram.org/bots/api#html-style and TDLib.
"""

import html
import re
from dataclasses import dataclass, field
from typing import Any

from tests.bot_api.detection import detect
from tests.bot_api.error import mistake

Entity = dict[str, Any]

_SIMPLE = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
}
_HTML = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
    "text_link": "a",
    "text_mention": "a",
}
_TAGS = {*_SIMPLE, "a", "span", "blockquote"}
_ALONE = {"code", "pre"}  # neither contain nor are contained in others, blockquotes excepted
_QUOTES = {"blockquote", "expandable_blockquote"}
_MOST_ENTITIES = 100
_CHARACTER = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_NAME = re.compile(r"<([^\s>]*)")
_CLOSE = re.compile(r"\s*>")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.\-]+)))?""")
_SPACE = " \n\t\v\f"  # Telegram trims these; an ideographic space stays


@dataclass(frozen=True)
class Formatted:
    """A text as it is shown; `faults` are what Telegram forgives silently and a careful bot avoids."""

    text: str
    entities: list[Entity]
    faults: list[str] = field(default_factory=list)


def units(text: str) -> int:
    """The length of a text in UTF-16 units, which is how Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def covered(text: str, entity: Entity) -> str:
    """The part of a text under an entity."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    return encoded[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le")


def read(text: str, parse_mode: str | None, entities: list[Entity] | None = None) -> Formatted:
    """The text that a bot sends as Telegram shows it: parsed, trimmed, and with the entities that Telegram detects.

    Raises `ApiError` with Telegram's words when the HTML is wrong. At most 100 entities are kept.
    """
    if parse_mode not in (None, "", "HTML"):
        raise mistake(f"unsupported parse_mode {parse_mode}: this server reads HTML only")
    text = re.sub(r"[\x00-\x09\x0b-\x1f]", " ", text.replace("\r", ""))
    shown = _Parser(text).parse() if parse_mode else Formatted(text, [dict(entity) for entity in entities or []])
    shown = _trim(shown)
    faults = list(shown.faults)
    merged = _with_detected(shown)
    if len(merged) > _MOST_ENTITIES:
        faults.append(f"{len(merged)} entities: Telegram drops all beyond {_MOST_ENTITIES}")
    return Formatted(shown.text, merged[:_MOST_ENTITIES], faults)


@dataclass
class _Open:
    tag: str
    type: str | None
    start: int
    url: str | None = None


class _Parser:
    """Parser of Telegram's HTML; it neither trims the text nor detects entities."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._text, self._units = list[str](), 0
        self._entities, self._faults, self._open = list[Entity](), list[str](), list[_Open]()

    def parse(self) -> Formatted:
        position, source = 0, self._source
        while position < len(source):
            if source[position] == "<":
                position = self._end(position) if source.startswith("</", position) else self._start(position)
                continue
            character = _CHARACTER.match(source, position) if source[position] == "&" else None
            if source[position] == "&" and not character:
                self._faults.append(f"an unescaped & in {source[position : position + 20]!r}")
            self._text.append(html.unescape(character[0]) if character else source[position])
            self._units += units(self._text[-1])
            position = character.end() if character else position + 1
        if self._open:
            raise _broken(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        return Formatted("".join(self._text), _merged(self._entities), self._faults)

    def _start(self, begin: int) -> int:
        """Reads a start tag; returns the offset of its end."""
        name = _NAME.match(self._source, begin)
        assert name
        at, tag, position = self._byte(begin), name[1].lower(), name.end()
        if position == len(self._source):
            raise _broken(f"Unclosed start tag at byte offset {at}")
        if tag not in _TAGS:
            raise _broken(f'Unsupported start tag "{tag}" at byte offset {at}')
        attributes = dict[str, str]()
        while match := _ATTRIBUTE.match(self._source, position):
            attributes[match[1].lower()] = html.unescape(next((value for value in match.groups()[1:] if value), ""))
            position = match.end()
        end = _CLOSE.match(self._source, position)
        if not end:
            raise _broken(f'Unclosed start tag "{tag}" at byte offset {at}')
        opened = _Open(tag, _SIMPLE.get(tag), self._units)
        if tag == "span":
            if attributes.get("class") != "tg-spoiler":
                raise _broken(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
            opened.type = "spoiler"
        elif tag == "blockquote":
            opened.type = "expandable_blockquote" if "expandable" in attributes else "blockquote"
            if any(outer.type in _QUOTES for outer in self._open):
                raise _broken(f"Blockquotes can't be nested at byte offset {at}")
        elif tag == "a" and valid_url(attributes.get("href", "")):
            opened.type, opened.url = "text_link", attributes["href"]
        self._judge(opened, self._source[begin : end.end()])
        self._open.append(opened)
        return end.end()

    def _judge(self, opened: _Open, shown: str) -> None:
        """Records markup that Telegram drops silently."""
        if opened.tag == "a" and not opened.url:
            self._faults.append(f"Telegram shows no link for {shown}")
        if opened.tag == "a" and any(outer.tag == "a" for outer in self._open):
            self._faults.append(f"a link inside a link: {shown}")
        inside = {outer.type for outer in self._open if outer.type} - _QUOTES
        # <pre><code class="language-x"> is the one pair that belongs together.
        if opened.tag == "code" and inside == {"pre"}:
            opened.type = None
        elif (opened.type in _ALONE and inside) or inside & _ALONE:
            self._faults.append(f"{shown} inside {sorted(inside)}: code stands alone")

    def _end(self, begin: int) -> int:
        """Reads an end tag; returns the offset of its end."""
        at, end = self._byte(begin), self._source.find(">", begin)
        if not self._open:
            raise _broken(f"Unexpected end tag at byte offset {at}")
        if end < 0:
            raise _broken(f"Unclosed end tag at byte offset {at}")
        opened, name = self._open.pop(), self._source[begin + 2 : end].strip().lower()
        if name and name != opened.tag:
            raise _broken(f'Unmatched end tag at byte offset {at}, expected "</{opened.tag}>", found "</{name}>"')
        if opened.type and self._units > opened.start:
            entity: Entity = {"type": opened.type, "offset": opened.start, "length": self._units - opened.start}
            self._entities.append(entity | ({"url": opened.url} if opened.url else {}))
        return end + 1

    def _byte(self, position: int) -> int:
        return len(self._source[:position].encode())


def valid_url(url: str) -> bool:
    """Whether Telegram makes a link of the address: http, https or tg, and a host with a dot in it."""
    return bool(
        re.fullmatch(r"(?:https?://)?[^\s/?#@.]+(?:\.[^\s/?#@.]+)+(?::\d{1,5})?(?:[/?#]\S*)?|tg://\S+", url, re.I)
    )


def render(text: str, entities: list[Entity]) -> str:
    """HTML that reads back as this text and these entities; those that Telegram found by itself are left bare."""
    marked = [entity for entity in entities if entity["type"] in _HTML]
    encoded, parts, stack, last = text.encode("utf-16-le", "surrogatepass"), [], list[Entity](), 0
    edges = sorted({0, units(text), *(e["offset"] for e in marked), *(e["offset"] + e["length"] for e in marked)})
    for edge in edges:
        parts.append(html.escape(encoded[2 * last : 2 * edge].decode("utf-16-le"), quote=False))
        last = edge
        while stack and stack[-1]["offset"] + stack[-1]["length"] <= edge:
            parts.append(f"</{_HTML[stack.pop()['type']]}>")
        for entity in marked:
            if entity["offset"] == edge:
                attribute = f' href="{html.escape(entity["url"])}"' if "url" in entity else ""
                attribute += " expandable" if entity["type"] == "expandable_blockquote" else ""
                parts.append(f"<{_HTML[entity['type']]}{attribute}>")
                stack.append(entity)
    return "".join(parts)


def _trim(shown: Formatted) -> Formatted:
    stripped = shown.text.rstrip(_SPACE)
    lead = len(stripped) - len(stripped.lstrip(_SPACE))
    text, trimmed = stripped[lead:], list[Entity]()
    for entity in shown.entities:
        start = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] + entity["length"] - lead, units(text))
        if end > start:
            trimmed.append(entity | {"offset": start, "length": end - start})
    return Formatted(text, trimmed, shown.faults)


def _merged(entities: list[Entity]) -> list[Entity]:
    """Entities sorted, the outer before the inner; adjacent ones of one simple kind are merged, as Telegram does."""
    result = list[Entity]()
    for entity in sorted(entities, key=lambda entity: (entity["offset"], -entity["length"])):
        last = next((earlier for earlier in reversed(result) if earlier["type"] == entity["type"]), None)
        simple = entity["type"] not in _ALONE | _QUOTES | {"text_link"}
        if simple and last and entity["offset"] <= last["offset"] + last["length"]:
            last["length"] = max(last["length"], entity["offset"] + entity["length"] - last["offset"])
        else:
            result.append(dict(entity))
    return sorted(result, key=lambda entity: (entity["offset"], -entity["length"]))


def _with_detected(shown: Formatted) -> list[Entity]:
    """The given entities, and those that Telegram detects outside of code and links."""
    at = [0]  # the UTF-16 offset of each character
    for character in shown.text:
        at.append(at[-1] + units(character))
    closed = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in shown.entities
        if entity["type"] in {*_ALONE, "text_link", "text_mention"}
    ]
    detected = [
        {"type": kind, "offset": at[start], "length": at[end] - at[start]}
        for kind, start, end in detect(shown.text)
        if not any(at[start] < taken_end and taken_start < at[end] for taken_start, taken_end in closed)
    ]
    return sorted([*shown.entities, *detected], key=lambda entity: (entity["offset"], -entity["length"]))


def _broken(sentence: str) -> Exception:
    return mistake(f"can't parse entities: {sentence}")
