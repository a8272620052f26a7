"""Parts of a long Markdown text, each short enough for the parser.

markdown-it holds some 600 bytes for each byte of a table, and searches a whole paragraph for the beginning of each
emphasis. A part of at most `LONGEST` characters bounds both.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

LONGEST = 60_000
# Sizes from which a part may end: at a blank line, then before a line without an indent. At LONGEST any line ends it.
_BLANK_LINE, _NOT_INDENTED = LONGEST // 2, LONGEST * 3 // 4
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_DELIMITERS = re.compile(r" {0,3}[|:-][|: \t-]{2,1000}")
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]\n]{1,200})\]:[ \t]*\S", re.MULTILINE)


class Part(NamedTuple):
    """A part of a text that is parsed by itself.

    `plain` marks a line that is too long for a paragraph of Markdown: it is not parsed. `repeated` says that the part
    begins with the head of a table, which the part before has shown.
    """

    text: str
    plain: bool = False
    repeated: bool = False


def parts(text: str) -> Iterator[Part]:
    """The parts of the text in order; one part when it is short. A cut table or block of code goes on in the next."""
    if len(text) <= LONGEST:
        yield Part(text)
        return
    held: list[str] = []
    size = 0
    fence = ""
    head: tuple[str, str] | None = None
    repeated = False
    before = ""
    for line in _lines(text):
        blank = not line.strip()
        if len(line) > LONGEST // 2 or (held and _may_cut(line, before, size)):
            yield Part("".join(held), repeated=repeated)
            held, size, repeated = [], 0, False
            if len(line) > LONGEST // 2:
                yield Part(line, plain=True)
                fence, head, before = "", None, ""
                continue
            if fence:
                held = [fence]
            elif head is not None and "|" in line:
                held, repeated = list(head), True
            size = sum(map(len, held))
        held.append(line)
        size += len(line)
        opened = _FENCE.match(line)
        if opened is not None:
            closes = fence.lstrip().startswith(opened[1][:3]) and not line.strip().strip("`~")
            fence = "" if closes else fence or line
        if blank or "|" not in line:
            head = None
        elif head is None and not fence and "|" in before and _DELIMITERS.fullmatch(line.rstrip()):
            head = (before, line) if len(before) + len(line) < LONGEST // 20 else None
        before = line
    yield Part("".join(held), repeated=repeated)


def definitions(text: str) -> list[str]:
    """The labels of the link definitions anywhere in the text: [label]: address."""
    return [match[1] for match in _DEFINITION.finditer(text)]


def _may_cut(line: str, before: str, size: int) -> bool:
    if "|" in before and _DELIMITERS.fullmatch(line.rstrip()):
        return False  # the two lines of a table's head stay together
    indented = line[:1] in (" ", "\t", "\n")
    if size + len(line) > LONGEST:
        return True
    return (size > _NOT_INDENTED and not indented) or (size > _BLANK_LINE and not before.strip() and not indented)


def _lines(text: str) -> Iterator[str]:
    """The lines with their breaks."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end
