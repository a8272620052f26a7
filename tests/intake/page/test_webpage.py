"""Does a page become its article, whatever the site's template, and a page that is none a clear refusal?"""

import pytest

from retrieval.article import Article
from retrieval.intake import Refusal, charset, read
from retrieval.intake.page import head_metadata, markup, near_metadata

TITLE = "城北新桥正式通车"
PROSE = (
    "城北新桥今天上午正式通车，全长一千二百米，总投资三亿元，双向六车道，两侧设有人行道。",
    "据了解，新桥建成以后，城北到城南的车程由四十分钟缩短到十分钟，预计每天通行三万辆车。",
    "市交通局有关负责人介绍，今年全市已经建成三座桥梁，另外两座将在明年上半年完工通车。",
    "下一步，城北还将开通三条公交线路，方便两岸居民出行，具体的站点和时间另行公布。",
)
BODY = "".join(f"<p>　　{text}</p>" for text in PROSE)
MENU = (
    "<ul>"
    + "".join(f"<li><a href=/{name}>{name}</a></li>" for name in ["首页", "国内", "国际", "财经", "体育", "科技"])
    + "</ul>"
)
BOX = "<h3>热门新闻</h3><ul><li><a href=/1>某地降雪三十厘米</a></li><li><a href=/2>明年放假安排公布</a></li></ul>"
FOOT = f"<div>{BOX}</div><div><a>关于我们</a> <a>联系我们</a> 版权所有 某网站 京ICP备10000000号</div>"


def page(body: str, head: str = f"<title>{TITLE}_某新闻网</title>") -> str:
    return f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body>{MENU}{body}{FOOT}</body></html>"


def results(text: str | bytes, name: str = "a.html") -> list[Article | Refusal]:
    return list(read(text if isinstance(text, bytes) else text.encode(), name))


def only(text: str | bytes, name: str = "a.html") -> Article:
    [article] = results(text, name)
    assert isinstance(article, Article), article
    return article


