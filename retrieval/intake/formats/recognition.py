"""Text recognition (OCR) of pictures and of pages of a PDF, with the optional extra `ocr`.

RapidOCR runs the models of PaddleOCR that its package brings; nothing is downloaded. PDFium draws the pages.
"""

import io
import logging
import re
import time
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from typing import Any

from retrieval.intake import loading
from retrieval.intake.formats import columns
from retrieval.intake.formats.columns import Line

# The end of a refusal.
HINT = "；管理者装上 news-answers[ocr] 以后可以直接收录。"
MOST_PAGES = 30
MOST_SECONDS = 300.0
# Pixels of a picture. Characters of 20 pixels are read without loss; a page of 300 dpi has 40 for its text.
_MOST_PIXELS, _LONGEST_SIDE = 60_000_000, 4_000
_DOTS = 200 / 72  # for each point of a page
# Below this confidence, a line is a stain or a part of a drawing.
_LEAST_SURE = 0.6
# The height of characters in the height of their box, and the steepest slope of a scan.
_TYPE, _STEEPEST = 0.8, 0.2


_DATED = re.compile(r"(\D{0,20})(\d{4}[-./]\d{1,2}[-./]\d{2})\s?(\d{1,2}:\d{2})?(.{0,20})")


class RecognitionError(ValueError):
    """A picture that is not read; the message is a sentence for an editor."""


@cache
def is_available() -> bool:
    """Whether the extra is installed."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "pypdfium2"))


def picture_text(data: bytes) -> str:
    """The text in a picture as `printed.joined` takes it. Raises RecognitionError."""
    image = loading.load("PIL.Image", "open")
    try:
        picture = image(io.BytesIO(data))
        if picture.width * picture.height > _MOST_PIXELS:
            raise RecognitionError(f"图片超过 {_MOST_PIXELS // 1_000_000} 百万像素，没有读取。")
        return _text(picture.convert("RGB"))
    except RecognitionError:
        raise
    except Exception as error:  # Pillow raises errors of every type on broken files
        raise RecognitionError("图片已损坏或者不完整。") from error


def page_texts(data: bytes) -> list[str]:
    """The text on each page of a PDF as `printed.joined` takes it. Raises RecognitionError."""
    deadline = time.monotonic() + MOST_SECONDS
    texts: list[str] = []
    try:
        for page in _pages(data):
            if time.monotonic() > deadline:
                raise RecognitionError("PDF 的文字识别太慢，没有读完；请分成几个文件。")
            texts.append(_text(page))
    except RecognitionError:
        raise
    except Exception as error:  # PDFium
        raise RecognitionError("PDF 已损坏或者不完整。") from error
    return texts


def _pages(data: bytes) -> Iterator[Any]:
    document = loading.load("pypdfium2", "PdfDocument")(data)
    try:
        if len(document) > MOST_PAGES:
            raise RecognitionError(f"PDF 要做文字识别的有 {len(document):,} 页，最多 {MOST_PAGES} 页；请分成几个文件。")
        for page in document:
            width, height = page.get_size()
            scale = min(_DOTS, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
            yield page.render(scale=scale).to_pil().convert("RGB")
    finally:
        document.close()


def _text(picture: Any) -> str:
    lines = _lines(picture)
    blocks = columns.in_order(lines) or columns.from_top(lines)
    return "\f".join("\n".join(block) for block in blocks)


def _lines(picture: Any) -> list[Line]:
    """The lines of a picture in the order in which they are found, as if the picture stood upright."""
    found = _engine()(picture)
    if found.boxes is None:
        return []
    results = zip(found.boxes, found.txts, found.scores, strict=True)
    sure = [(box, text.strip()) for box, text, score in results if score >= _LEAST_SURE and text.strip()]
    slope = _slope([box for box, _ in sure])
    return [_line(box, _spaced(text), slope) for box, text in sure]


def _spaced(text: str) -> str:
    """A line below a title with blanks around its date and its time, which the engine often leaves out."""
    dated = _DATED.fullmatch(text)
    return " ".join(part.strip() for part in dated.groups() if part and part.strip()) if dated else text


def _slope(boxes: list[Any]) -> float:
    """How much the lines of a picture fall for each pixel to the right; a box begins with its upper corners."""
    slopes = sorted(float((box[1][1] - box[0][1]) / max(box[1][0] - box[0][0], 1)) for box in boxes)
    middle = slopes[len(slopes) // 2] if slopes else 0.0
    return middle if abs(middle) <= _STEEPEST else 0.0


def _line(box: Any, text: str, slope: float) -> Line:
    corners = [(float(x), float(y)) for x, y in box]
    places = [(x + slope * y, y - slope * x) for x, y in corners]
    (left, top), (right, _), (_, bottom), (start, _) = places
    height = corners[3][1] - corners[0][1]
    return Line(text, min(left, start), right, -(top + bottom) / 2, _TYPE * height)


@cache
def _engine() -> Callable[[Any], Any]:
    engine: Callable[[Any], Any] = loading.load("rapidocr", "RapidOCR")(
        params={"Global.log_level": "critical", "Global.max_side_len": _LONGEST_SIDE}
    )
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    return engine
