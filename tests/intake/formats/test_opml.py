"""Lists of feeds (OPML): read without expanding anything, and written so that they are read back."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.intake import ListedFeed, OpmlError, Refusal, read, read_opml, write_opml

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>feeds</title></head><body>
<outline text="城北" title="城北">
  <outline type="rss" text="日报" title="城北日报" xmlUrl="https://a.cn/rss?a=1&amp;b=2" htmlUrl="https://a.cn/"/>
  <outline text="深一层"><outline type="rss" text='城北"晚报"' xmlUrl='https://b.cn/feed'></outline></outline>
</outline>
<!-- <outline type="rss" xmlUrl="https://no.cn/rss"/> -->
<OUTLINE
  XMLURL = "feed://c.cn/rss" />
<outline type="rss" title="a > b" xmlUrl="feed:https://d.cn/rss"/>
<outline type="link" text="一页" url="https://e.cn/"/>
<outline type="rss" text="日报" xmlUrl="https://a.cn/rss?a=1&amp;b=2"/>
<outline type="rss" text="坏" xmlUrl="javascript:alert(1)"/>
</body></opml>"""
FEEDS = [
    ListedFeed("https://a.cn/rss?a=1&b=2", "城北日报"),
    ListedFeed("https://b.cn/feed", '城北"晚报"'),
    ListedFeed("http://c.cn/rss", ""),
    ListedFeed("https://d.cn/rss", "a > b"),
    ListedFeed("https://a.cn/rss?a=1&b=2", "日报"),
    ListedFeed("javascript:alert(1)", "坏"),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_feeds_of_all_folders_are_read_in_order(encoding: str) -> None:
    assert read_opml(LIST.encode(encoding)) == FEEDS


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "OPML"),
        (b"<rss><channel/></rss>", "OPML"),
        (bytes(range(256)) * 9, "文本"),
        (b"<opml><body><outline text='a'/></body></opml>", "没有订阅源"),
        (b'<!DOCTYPE opml [<!ENTITY a "aaaa">]><opml><outline xmlUrl="https://a.cn/&a;"/></opml>', "DOCTYPE"),
        (b'<!DOCTYPE opml SYSTEM "file:///etc/passwd"><opml><outline xmlUrl="https://a.cn"/></opml>', "DOCTYPE"),
        (b"<opml>" + b'<outline xmlUrl="https://a.cn/1"/>' * 1_001, "1,000"),
    ],
)
def test_what_is_no_list_of_feeds_is_refused_with_a_sentence(data: bytes, reason: str) -> None:
    with pytest.raises(OpmlError, match=reason) as caught:
        read_opml(data)
    assert str(caught.value).endswith("。")


def test_an_entity_is_not_expanded() -> None:
    assert read_opml(b'<opml><outline xmlUrl="https://a.cn/&unknown;&#x41;"/></opml>') == [
        ListedFeed("https://a.cn/&unknown;A", "")
    ]


def test_a_torn_list_gives_its_whole_feeds() -> None:
    data = LIST.encode()
    for cut in range(data.index(b"<opml") + 5, len(data), 7):
        try:
            feeds = read_opml(data[:cut])
        except OpmlError:
            continue
        assert feeds == FEEDS[: len(feeds)]


@given(st.lists(st.text("城北日报 a1<>&\"'/=;", max_size=30), min_size=1, max_size=5))
def test_a_written_list_is_read_back(titles: list[str]) -> None:
    feeds = [ListedFeed(f"https://a.cn/{n}?a=1&b={n}", " ".join(title.split())) for n, title in enumerate(titles)]
    assert [feed.address for feed in read_opml(write_opml(feeds).encode())] == [feed.address for feed in feeds]
    plain = [feed._replace(title="城北 & <1> \"日报\" '2'") for feed in feeds]
    assert read_opml(write_opml(plain).encode()) == plain


@pytest.mark.parametrize(
    "piece",
    ["<outline ", '<outline "', "<outline a='", "<!--", "<outline xmlUrl=", "xmlUrl = ", '"', "a" * 50 + " ", " "],
)
def test_a_hostile_list_is_read_in_linear_time(piece: str) -> None:
    started = time.perf_counter()
    for length in (1_000, 10_000, 100_000):
        for end in ("", "/>", '"/>'):
            with suppress(OpmlError):
                read_opml(f"<opml><outline {piece * length}{end}".encode())
    assert time.perf_counter() - started < 5


def test_a_list_of_feeds_is_no_article() -> None:
    [refusal] = read(LIST.encode(), "a.opml")
    assert isinstance(refusal, Refusal)
    assert "订阅源" in refusal.reason


@pytest.mark.parametrize(
    "tag",
    [
        '<outline text="城北 < 城南" xmlUrl="https://b.cn/rss"/>',
        '<outline text="城北 xmlUrl="https://b.cn/rss"/>',
        "<outline text=城北 xmlUrl=https://b.cn/rss />",
        "<outline xmlUrl=https://b.cn/rss>",
        '<outline text="5" 屏" xmlUrl="https://b.cn/rss"/>',
    ],
)
def test_a_feed_whose_tag_has_wrong_marks_is_read_and_spoils_no_other(tag: str) -> None:
    other = '<outline text="城南" xmlUrl="https://c.cn/rss"/>'
    found = read_opml(f"<opml><body>{other}{tag}{other}</body></opml>".encode())
    assert [feed.address for feed in found] == ["https://c.cn/rss", "https://b.cn/rss", "https://c.cn/rss"]
