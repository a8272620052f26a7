"""Feeds that are polled: entries cut from the file, told from each other, and read alone."""

import pytest

from retrieval.article import Article
from retrieval.intake import FeedFile, NoFeedError, Refusal, cut_feed
from tests.support.documents import BODY, LAST, MORE, atom, rss

AT = "https://a.cn/news/feed.xml"


def item(*, title: str = "城北新桥通车", text: str = BODY, **fields: str) -> str:
    """An item; `fields` are elements as they stand in the file."""
    return f"<item><title>{title}</title>{''.join(fields.values())}<description>{text}</description></item>"


def feed(*items: str, head: str = "") -> FeedFile:
    return cut_feed(
        f"<rss version='2.0'><channel><title>城北网</title>{head}{''.join(items)}</channel></rss>".encode(), AT
    )


def keys(file: FeedFile) -> list[int]:
    return [entry.key for entry in file.entries]


def test_each_entry_is_read_alone_with_the_source_of_the_feed() -> None:
    file = cut_feed(rss(("城北新桥通车", BODY), ("城南公园开放", MORE)), AT)
    assert file.title == "城北网"
    articles = [entry.read() for entry in file.entries]
    assert [(article.title, article.source) for article in articles if isinstance(article, Article)] == [
        ("城北新桥通车", "城北网"),
        ("城南公园开放", "城北网"),
    ]


def test_an_entry_with_too_little_text_keeps_its_link_for_the_page() -> None:
    [entry] = feed(item(text="短", link="<link>https://a.cn/1</link>")).entries
    assert entry.link == "https://a.cn/1"
    assert entry.read() == Refusal("《城北新桥通车》", "正文只有 1 个汉字，太短了。") or isinstance(
        entry.read(), Refusal
    )


@pytest.mark.parametrize(
    ("fields", "link"),
    [
        ("<link>https://a.cn/1?a=1&amp;b=2</link>", "https://a.cn/1?a=1&b=2"),
        ("<link><![CDATA[ https://a.cn/1 ]]></link>", "https://a.cn/1"),
        ("<link>/1.html</link>", "https://a.cn/1.html"),
        ("<link>2.html</link>", "https://a.cn/news/2.html"),
        ("<link/><guid>https://a.cn/1</guid>", "https://a.cn/1"),
        ("<guid isPermaLink='false'>https://a.cn/1</guid>", None),
        ("<link rel='self' href='https://a.cn/0'/><link rel='alternate' href='https://a.cn/1'/>", "https://a.cn/1"),
        ("<link>javascript:alert(1)</link>", None),
        ("<link>http://[::1</link>", None),
        ("", None),
    ],
)
def test_the_link_of_an_entry_is_an_absolute_web_address(fields: str, link: str | None) -> None:
    [entry] = feed(item(fields=fields)).entries
    assert entry.link == link
    article = entry.read()
    assert isinstance(article, Article)
    assert article.url == link


def test_a_link_of_several_entries_or_of_the_site_is_the_address_of_none() -> None:
    """Articles with one address would replace each other."""
    shared = feed(*(item(title=f"第{n}号", link="<link>https://a.cn/all</link>") for n in range(2)))
    assert [entry.link for entry in shared.entries] == [None, None]
    home = feed(item(link="<link>https://a.cn/</link>"), head="<link>https://a.cn/</link>")
    assert [entry.link for entry in home.entries] == [None]


def test_an_entry_is_known_again_by_its_id_its_link_or_its_text() -> None:
    same = [("<guid>1</guid>", "<guid> 1 </guid>"), ("<link>https://a.cn/1</link>", "<link>/1</link>"), ("", "")]
    for one, other in same:
        first, again = feed(item(more=one)), feed(item(more=other))
        assert keys(first) == keys(again)
    assert keys(feed(item(title="一", g="<guid>1</guid>"))) == keys(feed(item(title="二", g="<guid>1</guid>")))
    assert keys(feed(item(text=BODY))) != keys(feed(item(text=MORE)))


def test_an_id_that_several_entries_have_tells_none_apart() -> None:
    items = [item(title=f"第{n}号", g="<guid>1</guid>", link=f"<link>https://a.cn/{n}</link>") for n in range(3)]
    assert len(set(keys(feed(*items)))) == 3
    assert len(keys(feed(items[0], items[0]))) == 1


def test_the_id_of_an_atom_source_is_not_that_of_the_entry() -> None:
    entries = "".join(
        f"<entry><source><id>s</id><title>源</title></source><id>{n}</id><title>第{n}号</title><link href='/{n}'/>"
        f"<content type='xhtml'><div><id>x</id>{BODY}</div></content></entry>"
        for n in range(2)
    )
    file = cut_feed(f"<feed xmlns='http://www.w3.org/2005/Atom'><title>城北网</title>{entries}</feed>".encode(), AT)
    assert [(entry.title, entry.link) for entry in file.entries] == [
        ("第0号", "https://a.cn/0"),
        ("第1号", "https://a.cn/1"),
    ]
    assert len(set(keys(file))) == 2


