"""PDF files with a text layer."""

import io
import logging
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count, islice

from pypdf import PdfReader, apply_configuration
from pypdf.errors import DependencyError, FileNotDecryptedError

from retrieval.article import Article
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats import characters, columns, document, pdf_fonts, pdf_text, printed, recognition
from retrieval.intake.formats.pdf_text import Piece
from retrieval.intake.prose import plain_text
from retrieval.intake.prose.lines import han
from retrieval.intake.prose.plain_text import Hints

MOST_PAGES = 300
MOST_SECONDS = 20.0
# Limits of one stream: tokens and bytes. A page of text has some thousand tokens; with pypdf's own limits one page may
# take ten seconds.
_MOST_TOKENS, _LARGEST_STREAM = 400_000, 20_000_000
# Forms and pictures that all pages draw. A form that draws itself a thousand times is begun a thousand times.
_MOST_DRAWN = 100_000
_LOCKED = "PDF 加了密，请先去掉密码。"
_GARBLED = "PDF 的字体没有字符对照表，读出来的是乱码，没有收录；请用原稿，或先做文字识别（OCR）。"
# A line of which nothing can be read.
_NOTHING_LEFT = re.compile(rf"^[ \t\u3000]*+{pdf_fonts.LOST}[ \t\u3000{pdf_fonts.LOST}]*+$", re.MULTILINE)
# A title is lost with this share of the characters of an article; a rare name has fewer.
_A_LOSS, _MOST_LOST = 4, 0.02
_SCAN = "PDF 是扫描件，没有文字层，请先做文字识别（OCR）。"

# pypdf logs every flaw of a file, repaired or not.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


class PdfError(ValueError):
    """A PDF that cannot be read; the message is a sentence for an editor."""


class UnreadableError(PdfError):
    """A PDF whose text can only be recognized on its drawn pages."""


def articles(data: bytes, name: str) -> Iterator[Article | Refusal]:
    """The articles of a PDF in order; one refusal when it is broken, locked, a scan, or takes too long."""
    try:
        with apply_configuration(
            zlib_maximum_output_length=_LARGEST_STREAM, stream_parsing_work_maximum_count=_MOST_TOKENS
        ):
            pages, properties, lost = _pages_and_properties(data, time.monotonic() + MOST_SECONDS)
    except UnreadableError as error:
        if not recognition.is_available():
            yield Refusal(name, str(error).removesuffix("。") + recognition.HINT)
            return
        try:
            pages, properties, lost = recognition.page_texts(data), Hints(), 0
        except recognition.RecognitionError as failure:
            yield Refusal(name, str(failure))
            return
    except PdfError as error:
        yield Refusal(name, str(error))
        return
    text = printed.joined(pages)
    fallback = Hints(properties.title or text.title, text.byline | properties.byline)
    notes = (f"{name}：有 {lost:,} 个字读不出来（字体没有字符对照表），以 {pdf_fonts.LOST} 代替。",) if lost else ()
    for result in plain_text.articles(text.text, name):
        if isinstance(result, Article):
            yield replace(document.with_fallback(result, fallback), notes=notes)
            notes = ()
        else:
            yield result


def _pages_and_properties(data: bytes, deadline: float) -> tuple[list[str], Hints, int]:
    """The text of each page, the title and author in the properties, the number of lost characters. Raises PdfError."""
    try:
        reader = PdfReader(io.BytesIO(data))
        # Many encrypted files only forbid printing and open with an empty password.
        if reader.is_encrypted and not reader.decrypt(""):
            raise PdfError(_LOCKED)
        if len(reader.pages) > MOST_PAGES:
            raise PdfError(f"PDF 有 {len(reader.pages):,} 页，最多 {MOST_PAGES} 页；请分成几个文件。")
        watch = _watch(deadline)
        pieces = [pdf_text.pieces(page, watch) for page in reader.pages]
        properties = Hints()
        if metadata := reader.metadata:
            properties = document.hints_from_properties(str(metadata.title or ""), str(metadata.author or ""))
    except PdfError:
        raise
    except (DependencyError, FileNotDecryptedError):
        raise PdfError(_LOCKED) from None
    except Exception as error:  # pypdf raises errors of every type on broken files
        raise PdfError("PDF 已损坏或者不完整。") from error
    texts, lost, strange = pdf_fonts.legible(piece for page in pieces for piece in page)
    text = "".join(texts)
    if not text.strip():
        raise UnreadableError(_SCAN) if pieces else PdfError("PDF 里没有页面。")
    count = characters.filled(text)
    if (lost >= _A_LOSS and lost > _MOST_LOST * count) or characters.is_garbled(text, strange):
        raise UnreadableError(_GARBLED)
    if not han(text):
        raise PdfError("PDF 的文字层里没有汉字，无法读取。")
    remaining = iter(texts)
    shown = [_text(page, list(islice(remaining, len(page)))) for page in pieces]
    return [_NOTHING_LEFT.sub("", page) for page in shown], properties, lost


def _text(page: list[Piece], texts: list[str]) -> str:
    """The text of a page; a form feed stands between the columns that the file interleaves."""
    filled = [(piece, part) for piece, text in zip(page, texts, strict=True) if (part := text.strip(" \r\n"))]
    lines: list[columns.Line] = []
    place, right = (0.0, 0.0), 0.0
    for piece, part in filled:
        # Without a move, a piece in another font begins where the last one ends, but pypdf does not say so.
        left = right if place == (piece.x, piece.y) else piece.x
        place, right = (piece.x, piece.y), left + piece.size * columns.width(part)
        if piece.size:
            lines += columns.lines(part, left, piece.y, piece.size)
    blocks = (
        columns.in_order(list(columns.joined(lines)))
        if 5 * sum(piece.size > 0 for piece, _ in filled) > 4 * len(filled)
        else None
    )
    return "".join(texts) if blocks is None else "\f".join("\n".join(block) for block in blocks)


def _watch(deadline: float) -> Callable[[object, object, object, object], None]:
    """A visitor that raises PdfError after the deadline, or when too much is drawn; nested forms may have no end.

    pypdf calls it before each operator of a page.
    """
    drawn = count(1)

    def check(operator: object, *_: object) -> None:
        if time.monotonic() > deadline or (operator == b"Do" and next(drawn) > _MOST_DRAWN):
            raise PdfError("PDF 太复杂，没有读完。")

    return check
