"""HTML, mentions, commands and links as the tests' own Telegram reads them."""

import pytest

from tests.bot_api.detection import detect
from tests.bot_api.markup import read, render, units


def test_html_becomes_text_and_entities_with_utf_16_offsets() -> None:
    html = "\n𠮷<b>野<i>家</i></b> &lt;5&gt; <a href='https://a.cn/?a=1&amp;b=2'>原文</a>&#x21;<u>a</u><u>b</u> \n"
    shown = read(html, "HTML")
    assert shown.text == "𠮷野家 <5> 原文!ab"
    assert [(entity["type"], entity["offset"], entity["length"], entity.get("url")) for entity in shown.entities] == [
        ("bold", 2, 2, None),
        ("italic", 3, 1, None),
        ("text_link", 9, 2, "https://a.cn/?a=1&b=2"),
        ("underline", 12, 2, None),
    ]
    assert read(render(shown.text, shown.entities), "HTML") == shown


@pytest.mark.parametrize(
    "html",
    [
        "<b>b</b><strong>b</strong><i>i</i><em>i</em><u>u</u><ins>u</ins><s>s</s><strike>s</strike><del>s</del>",
        '<tg-spoiler>x</tg-spoiler><span class="tg-spoiler">y</span><code>c</code><pre>p\n</pre>x',
        '<blockquote>a</blockquote>\n<blockquote expandable>b <b>c</b> <a href="tg://user?id=1">d</a></blockquote>',
        "<B>x</B><b >y</b>",
        '<pre><code class="language-python">x</code></pre>',
    ],
)
def test_every_tag_of_telegrams_html_is_parsed(html: str) -> None:
    shown = read(html, "HTML")
    assert shown.entities
    assert not shown.faults
    assert read(render(shown.text, shown.entities), "HTML") == shown


@pytest.mark.parametrize(
    "html", ["AT&T", "a&nbsp;b", "<a href='x'>y</a>", "<a>y</a>", "<b><code>x</code></b>", "<b>字</b>一" * 101]
)
def test_markup_that_telegram_silently_forgives_is_a_fault(html: str) -> None:
    assert read(html, "HTML").faults


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@NewsQABot 台风", ["@NewsQABot"]),
        ("，@NewsQABot，", ["@NewsQABot"]),
        ("（@NewsQABot）", ["@NewsQABot"]),
        ("@NewsQABot台风", []),
        ("请问@NewsQABot", []),
        ("＠NewsQABot", []),
        ("@\u2060NewsQABot @\u200bNewsQABot", []),
        ("@ab", []),
        ("/ask 台风", ["/ask"]),
        ("/ask，台风", ["/ask"]),
        ("看（/ask）", ["/ask"]),
        ("/ask台风", []),
        ("请/ask", []),
        ("／ask", []),
        ("/\u2060ask", []),
        ("1/2 a/b //ask <b>", []),
        ("/ask@NewsQABot 台风", ["/ask@NewsQABot"]),
        ("/ask@NewsQABot台风", []),
        ("#财经 ＃体育，", ["#财经", "＃体育"]),
        ("#1 #2020 新闻#财经 #a#b #\u2060财经", []),
        ("$TSLA 涨，$tsla", ["$TSLA"]),
        ("example.com", ["example.com"]),
        ("新浪.com", ["新浪.com"]),
        ("见example.com。好", ["见example.com"]),
        ("http://a.cn/b?c=1", ["http://a.cn/b?c=1"]),
        ("www.qq.com:8080/x,", ["www.qq.com:8080/x"]),
        ("192.168.1.1 和 tg://resolve?domain=x", ["192.168.1.1", "tg://resolve?domain=x"]),
        ("example\u2060.\u2060com 3.5亿 U.S. v1.2.3 Node.js 1.5万", []),
        ("news@example.com", ["news@example.com"]),
    ],
)
def test_entities_are_detected_by_telegrams_rules(text: str, expected: list[str]) -> None:
    assert [text[start:end] for _, start, end in detect(text)] == expected


def test_no_entity_is_detected_inside_code_or_a_link() -> None:
    shown = read('<code>@NewsQABot</code> <a href="https://a.cn/">example.com #财经</a> <b>/ask</b>', "HTML")
    assert [entity["type"] for entity in shown.entities] == ["code", "text_link", "bold", "bot_command"]


def test_a_rare_ideograph_counts_as_two_utf_16_units() -> None:
    assert units("𠮷野家😀") == 6