def test_an_older_feed_in_rdf_is_read() -> None:
    namespaces = "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'"
    data = (
        f"<rdf:RDF {namespaces}><channel rdf:about='/'><title>城北网</title><items><rdf:Seq/></items></channel>"
        f"<item rdf:about='https://a.cn/1'><title>城北新桥通车</title><description>{BODY}</description></item></rdf:RDF>"
    )
    file = cut_feed(data.encode("gb18030"), AT)
    assert (file.title, file.entries[0].link) == ("城北网", "https://a.cn/1")
    article = file.entries[0].read()
    assert isinstance(article, Article)
    assert (article.source, article.text) == ("城北网", BODY)


@pytest.mark.parametrize(("declared", "encoding"), [("utf-8", "gb18030"), ("gb2312", "utf-8"), ("utf-8", "big5hkscs")])
def test_a_feed_that_lies_about_its_encoding_is_read(declared: str, encoding: str) -> None:
    text = rss(("城北新桥通行", "城北新桥今天上午正式通行，全程一千二百米，行人可以走。")).decode()
    [entry] = cut_feed(text.replace("utf-8", declared).encode(encoding, "ignore"), AT).entries
    assert entry.title.startswith("城北新")
    assert isinstance(entry.read(), Article)


def test_a_broken_entry_spoils_no_other() -> None:
    broken = f"<item><title>坏的<description>{MORE}&nbsp;<b></item>"
    file = feed(item(title="第一篇", g="<guid>1</guid>"), broken, item(title="第三篇", text=LAST))
    titles = [result.title for entry in file.entries if isinstance(result := entry.read(), Article)]
    assert titles[0] == "第一篇"
    assert titles[-1] == "第三篇"


def test_the_torn_end_of_a_file_is_no_entry_yet() -> None:
    torn = f"<rss><channel><title>城北网</title>{item()}<item><title>第二篇</title><description>{MORE}"
    assert [entry.title for entry in cut_feed(torn.encode(), AT).entries] == ["城北新桥通车"]


def test_what_looks_like_an_entry_in_a_text_or_a_comment_is_none() -> None:
    quoted = f"<![CDATA[<p>{BODY}</p><item><guid>9</guid></item>]]>"
    file = feed(item(text=quoted, g="<guid>1</guid>"), f"<!-- {item()} -->")
    assert len(file.entries) == 1
    assert keys(file) == keys(feed(item(g="<guid>1</guid>")))


@pytest.mark.parametrize(
    ("head", "minutes"),
    [
        ("<ttl>60</ttl>", 60),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 360),
        ("<sy:updatePeriod> hourly </sy:updatePeriod>", 60),
        ("<ttl>soon</ttl>", None),
        ("", None),
    ],
)
def test_a_feed_may_say_how_often_it_changes(head: str, minutes: int | None) -> None:
    assert feed(item(), head=head).minutes == minutes


def test_a_feed_without_entries_is_a_feed() -> None:
    assert feed().entries == ()
    assert cut_feed(atom(), AT).entries == ()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"plain text", "不是 RSS 或 Atom"),
        (b"", "不是 RSS 或 Atom"),
        (b"<opml/>", "不是 RSS 或 Atom"),
        (b"<!DOCTYPE html><html><body>x</body></html>", "不是 RSS 或 Atom"),
        (b"<!DOCTYPE rss [<!ENTITY a 'a'>]><rss><channel/></rss>", "DOCTYPE"),
        (b"\x00\x01\x02" * 100, "不是文本"),
        (b"<rss>" + b"<item/>" * 50_001, "条目超过 50,000 个"),
    ],
)
def test_a_file_that_is_no_feed_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(NoFeedError, match=reason):
        cut_feed(data, AT)


def test_a_page_names_the_feeds_that_it_links_to() -> None:
    page = (
        "<!doctype html><html><head><link rel=stylesheet href=a.css>"
        "<link rel='alternate' type='application/rss+xml' title='新闻' href='/rss?a=1&amp;b=2'>"
        '<link rel="alternate" href="https://b.cn/atom" type="application/atom+xml"></head></html>'
    )
    with pytest.raises(NoFeedError) as refused:
        cut_feed(page.encode(), AT)
    assert refused.value.feeds == ("https://a.cn/rss?a=1&b=2", "https://b.cn/atom")


@pytest.mark.parametrize(
    "hostile",
    [
        "<rss><item>" + "<guid>" * 300_000,
        "<rss>" + "<item><link>" * 40_000 + "<![CDATA[" * 200_000,
        "<rss>" + "<" * 2_000_000,
        "<rss><item>" + "<title a" * 300_000,
    ],
)
def test_a_hostile_file_is_cut_in_linear_time(hostile: str) -> None:
    # A quadratic search would exceed the time limit of any test run.
    cut_feed(hostile.encode(), AT)
