"""Seeds of the intake's fuzz tests: small whole files, one or more of each kind."""

import json
from collections.abc import Mapping, Sequence

from tests.support.documents import BODY, LAST, MORE, atom, pdf_of, rss, zip_of
from tests.support.project import FIRST_PAGE

TITLE = "城北新桥通车"
META = "来源：城北日报　2024-03-05 09:30　作者：陈晓雨　编辑：李明"
_ROW = {
    "title": TITLE,
    "text": f"{BODY}\n怎么走\n{MORE}",
    "source": "城北日报",
    "author": "陈晓雨",
    "published": "2024-03-05T09:30:00Z",
    "url": "https://news.example/2024/1.html",
    "headings": ["怎么走"],
}
_EXPORTED = _ROW | {"id": 7, "editor": None, "published": "2024-03-05 09:30", "heading_lines": [1]}
_POST = {
    "id": 5,
    "type": "message",
    "date": "2024-03-05T09:30:00",
    "text": [{"type": "bold", "text": TITLE}, "\n" + BODY],
}
_CHAT = {
    "name": "城北日报",
    "type": "public_channel",
    "id": 1,
    "username": "chengbei",
    "messages": [_POST, _POST | {"text": MORE}],
}
_MARKDOWN = f"""---
title: {TITLE}
date: 2024-03-05 09:30
tags: [桥, 路]
---
# {TITLE}

{META}

{BODY}**“{MORE}”**[链接](https://news.example/1)

## 怎么走

1. {LAST}
   - 公交
2. 步行

| 桥 | 长 |
|---|---|
| 新桥 | 一千二百米 |

<div><p>{LAST}</p></div>

> {MORE}
"""
_HTML = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{TITLE}_城北新闻网</title>
<meta property="article:published_time" content="2024-03-05T09:30:00+08:00"><meta name="author" content="陈晓雨">
<style>p {{ margin: 0 }}</style><link rel="canonical" href="https://news.example/2024/123.html">
<script type="application/ld+json">
{{"@type": "NewsArticle", "datePublished": "2024-03-05", "author": [{{"name": "李明"}}]}}
</script><script>var publish_time = "2024-03-05 09:30";</script></head>
<body><nav><a href="/">首页</a> &gt; <a href="/n">新闻</a></nav><h1>{TITLE}</h1>
<div class="info"><span id="source">来源：城北日报</span> <time datetime="2024-03-05">2024-03-05 09:30</time></div>
<div id="content"><p>{BODY}</p><p>{MORE}</p>
<table><tr><td>桥</td><td>长</td></tr><tr><td>新桥</td><td>一千二百米</td></tr></table><p>{LAST}</p></div>
<p>责任编辑：李明</p><div><h3>相关新闻</h3><ul><li><a href="/2">城南旧桥拆除</a></li></ul></div></body></html>"""
_MESSAGES = f"""<html><head><meta charset="utf-8"/></head><body><div class="page_wrap"><div class="page_header">
<div class="content"><div class="text bold">城北日报 </div></div></div>
<div class="page_body chat_page"><div class="history">
<div class="message service" id="message-1"><div class="body details">5 March 2024</div></div>
<div class="message default clearfix" id="message5"><div class="body"><div class="pull_right date details"
 title="05.03.2024 09:30:00 UTC+08:00">09:30</div><div class="from_name">城北日报 </div><div class="media_wrap"><div
 class="body"><div class="title bold">a.jpg</div></div></div><div class="text"><strong>{TITLE}</strong><br><br>{BODY}
</div><div class="signature details">陈晓雨</div></div></div>
<div class="message default clearfix joined" id="message6"><div
 class="body"><div class="pull_right date details" title="05.03.2024 01:31:00 UTC+00:00">09:31</div><div
 class="forwarded body"><div class="from_name">城南晚报 via @a<span class="date details" title="x"> 1</span></div>
