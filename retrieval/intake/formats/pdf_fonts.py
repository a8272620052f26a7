"""Fonts of a PDF: those whose codes cannot be turned into characters, and the characters that are lost with them.

A font may name its glyphs by numbers of its own and say nowhere which characters they show. Viewers draw it, but the
text that comes out is made of other characters. Fonts are judged by what they declare and by the text that they gave.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from retrieval.intake.formats import characters
from retrieval.intake.formats.pdf_text import Piece
from retrieval.intake.prose.lines import han

# Stands for a character that is lost, as editors print it.
LOST = "□"
# Encodings of composite fonts that pypdf decodes; Identity is none of them, because its codes are numbers of glyphs.
_DECODED = re.compile(
    r"/(?:Uni(?:GB|CNS|JIS|KS)-(?:UCS2|UTF16)|GBK?-EUC|GBpc-EUC|GBK2K|ETen(?:ms)?-B5|90ms-RKSJ)(?:-HW)?-[HV]"
)
_GLYPH_NAME = re.compile(r"/(?:[A-Za-z]{1,8}[\dA-Fa-f]{1,6}|[A-Za-z]{1,2})(?![A-Za-z\d])")
_UNKNOWN = re.compile("[\ufffd\x01-\x08\x0b\x0e-\x1f]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_SYMBOLIC = 4
_SYMBOLS = re.compile(r"dings|symbol|awesome|icon|bullet", re.IGNORECASE)
# A font with fewer characters is judged by what it declares alone.
_JUDGED, _MOST_STRANGE = 30, 0.3
_FEW = 4


class Legible(NamedTuple):
    """The texts of pieces, with `LOST` for each character that cannot be read.

    `lost` is the number of these, `strange` the number of characters that only a wrong map explains.
    """

    texts: list[str]
    lost: int
    strange: int


def legible(pieces: Iterable[Piece]) -> Legible:
    """The legible texts of `pieces`; icons and characters of fonts of symbols are left out."""
    pieces = list(pieces)
    texts: defaultdict[int, list[str]] = defaultdict(list)
    for piece in pieces:
        texts[id(piece.font)].append(piece.text)
    by_font = {font: "".join(parts) for font, parts in texts.items()}
    fonts = {id(piece.font): piece.font for piece in pieces}
    unreadable = {font for font, text in by_font.items() if not _is_readable(fonts[font], text)}
    shown = [
        _blotted(piece) if id(piece.font) in unreadable else _repaired(piece.text, by_font[id(piece.font)])
        for piece in pieces
    ]
    lost = sum(text.count(LOST) - piece.text.count(LOST) for text, piece in zip(shown, pieces, strict=True))
    strange = sum(_strange(fonts[font], text) for font, text in by_font.items() if font not in unreadable)
    return Legible(shown, lost, strange)


def _is_readable(font: Mapping[str, Any] | None, text: str) -> bool:
    if font is None:
        return False
    count, strange = characters.filled(text), _strange(font, text)
    if _is_mapped(font):
        return count < _JUDGED or strange <= _MOST_STRANGE * count
    if han(text) * 2 > count:
        return count >= _FEW and not characters.is_garbled(text, strange)
    return font.get("/Subtype") != "/Type0" and not strange and characters.is_latin(text)


def _strange(font: Mapping[str, Any] | None, text: str) -> int:
    return characters.strange(text, may_be_foreign=font is not None and "/ToUnicode" in font)


def _is_mapped(font: Mapping[str, Any]) -> bool:
    """Whether the font says which character each code shows."""
    mapping = font.get("/ToUnicode")
    if mapping is not None:
        data = getattr(mapping.get_object(), "get_data", None)
        return data is None or b"beginbf" in data()
    encoding = font["/Encoding"].get_object() if "/Encoding" in font else None
    subtype = font.get("/Subtype")
    if subtype == "/Type0":
        return isinstance(encoding, str) and _DECODED.fullmatch(encoding) is not None
    if subtype == "/Type3":
        return False
    descriptor = font["/FontDescriptor"].get_object() if "/FontDescriptor" in font else {}
    # pypdf reads the encoding in a Type 1 font.
    if encoding is not None or (subtype in ("/Type1", "/MMType1") and "/FontFile" in descriptor):
        return True
    is_subset = str(font.get("/BaseFont", ""))[7:8] == "+"
    return not is_subset and not int(descriptor.get("/Flags", 0)) & _SYMBOLIC


def _blotted(piece: Piece) -> str:
    """The text with `LOST` for each character, or for each name of a glyph; without them for a font of symbols."""
    is_of_symbols = piece.font is not None and _SYMBOLS.search(str(piece.font.get("/BaseFont", "")))
    return re.sub(r"\S", "" if is_of_symbols else LOST, _GLYPH_NAME.sub(LOST, piece.text))


def _repaired(text: str, of_font: str) -> str:
    """The text of a readable font, without the characters that have no meaning outside of the font."""
    if _PRIVATE.search(text):
        text = _PRIVATE.sub(LOST if han(of_font) else "", text)
    return _UNKNOWN.sub(LOST, text)
