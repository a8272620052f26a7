"""The choice of a reader for a file, whatever its name, and refusals by name."""

import io
import json
import random
import time
import zipfile
from collections.abc import Callable

import pytest

from retrieval.article import Article
from retrieval.intake import Refusal, file, read, too_large
from tests.support.documents import BODY, MORE, atom, docx_of, pdf_of, rss, zip_of

TITLE = "城北新桥通车"
ROW = {"title": TITLE, "text": BODY}
KINDS: dict[str, bytes] = {
    "txt": f"{TITLE}\n{BODY}".encode(),
    "md": f"# {TITLE}\n\n{BODY}".encode(),
    "json": json.dumps([ROW], indent=1).encode(),
    "jsonl": json.dumps(ROW).encode(),
    "csv": f"标题,正文\n{TITLE},{BODY}\n".encode("gb18030"),
    "rss": rss((TITLE, f"<p>{BODY}</p>")),
    "atom": atom((TITLE, f"<p>{BODY}</p>")),
    "docx": docx_of((TITLE, "Title"), BODY),
    "pdf": pdf_of([TITLE, BODY]),
}


def only(data: bytes, name: str, content_type: str | None = None) -> Article:
    [article] = read(data, name, content_type)
    assert isinstance(article, Article), article
    return article


@pytest.mark.parametrize("suffix", KINDS)
def test_every_kind_of_file_gives_the_same_article(suffix: str) -> None:
    article = only(KINDS[suffix], f"a.{suffix}")
    assert (article.title, article.text) == (TITLE, BODY)


@pytest.mark.parametrize("suffix", ["json", "jsonl", "rss", "atom", "docx", "pdf", "csv"])
@pytest.mark.parametrize("name", ["标准输入", "a.txt", "a.dat"])
def test_the_kind_of_a_file_is_recognized_without_its_extension(suffix: str, name: str) -> None:
    assert only(KINDS[suffix], name).text == BODY


@pytest.mark.parametrize("name", ["a.json", "a.md", "a.zip", "a.csv", "a.html", "a.docx", "a.pdf"])
@pytest.mark.parametrize("suffix", ["docx", "pdf"])
def test_the_first_bytes_win_over_a_wrong_extension(suffix: str, name: str) -> None:
    assert only(KINDS[suffix], name).text == BODY


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
NOT_READ = {
    "a.doc": (OLE + "WordDocument".encode("utf-16-le"), "旧版 Word", "docx"),
    "a.wps": (OLE + "WordDocument".encode("utf-16-le"), "旧版 Word", "docx"),
    "b.doc": (bytes(600), "旧版 Word", "复制正文"),
    "a.docx": (OLE + "EncryptedPackage".encode("utf-16-le"), "加密的 Office", "去掉密码"),
    "a.xls": (OLE + "Workbook".encode("utf-16-le"), "Excel", "CSV"),
    "b.xls": (b"", "Excel", "CSV"),
    "a.xlsx": (zip_of({"xl/workbook.xml": b"<a/>"}), "Excel", "CSV"),
    "a.ppt": (OLE + "PowerPoint Document".encode("utf-16-le"), "PPT", "复制正文"),
    "a.pptx": (zip_of({"ppt/presentation.xml": b"<a/>"}), "PPT", "复制正文"),
    "a.bin": (OLE, "旧版或加密的 Office", "docx"),
    "a.epub": (zip_of({"mimetype": b"application/epub+zip", "META-INF/container.xml": b"<a/>"}), "EPUB", "复制正文"),
    "b.epub": (zip_of({"META-INF/container.xml": b"<a/>"})[:-30] + bytes(30), "", "不完整"),
    "a.ofd": (zip_of({"OFD.xml": b"<a/>"}), "OFD", "PDF"),
    "a.pages": (zip_of({"Index/Document.iwa": b"x"}), "Pages", "docx"),
    "a.odt": (zip_of({"content.xml": b"<a/>"}), "OpenDocument", "docx"),
    "a.rtf": (b"{\\rtf1\\ansi}", "RTF", "docx"),
    "c.doc": (b"{\\rtf1\\ansi}", "RTF", "docx"),
    "a.caj": (b"CAJ" + bytes(90), "CAJ、CEB", "PDF"),
    "a.chm": (b"ITSF" + bytes(90), "CHM", "复制正文"),
    "a.db": (b"SQLite format 3\0", "数据库", "CSV"),
    "a.rar": (b"Rar!\x1a\x07", "压缩", "ZIP"),
    "a.png": (b"\x89PNG\r\n\x1a\n", "图片", "复制出来"),
    "a.tif": (b"II*\0", "图片", "复制出来"),
    "a.webp": (b"RIFF0000WEBP", "图片", "复制出来"),
    "a.mp3": (b"ID3\x04", "音频和视频", "文字稿"),
}


@pytest.mark.parametrize("name", NOT_READ)
def test_a_kind_that_is_not_read_is_refused_with_a_hint_what_to_do(name: str) -> None:
    data, kind, hint = NOT_READ[name]
    [refusal] = read(data, name)
    assert isinstance(refusal, Refusal)
    assert kind in refusal.reason
    assert hint in refusal.reason
    assert refusal.reason.endswith("。")


def test_a_page_under_the_name_of_an_old_word_file_is_read() -> None:
    page = f"<html xmlns:w='urn:schemas-microsoft-com:office:word'><body><h1>{TITLE}</h1><p>{BODY}</p><p>{MORE}</p>"
    for encoding in ("utf-8", "gbk"):
        article = only(f"{page}</body></html>".encode(encoding), "a.doc")
        assert article.text.split("\n")[-2:] == [BODY, MORE]


