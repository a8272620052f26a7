"""Pages as sites of the mainland, Taiwan and Hong Kong build them: source, time and author beside the date."""

import pytest

from tests.support.web_pages import BODY, PROSE, TITLE, only, page

PUBLISHED = "2026-05-08 12:48"
NAME = '<meta property="og:site_name" content="河濱日報網">'
UTC = '<meta property="article:published_time" content="2026-05-08T04:48:00Z">'
DATA = (
    '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-05-08T12:48:00+08:00",'
    '"dateModified":"2026-05-08T13:00:00+08:00","author":{"name":"陳小雨"},"publisher":{"name":"河濱01"}}</script>'
)
SHARE = "<div class=social><a>讚</a><a>分享</a></div>"

# Name of the template -> tags of the head, markup between title and body, source, author.
SITES = {
    "names and medium between strokes": (
        NAME,
        f"<section class=authors><time>2026-05-08 12:48</time><span class=article-content__author>河濱日報／ 記者"
        f"<a href=/r>林小沛</a>／城北即時報導</span></section>{SHARE}",
        ("河濱日報", "林小沛"),
    ),
    "a time above a button for the type": (
        NAME,
        "<div class=function><span class=time>2026/05/08 12:48</span><a>字級</a><a>列印</a></div>",
        ("河濱日報網", None),
    ),
    "an update behind the time": (
        NAME,
        "<div class=timeBox><span>2026/5/8 12:48</span>（<span>2026/5/8 13:30 更新</span>）</div>",
        ("河濱日報網", None),
    ),
    "an update before the time": (
        DATA,
        "<div>撰文：<a>陳小雨</a></div>"
        "<div>更新：<time>2026-05-08 13:00</time> 出版：<time>2026-05-08 12:48</time></div>",
        ("河濱01", "陳小雨"),
    ),
    "a section beside the time": (
        NAME,
        "<time class=page-date>2026/05/08 12:48</time><div class=newsTag><a href=/c>社會</a></div>",
        ("河濱日報網", None),
    ),
    "the hour before the day": (
        NAME,
        "<time><span class=hour>12:48</span><span class=date>2026/05/08</span></time>"
        "<span class=source>河時新聞網</span><span class=author><a>謝小俊</a></span>",
        ("河時新聞網", "謝小俊"),
    ),
    "a day, and the time in a tag": (NAME + UTC, "<div class=date>2026年5月8日星期五</div>", ("河濱日報網", None)),
    "a time in a tag only": (NAME + UTC, "", ("河濱日報網", None)),
    "an account with its place": (
        "",
        "<a class=author-name>城北周知</a><div class=time><span>2026-05-08 12:48</span><span>浙江</span></div>"
        "<div>城北周知官方账号</div><div>关注</div>",
        ("城北周知", None),
    ),
    "an account behind a mark": (
        "",
        "<div class=meta><span>2026-05-08 12:48</span><span>原创</span><span class=name><a>城北观察家</a></span></div>",
        ("城北观察家", None),
    ),
    "an account before the date": (
        "",
        "<div><span>华夏人文</span> <span>2026-05-08 12:48</span></div>",
        ("华夏人文", None),
    ),
    "an account behind the date": ("", "<div>2026-05-08 12:48 城北周知 收藏本文</div>", ("城北周知", None)),
    "share buttons, a counter and a caption below the date": (
        "",
        "<div>2026-05-08 12:48</div><ul><li>我要分享</li><li>36</li></ul><div><img><p>陈小雨领奖</p></div>",
        ("某新闻网", None),
    ),
    "an office and its buttons": (
        "",
        "<div><span>发布日期：2026-05-08 12:48</span><span>信息来源：城北区交通局</span>"
        "<span>字体：<a>大</a></span></div>",
        ("城北区交通局", None),
    ),
    "a label in an element of its own": (
        "",
        "<div><span>发表于2026-05-08 12:48</span>|<span>1164次阅读</span>|<span>来源<a>城北晚报</a></span></div>",
        ("城北晚报", None),
    ),
}


@pytest.mark.parametrize("site", SITES)
def test_the_source_the_time_and_the_author_are_read(site: str) -> None:
    head, header, (source, author) = SITES[site]
    title = f"<title>{TITLE}_某新闻网</title>"
    article = only(page(f"<main><h1>{TITLE}</h1>{header}<div class=c>{BODY}</div></main>", title + head))
    assert article.title == TITLE
    assert (article.source, article.published, article.author) == (source, PUBLISHED, author)
    assert [paragraph.text for paragraph in article.paragraphs] == list(PROSE)


