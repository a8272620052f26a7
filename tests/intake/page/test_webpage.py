"""Web pages: their text, title, address, encoding and lines."""

import pytest

from retrieval.intake import charset
from retrieval.intake.page import head_metadata, markup, page_title
from tests.support.web_pages import BODY, PROSE, TITLE, only, page


def test_a_table_row_is_a_line_and_a_list_keeps_its_items() -> None:
    table = "<table><tr><th>桥名</th><th>长度</th></tr><tr><td>城北新桥</td><td>1200</td></tr></table>"
    article = only(page(f"<h1>{TITLE}</h1><div>{BODY}{table}<ul><li>第一条线路开往火车站。</li></ul>{BODY}</div>"))
    assert "桥名 长度\n城北新桥 1200\n第一条线路开往火车站。" in article.text


def test_hashtags_stay_and_scripts_comments_and_forms_are_removed() -> None:
    odd = "<p>#财经 新桥带动了两岸的房价，专家说。</p><script>var 广告=1</script><!-- 注释 --><textarea>留言</textarea>"
    article = only(page(f"<h1>{TITLE}</h1><div>{BODY}{odd}<p hidden>隐藏</p></div>"))
    assert article.text.split("\n")[-1] == "#财经 新桥带动了两岸的房价，专家说。"
    assert not any(word in article.text for word in ("广告", "注释", "留言", "隐藏"))


def test_links_inside_a_sentence_stay_and_lines_of_links_are_removed() -> None:
    linked = "<p>据<a href=/>城北日报</a>报道，新桥获得了鲁班奖。</p><p><a href=/>点击进入专题页面</a></p>"
    article = only(page(f"<h1>{TITLE}</h1><div>{BODY}{linked}</div>"))
    assert article.text.split("\n")[-1] == "据城北日报报道，新桥获得了鲁班奖。"


REMARK = "我觉得这座桥很不错，盼着它早日建成，让我们的城市越来越好。"
REMARKS = "".join(f"<li><div>网友{number}</div><div>{number}，{REMARK}</div></li>" for number in range(40))
CARDS = "".join(f"<div><h4><a href=/>另一篇的标题</a></h4><p>{number}，{REMARK}</p></div>" for number in range(12))
HEAD = f"<h1>{TITLE}</h1><div>2024-03-05 07:12 来源：城北晚报</div>"


@pytest.mark.parametrize(
    "markup_of_page",
    [
        f"{HEAD}<div><p>{PROSE[0]}</p><p>{PROSE[1]}</p></div><div><h3>网友评论</h3><ul>{REMARKS}</ul></div>",
        f"<article>{HEAD}<p>{PROSE[0]}</p><p>{PROSE[1]}</p></article><section><h3>评论（40）</h3>{CARDS}</section>",
        f"{HEAD}<div><p>{PROSE[0]}</p><p>{PROSE[1]}</p></div><div><h3>相关推荐</h3>{CARDS}</div>",
        f"<div><h3>推荐</h3>{CARDS}</div>{HEAD}<div><p>{PROSE[0]}</p><p>{PROSE[1]}</p></div>",
    ],
    ids=["many remarks", "remarks in a section", "other articles below", "other articles above"],
)
def test_surrounding_text_longer_than_the_article_is_removed(markup_of_page: str) -> None:
    article = only(page(markup_of_page))
    assert article.text.split("\n") == list(PROSE[:2])
    assert (article.title, article.source, article.published) == (TITLE, "城北晚报", "2024-03-05 07:12")


def test_a_one_sentence_news_flash_is_an_article() -> None:
    assert (
        only(page(f"{HEAD}<div>城北新桥今天通车，全长一千二百米。</div>")).text == "城北新桥今天通车，全长一千二百米。"
    )


