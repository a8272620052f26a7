"""Small files for the tests of intake, written by code."""

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from html import escape

import docx
from pypdf import PdfReader, PdfWriter

BODY = "城北新桥今天上午正式通车，全长一千二百米，总投资三亿元，双向六车道。"
MORE = "据了解，新桥把城北到火车站的车程缩短到十分钟，每天可以通行车辆五万辆。"
LAST = "市交通局有关负责人表示，下一步还将在桥头修建公交换乘站，方便市民出行。"


def docx_of(*paragraphs: str | tuple[str, str] | Sequence[Sequence[str]], title: str = "", author: str = "") -> bytes:
    """A Word file: a paragraph, a paragraph and its style, or the rows of a table."""
    made = docx.Document()
    made.core_properties.title, made.core_properties.author = title, author
    for paragraph in paragraphs:
        if isinstance(paragraph, str):
            made.add_paragraph(paragraph)
        elif isinstance(paragraph, tuple):
            made.add_paragraph(paragraph[0], style=paragraph[1])
        else:
            table = made.add_table(len(paragraph), len(paragraph[0]))
            for row, values in zip(table.rows, paragraph, strict=True):
                for cell, value in zip(row.cells, values, strict=True):
                    cell.text = value
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def zip_of(members: Mapping[str, bytes | str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in members.items():
            opened.writestr(name, data)
    return held.getvalue()


def pdf_stream(data: bytes, entries: bytes = b"") -> bytes:
    packed = zlib.compress(data)
    return b"<</Length %d/Filter/FlateDecode%s>>stream\n%s\nendstream" % (len(packed), entries, packed)


def pdf_from(objects: Sequence[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1, the first of them its catalogue."""
    made = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (size, table, end)


def pdf_of(*pages: Sequence[str]) -> bytes:
    """A PDF with these lines on its pages, one below the other; a line that begins with blanks is indented."""
    used = sorted({character for page in pages for line in page for character in line})
    pairs = "".join(f"<{ord(character):04X}> <{ord(character):04X}>\n" for character in used)
    mapping = f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{len(used)} beginbfchar\n{pairs}endbfchar"
    fixed = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>"
        % (len(pages), b" ".join(b"%d 0 R" % (6 + 2 * number) for number in range(len(pages)))),
        b"<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Song/DW 1000/W[32 126 500]"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
        pdf_stream(f"begincmap\n{mapping}\nendcmap".encode()),
    ]
    for number, page in enumerate(pages):
        shown = []
        for row, line in enumerate(page):
            indent = len(line) - len(line.lstrip())
            codes = "".join(f"{ord(character):04X}" for character in line.lstrip())
            shown.append(f"1 0 0 1 {50 + 12 * indent} {790 - 18 * row} Tm <{codes}> Tj")
        fixed.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F 3 0 R>>>>>>"
            % (7 + 2 * number)
        )
        fixed.append(pdf_stream(f"BT /F 12 Tf {' '.join(shown)} ET".encode()))
    return pdf_from(fixed)


def pdf_of_form(content: bytes, forms: Sequence[bytes]) -> bytes:
    """A page with this content; form number n may draw form n + 1 as /X."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>"
    head = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, pdf_stream(content)]
    for number, form in enumerate(forms):
        entries = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>" % (6 + number)
        head.append(pdf_stream(form, entries))
    return pdf_from(head)


def locked(pdf: bytes, password: str) -> bytes:
    """The same PDF, encrypted; an empty password only locks it against printing."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
    held = io.BytesIO()
    writer.write(held)
    return held.getvalue()


def rss(*items: tuple[str, str], channel: str = "城北网", more: str = "") -> bytes:
    """A feed of items with a title and an HTML description; `more` stands inside each of them."""
    inside = "".join(
        f"<item><title>{title}</title><description>{escape(html)}</description>{more}</item>" for title, html in items
    )
    head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"'
    names = ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f"{head}{names}><channel><title>{channel}</title>{inside}</channel></rss>".encode()


def atom(*entries: tuple[str, str]) -> bytes:
    inside = "".join(
        f'<entry><title>{title}</title><content type="html">{escape(html)}</content></entry>' for title, html in entries
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>城北网</title>{inside}</feed>'.encode()
