"""PDF files with text at given places, in fonts that say which characters they show, and in fonts that do not."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from tests.support.documents import pdf_from, pdf_stream


class Drawn(NamedTuple):
    text: str
    x: float = 50
    y: float = 790
    font: str = "mapped"
    size: float = 12


def _glyph(character: str) -> int:
    """A number such as large fonts have for a character."""
    return 700 + ord(character) * 7_919 % 28_000


def _in_turn(character: str, used: str) -> int:
    """The code of a character in a subset that counts its characters from 0x21 on."""
    return 0x21 + used.index(character) % 200


_DOUBLE = b"<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/Identity-H/DescendantFonts[%d 0 R]%s>>"
_SIMPLE = b"<</Type/Font/Subtype/TrueType/BaseFont/ABCDEF+Song/FirstChar 0/LastChar 255/Widths[]%s>>"
# The character that each code of a font shows, according to the font; a font that is not here says nothing.
_SAID: Mapping[str, Callable[[str], str]] = {
    "mapped": str,
    "private": lambda character: chr(0xE000 + ord(character) % 6_000),
    "unknown": lambda _: "\ufffd",
    "shuffled": lambda character: chr(0x4E00 + ord(character) * 7_919 % 20_000),
    "controls": lambda character: chr(1 + ord(character) % 8),
    "unicode": str,
}
_TWO_BYTES = frozenset(("mapped", "glyphs", "unicode", "private", "unknown", "shuffled", "controls"))


def pdf_drawn(*pages: Iterable[Drawn]) -> bytes:
    """A PDF that shows the texts of each page in their order, in one text object."""
    drawn = [list(page) for page in pages]
    used: dict[str, str] = {}
    for text in (text for page in drawn for text in page):
        used[text.font] = "".join(dict.fromkeys(used.get(text.font, "") + text.text))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    fonts = b""
    for name, characters in used.items():
        fonts += b"/%s %d 0 R" % (name.encode(), len(objects) + 1)
        objects += _font(name, characters, len(objects) + 1)
    kids = []
    for page in drawn:
        content = " ".join(_shown(text, used[text.font]) for text in page)
        kids.append(len(objects) + 1)
        head = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<<%s>>>>>>"
        objects += [head % (len(objects) + 2, fonts), pdf_stream(f"BT {content} ET".encode())]
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    return pdf_from(objects)


def _code(character: str, font: str, used: str) -> int:
    if font == "glyphs":
        return _glyph(character)
    if font in _TWO_BYTES:
        return ord(character)
    return ord(character) if font == "latin" else _in_turn(character, used)


def _shown(text: Drawn, used: str) -> str:
    digits = 4 if text.font in _TWO_BYTES else 2
    codes = "".join(f"{_code(character, text.font, used):0{digits}X}" for character in text.text)
    return f"/{text.font} {text.size} Tf 1 0 0 1 {text.x} {text.y} Tm <{codes}> Tj"


def _font(name: str, used: str, number: int) -> list[bytes]:
    """The objects of a font, the first of which has this number."""
    if name == "latin":
        return [b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"]
    if name == "subset":
        return [_SIMPLE % b""]
    if name == "named":  # glyphs by numbers of their own, in a font of drawings
        names = b" ".join(b"/g%04X" % _glyph(character) for character in used)
        encoding = b"/Encoding<</Type/Encoding/Differences[33 %s]>>" % names
        look = b"/FontBBox[0 0 1 1]/FontMatrix[1 0 0 1 0 0]/CharProcs<<>>/FirstChar 33/LastChar 232/Widths[]"
        return [b"<</Type/Font/Subtype/Type3%s%s>>" % (look, encoding)]
    below = (
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Song/DW 1000"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>"
    )
    if name in ("glyphs", "unicode"):
        return [_DOUBLE % (number + 1, b""), below]
    pairs = "".join(f"<{ord(character):04X}> <{ord(_SAID[name](character)):04X}>\n" for character in used)
    mapping = f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{len(used)} beginbfchar\n{pairs}endbfchar"
    said = pdf_stream(f"begincmap\n{mapping}\nendcmap".encode())
    return [_DOUBLE % (number + 1, b"/ToUnicode %d 0 R" % (number + 2)), below, said]
