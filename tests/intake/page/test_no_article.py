"""Pages without an article, and articles that look like such pages."""

import pytest

from retrieval.intake import Refusal
from tests.support.web_pages import BODY, BOX, PROSE, TITLE, only, page, results

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
def test_a_page_without_an_article_is_refused_by_its_kind(kind: str) -> None:
    head, body = NO_ARTICLES[kind]
    [refusal] = results(page(body, head))
    assert isinstance(refusal, Refusal)
    assert kind.strip() in refusal.reason
    assert refusal.reason.endswith("。")


@pytest.mark.parametrize("title", ["泄露验证码损失十万元", "市民请登录新网站查询水费", "列车404次晚点进站"])
def test_a_short_article_with_an_error_page_word_in_its_title_is_read(title: str) -> None:
    article = only(
        page(f"<h1>{title}</h1><div><p>{PROSE[0]}</p><p>{PROSE[1]}</p></div>", f"<title>{title}_某新闻网</title>")
    )
    assert article.title == title


def test_an_article_about_error_pages_is_read() -> None:
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
def test_markup_without_an_article_is_refused(text: str, reason: str) -> None:
    assert results(text) == [Refusal("a.html", reason)]


RULES = "登录即表示您同意用户协议和隐私政策，我们会保护您的个人信息安全"
LOGINS = {
    "a field for a password": f"<h2>欢迎回来</h2><form><input><input type=password></form><p>{RULES}</p>",
    "a heading": f"<h1>登录城北邮箱</h1><form><input></form><ul><li>{RULES}</li><li>还没有账号？ 立即注册</li></ul>",
}


@pytest.mark.parametrize("login", LOGINS)
def test_a_page_that_asks_for_a_login_is_refused(login: str) -> None:
    [refusal] = results(page(LOGINS[login], "<title>城北邮箱--你的电子邮局</title>"))
    assert isinstance(refusal, Refusal)
    assert "登录" in refusal.reason


def test_an_article_above_a_form_for_a_login_is_read() -> None:
    form = "<div><h3>用户登录</h3><form><input type=password></form><p>忘记密码</p></div>"
    article = only(page(f"<h1>{TITLE}</h1><div><p>{PROSE[0]}</p><p>{PROSE[1]}</p><p>{PROSE[2]}</p></div>{form}"))
    assert [paragraph.text for paragraph in article.paragraphs] == list(PROSE[:3])


def test_a_short_article_about_logging_in_is_read() -> None:
    prose = (
        "从今天起，市民登录新平台需要先完成实名认证，登录后才能查看水费、电费和燃气费的账单，忘记密码的可以到大厅重置。"
    )
    article = only(
        page(f"<h1>登录新平台要注意什么</h1><div><p>{prose}</p></div>", "<title>登录新平台要注意什么</title>")
    )
    assert article.text == prose


HEADLINES = [f"城南大桥昨日合龙主跨创下第{number}个纪录" for number in range(12)]
LISTS = {
    "titles with days": "".join(f"<li><a href=/a>{title}</a><span>2026-05-08</span></li>" for title in HEADLINES),
    "titles with summaries": "".join(
        f"<div><h3><a href=/a>{title}</a></h3><p>{number}，{PROSE[0]}</p></div>"
        for number, title in enumerate(HEADLINES)
    ),
    "boxes of titles": "".join(f"<div><h2>国内</h2><p><a href=/a>{title}</a></p></div>" for title in HEADLINES),
}


@pytest.mark.parametrize("kind", LISTS)
def test_a_page_of_other_articles_is_refused(kind: str) -> None:
    [refusal] = results(page(f"<div><h2>要闻</h2><ul>{LISTS[kind]}</ul></div>", "<title>要闻_城北网</title>"))
    assert refusal == Refusal("a.html", "这是列表页，不是文章；请打开其中一篇再收录。")


def test_a_short_article_above_many_titles_is_read() -> None:
    article = only(page(f"<h1>{TITLE}</h1><div><p>{PROSE[0]}</p></div><ul>{LISTS['titles with days']}</ul>"))
    assert article.text == PROSE[0]


def test_a_binary_file_with_a_page_name_is_refused() -> None:
    assert results(bytes(range(256)) * 40) == [Refusal("a.html", "文件内容不是文本，或者编码无法识别。")]
    [refusal] = results(b"\x89PNG\r\n\x1a\n" + bytes(500))
    assert isinstance(refusal, Refusal)
    assert "图片" in refusal.reason