@pytest.mark.parametrize(
    "data",
    [
        page(f"<h1>{TITLE}</h1>{BODY}").replace("utf-8", "gb2312").encode("gb18030"),
        page(f"<h1>{TITLE}</h1>{BODY}").encode("gb18030"),
        page(f"<h1>{TITLE}</h1>{BODY}").replace("<meta charset=utf-8>", "").encode("gb18030"),
        page(f"<h1>{TITLE}</h1>{BODY}").encode("utf-16"),
        b'<?xml version="1.0" encoding="gb2312"?>' + page(f"<h1>{TITLE}</h1>{BODY}").encode(),
        b"\xef\xbb\xbf" + page(f"<h1>{TITLE}</h1>{BODY}").encode(),
        page(f"<h1>{TITLE}</h1>{BODY}").encode().replace("通行".encode(), "通\0行".encode()),
        page(f"<h1>{TITLE}</h1>{BODY}").encode().replace(b"<p>", b"<p>\xff", 1),
        page(f"<script>{'var a = 1; ' * 30_000}</script><h1>{TITLE}</h1>{BODY}").encode("gb18030"),
    ],
    ids=[
        "gb2312",
        "said to be utf-8",
        "unsaid",
        "utf-16",
        "an XML declaration",
        "mark",
        "NUL",
        "one bad byte",
        "much ASCII",
    ],
)
def test_a_page_is_decoded_whatever_charset_it_declares(data: bytes) -> None:
    article = only(data)
    assert article.title == TITLE
    assert article.paragraphs[-1].text == PROSE[-1]


@pytest.mark.parametrize("declared", ["big5", "Big5-HKSCS", "gb2312", "utf-8", "punycode"])
def test_big5_is_read_with_the_hong_kong_characters(declared: str) -> None:
    words = "城北新橋今天上午正式通車，全長一千二百米，總投資三億元，市民嘅反應好好。"
    text = charset.decode_page(f"<meta charset={declared}><title>新橋</title><p>{words}".encode("big5hkscs"))
    assert words in text


@pytest.mark.parametrize(
    "body",
    [
        "<div " + " ".join(f"a{number}=1" for number in range(200_000)) + f">{BODY}</div>",
        f"<div a='>' {' '.join(f'a{number}=1' for number in range(200_000))}>{BODY}</div>",
        "<p>" + "<b>桥</b>" * 50_000 + f"</p>{BODY}",
        "<h1>城北新桥</h1>" * 20_000 + BODY,
        f"<div>{'来源：' * 100_000}</div>{BODY}",
        f"<div>{'<span>作者</span>' * 50_000}</div>{BODY}",
        "<div>" * 1_500 + BODY,
        f"{BODY * 2_000}",
        "\n" * 1_000_000 + BODY,
    ],
    ids=["attributes", "hidden attributes", "inline", "headings", "labels", "spans", "deep", "long", "blanks"],
)
def test_hostile_pages_do_not_slow_the_rules(body: str) -> None:
    # All rules are linear; a quadratic step would exceed the time limit of any test run.
    assert only(page(body, "")).text


def test_only_html_entities_are_expanded_and_no_file_is_read() -> None:
    doctype = '<!DOCTYPE html [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    article = only(
        f"{doctype}<html><title>{TITLE}</title><h1>{TITLE}</h1><p>&secret;&ldquo;新桥&rdquo;通车了。</p>{BODY}"
    )
    assert "“新桥”通车了。" in article.text
    assert "root:" not in article.text


@pytest.mark.parametrize("name", ["a.html", "a.HTM", "a.txt", "标准输入"])
def test_a_page_is_recognized_by_its_name_or_its_first_bytes(name: str) -> None:
    assert only(page(f"<h1>{TITLE}</h1><div>{BODY}</div>"), name).title == TITLE


