"""What belongs to the article of a page, and what stands among its paragraphs without belonging to it."""

import time

import pytest

from tests.support.web_pages import BODY, PROSE, TITLE, only, page

FIRST, LAST = f"<p>{PROSE[0]}</p><p>{PROSE[1]}</p>", f"<p>{PROSE[2]}</p><p>{PROSE[3]}</p>"
OTHER = "城南大桥昨日合龙 主跨创下纪录"
TEASER = f"<h3><a href=/1>{OTHER}</a></h3><p>近日，城南大桥主跨合龙，施工单位连续奋战四百天，将于年底通车。</p>"
BOXES = {
    "a list of links below a label": f"<p>大家都爱看</p><ul><li><a>{OTHER}</a></li><li><a>环线试运营</a></li></ul>",
    "a label and a link on one line": f"<p>此前：<a href=/1>{OTHER}</a></p>",
    "a teaser": f"<div>{TEASER}</div>",
    "a teaser below a label": f"<div><div>延伸</div>{TEASER}</div>",
    "teasers in a list": f"<ul><li>{TEASER}</li><li>{TEASER}</li></ul>",
    "share buttons, named in English": "<div class=mbArticleShareBtn><span>转播到我的主页</span></div>",
    "a player": "<div class=video-player><span>视频加载中，请稍候。</span><div>00:00 / 01:20 倍速</div></div>",
    "related articles, named in Chinese": "<div class=tuijian_box><p>小编为您精心挑选了三篇报道。</p></div>",
    "a notice": "<div id=copyright><p>任何媒体未经书面授权不得以任何方式转载，违者将被追究责任。</p></div>",
    "comments": "<section class=comments><p>网友甲：这座桥修得真好，为建设者点赞。</p></section>",
    "a section with a heading": f"<section><h2>推荐阅读</h2><ul><li><a>{OTHER}</a></li></ul><p>推荐阅读</p></section>",
    "a heading and a list": f"<h4>相关阅读</h4><ul><li><a>{OTHER}</a></li><li><a>环线试运营</a></li></ul>",
    "a linked question": "<h2><a href=/1>全民微信时代，发60秒语音是种怎样的体验？</a></h2>",
}


@pytest.mark.parametrize("box", BOXES)
def test_a_box_among_the_paragraphs_is_removed(box: str) -> None:
    for body in (f"{FIRST}{BOXES[box]}{LAST}", f"{FIRST}{LAST}{BOXES[box]}"):
        article = only(page(f"<h1>{TITLE}</h1><p>2024-03-05 来源：城北日报</p><div class=c>{body}</div>"))
        assert [paragraph.text for paragraph in article.paragraphs] == list(PROSE)


def test_a_box_that_holds_most_of_the_prose_is_the_article() -> None:
    article = only(page(f"<h1>{TITLE}</h1><div class='share-page'><div class=player-text>{BODY}</div></div>"))
    assert [paragraph.text for paragraph in article.paragraphs] == list(PROSE)


def test_the_paragraphs_beside_the_chosen_element_belong_to_the_article() -> None:
    body = f"<div id=upper>{FIRST}</div><div class=articlelogin><div id=lower>{LAST}</div></div>"
    article = only(page(f"<h1>{TITLE}</h1><p>2024-03-05</p><article>{body}</article>"))
    assert article.text.split("\n") == list(PROSE[:4])


def test_a_notice_longer_than_the_article_is_removed() -> None:
    notice = "".join(
        f"<p>本网站所刊载的第{number}类内容依法享有版权，违者将被追究法律责任。</p>" for number in range(9)
    )
    for part in (f"<div class=copyright>{notice}</div>", f"<footer>{notice}</footer>", f"<div id=foot>{notice}</div>"):
        assert only(page(f"<h1>{TITLE}</h1><div class=art><p>{PROSE[0]}</p></div>{part}")).text == PROSE[0]


def test_credits_that_readability_leaves_out_are_read() -> None:
    body = f"<div class=txt>{BODY}</div><div class=x><div>责任编辑：李明</div></div><div>关键词 >> 桥</div>"
    assert only(page(f"<h1>{TITLE}</h1><div class=news>{body}</div>")).editor == "李明"


