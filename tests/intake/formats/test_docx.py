"""Word files: their text in order, with headings and tables."""

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from retrieval.article import Article, Paragraph
from retrieval.intake import Refusal, read, zip_archive
from tests.support.documents import BODY, LAST, MORE, docx_of, zip_of

NAMES = (
    f"{nsdecls('w', 'wp', 'a')} xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' "
    "xmlns:wps='http://schemas.microsoft.com/office/word/2010/wordprocessingShape' "
    "xmlns:v='urn:schemas-microsoft-com:vml'"
)
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
        body.insert(len(body) - 1, parse_xml(piece.replace(">", f" {NAMES}>", 1)))
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def paragraph(text: str, properties: str = "", inside: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text)}{inside}</w:p>"


def box_of_old_word(inside: str) -> str:
    return f"<w:pict><v:shape><v:textbox><w:txbxContent>{inside}</w:txbxContent></v:textbox></v:shape></w:pict>"


def box(inside: str) -> str:
    """A text box as Word writes it: for itself, and once more for its older versions."""
    drawing = (
        f"<w:drawing><wp:inline><wps:txbx><w:txbxContent>{inside}</w:txbxContent></wps:txbx></wp:inline></w:drawing>"
    )
    return (
        f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'>{drawing}</mc:Choice>"
        f"<mc:Fallback>{box_of_old_word(inside)}</mc:Fallback></mc:AlternateContent></w:r>"
    )


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


@pytest.mark.parametrize("made", [box, lambda inside: f"<w:r>{box_of_old_word(inside)}</w:r>"], ids=["both", "old"])
def test_a_text_box_is_read_once_behind_the_paragraph_that_it_is_anchored_in(made: Callable[[str], str]) -> None:
    body = [paragraph(TITLE), paragraph(META), paragraph(BODY, inside=made(paragraph(MORE))), paragraph(LAST)]
    assert only(with_xml(*body)).text.split("\n") == [BODY, MORE, LAST]


def test_a_text_box_may_hold_the_title_the_whole_text_a_table_and_a_text_box() -> None:
    table = f"<w:tbl><w:tr><w:tc>{paragraph('城北')}</w:tc><w:tc>{paragraph('1200米')}</w:tc></w:tr></w:tbl>"
    inner = paragraph(BODY) + table + paragraph(MORE, inside=box(paragraph(LAST)))
    article = only(with_xml(paragraph("", inside=box(paragraph(TITLE))), paragraph(META), f"<w:p>{box(inner)}</w:p>"))
    assert (article.title, article.text.split("\n")) == (TITLE, [BODY, "城北 1200米", MORE, LAST])


def test_words_drawn_as_word_art_are_read() -> None:
    art = f"<w:p><w:r><w:pict><v:shape><v:textpath string='{TITLE}'/></v:shape></w:pict></w:r></w:p>"
    assert only(with_xml(art, paragraph(META), paragraph(BODY))).title == TITLE


def test_content_controls_are_read_around_text_rows_and_cells_but_not_their_request_to_be_filled_in() -> None:
    def control(inside: str, properties: str = "") -> str:
        return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>"

    empty = control(run("单击或点击此处输入文字。"), "<w:showingPlcHdr/>")
    length = control(f"<w:tc>{paragraph('1200米')}</w:tc>")
    row = f"<w:tr><w:tc>{paragraph('城北')}</w:tc>{length}</w:tr>"
    contents = control(
        paragraph("一、怎么走　　1"), "<w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj>"
    )
    article = only(
        with_xml(
            paragraph(TITLE),
            paragraph(META),
            contents,
            f"<w:p>{run(BODY[:10])}{control(run(BODY[10:]))}{empty}</w:p>",
            f"<w:tbl>{control(row)}</w:tbl>",
            control(control(paragraph(MORE))),
            control(paragraph("单击此处添加标题"), "<w:showingPlcHdr/>"),
        )
    )
    assert article.text.split("\n") == [BODY, "城北 1200米", MORE]


def test_deleted_rows_moved_text_and_hidden_text_are_dropped() -> None:
    row = "<w:tr><w:trPr>{}</w:trPr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>"
    rows = row.format("<w:del w:id='1'/>", paragraph("旧桥"), paragraph("800米")) + row.format(
        "", paragraph("城北"), paragraph("1200米")
    )
    moved = f"<w:moveFrom w:id='3'>{run('搬走的话')}</w:moveFrom>"
    hidden = run("看不见的话", "<w:vanish/>") + run("，也方便货运。", "<w:vanish w:val='0'/>")
    article = only(
        with_xml(paragraph(TITLE), paragraph(META), paragraph(BODY, inside=moved + hidden), f"<w:tbl>{rows}</w:tbl>")
    )
    assert article.text.split("\n") == [f"{BODY}，也方便货运。", "城北 1200米"]


def test_a_paragraph_whose_end_is_deleted_and_a_drop_cap_continue_in_the_next_paragraph() -> None:
    joined = paragraph(BODY[:12], "<w:rPr><w:del w:id='4'/></w:rPr>")
    cap = paragraph(MORE[:1], "<w:framePr w:dropCap='drop' w:lines='2'/>")
    framed = paragraph(LAST, "<w:framePr w:w='4000' w:wrap='around'/>")
    pieces = [paragraph(TITLE), paragraph(META), joined, paragraph(BODY[12:]), cap, paragraph(MORE[1:]), framed]
    assert only(with_xml(*pieces)).text.split("\n") == [BODY, MORE, LAST]


def test_the_pronunciation_above_characters_is_not_read() -> None:
    ruby = f"<w:r><w:ruby><w:rt>{run('chéng')}</w:rt><w:rubyBase>{run(BODY[:1])}</w:rubyBase></w:ruby></w:r>"
    assert only(with_xml(paragraph(TITLE), paragraph(META), f"<w:p>{ruby}{run(BODY[1:])}</w:p>")).text == BODY


def test_headers_footers_footnotes_and_comments_are_not_read() -> None:
    made = docx.Document()
    for text in (TITLE, META, BODY):
        made.add_paragraph(text)
    made.add_comment(made.paragraphs[2].runs, text="这句再核对一下")
    made.sections[0].header.paragraphs[0].text = "城北日报社内部稿件"
    made.sections[0].footer.paragraphs[0].text = "第 1 页"
    note = parse_xml(f"<w:r {NAMES}><w:footnoteReference w:id='2'/></w:r>")
    made.paragraphs[2]._p.append(note)
    held = io.BytesIO()
    made.save(held)
    assert only(held.getvalue()).text == BODY
