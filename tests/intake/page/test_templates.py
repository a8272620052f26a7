"""Templates of sites, and the source, day and names read from their markup."""

import pytest

from tests.support.web_pages import BODY, PROSE, TITLE, only, page

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
        f"<meta itemprop=dateUpdate content='2024-03-05 07:12:44'><h2>{TITLE}</h2><p class=author-name>爱城北</p>"
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


def test_a_page_without_a_date_gets_no_date() -> None:
    article = only(page(f"<h1>{TITLE}</h1><div>{BODY}</div><div>© 2019-2023 某网站</div>"))
    assert (article.published, article.author, article.editor) == (None, None, None)


def test_a_day_without_a_known_year_stays_unknown() -> None:
    assert only(page(f"<h1>{TITLE}</h1><div>03-05 07:12</div><div>{BODY}</div>")).published is None


def test_the_site_is_the_source_when_the_page_names_no_other() -> None:
    assert only(page(f"<h1>{TITLE}</h1><div>{BODY}</div>")).source == "某新闻网"