def test_buttons_and_captions_between_title_and_paragraphs_are_removed() -> None:
    between = "<ul><li>我要提问</li><li>36</li></ul><div><img><p>陈小雨领奖</p></div>"
    article = only(page(f"<h1>{TITLE}</h1>{between}<div class=c>{BODY}</div>"))
    assert [paragraph.text for paragraph in article.paragraphs] == list(PROSE)


@pytest.mark.parametrize("button", ["评论", "评论（0）", "网友评论"])
def test_a_button_for_comments_below_the_title_does_not_end_the_article(button: str) -> None:
    title = "城北新桥今天上午正式通车，市民步行上桥参观，两岸车程缩短到十分钟"
    body = f"<h1>{title}</h1><p>{button}</p><div class=c>{BODY}</div>"
    article = only(page(body, f"<title>{title}_某新闻网</title>"))
    assert (article.title, len(article.paragraphs)) == (title, len(PROSE))


def test_a_title_that_stands_again_below_the_article_is_not_its_heading() -> None:
    again = f"<p>本文链接：<a href=/1>{TITLE}</a></p><p>本文标题：{TITLE}</p><p>{TITLE}</p>"
    title = "城北新桥今天上午正式通车"
    article = only(page(f"<h1>{title}</h1><p>{PROSE[0]}</p>{again.replace(TITLE, title)}", f"<title>{title}</title>"))
    assert (article.title, article.text) == (title, PROSE[0])


@pytest.mark.parametrize(
    "window", ["新闻动态", "要闻速递", "新闻动态--城北学会官网", "城北区人民政府 新闻动态 部门动态"]
)
def test_the_name_of_a_section_is_not_the_title(window: str) -> None:
    crumb = "<div><a>首页</a> &gt; <a>要闻速递</a></div><h2>首页 - 新闻动态</h2>"
    title = "城北新桥今天上午正式通车"
    body = f"{crumb}<div class=bt>{title}</div><div>发布时间：2026-05-08 来源：城北学会</div><div class=c>{BODY}</div>"
    article = only(page(body, f"<title>{window}</title>"))
    assert (article.title, article.source) == (title, "城北学会")
    assert [paragraph.text for paragraph in article.paragraphs] == list(PROSE)


@pytest.mark.parametrize("end", ["</body></html>", "</html>", "</BODY >\n</HTML>\n<!-- end -->"])
def test_text_behind_the_end_of_the_page_is_read(end: str) -> None:
    text = (
        f"<html><title>{TITLE}</title><body><div>页首</div>{end}<h1>{TITLE}</h1><div>{BODY}</div>{end}<p>{PROSE[0]}</p>"
    )
    assert [paragraph.text for paragraph in only(text).paragraphs] == [*PROSE, PROSE[0]]


def test_an_address_in_the_text_is_not_the_articles() -> None:
    link = "<p>https://pod.example.com/episodes/1003</p>"
    own = "<meta property=og:url content=https://mp.weixin.qq.com/s/SbBxtESyMrfoNaIPimaAQ>"
    assert only(page(f"<h1>{TITLE}</h1><div>{BODY}{link}</div>")).url is None
    with_address = only(page(f"<h1>{TITLE}</h1><div>{BODY}{link}</div>", f"<title>{TITLE}</title>{own}"))
    assert with_address.url == "https://mp.weixin.qq.com/s/SbBxtESyMrfoNaIPimaAQ"


DEEP = {
    "a long text": "<div>" * 1_900 + f"<p>{PROSE[0] * 2_000}",
    "many paragraphs": "<div>" * 1_900 + "<p>城北，桥</p>" * 15_000 + BODY,
    "a paragraph at each depth": f"<div><p>{PROSE[0]}</p>" * 1_900,
    "boxes": "<div class=share>" * 1_900 + BODY * 100,
}


@pytest.mark.parametrize("kind", DEEP)
def test_a_deep_page_is_read_in_a_short_time(kind: str) -> None:
    start = time.process_time()
    assert only(page(DEEP[kind], "")).text
    assert time.process_time() - start < 5