# Markup as sites write it -> source, published, author, editor.
TEMPLATES = {
    "a row of elements without gaps": (
        f"<h1>{TITLE}<span>原创</span></h1><div><span><a>社会新闻</a></span><span><a>城北晚报</a></span>"
        f"<span class=a_author>陈小雨</span><span>2024-03-05 07:12</span></div><div class=bd>{BODY}</div>",
        ("城北晚报", "2024-03-05 07:12", "陈小雨", None),
    ),
    "date and source in blocks of their own": (
        f"<h1>{TITLE}</h1><p>2024年03月05日</p><p>07:12:30</p><p>来源：</p><p><a>城北晚报</a></p>"
        f"<div class=c>{BODY}</div><div>责任编辑：李明</div>",
        ("城北晚报", "2024-03-05 07:12", None, "李明"),
    ),
    "the date above the title, in three elements": (
        "<div><span>2024</span><span><em>03</em>/<em>05</em></span><span>07:12:30</span></div><div>来源：城北网</div>"
        f"<h1><span>{TITLE}</span></h1><div id=detail>{BODY}</div><div>【纠错】<span>【责任编辑:李明】</span></div>",
        ("城北网", "2024-03-05 07:12", None, "李明"),
    ),
    "credits in the body": (
        f"<h1>{TITLE}</h1><div>2024-03-05 07:12:30　来源: 城北日报　<a>举报</a></div><div id=endText class=post_body>"
        f"<p>（原标题：新桥通车）</p>{BODY}<p>编辑 刘晓阳 校对 张华</p>"
        "<p>本文来源：城北日报 责任编辑：李明_NB123</p></div>",
        ("城北日报", "2024-03-05 07:12", None, "李明"),
    ),
    "a dateline": (
        f"<h1>{TITLE}</h1><div>2024年03月05日 07:12　来源：新华社【字体：<a>大</a> <a>中</a> <a>小</a>】</div>"
        f"<div class=c><p>新华社城北3月5日电（记者王朋、梁军）{PROSE[0]}</p>{BODY}</div><p>【编辑:李明】</p>",
        ("新华社", "2024-03-05 07:12", "王朋 梁军", "李明"),
    ),
    "tables of an old site": (
        f"<table><tr><td><table><tr><td><b>{TITLE}</b></td></tr><tr><td>某新闻网 www.a.cn 2009-03-05 07:12"
        f" 来源: 城北晨报"
        f" 点击: 次【大 中 小】</td></tr><tr><td>{'<br><br>'.join(PROSE)}"
        f"<br>（作者：陈小雨 编辑：李明）</td></tr></table></td></tr></table>",
        ("城北晨报", "2009-03-05 07:12", "陈小雨", "李明"),
    ),
    "an account, named by the class of its element": (
        f"<h1>{TITLE}</h1><div><span>2024-03-05 07:12</span><span>·</span><span class=name><a>爱城北</a></span></div>"
        f"<article>{BODY}</article>",
        ("爱城北", "2024-03-05 07:12", None, None),
    ),
    "a body that waits for a script, credits with strokes": (
        f"<h1>{TITLE}</h1><a id=js_name>城北日报</a><div style='display:none'>微信号 cb</div><em></em>"
        f"<script>var ct = '1709593920';</script>"
        f"<div id=js_content style='visibility: hidden;'>{BODY}<p>01</p>"
        "<p>来源丨城北网</p><p>编辑丨李明</p><p>点个“在看”</p></div>",
        ("城北日报", "2024-03-05 07:12", None, "李明"),
    ),
    "a byline of three parts": (
        f"<h1>{TITLE}</h1><time>2024-03-05 07:12</time><div>聯合報／ 記者<a>林宸誼</a>／台北即時報導</div>"
        f"<div>{BODY}</div>",
        ("聯合報", "2024-03-05 07:12", "林宸誼", None),
    ),
    "everything in tags that nobody sees": (
        "<script type='application/ld+json'>[{'@type':'NewsArticle','datePublished':'2024-03-04T23:12:00Z',"
        "'author':{'name':'陈小雨'}}]</script>".replace("'", '"')
        + f"<meta name=source content='来源：城北日报 原创稿'><div>{TITLE}</div><div>{BODY}</div>",
        ("城北日报", "2024-03-05 07:12", "陈小雨", None),
    ),
    "a time without its year, which a tag knows": (
        f"<meta itemprop=dateUpdate content='2024-03-05 07:12:44'><h2>{TITLE}</h2><p>爱城北</p>"
        f"<div>发布时间：<span>03-05</span><span>07:12</span></div><div>{BODY}</div>",
        ("爱城北", "2024-03-05 07:12", None, None),
    ),
}


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_gives_the_article_and_nothing_else(template: str) -> None:
    markup_of_page, (source, published, author, editor) = TEMPLATES[template]
    article = only(page(markup_of_page))
    assert article.title == TITLE
    assert (article.source, article.published, article.author, article.editor) == (source, published, author, editor)
    texts = [paragraph.text for paragraph in article.paragraphs if not paragraph.text.startswith("新华社城北")]
    assert texts == list(PROSE)


def test_a_page_without_any_date_gets_none() -> None:
    article = only(page(f"<h1>{TITLE}</h1><div>{BODY}</div><div>© 2019-2023 某网站</div>"))
    assert (article.published, article.author, article.editor) == (None, None, None)


def test_a_day_without_a_year_stays_unknown_when_nothing_says_the_year() -> None:
    assert only(page(f"<h1>{TITLE}</h1><div>03-05 07:12</div><div>{BODY}</div>")).published is None


def test_the_site_is_the_source_when_nothing_else_is_said() -> None:
    assert only(page(f"<h1>{TITLE}</h1><div>{BODY}</div>")).source == "某新闻网"


def test_a_row_of_a_table_is_a_line_and_a_list_keeps_its_items() -> None:
    table = "<table><tr><th>桥名</th><th>长度</th></tr><tr><td>城北新桥</td><td>1200</td></tr></table>"
    article = only(page(f"<h1>{TITLE}</h1><div>{BODY}{table}<ul><li>第一条线路开往火车站。</li></ul>{BODY}</div>"))
    assert "桥名 长度\n城北新桥 1200\n第一条线路开往火车站。" in article.text


def test_hashtags_stay_and_scripts_comments_and_forms_go() -> None:
    odd = "<p>#财经 新桥带动了两岸的房价，专家说。</p><script>var 广告=1</script><!-- 注释 --><textarea>留言</textarea>"
    article = only(page(f"<h1>{TITLE}</h1><div>{BODY}{odd}<p hidden>隐藏</p></div>"))
    assert article.text.split("\n")[-1] == "#财经 新桥带动了两岸的房价，专家说。"
    assert not any(word in article.text for word in ("广告", "注释", "留言", "隐藏"))