def test_a_zip_named_like_a_document_is_opened_as_a_zip() -> None:
    assert only(zip_of({"a.txt": KINDS["txt"]}), "a.docx").text == BODY


@pytest.mark.parametrize(
    ("suffix", "content_type"),
    [
        ("md", "text/markdown; charset=utf-8"),
        ("csv", "text/csv"),
        ("rss", "application/rss+xml"),
        ("json", "Application/JSON"),
        ("pdf", "application/octet-stream"),
    ],
)
def test_the_content_type_decides_when_the_name_does_not(suffix: str, content_type: str) -> None:
    assert only(KINDS[suffix], "https://a.cn/download", content_type).text == BODY


def test_an_html_page_is_not_mistaken_for_a_feed() -> None:
    page = f'<?xml version="1.0"?><!DOCTYPE html><html><body><p>{BODY}</p></body></html>'.encode()
    [article] = read(page, "page")
    assert isinstance(article, Article)


@pytest.mark.parametrize("suffix", ["txt", "md", "json", "jsonl", "csv", "rss", "docx", "pdf", "zip", "xml", "bin", ""])
@pytest.mark.parametrize("data", [b"", b"\0" * 2_000, bytes(range(256)) * 20, b"\xff\xd8\xff\xe0 photo"])
def test_an_empty_or_binary_file_is_refused_by_name(suffix: str, data: bytes) -> None:
    name = f"a.{suffix}"
    [refusal] = read(data, name)
    assert isinstance(refusal, Refusal)
    assert refusal.item.startswith(name)
    assert refusal.reason.endswith("。")


@pytest.mark.parametrize("suffix", ["txt", "md", "json", "jsonl", "csv"])
def test_one_bad_byte_costs_one_character(suffix: str) -> None:
    data = f"{TITLE}\n{BODY}{MORE}{MORE}".encode()
    if suffix in ("json", "jsonl"):
        data = json.dumps({"title": TITLE, "text": BODY + MORE + MORE}, ensure_ascii=False).encode()
    if suffix == "csv":
        data = f"标题,正文\n{TITLE},{BODY}{MORE}{MORE}".encode()
    middle = data.index(BODY.encode()) + 30
    article = only(data[:middle] + b"\xff" + data[middle:], f"a.{suffix}")
    assert article.text.replace("\ufffd", "").endswith(MORE)
    assert article.text.count("\ufffd") <= 2


@pytest.mark.parametrize("suffix", [*KINDS, "zip"])
def test_a_file_truncated_anywhere_gives_at_least_one_article_or_refusal(suffix: str) -> None:
    data = {**KINDS, "zip": zip_of({"a.txt": KINDS["txt"], "b.docx": KINDS["docx"]})}[suffix]
    chance = random.Random(5)
    for length in sorted({chance.randrange(len(data)) for _ in range(12)}):
        assert list(read(data[:length], f"a.{suffix}"))


@pytest.mark.parametrize("suffix", ["docx", "pdf", "zip", "rss", "csv", "json", "md"])
def test_damaged_bytes_give_at_least_one_article_or_refusal(suffix: str) -> None:
    data = {**KINDS, "zip": zip_of({"a.txt": KINDS["txt"], "b.docx": KINDS["docx"]})}[suffix]
    chance = random.Random(6)
    for _ in range(15):
        damaged = bytearray(data)
        for _ in range(8):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        assert list(read(bytes(damaged), f"a.{suffix}"))


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"[" * 100_000,
        lambda: b'{"a":' * 100_000,
        lambda: b'{"a":[' + b"1" * 10_000 + b"]}",
        lambda: b'"text"',
        lambda: b"[]",
        lambda: b'{"articles": []}',
        lambda: b"[null, 1]",
    ],
)
def test_json_without_an_article_is_refused(make: Callable[[], bytes]) -> None:
    items = list(read(make(), "a.json"))
    assert items
    assert all(isinstance(item, Refusal) and item.reason.endswith("。") for item in items)


def test_a_large_file_is_refused_by_its_size_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert too_large("a.txt", 200_000_000) == Refusal("a.txt", "文件超过 100 MB，没有读取。")
    assert too_large("a.txt", 100_000_000) is None
    # An export is read back whatever its size.
    assert too_large("all.jsonl", 500_000_000) is None
    assert too_large("all.jsonl", 3_000_000_000) is not None
    monkeypatch.setattr(file, "LARGEST", 1_000)
    assert [type(item) for item in read(BODY.encode() * 50, "标准输入")] == [Refusal]
    lines = "\n".join(json.dumps({"text": f"{number}：{BODY}"}) for number in range(20)).encode()
    assert [type(item) for item in read(lines, "标准输入")] == [Article] * 20


@pytest.mark.parametrize(
    ("member", "kind"),
    [("xl/workbook.xml", "Excel"), ("ppt/presentation.xml", "PPT"), ("META-INF/container.xml", "EPUB")],
)
def test_unsupported_office_files_are_refused_by_kind(member: str, kind: str) -> None:
    [refusal] = read(zip_of({member: "<x/>", "mimetype": "x"}), "a.zip")
    assert isinstance(refusal, Refusal)
    assert kind in refusal.reason


def test_reading_a_zip_in_memory_needs_no_disk() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as opened:
        opened.writestr("a.txt", BODY)
    assert only(packed.getvalue(), "/no/such/folder/a.zip").text == BODY


def test_many_comments_are_looked_at_in_linear_time() -> None:
    began = time.process_time()
    for name in ("", "a.html", "a.xml"):
        list(read(b"<!---->" * 1_000, name))
    assert time.process_time() - began < 0.5
