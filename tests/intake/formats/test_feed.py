"""Feeds: an article for each item, without access to the network or to other files."""

import re
from collections.abc import Callable
from pathlib import Path

import feedparser
import pytest

from retrieval.article import Article, Paragraph
from retrieval.intake import Refusal, read
from retrieval.intake.page import markup
from tests.support.documents import BODY, LAST, MORE, atom, rss

TITLE = "城北新桥通车"
NETSCAPE = (
    '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"'
    ' "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
)


def results(data: bytes) -> list[Article | Refusal]:
    return list(read(data, "a.xml"))


def test_an_item_gives_title_date_author_and_link() -> None:
    more = "<link>https://a.cn/1</link><pubDate>Tue, 05 Mar 2024 01:30:00 GMT</pubDate><dc:creator>李超</dc:creator>"
    assert results(rss((TITLE, f"<p>{BODY}</p><p>{MORE}</p>"), more=more)) == [
        Article(TITLE, (Paragraph(BODY), Paragraph(MORE)), "城北网", "李超", None, "2024-03-05 09:30", "https://a.cn/1")
    ]


def test_an_atom_entry_is_read_like_an_rss_item() -> None:
    assert results(atom((TITLE, f"<p>{BODY}</p>"))) == [Article(TITLE, (Paragraph(BODY),), source="城北网")]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2024-03-05 09:30:00", "2024-03-05 09:30"),
        ("Tue, 05 Mar 2024 09:30:00", "2024-03-05 09:30"),
        ("Tue, 05 Mar 2024 09:30:00 +0800", "2024-03-05 09:30"),
        ("2024-03-05T01:30:00Z", "2024-03-05 09:30"),
        ("2024年3月5日", "2024-03-05"),
        ("近日", None),
    ],
)
def test_a_date_without_a_time_zone_is_in_chinese_time(written: str, moment: str | None) -> None:
    [article] = results(rss((TITLE, BODY), more=f"<pubDate>{written}</pubDate>"))
    assert isinstance(article, Article)
    assert article.published == moment


def test_the_whole_content_is_preferred_to_the_summary() -> None:
    content = f"<content:encoded><![CDATA[<p>{BODY}</p><script>x('{LAST}')</script><p>{MORE}</p>]]></content:encoded>"
    [article] = results(rss((TITLE, BODY[:12] + "……"), more=content))
    assert isinstance(article, Article)
    assert article.text.split("\n") == [BODY, MORE]


def test_the_source_named_in_the_text_wins_over_the_feed_title() -> None:
    feed = rss((TITLE, f"<p>{BODY}</p><p>来源：城南晚报</p>"), channel="城北网 - 时政频道")
    assert [article.source for article in results(feed) if isinstance(article, Article)] == ["城南晚报"]
    feed = rss((TITLE, f"<p>{BODY}</p>"), channel="城北网 - 时政频道")
    assert [article.source for article in results(feed) if isinstance(article, Article)] == ["城北网"]


def test_an_email_address_in_the_author_field_is_not_an_author() -> None:
    [article] = results(rss((TITLE, BODY), more="<author>editor@a.cn</author>"))
    assert isinstance(article, Article)
    assert article.author is None


def test_an_item_without_text_is_refused_by_number_and_title_and_others_are_read() -> None:
    items = results(rss((TITLE, BODY), ("只有标题", ""), ("太短", "<b>短</b>"), ("城南公园开放", MORE)))
    assert [type(item) for item in items] == [Article, Refusal, Refusal, Article]
    assert [refusal.item for refusal in items if isinstance(refusal, Refusal)] == [
        "a.xml 第 2 条《只有标题》",
        "a.xml 第 3 条《太短》",
    ]


@pytest.mark.parametrize("encoding", ["gb2312", "gbk", "utf-16", "big5hkscs"])
def test_a_feed_is_read_in_any_encoding_whatever_it_declares(encoding: str) -> None:
    data = rss((TITLE, "城北新桥今天上午正式通行，全程一千二百米。")).decode()
    for declared in (encoding, "utf-8"):
        [article] = results(data.replace("utf-8", declared).encode(encoding, "ignore"))
        assert isinstance(article, Article)
        assert article.text.startswith("城北新")


def test_broken_xml_loses_only_what_is_broken() -> None:
    data = rss((TITLE, BODY), ("城南公园开放", MORE))
    items = results(data[: data.index("城南公园".encode()) + 40])
    assert items[0] == Article(TITLE, (Paragraph(BODY),), source="城北网")
    assert results(data.replace(b"<channel>", b"<channel>&nbsp;<br>"))[0] == items[0]


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!doctype rss SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "http://127.0.0.1/">]>',
        f'{NETSCAPE[:-1]} [<!ENTITY a "aaaa">]>',
        f'{NETSCAPE}<!ENTITY a "aaaa">',
        NETSCAPE * 2,
        '<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "file:///etc/passwd">',
        '<!DOCTYPE rss SYSTEM "http://my.netscape.com/publish/formats/rss-0.91.dtd">',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_feed_that_declares_entities_is_not_parsed(declaration: str, encoding: str) -> None:
    data = rss((TITLE, BODY)).decode().replace("<rss", f"{declaration}<rss").replace("utf-8", encoding)
    [refusal] = results(data.encode(encoding))
    assert isinstance(refusal, Refusal)
    assert "DOCTYPE" in refusal.reason


