"""Pages that a browser has saved as one file with their pictures."""

import quopri

import pytest

from retrieval.article import Article, Paragraph
from retrieval.intake import Refusal, read

BODY = "城北新桥今天上午正式通车，全长一千二百米，总投资三亿元，双向六车道，市民可以免费通行。"
URL = "https://www.example.com/2024/0305/12345.html"
PAGE = (
    "<html><head><title>城北新桥正式通车_城北新闻网</title></head><body><h1>城北新桥正式通车</h1>"
    f"<div>2024-03-05 09:30 来源：城北日报</div><div class='content'><p>{BODY}</p><p>{BODY}</p></div></body></html>"
)
ARTICLE = Article(
    "城北新桥正式通车", (Paragraph(BODY), Paragraph(BODY)), "城北日报", published="2024-03-05 09:30", url=URL
)


def saved(page: bytes, encoding: str = "quoted-printable", header: str = "Snapshot-Content-Location") -> bytes:
    """As Chrome writes it; the picture stands first, as in files of Internet Explorer."""
    head = (
        f"From: <Saved by Blink>\n{header}: {URL}\nMIME-Version: 1.0\n"
        'Content-Type: multipart/related; type="text/html"; boundary="--M--"\n\n'
        "----M--\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n"
        f"----M--\nContent-Type: text/html\nContent-Transfer-Encoding: {encoding}\n\n"
    )
    body = quopri.encodestring(page) if encoding == "quoted-printable" else page
    return (head.encode() + body + b"\n----M----\n").replace(b"\n", b"\r\n")


@pytest.mark.parametrize("name", ["a.mhtml", "a.MHT"])
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
@pytest.mark.parametrize("encoding", ["quoted-printable", "8bit"])
@pytest.mark.parametrize("header", ["Snapshot-Content-Location", "Content-Location"])
def test_the_page_and_address_inside_an_mhtml_file_are_read(
    name: str, charset: str, encoding: str, header: str
) -> None:
    assert list(read(saved(PAGE.encode(charset), encoding, header), name)) == [ARTICLE]


@pytest.mark.parametrize(
    "data",
    [
        saved(b""),
        b"MIME-Version: 1.0\nContent-Type: image/png\n\nabc",
        b"no message at all",
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5_000)),
        b"Content-Type: text/html; charset=no-such\nContent-Transfer-Encoding: base64\n\n!!!",
    ],
    ids=["an empty page", "a picture", "text", "parts within parts", "broken base64"],
)
def test_an_mhtml_file_without_a_page_is_refused_with_a_sentence(data: bytes) -> None:
    [refusal] = read(data, "a.mhtml")
    assert isinstance(refusal, Refusal)
    assert refusal.item == "a.mhtml"
    assert refusal.reason.endswith("。")
