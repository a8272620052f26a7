"""Every pattern of intake takes a time that grows as the text does: anybody may send a text."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from benchmarks.rules import patterns

SIZES = (1_000, 10_000, 100_000)
# Seconds of the processor. A pattern whose time grows as the square of the text takes minutes for the largest size.
MOST = 1.0
MARKS = [" ", "\n", "\u3000", "1", "a", "城", ",", "。", "(", "【", "-", "=", "#", "/", ":", "<", "&", "_", "|", "·"]
WORDS = [
    "http://a",
    "<a ",
    "&a",
    "记者",
    "来源:",
    "2024-05-08 ",
    "编辑 ",
    "(记者",
    "( ",
    "12:",
    "《",
    "#城 ",
    "a b ",
    "城, ",
]


def longest_times(pattern: "re.Pattern[str]", is_searched: bool, size: int) -> Iterator[tuple[float, str]]:
    literals = sorted({character for character in pattern.pattern if "\u4e00" <= character <= "\u9fff"})
    for part in [*MARKS, *WORDS, "".join(literals[:20]), *literals[:10]]:
        if not part:
            continue
        # The last character lets what has matched so far fail.
        text = (part * (size // len(part) + 1))[:size] + "\0"
        began = time.process_time()
        pattern.match(text)
        pattern.fullmatch(text)
        if is_searched:
            for _ in pattern.finditer(text):
                pass
        yield time.process_time() - began, part


@pytest.mark.parametrize(
    ("module", "name", "pattern"), list(patterns()), ids=lambda part: getattr(part, "__name__", None) or str(part)[:40]
)
def test_a_pattern_takes_linear_time(module: ModuleType, name: str, pattern: "re.Pattern[str]") -> None:
    if isinstance(pattern.pattern, bytes):
        pytest.skip("a pattern of bytes")
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    is_searched = re.search(rf"\b{name}\.(?:search|finditer|findall|sub|split)\b", source) is not None
    for size in SIZES:
        taken, part = max(longest_times(pattern, is_searched, size))
        assert taken < MOST, f"{taken:.1f} s for {size} characters of {part!r}"
