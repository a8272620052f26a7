"""Which articles does a PDF hold?"""

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
# Per stream; a page of text has some thousand tokens. pypdf's own limits let one page take ten seconds.
_MOST_TOKENS, _LARGEST_STREAM = 400_000, 20_000_000
_LOCKED = "PDF 加了密，请先去掉密码。"
_SCAN = "PDF 是扫描件，没有文字层，请先做文字识别（OCR）。"

# It tells of every flaw, of those that it repairs and of those that it gives up on.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


class PdfError(ValueError):
    """A PDF that cannot be read; the message is a sentence for an editor."""


def articles(data: bytes, name: str) -> Iterator[Article | Refusal]:
    """The articles of a PDF in order; one refusal when it is broken, locked, a scan, or takes too long."""
    try:
        with apply_configuration(
            zlib_maximum_output_length=_LARGEST_STREAM, stream_parsing_work_maximum_count=_MOST_TOKENS
        ):
            pages, known = _read(data, time.monotonic() + MOST_SECONDS)
    except PdfError as error:
        yield Refusal(name, str(error))
        return
    read = printed.read(pages)
    otherwise = Hints(known.title or read.title, read.meta | known.byline)
    for one in plain_text.articles(read.text, name):
        yield document.filled(one, otherwise) if isinstance(one, Article) else one


def _read(data: bytes, deadline: float) -> tuple[list[str], Hints]:
    """The text of each page, and what the properties say. Raises PdfError."""
    try:
        reader = PdfReader(io.BytesIO(data))
        # Many files are locked against printing only, and open without a password.
        if reader.is_encrypted and not reader.decrypt(""):
            raise PdfError(_LOCKED)
        if len(reader.pages) > MOST_PAGES:
            raise PdfError(f"PDF 有 {len(reader.pages):,} 页，最多 {MOST_PAGES} 页；请分成几个文件。")
        pages = [page.extract_text(visitor_operand_before=_watch(deadline)) for page in reader.pages]
        properties = reader.metadata
        known = (
            document.properties(str(properties.title or ""), str(properties.author or "")) if properties else Hints()
        )
    except PdfError:
        raise
    except (DependencyError, FileNotDecryptedError):
        raise PdfError(_LOCKED) from None
    except Exception as error:  # the many ways in which a parser of 30 years of dialects fails on a broken file
        raise PdfError("PDF 已损坏或者不完整。") from error
    text = "".join(pages)
    if not text.strip():
        raise PdfError(_SCAN if pages else "PDF 里没有页面。")
    if not han(text):
        raise PdfError("PDF 的文字层里没有汉字，无法读取。")
    return pages, known


def _watch(deadline: float) -> Callable[[object, object, object, object], None]:
    """Called before each operator of a page: forms within forms may repeat a short page without end."""

    def check(*_: object) -> None:
        if time.monotonic() > deadline:
            raise PdfError("PDF 太复杂，没有读完。")

    return check