def test_links_inside_a_sentence_stay_and_lines_of_links_go() -> None:
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
def test_more_text_around_an_article_than_in_it_is_left_out(markup_of_page: str) -> None:
    article = only(page(markup_of_page))
    assert article.text.split("\n") == list(PROSE[:2])
    assert (article.title, article.source, article.published) == (TITLE, "城北晚报", "2024-03-05 07:12")


def test_a_flash_of_one_sentence_is_an_article() -> None:
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
        b"\xef\xbb\xbf" + page(f"<h1>{TITLE}</h1>{BODY}").encode(),
        page(f"<h1>{TITLE}</h1>{BODY}").encode().replace("通行".encode(), "通\0行".encode()),
        page(f"<h1>{TITLE}</h1>{BODY}").encode().replace(b"<p>", b"<p>\xff", 1),
        page(f"<script>{'var a = 1; ' * 30_000}</script><h1>{TITLE}</h1>{BODY}").encode("gb18030"),
    ],
    ids=["gb2312", "said to be utf-8", "unsaid", "utf-16", "mark", "NUL", "one bad byte", "much ASCII"],
)
def test_a_page_is_decoded_whatever_it_says(data: bytes) -> None:
    article = only(data)
    assert article.title == TITLE
    assert article.paragraphs[-1].text == PROSE[-1]


@pytest.mark.parametrize("said", ["big5", "Big5-HKSCS", "gb2312", "utf-8", "punycode"])
def test_big5_is_read_as_hong_kong_writes_it(said: str) -> None:
    words = "城北新橋今天上午正式通車，全長一千二百米，總投資三億元，市民嘅反應好好。"
    text = charset.decode_page(f"<meta charset={said}><title>新橋</title><p>{words}".encode("big5hkscs"))
    assert words in text


NO_ARTICLES = {
    "验证": ("<title>百度安全验证</title>", "<p>网络不给力，请稍后重试</p>"),
    "验证 ": ("<title></title>", "<h2>环境异常</h2><p>当前环境异常，完成验证后即可继续访问。</p><a>去验证</a>"),
    "删除": ("<title>微信公众平台</title>", "<h2>该内容已被发布者删除</h2>"),
    "不存在": ("<title>404</title>", f"<p>您访问的页面不存在。</p>{BOX}"),
    "登录": (f"<title>{TITLE}</title>", "<div>登录后即可查看全文</div>"),
    "脚本": (f"<title>{TITLE}</title>", "<div id=app></div><script src=a.js></script>"),
    "只有标题": (f"<title>{TITLE}</title>", f"<h1>{TITLE}</h1>{BOX}"),
    "没有找到正文": ("", "<p>责任编辑：李明</p>"),
}


@pytest.mark.parametrize("kind", NO_ARTICLES)
def test_a_page_that_is_no_article_is_named(kind: str) -> None:
    head, body = NO_ARTICLES[kind]
    [refusal] = results(page(body, head))
    assert isinstance(refusal, Refusal)
    assert kind.strip() in refusal.reason
    assert refusal.reason.endswith("。")


@pytest.mark.parametrize("title", ["泄露验证码损失十万元", "市民请登录新网站查询水费", "列车404次晚点进站"])
def test_a_short_article_with_such_a_word_in_its_title_is_an_article(title: str) -> None:
    article = only(
        page(f"<h1>{title}</h1><div><p>{PROSE[0]}</p><p>{PROSE[1]}</p></div>", f"<title>{title}_某新闻网</title>")
    )
    assert article.title == title


def test_an_article_about_such_pages_is_an_article() -> None:
    prose = "".join(
        f"<p>{text}如果出现环境异常，请完成验证；显示404的页面多半已被删除，登录后即可查看全文。</p>" for text in PROSE
    )
    head = "<title>百度安全验证频繁出现 专家提醒_某新闻网</title>"
    article = only(page(f"<h1>百度安全验证频繁出现 专家提醒</h1><div>{prose}{prose}</div>", head))
    assert article.title == "百度安全验证频繁出现 专家提醒"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "网页里没有内容。"),
        ("<div>" * 50_000 + BODY, "网页的标签嵌套太深，无法读取。"),
        ("<" * 100_000, "没有找到正文，没有收录。"),
        ("<html><frameset><frame src=a></frameset></html>", "没有找到正文，没有收录。"),
        ("<p>This is a page in English, with a sentence or two. It says nothing.</p>", "没有找到正文，没有收录。"),
    ],
)
def test_markup_that_holds_no_article_is_refused(text: str, reason: str) -> None:
    assert results(text) == [Refusal("a.html", reason)]