@pytest.mark.parametrize(
    ("window", "notice", "source"),
    [
        (f"{TITLE} -- 上報 / 焦點", "© 上報 Up Media", "上報"),
        (f"{TITLE} | 社會 | 河濱新聞網", "", "河濱新聞網"),
        (f"{TITLE}-城北大学", "", "城北大学"),
        (f"{TITLE}│河濱新聞網", "", "河濱新聞網"),
        (f"{TITLE} ｜ 河濱新聞網 HPN", "", "河濱新聞網 HPN"),
        (f"{TITLE} - Riverside News 中文", "", "Riverside News 中文"),
        (f"河滨晚报数字报-{TITLE}", "", "河滨晚报数字报"),
        (f"城北新桥报道观察-{TITLE}", "", None),
        (f"{TITLE}_社会", "版权所有 社会", None),
        (f"{TITLE} - 我的主页", "", None),
    ],
)
def test_the_end_of_the_window_title_names_the_site_when_the_page_says_so(
    window: str, notice: str, source: str | None
) -> None:
    body = f"<h1>{TITLE}</h1><div>{BODY}</div><p>{notice}</p>"
    assert only(f"<html><head><title>{window}</title></head><body>{body}</body></html>").source == source


@pytest.mark.parametrize("site", ["www.example.com", "example.com.cn"])
def test_a_host_in_the_tag_of_the_sites_name_is_no_source(site: str) -> None:
    publisher = '{"@type": "NewsArticle", "publisher": {"name": "城北日报"}}'
    head = f'<meta property=og:site_name content={site}><script type="application/ld+json">{publisher}</script>'
    assert only(f"<html><head>{head}</head><body><h1>{TITLE}</h1>{BODY}</body></html>").source == "城北日报"


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("2026-05-08T01:30:00.000Z", "2026-05-08 09:30"),
        ("2026-05-08T01:30:00+00:00", "2026-05-08 09:30"),
        ("2026-05-08T02:30:00+0100", "2026-05-08 09:30"),
        ("2026-05-08T09:30:00.123+08:00", "2026-05-08 09:30"),
        ("Fri, 08 May 2026 01:30:00 GMT", "2026-05-08 09:30"),
        ("0001-01-01T00:00:00Z", None),
        ("11-06-2025", None),
    ],
)
def test_the_time_of_a_tag_is_chinese_time_or_none(written: str, published: str | None) -> None:
    tags = f'<title>{TITLE}</title><meta name="publishdate" content="{written}">'
    assert only(page(f"<h1>{TITLE}</h1><div>{BODY}</div>", tags)).published == published
    shown = f'<h1>{TITLE}</h1><time datetime="{written}">昨天</time><div>{BODY}</div>'
    assert only(page(shown, "")).published == published


@pytest.mark.parametrize(
    "script",
    [
        'window.__data = {"publishDate":"2026-05-08T01:30:00.000Z"}',
        '{"props":{"createTime":1778203800000}}',
        "var ct = '1778203800';",
        "create_time: JsDecode('2026-05-08 09:30'),",
    ],
)
def test_the_time_of_a_script_is_chinese_time(script: str) -> None:
    markup = f"<h1>{TITLE}</h1><div>昨天</div><div>{BODY}</div><script>{script}</script>"
    assert only(page(markup)).published == "2026-05-08 09:30"


def test_the_only_day_on_a_page_is_the_articles() -> None:
    article = only(page(f"<h1>{TITLE}</h1><div class=c>{BODY}</div><p>责任编辑：李明</p><p>发布日期：2026-05-08</p>"))
    assert (article.published, article.editor) == ("2026-05-08", "李明")


def test_of_several_days_beside_other_articles_none_is_taken() -> None:
    others = "<footer><p>2026-05-07 城北晚报</p><p>2026-05-06 城北晚报</p></footer>"
    assert only(page(f"<h1>{TITLE}</h1><div class=c>{BODY}</div>{others}")).published is None


@pytest.mark.parametrize(
    ("address", "published"),
    [
        ("https://a.cn/2026/0508/c123-456.html", "2026-05-08"),
        ("https://a.cn/2026-05/08/content_123.htm", "2026-05-08"),
        ("https://a.cn/t20260508_123.html", "2026-05-08"),
        ("https://a.cn/20261308123.html", None),
    ],
)
def test_the_day_in_the_address_counts_when_the_page_names_none(address: str, published: str | None) -> None:
    head = f"<title>{TITLE}</title><link rel=canonical href={address}>"
    assert only(page(f"<h1>{TITLE}</h1><div>{BODY}</div>", head)).published == published