<div class="text">{MORE}<br>{LAST}</div></div></div></div></div></div></div></body></html>"""
_MHTML = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://news.example/2024/123.html\r\nSubject: x\r\n"
    'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
    f"Content-Location: https://news.example/2024/123.html\r\n\r\n{_HTML}\r\n--b--\r\n"
)
_CSV = (
    f'标题,正文,来源,时间,链接\n{TITLE},"{BODY}\n{MORE}",城北日报,2024-03-05,https://news.example/1\n'
    f"二,{LAST},,2024/3/6 9:30,\n"
)
_DATED = (
    "<pubDate>Tue, 05 Mar 2024 01:30:00 GMT</pubDate><link>https://news.example/1</link><dc:creator>陈晓雨</dc:creator>"
)
_ATOM = atom((TITLE, f"<p>{BODY}</p>"), ("二", LAST)).replace(
    b"</entry>",
    '<link href="https://news.example/1"/><author><name>陈晓雨</name></author><updated>2024-03-05T01:30:00Z</updated>'
    "<source><title>城北日报</title></source></entry>".encode(),
)
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_CORE = "application/vnd.openxmlformats-package.core-properties+xml"


def _paragraph(text: str, style: str = "") -> str:
    look = f'<w:pPr><w:pStyle w:val="{style}"/><w:outlineLvl w:val="1"/></w:pPr>' if style else ""
    return f'<w:p>{look}<w:r><w:t xml:space="preserve">{text}</w:t><w:br/><w:tab/></w:r></w:p>'


# The smallest Word file with every part that is read; the template of python-docx is twenty times as large.
WORD = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/docProps/core.xml" ContentType="{_CORE}"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" '
    'Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" '
    'Target="docProps/core.xml"/></Relationships>',
    "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "word/styles.xml": f'<w:styles {_W}><w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style></w:styles>',
    "docProps/core.xml": '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>城北新桥通车</dc:title><dc:creator>陈晓雨</dc:creator>'
    "</cp:coreProperties>",
    "word/document.xml": f"<w:document {_W}><w:body>{_paragraph(TITLE, 'Title')}{_paragraph(META)}{_paragraph(BODY)}"
    f"{_paragraph('怎么走', 'H1')}{_paragraph(MORE)}<w:tbl><w:tr><w:tc>{_paragraph('桥')}</w:tc>"
    f"<w:tc>{_paragraph('长')}</w:tc></w:tr></w:tbl><w:sdt><w:sdtContent>{_paragraph(LAST)}</w:sdtContent></w:sdt>"
    f"<w:p><w:r><w:pict><w:txbxContent>{_paragraph(LAST)}</w:txbxContent></w:pict></w:r></w:p></w:body></w:document>",
}


def word_of(body: str) -> bytes:
    """A Word file with this XML in its body."""
    return zip_of(WORD | {"word/document.xml": f"<w:document {_W}><w:body>{body}</w:body></w:document>"})


SEEDS: Mapping[str, Sequence[bytes]] = {
    "txt": [
        FIRST_PAGE.read_bytes()[:3_000],
        f"{TITLE}\n\n{META}\n\n{BODY}\n怎么走\n{MORE}\n（记者 陈晓雨）".encode(),
        f"{TITLE}\n二〇二四年三月五日 城北日报\n1怎么走\n{MORE}\n=====\n二\n05-08 09:05\n{LAST}".encode("gb18030"),
        f"民国113年3月5日\n【{TITLE}】{BODY}\n原文链接：https://news.example/1".encode("utf-16"),
    ],
    "md": [_MARKDOWN.encode(), _MARKDOWN[_MARKDOWN.index("#") :].encode()],
    "json": [
        json.dumps(value, ensure_ascii=escaped).encode()
        for value in (_ROW, {"list": [_ROW, _EXPORTED]}, _CHAT)
        for escaped in (True, False)
    ],
    "jsonl": ["\n".join(json.dumps(row, ensure_ascii=False) for row in (_ROW, _EXPORTED, {"text": LAST})).encode()],
    "csv": [_CSV.encode(), _CSV.encode("gb18030")],
    "tsv": [_CSV.replace(",", "\t").encode("utf-16")],
    "rss": [rss((TITLE, f"<p>{BODY}</p><p>{MORE}</p>"), ("二", LAST), more=_DATED)],
    "atom": [_ATOM],
    "html": [_HTML.encode(), _MESSAGES.encode(), _HTML.replace('charset="utf-8"', 'charset="gbk"').encode("gb18030")],
    "mhtml": [_MHTML.encode()],
    "docx": [zip_of(WORD)],
    "pdf": [pdf_of([TITLE, META, BODY], ["  " + MORE, LAST])],
    "zip": [zip_of({"a.txt": f"{TITLE}\n{BODY}", "b/c.json": json.dumps(_ROW), "d.html": _HTML})],
}
