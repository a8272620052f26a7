"""PDF files with a text layer."""

import io
import logging
import time
from collections.abc import Callable, Iterator

from pypdf import PdfReader, apply_configuration
from pypdf.errors import DependencyError, FileNotDecryptedError

from retrieval.article import Article
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats import document, printed
from retrieval.intake.prose import plain_text
from retrieval.intake.prose.lines import han
from retrieval.intake.prose.plain_text import Hints

MOST_PAGES = 300
MOST_SECONDS = 20.0
# Limits of one stream: tokens and bytes. A page of text has some thousand tokens; with pypdf's own limits one page may
# take ten seconds.
_MOST_TOKENS, _LARGEST_STREAM = 400_000, 20_000_000
_LOCKED = "PDF 加了密，请先去掉密码。"
_SCAN = "PDF 是扫描件，没有文字层，请先做文字识别（OCR）。"

# pypdf logs every flaw of a file, repaired or not.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


class PdfError(ValueError):
    """A PDF that cannot be read; the message is a sentence for an editor."""


def articles(data: bytes, name: str) -> Iterator[Article | Refusal]:
    """The articles of a PDF in order; one refusal when it is broken, locked, a scan, or takes too long."""
    try:
        with apply_configuration(
            zlib_maximum_output_length=_LARGEST_STREAM, stream_parsing_work_maximum_count=_MOST_TOKENS
        ):
            pages, properties = _pages_and_properties(data, time.monotonic() + MOST_SECONDS)
    except PdfError as error:
        yield Refusal(name, str(error))
        return
    text = printed.joined(pages)
    fallback = Hints(properties.title or text.title, text.byline | properties.byline)
    for result in plain_text.articles(text.text, name):
        yield document.with_fallback(result, fallback) if isinstance(result, Article) else result


def _pages_and_properties(data: bytes, deadline: float) -> tuple[list[str], Hints]:
    """The text of each page, and the title and author in the properties. Raises PdfError."""
    try:
        reader = PdfReader(io.BytesIO(data))
        # Many encrypted files only forbid printing and open with an empty password.
        if reader.is_encrypted and not reader.decrypt(""):
            raise PdfError(_LOCKED)
        if len(reader.pages) > MOST_PAGES:
            raise PdfError(f"PDF 有 {len(reader.pages):,} 页，最多 {MOST_PAGES} 页；请分成几个文件。")
        pages = [page.extract_text(visitor_operand_before=_watch(deadline)) for page in reader.pages]
        properties = Hints()
        if metadata := reader.metadata:
            properties = document.hints_from_properties(str(metadata.title or ""), str(metadata.author or ""))
    except PdfError:
        raise
    except (DependencyError, FileNotDecryptedError):
        raise PdfError(_LOCKED) from None
    except Exception as error:  # pypdf raises errors of every type on broken files
        raise PdfError("PDF 已损坏或者不完整。") from error
    text = "".join(pages)
    if not text.strip():
        raise PdfError(_SCAN if pages else "PDF 里没有页面。")
    if not han(text):
        raise PdfError("PDF 的文字层里没有汉字，无法读取。")
    return pages, properties


def _watch(deadline: float) -> Callable[[object, object, object, object], None]:
    """A visitor that raises PdfError after the deadline; pypdf calls it before each operator of a page.

    Nested forms may repeat a short page without end.
    """

    def check(*_: object) -> None:
        if time.monotonic() > deadline:
            raise PdfError("PDF 太复杂，没有读完。")

    return check
