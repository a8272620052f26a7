"""Files with as much content as their size allows, by kind."""

import json
import random
from collections.abc import Callable

from tests.support.documents import BODY, rss
from tests.support.seeds import word_of

SIZE = 1_500_000
HAN = "城北新桥今天通车"


def repeated(text: str, before: str = "") -> Callable[[int], bytes]:
    return lambda size: before.encode() + text.encode() * (size // len(text.encode()))


def one_text(size: int) -> bytes:
    return json.dumps({"text": HAN * (size // 24)}, ensure_ascii=False).encode()


def empty_paragraphs(size: int) -> bytes:
    """A Word file with random attributes; one that is compressed more tightly would be refused."""
    chance = random.Random(1)
    return word_of("".join(f'<w:p a="{chance.randrange(256):02x}"/>' for _ in range(size // 13)))


# The worst content of each kind of file; sizes are in bytes.
WORST: dict[str, tuple[Callable[[int], bytes], int]] = {
    "table.md": (repeated("|桥|长|1|2|\n", "|a|b|c|d|\n|-|-|-|-|\n"), SIZE // 5),
    "columns.md": (repeated("|" + "1|" * 1_000 + "\n", "|" + "a|" * 1_000 + "\n|" + "-|" * 1_000 + "\n"), SIZE // 3),
    "list.md": (repeated("- 桥\n"), SIZE // 3),
    "nested.md": (repeated("  - 桥\n"), 2_000_000),
    "emphasis.md": (repeated("**a* "), SIZE),
    "text.json": (one_text, 10_000_000),
    "strings.json": (lambda size: ('{"text":[' + '"桥",' * (size // 6) + '""]}').encode(), 15_000_000),
    "arrays.jsonl": (repeated("[],", '{"text":['), 15_000_000),
    "quotes.txt": (repeated("“城"), 10_000_000),
    "words.txt": (repeated(" 城北。", f"{HAN}\n2024-03-05 09:30 {BODY}"), 10_000_000),
    "lines.txt": (repeated("桥\n"), 18_000_000),
    "items.html": (repeated("<li>桥梁通车。", "<ul>"), SIZE),
    "attributes.html": (repeated("<p a b c d e f g h i j k l m n o p q r s t>"), SIZE),
    "tags.html": (repeated("<br>"), SIZE),
    "messages.html": (
        repeated('<div class="message default"><div class="text">桥', '<div class="page_body chat_page">'),
        SIZE // 2,
    ),
    "items.rss": (lambda size: rss(*[("桥", BODY)] * (size // 180)), SIZE // 3),
    "cells.csv": (repeated("1,", "标题,正文\n"), SIZE),
    "items.json": (repeated("{},", "["), 10_000_000),
    "nested.rss": (lambda size: rss(("桥", BODY), more="<a>" * (size // 3)), SIZE),
    "boundary.mhtml": (repeated("x", 'Content-Type: multipart/related; boundary="'), SIZE),
    "empty.docx": (empty_paragraphs, 8_000_000),
}