@pytest.mark.parametrize(
    ("tags", "url"),
    [
        ("<link rel=canonical href=https://a.cn/news/12345.html>", "https://a.cn/news/12345.html"),
        ("<meta property=og:url content=https://a.cn/p?id=12345>", "https://a.cn/p?id=12345"),
        ("<link rel=canonical href=https://a.cn/>", None),
        ("<link rel=canonical href=/news/12345.html>", None),
        ("<link rel=canonical href='javascript:12345'>", None),
        ("<link rel=canonical href='http://[bad'>", None),
    ],
)
def test_the_address_of_a_page_is_used_when_it_names_one_article(tags: str, url: str | None) -> None:
    assert only(page(f"<h1>{TITLE}</h1><div>{BODY}</div>", f"<title>{TITLE}</title>{tags}")).url == url


def test_a_saved_page_gives_its_original_address() -> None:
    saved = page(f"<h1>{TITLE}</h1><div>{BODY}</div>").replace(
        "<html>", "<!-- saved from url=(0029)https://a.cn/news/12345.html -->\n<html>"
    )
    assert only(saved).url == "https://a.cn/news/12345.html"


@pytest.mark.parametrize(
    ("window", "title"),
    [
        ("城北新桥通车_某新闻网", "城北新桥通车"),
        ("城北新桥通车_社会_某新闻网", "城北新桥通车"),
        ("城北新桥通车 - 城北市人民政府门户网站", "城北新桥通车"),
        ("城北新桥通车--社会--人民网", "城北新桥通车"),
        ("城北新桥通车 | 某某", "城北新桥通车"),
        ("城北新桥通车│生活｜某某", "城北新桥通车"),
        ("新冠肺炎——城北新桥的故事", "新冠肺炎——城北新桥的故事"),
        ("城北-城南新桥通车", "城北-城南新桥通车"),
    ],
)
def test_the_site_name_is_removed_from_the_window_title(window: str, title: str) -> None:
    assert page_title.without_site(window) == title


def test_every_line_carries_its_share_of_link_text() -> None:
    page_lines = markup.parse("<body><p>城北<a>新桥</a></p><p><a>城北新桥</a></p><p>城北新桥</p>").lines
    assert [page_line.linked for page_line in page_lines] == [0.5, 1.0, 0.0]
    assert [page_line.line.shown for page_line in page_lines] == ["城北新桥"] * 3


def test_an_impossible_date_in_a_tag_is_ignored() -> None:
    head = head_metadata.read(markup.parse("<meta name=pubdate content=2024-02-30><p>城北"))
    assert head.byline.published is None


@pytest.mark.parametrize(
    "odd", ["\x01", "\v", "\f", "\x1f", "\ufffe", "\uffff", "&#1;", "&#11;", "&#12;", "&#x1F;", "&#xffff;"]
)
@pytest.mark.parametrize("hidden", ["<style>a</style>", "<svg></svg>", "<p hidden>a</p>", "<noscript>a</noscript>", ""])
def test_a_character_that_xml_cannot_hold_is_dropped_alone(odd: str, hidden: str) -> None:
    article = only(page(f"{hidden}{odd}<h1>{TITLE}</h1>{BODY}{hidden}{odd}<p>{odd}{PROSE[0]}{hidden}{odd}</p>"))
    assert article.title == TITLE
    assert [paragraph.text for paragraph in article.paragraphs] == [*PROSE, PROSE[0]]


def test_a_line_of_invisible_separators_is_dropped() -> None:
    article = only(page(f"<h1>{TITLE}</h1>{BODY}<p>\u2063\u2063</p>"))
    assert [paragraph.text for paragraph in article.paragraphs] == list(PROSE)


def test_metadata_from_tags_holds_no_control_character() -> None:
    head = (
        f'<title>{TITLE[:4]}\x01{TITLE[4:]}_某新闻网</title><meta name="source" content="城北\x02日报">'
        '<meta property="og:url" content="https://a.cn/12\x033456.html"><meta name="author" content="陈\x04晓雨">'
    )
    article = only(page(BODY, head))
    assert (article.title, article.source, article.author, article.url) == (TITLE, "城北日报", "陈晓雨", None)
