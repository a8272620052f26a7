"""Random changes to the bytes of a file, the same for the same seed."""

import io
import random
import re
import zipfile
from collections.abc import Callable, Sequence
from html import escape

from tests.support.documents import zip_of
from tests.support.seeds import SEEDS

# Content that no reader expects, between blanks: lookalike digits and characters, invalid dates and numbers,
# marks, escapes and markup.
_WORDS = r"""
٣ ٢٠٢٤年٣月٥日 ๒๐๒๔-๐๓-๐๕ २०२४ ０９：３０ 𝟐𝟎𝟐𝟒-𝟎𝟑-𝟎𝟓 ² ① Ⅻ 〇 十十 ﷺ ㎡ ⾺
著 İ ß ， 。 （ ） 【 】 来源： 责任编辑： 记者
24:60 24-13-99 0000-00-00 0900-01-01 1899-12-31 900年1月1日 民国元年元月十十日 民国999年1月1日 2月30日
2099-12-31T23:59:59Z 9999-12-31T23:59:59Z 0 -1 1e400 -0.0 NaN Infinity 0x1F 1111111111 1111111111111 null true {} []
\ \x \ud800 \udfff\ud800 \u0000 \u2028 &#0; &#1; &#11; &#xd800; &#xfffe; &#99999999; &amp;#x110000; &nbsp; &lt;p&gt;
& ; < > </ /> <!-- --> <![CDATA[ ]]> <?xml <!DOCTYPE <style> </style> <script> <svg> <table> <tr> <td> </td> <p> </p>
<br/> <pre> <html><body> <title> <time> <meta charset=utf-7> <source> <content> <author/> utf-7 idna base64 =?utf-8?b?
" ' ` | , : { } [ ] [[[[ {"text": # ``` > ** ~~ - 1. 99999999999. --- +++ ===== http://[
https://a:b@c:99999/1 javascript:1 // %PDF- PK obj endobj stream << >> /Length
"""
_CHARACTERS = (
    *(*range(0x20), 0x7F, 0x85, 0xA0, 0xAD, 0x1100, 0x0301, 0x200B, 0x200F, 0x202E, 0x2028, 0x2029, 0x2063, 0x3000),
    *(0xFEFF, 0xFFFD, 0xFFFE, 0xFFFF, 0x1F600, 0x10FFFF),
)
_ODD = (
    *(*map(chr, _CHARACTERS), *_WORDS.split(), "9" * 25, "9" * 400, "9" * 5_000, "\n\n", "\r\n", " " * 200, "\n" * 50),
    *("Fri, 31 Dec 9999 23:59:59 -0900", "Mon, 01 Jan 0001 00:00:00 +0900", "Sat, 07 May 900 07:10:00 GMT"),
    *("Feb 30 2024", "<a href=", "<base href='//x'>", "http://\x01/", "PK\x03\x04", "- ", "> ", "1. "),
)
_NUMBER = re.compile(rb"[0-9]+")
_VALUE = re.compile(rb'(?<=: )(?:"(?:[^"\\]|\\.)*"|[0-9]+|\[|\{)')
_QUOTED = re.compile(rb'"[^"]*"|>[^<>]+<')
_JSON_VALUES = (
    "null",
    "true",
    "-1",
    "1e400",
    "NaN",
    "9" * 400,
    "9" * 5_000,
    "[]",
    "{}",
    "[[]]",
    '{"name": 1}',
    '"\\ud800"',
    '""',
    "[" * 2_000,
)
_NOT_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF))
_MOST_MUTATIONS, _LONGEST_PIECE = 4, 400

Mutation = Callable[[bytes, random.Random], bytes]


def _odd(chance: random.Random) -> bytes:
    return chance.choice(_ODD).encode(chance.choice(("utf-8", "utf-8", "utf-8", "gb18030", "utf-16-le")), "ignore")


def _place(data: bytes, chance: random.Random) -> int:
    return chance.randrange(len(data) + 1)


def _piece(data: bytes, chance: random.Random) -> tuple[int, int]:
    start = _place(data, chance)
    return start, start + chance.randrange(1, _LONGEST_PIECE)


def _flipped(data: bytes, chance: random.Random) -> bytes:
    flipped = bytearray(data)
    for _ in range(chance.randrange(1, 9) if data else 0):
        flipped[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(flipped)


def _inserted(data: bytes, chance: random.Random) -> bytes:
    place = _place(data, chance)
    return data[:place] + _odd(chance) * chance.choice((1, 1, 1, 30)) + data[place:]


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: _place(data, chance)]


def _left_out(data: bytes, chance: random.Random) -> bytes:
    start, end = _piece(data, chance)
    return data[:start] + data[end:]


def _doubled(data: bytes, chance: random.Random) -> bytes:
    start, end = _piece(data, chance)
    return data[:start] + data[start:end] * chance.choice((2, 2, 20)) + data[end:]


def _moved(data: bytes, chance: random.Random) -> bytes:
    start, end = _piece(data, chance)
    rest = data[:start] + data[end:]
    place = _place(rest, chance)
    return rest[:place] + data[start:end] + rest[place:]


def _spliced(data: bytes, chance: random.Random) -> bytes:
    other = chance.choice(SEEDS[chance.choice(list(SEEDS))])
    start, end = _piece(other, chance)
    place = _place(data, chance)
    return data[:place] + other[start:end] + data[place:]


def _said(data: bytes, chance: random.Random) -> bytes:
    """Replaces the text of an element by an odd text, escaped, so that the XML stays well-formed."""
    places = [match.end() for match in re.finditer(rb">(?=[^<>]+<)", data)]
    place = chance.choice(places) if places else len(data)
    return data[:place] + escape(chance.choice(_ODD)).translate(_NOT_XML).encode() + data[place:]


def _replaced(pattern: re.Pattern[bytes], values: Sequence[str]) -> Mutation:
    """Replaces a match of `pattern` by an odd value: a number, a JSON value, a string, a text."""

    def mutate(data: bytes, chance: random.Random) -> bytes:
        matches = list(pattern.finditer(data))
        if not matches:
            return _inserted(data, chance)
        match = chance.choice(matches)
        edges = (match[0][:1], match[0][-1:]) if pattern is _QUOTED else (b"", b"")
        value = chance.choice(values).encode("utf-8", "ignore")
        return data[: match.start()] + edges[0] + value + edges[1] + data[match.end() :]

    return mutate


_MUTATIONS: Sequence[Mutation] = (
    *(_flipped, _inserted, _inserted, _inserted, _cut, _left_out, _doubled, _moved, _spliced),
    *(
        _said,
        _replaced(_NUMBER, _ODD),
        _replaced(_VALUE, _JSON_VALUES),
        _replaced(_VALUE, _JSON_VALUES),
        _replaced(_QUOTED, _ODD),
    ),
)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """`data` after one to four random changes, mostly inside the compressed parts of a ZIP or a PDF."""
    if data.startswith(b"PK") and chance.random() < 0.8:
        members = _members(data)
        if members:
            name = chance.choice(list(members))
            change = mutated if chance.random() < 0.5 else _said
            return zip_of(members | {name: change(members[name], chance)})
    for _ in range(chance.randrange(1, _MOST_MUTATIONS + 1)):
        data = chance.choice(_MUTATIONS)(data, chance)
    return data


def _members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}
