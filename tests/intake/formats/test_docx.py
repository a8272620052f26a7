"""Word files: their text in order, with headings and tables."""

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from retrieval.article import Article, Paragraph
from retrieval.intake import Refusal, read, zip_archive
from tests.support.documents import BODY, LAST, MORE, docx_of, zip_of

TITLE = "城北新桥通车"
META = "城北日报 2024-03-05 09:30"
TABLE = [["桥", "长"], ["城北", "1200米"]]


def only(data: bytes) -> Article:
    [article] = read(data, "a.docx")
    assert isinstance(article, Article), article
    return article


def with_xml(*pieces: str) -> bytes:
    """A Word file whose body is this XML."""
    made = docx.Document()
    body = made.element.body
    for piece in pieces:
        body.insert(len(body) - 1, parse_xml(piece.replace(">", f" {nsdecls('w')}>", 1)))
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


@pytest.mark.parametrize("title", [(TITLE, "Title"), (TITLE, "Heading 1"), TITLE])
def test_paragraphs_headings_and_tables_are_read_in_order(title: str | tuple[str, str]) -> None:
    data = docx_of(title, META, BODY, ("怎么走", "Heading 2"), MORE, TABLE, LAST)
    assert only(data) == Article(
        TITLE,
        (Paragraph(BODY), *(Paragraph(text, "怎么走") for text in (MORE, "桥 长", "城北 1200米", LAST))),
        source="城北日报",
        published="2024-03-05 09:30",
    )


def test_a_layout_table_is_read_as_paragraphs() -> None:
    assert only(docx_of(TITLE, META, [["左", f"{BODY}{MORE}\n{LAST}"]])).text.split("\n") == ["左", BODY + MORE, LAST]


def test_document_properties_fill_in_what_the_text_lacks() -> None:
    assert only(docx_of(BODY, MORE, title="城北新桥今天通车", author="李超")) == Article(
        "城北新桥今天通车", (Paragraph(BODY), Paragraph(MORE)), author="李超"
    )
    article = only(docx_of((TITLE, "Title"), "本报记者 陈静", BODY, title="城北新桥今天通车", author="李超"))
    assert (article.title, article.author) == (TITLE, "陈静")


@pytest.mark.parametrize(("title", "author"), [("文档1", "Administrator"), ("Microsoft Word - 新闻稿件.doc", "lenovo")])
def test_generated_properties_are_not_used_as_title_or_author(title: str, author: str) -> None:
    article = only(docx_of(BODY, MORE, title=title, author=author))
    assert BODY.startswith(article.title)
    assert article.author is None


def test_tracked_deletions_are_dropped_and_insertions_and_links_are_kept() -> None:
    first, second, third = BODY[:10], BODY[10:20], BODY[20:]
    article = only(
        with_xml(
            f"<w:p><w:r><w:t>{first}</w:t></w:r><w:ins w:id='1'><w:r><w:t>{second}</w:t></w:r></w:ins>"
            f"<w:del w:id='2'><w:r><w:delText>删去的话</w:delText></w:r></w:del>"
            f"<w:hyperlink w:anchor='a'><w:r><w:t>{third}</w:t></w:r></w:hyperlink></w:p>",
            f"<w:sdt><w:sdtContent><w:p><w:r><w:t>{MORE}</w:t><w:br/><w:t>{LAST}</w:t></w:r></w:p></w:sdtContent></w:sdt>",
        )
    )
    assert article.text.split("\n") == [BODY, MORE, LAST]


def test_a_paragraph_with_an_outline_level_is_a_heading() -> None:
    heading = "<w:p><w:pPr><w:outlineLvl w:val='1'/></w:pPr><w:r><w:t>怎么走（一）</w:t></w:r></w:p>"
    paragraphs = [f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in (TITLE, META, BODY, MORE)]
    article = only(with_xml(*paragraphs[:3], heading, paragraphs[3]))
    assert article.paragraphs == (Paragraph(BODY), Paragraph(MORE, "怎么走（一）"))


def test_several_articles_in_one_file_are_separated() -> None:
    park = [("城南公园开放", "Heading 1"), "城南晚报 2024-03-06", LAST]
    items = list(read(docx_of((TITLE, "Heading 1"), META, BODY, MORE, *park), "a.docx"))
    assert [article.title for article in items if isinstance(article, Article)] == [TITLE, "城南公园开放"]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_refused(share: float) -> None:
    data = docx_of(TITLE, BODY)
    assert list(read(data[: int(share * len(data))], "a.docx")) == [Refusal("a.docx", "文件已损坏或者不完整。")]


def test_a_file_with_a_password_is_refused() -> None:
    [refusal] = read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.docx")
    assert isinstance(refusal, Refusal)
    assert "加密" in refusal.reason


@pytest.mark.parametrize("paragraphs", [[], [""], [("只有标题", "Title")], ["责任编辑：张伟"]])
def test_a_file_without_a_text_is_refused(paragraphs: list[str | tuple[str, str]]) -> None:
    [refusal] = read(docx_of(*paragraphs), "a.docx")
    assert isinstance(refusal, Refusal)


def test_a_zip_bomb_in_a_word_file_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_archive, "LARGEST_MEMBER", 1_000_000)
    data = docx_of(BODY)
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    members["word/document.xml"] += b" " * 1_000_000
    [refusal] = read(zip_of(members), "a.docx")
    assert isinstance(refusal, Refusal)
    assert "20 MB" in refusal.reason


def test_xml_entities_are_not_expanded() -> None:
    data = docx_of(BODY)
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY e0 "城北新桥今天上午正式通车">{entities}]>'
    document = members["word/document.xml"].decode().split("?>", 1)[1]
    members["word/document.xml"] = (bomb + document.replace(BODY, "&e8;")).encode()
    assert sum(len(article.text) for article in read(zip_of(members), "a.docx") if isinstance(article, Article)) < 1_000


@pytest.mark.parametrize("first", ["\u2028", f"\u2028{BODY}", f"{BODY}\u2028{MORE}", "\u2029", "\x85"])
def test_a_line_separator_in_a_document_without_a_title_is_a_line_break(first: str) -> None:
    [word] = read(docx_of(first, MORE), "a.docx")
    [marked] = read(f"{first}\n\n{MORE}".encode(), "a.md")
    assert isinstance(word, Article)
    assert isinstance(marked, Article)
    shown = [line for text in (first, MORE) for line in text.split("\u2028") if line.strip()]
    assert word.text == marked.text == "\n".join(shown)
