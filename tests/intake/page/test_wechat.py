"""Pages of WeChat: account and author, and posts whose text stands in a script."""

import pytest

from retrieval.intake import Refusal
from tests.support.web_pages import BODY, PROSE, TITLE, only, results

SHORT = "https://mp.weixin.qq.com/s/SbBxtESyMrfoNaIPimaAQ"
HEAD = (
    f'<meta charset=utf-8><meta property="og:url" content="{SHORT}">'
    '<meta property="og:site_name" content="微信公众平台">'
)
TIME = "<script>var ct = '1778203800';</script>"


@pytest.mark.parametrize("author", ["陈晓雨", "小河有话说", "kingname"])
def test_the_account_is_the_source_and_the_author_the_author(author: str) -> None:
    meta = (
        f"<span id=copyright_logo>原创</span><span><span id=js_author_name_text>{author}</span></span>"
        "<span id=profileBt><a id=js_name>河滨早知道</a></span><em id=publish_time>2026-05-08 09:30</em>"
    )
    text = (
        f"<html><head>{HEAD}<meta name=author content={author}></head><body><h1 id=activity-name>{TITLE}</h1>"
        f"<div id=meta_content>{meta}</div><div id=js_content style='visibility:hidden'>{BODY}</div></body></html>"
    )
    article = only(text)
    assert (article.source, article.author, article.published) == ("河滨早知道", author, "2026-05-08 09:30")
    assert article.url == SHORT


def test_the_platform_is_no_source() -> None:
    article = only(
        f"<html><head>{HEAD}<title>{TITLE}</title></head><body><div id=js_content>{BODY}</div>{TIME}</body></html>"
    )
    assert (article.source, article.published) == (None, "2026-05-08 09:30")


WORDS = (
    f"{PROSE[0]}\\x0a\\x0a{PROSE[1]}\\x3ca href=\\x22https://a.cn\\x22\\x3e看图\\x3c/a\\x3e"
    "\\x0a居民说：\\x26quot;方便多了\\x26quot;。"
)
SHOWN = [PROSE[0], f"{PROSE[1]}看图", '居民说："方便多了"。']
SCRIPTS = {
    "words": f"window.cgiDataNew = {{ title: JsDecode('{PROSE[0]}'), nick_name: JsDecode('河滨早知道'),\n"
    f"create_time: JsDecode('2026-05-08 09:30'), text_page_info: {{ content_noencode: JsDecode('{WORDS}') }} }};",
    "pictures with words": "window.item_show_type = '8' || '';\nwindow.ct = '1778203800' || '';\n"
    "window.desc = window.desc || '';\nwindow.cgiData = { nick_name: '河滨早知道',\n"
    "picture_page_info_list: [{ cdn_url: 'https://mmbiz.qpic.cn/a' }],\n"
    f"desc: '{WORDS}' }};",
    "quotation marks": 'var nickname = htmlDecode("河滨早知道");\nwindow.item = {"content_noencode": "' + WORDS + '",'
    ' "create_time": "2026-05-08 09:30"};',
    "an article that waits for a script": "window.cgiDataNew = { nick_name: JsDecode('河滨早知道'), create_time: "
    "JsDecode('2026-05-08 09:30'),\ncontent_noencode: JsDecode('"
    + "".join(f"\\x3cp style=\\x22a\\x22\\x3e{line}\\x3c/p\\x3e" for line in SHOWN).replace('"', "\\x22")
    + "') };",
}


@pytest.mark.parametrize("kind", SCRIPTS)
def test_a_post_in_a_script_is_read(kind: str) -> None:
    article = only(
        f"<html><head>{HEAD}</head><body><div id=js_article></div><script>{SCRIPTS[kind]}</script></body></html>"
    )
    assert [paragraph.text for paragraph in article.paragraphs] == SHOWN
    assert (article.source, article.published, article.url) == ("河滨早知道", "2026-05-08 09:30", SHORT)
    assert article.title == PROSE[0][:30]


def test_a_post_with_a_title_of_its_own_keeps_it() -> None:
    script = f"window.msg_title = window.title = '{TITLE}' || ''; cgiData = {{content_noencode: '{WORDS}'}}"
    assert only(f"<html><head>{HEAD}</head><body><script>{script}</script></body></html>").title == TITLE


def test_a_summary_in_a_script_is_no_article() -> None:
    script = f'window.cgiDataNew = {{ title: "{TITLE}", desc: "{PROSE[0]}" }};'
    text = f"<html><head>{HEAD}</head><body><div id=js_article></div><script>{script}</script></body></html>"
    assert [type(result) for result in results(text)] == [Refusal]


def test_a_page_with_a_body_is_read_from_the_body() -> None:
    script = f"window.cgiDataNew = {{ content_noencode: JsDecode('{PROSE[3]}') }};"
    text = (
        f"<html><head>{HEAD}<title>{TITLE}</title></head><body><div id=js_content>{BODY}</div><script>{script}</script>"
    )
    assert [paragraph.text for paragraph in only(text).paragraphs] == list(PROSE)
