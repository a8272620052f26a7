"""Text recognition: what is found on a picture becomes an article; a refusal names the extra that is missing."""

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from retrieval.article import Article
from retrieval.intake import Refusal, read
from retrieval.intake.formats import recognition
from tests.support.documents import BODY, LAST, MORE, pdf_of

TITLE = "城北新桥今天通车"
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/System/Library/Fonts/Supplemental/Songti.ttc",
)
needs_extra = pytest.mark.skipif(not recognition.is_available(), reason="the optional extra `ocr` is not installed")
PNG = b"\x89PNG\r\n\x1a\n"


def box(text: str, left: float, top: float, size: float = 20, slope: float = 0.0) -> tuple[Any, str]:
    """A box as the engine reports it, its corners from the upper left on, on a picture turned by `slope`."""
    right, bottom = left + size * len(text), top + size / 0.8
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return [(x - slope * y, y + slope * x) for x, y in corners], text


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, str]]:
    """What the engine finds on any picture; each with a confidence of 0.99."""
    boxes: list[tuple[Any, str]] = []

    def engine(_: object) -> SimpleNamespace:
        texts = [text for _, text in boxes]
        return SimpleNamespace(
            boxes=[corners for corners, _ in boxes] or None,
            txts=texts,
            scores=[0.3 if "污" in text else 0.99 for text in texts],
        )

    monkeypatch.setattr(recognition, "_engine", lambda: engine)
    return boxes


def drawn() -> bytes:
    """A picture of a report as a newspaper prints it, at 200 dots for each inch."""
    image, draw, font = (pytest.importorskip(f"PIL.{name}") for name in ("Image", "ImageDraw", "ImageFont"))
    path = next(filter(lambda path: Path(path).exists(), FONTS), None)
    if path is None:
        pytest.skip("no font with Chinese characters is installed")
    picture = image.new("RGB", (1_000, 560), "white")
    pen, small, large = draw.Draw(picture), font.truetype(path, 28), font.truetype(path, 52)
    pen.text((60, 40), TITLE, font=large, fill="black")
    pen.text((60, 130), "城北日报 2024-03-05 09:30", font=small, fill="black")
    text = f"　　{BODY}{MORE}{LAST}"
    for number, start in enumerate(range(0, len(text), 30)):
        pen.text((60, 190 + 46 * number), text[start : start + 30], font=small, fill="black")
    held = io.BytesIO()
    picture.save(held, "PNG")
    return held.getvalue()


@pytest.mark.parametrize("slope", [0.0, 0.03, -0.03])
def test_lines_of_a_turned_picture_are_read_in_order(found: list[tuple[Any, str]], slope: float) -> None:
    lines = [TITLE, BODY[:18], BODY[18:], MORE[:18], MORE[18:]]
    found += [box(text, 50, 100 + 34 * row, 40 if not row else 20, slope) for row, text in enumerate(lines)]
    assert recognition._text(None).split() == lines


@pytest.mark.parametrize("slope", [0.0, 0.02])
def test_columns_of_a_picture_are_read_one_after_the_other(found: list[tuple[Any, str]], slope: float) -> None:
    left, right = ([f"{side}栏第{row}行的报道文字一共有十六个" for row in "一二三四五六"] for side in "左右")
    for row, pair in enumerate(zip(left, right, strict=True)):
        found += [box(text, x, 100 + 34 * row, slope=slope) for x, text in zip((50, 410), pair, strict=True)]
    assert recognition._text(None).split() == left + right


@pytest.mark.parametrize("line", ["城北日报2024-03-0509:30", "城北日报 2024-03-05 09:30"])
def test_a_dated_line_gets_the_blanks_that_the_engine_leaves_out(found: list[tuple[Any, str]], line: str) -> None:
    found.append(box(line, 50, 100))
    assert recognition._text(None).strip() == "城北日报 2024-03-05 09:30"


def test_stains_are_left_out_and_an_empty_picture_has_no_text(found: list[tuple[Any, str]]) -> None:
    assert recognition._text(None) == ""
    found += [box("污迹", 10, 10), box(BODY, 50, 100)]
    assert recognition._text(None).strip() == BODY


def test_without_the_extra_a_picture_and_a_scan_are_refused_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recognition, "is_available", lambda: False)
    for data, name in ((PNG, "a.png"), (pdf_of([""]), "a.pdf")):
        [refusal] = read(data, name)
        assert isinstance(refusal, Refusal)
        assert "先做文字识别（OCR）；管理者装上 news-answers[ocr] 以后可以直接收录。" in refusal.reason


@needs_extra
def test_a_picture_and_a_scanned_pdf_become_the_printed_article() -> None:
    picture = drawn()
    image = pytest.importorskip("PIL.Image")
    held = io.BytesIO()
    image.open(io.BytesIO(picture)).save(held, "PDF", resolution=200)
    for data, name in ((picture, "a.png"), (held.getvalue(), "a.pdf")):
        [article] = read(data, name)
        assert isinstance(article, Article), article
        assert (article.title, article.source, article.published) == (TITLE, "城北日报", "2024-03-05 09:30")
        assert article.text == f"{BODY}{MORE}{LAST}"


@needs_extra
@pytest.mark.parametrize("data", [PNG, PNG + bytes(500), b"GIF89a"])
def test_a_broken_picture_is_refused(data: bytes) -> None:
    assert list(read(data, "a.png")) == [Refusal("a.png", "图片已损坏或者不完整。")]