@pytest.mark.parametrize("declaration", [NETSCAPE, NETSCAPE.replace(" ", "\n"), "<!DOCTYPE rss>", "<!doctype rss>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_the_public_document_type_of_rss_0_91_is_cut_off(declaration: str, encoding: str) -> None:
    data = rss((TITLE, f"{BODY}&nbsp;&eacute;")).decode().replace("<rss", f"{declaration}\n<rss")
    [article] = results(data.replace("utf-8", encoding).encode(encoding))
    assert isinstance(article, Article)
    assert (article.title, article.source) == (TITLE, "城北网")
    assert article.text.startswith(BODY)


def test_a_relative_link_is_resolved_against_that_of_the_feed() -> None:
    data = rss((TITLE, BODY), more="<link>/a/1.html</link>")
    [article] = results(data.replace(b"<channel>", b"<channel><link>https://a.cn/news/</link>"))
    assert isinstance(article, Article)
    assert (article.url, article.notes) == ("https://a.cn/a/1.html", ())
    [article] = results(data)
    assert isinstance(article, Article)
    assert (article.url, article.notes) == (None, ("a.xml 第 1 条：网址“/a/1.html”不是完整的网址，没有记下。",))


@pytest.mark.parametrize(
    ("written", "notes"),
    [
        ("Mon, 01 Jan 0001 00:00:00 GMT", ()),
        ("昨天 09:30", ("a.xml 第 1 条：时间“昨天 09:30”是相对的说法，没有记下。",)),
        ("05/08/2026", ("a.xml 第 1 条：时间“05/08/2026”分不清哪个是月、哪个是日，没有记下。",)),
    ],
)
def test_a_date_that_names_no_day_is_left_out_and_said(written: str, notes: tuple[str, ...]) -> None:
    [article] = results(rss((TITLE, BODY), more=f"<pubDate>{written}</pubDate>"))
    assert isinstance(article, Article)
    assert (article.published, article.notes) == (None, notes)


def test_feed_content_is_never_used_as_a_file_name(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(rss((TITLE, BODY)))
    assert [type(item) for item in results(str(path).encode())] == [Refusal]
    assert [type(item) for item in results(b"http://127.0.0.1:9/feed.xml")] == [Refusal]


@pytest.mark.parametrize("kind", [rss, atom])
@pytest.mark.parametrize(
    "monster", ["<b>" * 6_000, f"<a b='{'1' * 30_000}'/>", "<b>" * 6_000 + "<![CDATA[</item><item>"]
)
def test_an_entry_with_too_many_tags_is_refused_alone(monster: str, kind: Callable[..., bytes]) -> None:
    end = "]]>" if "CDATA" in monster else ""
    data = kind(("城北新桥一", BODY), ("城北新桥二", "坏"), ("城北新桥三", LAST)).replace(
        "坏".encode(), f"{monster}{end}".encode()
    )
    first, refusal, last = results(data)
    assert [article.title for article in (first, last) if isinstance(article, Article)] == ["城北新桥一", "城北新桥三"]
    assert isinstance(refusal, Refusal)
    assert refusal.item.endswith("第 2 条")
    assert "标签超过 5,000 个" in refusal.reason


def test_a_long_run_of_blanks_is_read_in_linear_time() -> None:
    # A search that starts again at each blank would exceed the time limit of any test run.
    assert [type(item) for item in results(rss(("城北新桥通车", BODY), more=" \n" * 500_000))] == [Article]


@pytest.mark.parametrize("data", [b"<opml/>", b"<?xml version='1.0'?><a><b/></a>", rss(), b"plain text"])
def test_xml_without_a_feed_or_without_items_is_refused(data: bytes) -> None:
    [refusal] = results(data)
    assert isinstance(refusal, Refusal)


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>一</p><p>二</p>", ["一", "二"]),
        ("<div>一<div>二</div>三</div>", ["一", "二", "三"]),
        ("一<br/>二<br>三", ["一", "二", "三"]),
        ("<p>一<b>二</b>\n三</p>", ["一二 三"]),
        (
            "<table><tr><td>城北</td><td>1200</td></tr><tr><th>城南</th><td>800</td></tr></table>",
            ["城北 1200", "城南 800"],
        ),
        ("<ul><li>一</li><li>二</ul>", ["一", "二"]),
        ("<style>p{}</style><p>一</p><script>'二'</script>三", ["一", "三"]),
        ("1 &lt; 2 &amp; 3", ["1 < 2 & 3"]),
        ("没有标签\n两行", ["没有标签", "两行"]),
        ("<!-- 一 -->", []),
        ("", []),
        ("\0<p>\ud800</p>", ["\ufffd", "\ufffd"]),
    ],
)
def test_html_becomes_the_lines_it_shows(html: str, shown: list[str]) -> None:
    assert markup.fragment_lines(html) == shown


def test_deeply_nested_elements_do_not_exhaust_the_stack() -> None:
    assert markup.fragment_lines("<div>" * 50_000 + BODY) in ([BODY], [])


@pytest.mark.parametrize(
    "broken", ["<content/>", '<content type="html"/>', "<summary/>", "<content><div/></content>", "<source/>"]
)
@pytest.mark.parametrize("kind", ["content", "link", "author", "updated", "id", "source"])
def test_a_broken_entry_does_not_affect_the_others(broken: str, kind: str) -> None:
    good = f"<entry><title>{TITLE}</title><content>{BODY}</content></entry>"
    bad = f"<entry><{kind}></{kind}>{broken}<{kind} type='x'>{MORE}</entry>"
    items = results(f'<feed xmlns="http://www.w3.org/2005/Atom">{good}{bad}{good}</feed>'.encode())
    assert [article for article in items if isinstance(article, Article)][:1] == [Article(TITLE, (Paragraph(BODY),))]
    assert len(items) >= 2


def test_very_long_words_are_kept_from_the_email_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    """feedparser's pattern takes time quadratic in a word's length: 40 seconds for 150,000 digits."""
    seen: list[bytes] = []
    parse = feedparser.parse
    monkeypatch.setattr(feedparser, "parse", lambda held, **how: (seen.append(held.getvalue()), parse(held, **how))[1])
    [article] = results(rss((TITLE, BODY), more=f"<dc:creator>{'9' * 5_000}</dc:creator>"))
    assert isinstance(article, Article)
    assert article.author is None
    assert max(map(len, re.findall(rb"[\w.+-]+", seen[0]))) <= 1_000


def test_names_in_a_feed_are_short_and_hold_no_control_character() -> None:
    feed = rss(
        (f"城北\x01新桥通车{'&#7;'}", BODY), channel=f"城\x7f北网{'长' * 400}", more="<link>https://a.cn/\x7f</link>"
    )
    [article] = results(feed)
    assert isinstance(article, Article)
    assert (article.title, article.source, article.url) == (TITLE, None, None)


@pytest.mark.parametrize(
    "fields",
    [
        "<title>{0}</title><content>{1}</content><publish_time>{2}</publish_time><source>{3}</source><url>{4}</url>",
        "<标题>{0}</标题><正文>{1}</正文><发布时间>{2}</发布时间><来源>{3}</来源><链接>{4}</链接>",
        "<title>{0}</title><text>{1}</text><pub_time>{2}</pub_time><source><value>{3}</value></source><link>{4}</link>",
    ],
)
def test_elements_of_a_crawler_have_the_names_that_heads_of_tables_have(fields: str) -> None:
    item = fields.format(TITLE, BODY, "2024-03-05 09:30", "城北日报", "https://a.cn/1")
    assert results(f'<?xml version="1.0"?><items><item>{item}</item></items>'.encode()) == [
        Article(TITLE, (Paragraph(BODY),), "城北日报", published="2024-03-05 09:30", url="https://a.cn/1")
    ]


@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.txt", ""])
def test_a_feed_saved_as_a_page_is_read_entry_by_entry(name: str) -> None:
    data = rss((TITLE, BODY), ("城南公园开放", LAST))
    found = list(read(b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by a program -->\n' + data, name))
    assert [item.title for item in found if isinstance(item, Article)] == [TITLE, "城南公园开放"]
    assert len(found) == 2


@pytest.mark.parametrize("name", ["a.xml", "a.txt", "a.html", "a.opml"])
def test_a_list_of_feeds_is_refused_with_the_hint_for_it_under_any_name(name: str) -> None:
    data = b'<?xml version="1.0"?><opml version="2.0"><body><outline xmlUrl="https://a.cn/rss"/></body></opml>'
    [refusal] = read(data, name)
    assert isinstance(refusal, Refusal)
    assert "OPML" in refusal.reason


def test_of_a_feed_that_breaks_off_the_whole_entries_are_read_and_a_sentence_says_so() -> None:
    whole = rss((TITLE, BODY), ("城南公园开放", LAST)).decode()
    torn = Refusal("a.xml", "文件在中途断了，只读到断处之前的 {} 条。")
    for cut, count in (("</channel>", 2), (LAST[8:], 1), (LAST, 1), (BODY[8:], 0)):
        *found, last = results(whole[: whole.index(cut)].encode())
        assert [item.title for item in found if isinstance(item, Article)] == [TITLE, "城南公园开放"][:count]
        assert last == Refusal(torn.item, torn.reason.format(count))