def test_a_binary_file_is_not_read_because_of_its_name() -> None:
    assert results(bytes(range(256)) * 40) == [Refusal("a.html", "文件内容不是文本，或者编码无法识别。")]
    assert results(b"\x89PNG\r\n\x1a\n" + bytes(500))[0] == Refusal("a.html", "还不能收录 图片 文件，请先存为纯文本。")


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
def test_no_page_makes_the_rules_slow(body: str) -> None:
    # All are linear; a quadratic step would not come back within the patience of any test run.
    assert only(page(body, "")).text


def test_entities_are_those_of_html_and_no_file_is_read() -> None:
    doctype = '<!DOCTYPE html [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    article = only(
        f"{doctype}<html><title>{TITLE}</title><h1>{TITLE}</h1><p>&secret;&ldquo;新桥&rdquo;通车了。</p>{BODY}"
    )
    assert "“新桥”通车了。" in article.text
    assert "root:" not in article.text


@pytest.mark.parametrize("name", ["a.html", "a.HTM", "a.txt", "标准输入"])
def test_a_page_is_known_by_its_name_or_its_beginning(name: str) -> None:
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
def test_the_address_is_the_page_s_own_when_it_is_that_of_one_article(tags: str, url: str | None) -> None:
    assert only(page(f"<h1>{TITLE}</h1><div>{BODY}</div>", f"<title>{TITLE}</title>{tags}")).url == url


def test_a_saved_page_knows_where_it_came_from() -> None:
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
        ("新冠肺炎——城北新桥的故事", "新冠肺炎——城北新桥的故事"),
        ("城北-城南新桥通车", "城北-城南新桥通车"),
    ],
)
def test_the_name_of_the_site_is_taken_off_the_window_s_title(window: str, title: str) -> None:
    assert near_metadata.without_site(window) == title


def test_every_line_says_how_much_of_it_is_links() -> None:
    shown = markup.parse("<body><p>城北<a>新桥</a></p><p><a>城北新桥</a></p><p>城北新桥</p>").shown
    assert [one.linked for one in shown] == [0.5, 1.0, 0.0]
    assert [one.line.shown for one in shown] == ["城北新桥"] * 3


def test_a_made_up_date_in_a_tag_is_none() -> None:
    facts = head_metadata.read(markup.parse("<meta name=pubdate content=2024-02-30><p>城北").root)
    assert facts.meta.published is None


@pytest.mark.parametrize(
    "odd", ["\x01", "\v", "\f", "\x1f", "\ufffe", "\uffff", "&#1;", "&#11;", "&#12;", "&#x1F;", "&#xffff;"]
)
@pytest.mark.parametrize("hidden", ["<style>a</style>", "<svg></svg>", "<p hidden>a</p>", "<noscript>a</noscript>", ""])
def test_a_character_that_xml_cannot_hold_costs_nothing_but_itself(odd: str, hidden: str) -> None:
    article = only(page(f"{hidden}{odd}<h1>{TITLE}</h1>{BODY}{hidden}{odd}<p>{odd}{PROSE[0]}{hidden}{odd}</p>"))
    assert article.title == TITLE
    assert [paragraph.text for paragraph in article.paragraphs] == [*PROSE, PROSE[0]]


def test_a_line_of_invisible_separators_is_no_line() -> None:
    article = only(page(f"<h1>{TITLE}</h1>{BODY}<p>\u2063\u2063</p>"))
    assert [paragraph.text for paragraph in article.paragraphs] == list(PROSE)


def test_what_the_tags_of_a_page_say_holds_no_control_character() -> None:
    head = (
        f'<title>{TITLE[:4]}\x01{TITLE[4:]}_某新闻网</title><meta name="source" content="城北\x02日报">'
        '<meta property="og:url" content="https://a.cn/12\x033456.html"><meta name="author" content="陈\x04晓雨">'
    )
    article = only(page(BODY, head))
    assert (article.title, article.source, article.author, article.url) == (TITLE, "城北日报", "陈晓雨", None)
