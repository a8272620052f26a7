"""Markdown files: the text that a reader sees, its headings and its front matter."""

import pytest

from retrieval.article import Article, Paragraph
from retrieval.intake import Refusal, read
from tests.support.documents import BODY, LAST, MORE

TITLE = "城北新桥通车"


def results(text: str) -> list[Article | Refusal]:
    return list(read(text.encode(), "a.md"))


def only(text: str) -> Article:
    [article] = results(text)
    assert isinstance(article, Article), article
    return article


def test_title_byline_headings_and_paragraphs_are_read() -> None:
    page = f"# {TITLE}\n\n城北日报 2024-03-05 09:30\n\n{BODY}\n\n## 怎么走\n\n{MORE}\n\n### 下一步\n\n{LAST}\n"
    assert only(page) == Article(
        TITLE,
        (Paragraph(BODY), Paragraph(MORE, "怎么走"), Paragraph(LAST, "下一步")),
        source="城北日报",
        published="2024-03-05 09:30",
    )


@pytest.mark.parametrize(
    "front",
    [
        f'---\ntitle: "{TITLE}"\ndate: 2024-03-05 09:30:00 +0800\nauthor: 李超\nsource: 城北日报\ntags: [桥]\n---\n',
        f"---\r\ntitle: {TITLE}\r\nauthor:\r\n  - 李超\r\nsource: '城北日报'\r\ndate: 2024-03-05T09:30\r\n---\r\n\r\n",
        f'+++\ntitle = "{TITLE}"\ndate = 2024-03-05T09:30:00+08:00\nauthor = "李超"\nsource = "城北日报"\n+++\n',
        f"---\n# 新闻\n标题: {TITLE}\n时间: 2024年3月5日 09:30\n作者: 李超\n来源: 城北日报\n---\n",
    ],
)
@pytest.mark.parametrize("heading", ["", f"\n# {TITLE}\n"])
def test_front_matter_fills_in_what_the_text_lacks(front: str, heading: str) -> None:
    assert only(f"{front}{heading}\n{BODY}\n") == Article(
        TITLE, (Paragraph(BODY),), source="城北日报", author="李超", published="2024-03-05 09:30"
    )


def test_front_matter_with_an_invalid_date_leaves_it_unknown_with_a_note() -> None:
    article = only(f"---\ntitle: {TITLE}\ndate: 2024-13-45\n---\n{BODY}")
    assert article == Article(TITLE, (Paragraph(BODY),))
    assert article.notes == ("a.md：时间“2024-13-45”看不懂，没有记下。",)


def test_horizontal_rules_around_a_text_are_not_front_matter() -> None:
    assert only(f"---\n{BODY}\n\n---\n{MORE}").text.split("\n") == [BODY, MORE]


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        (f"**{BODY}**", BODY),
        (f"*{BODY[:4]}*{BODY[4:]}", BODY),
        (BODY.replace("新桥", "**“新桥”**"), BODY.replace("新桥", "“新桥”")),
        (BODY.replace("新桥", "[新桥](https://a.cn/1 '标题')"), BODY),
        (BODY.replace("新桥", "`新桥`"), BODY),
        (BODY.replace("新桥", "[新桥](javascript:alert(1))"), BODY),
        (BODY.replace("新桥", "~~旧~~新桥"), BODY.replace("新桥", "旧新桥")),
        (f"![图为新桥](a.png)\n\n{BODY}", BODY),
        (f"![](a.png){BODY}", BODY),
        (f"<div class='a'>{BODY}</div>", BODY),
        (f"<!-- 注 -->\n\n{BODY}", BODY),
        (f"\u3000\u3000{BODY}", BODY),
        (f"    {BODY}", BODY),
        (f"> {BODY}", BODY),
        (f"- {BODY}\n- {MORE}", f"{BODY}\n{MORE}"),
        (f"1. {BODY}\n2. {MORE}", f"1. {BODY}\n2. {MORE}"),
        (f"{BODY}\n{MORE}", f"{BODY}\n{MORE}"),
        (f"{BODY}  \n{MORE}", f"{BODY}\n{MORE}"),
        (f"{BODY}\n\n```\n{MORE}\n```", f"{BODY}\n{MORE}"),
        (f"{BODY}\n\n***\n\n{MORE}", f"{BODY}\n{MORE}"),
        (f"{BODY}\n\n\\# 不是标题，{MORE}", f"{BODY}\n# 不是标题，{MORE}"),
    ],
)
def test_markup_is_removed_and_its_words_stay(written: str, seen: str) -> None:
    article = only(f"# {TITLE}\n\n城北日报 2024-03-05\n\n{written}\n\n{LAST}")
    assert article.text == f"{seen}\n{LAST}"


def test_a_table_row_stays_one_line_and_is_not_a_heading() -> None:
    table = "| 桥 | 长 |\n|---|---:|\n| 城北 | 1200米 |\n| 城南 | 800米 |"
    article = only(f"# {TITLE}\n\n城北日报 2024-03-05\n\n{BODY}\n\n{table}\n\n{MORE}")
    assert article.text.split("\n") == [BODY, "桥 长", "城北 1200米", "城南 800米", MORE]
    assert article.headings == []


def test_a_paragraph_that_is_marked_as_a_heading_stays_a_paragraph() -> None:
    assert only(f"# {TITLE}\n\n## {BODY}\n\n{MORE}\n===\n") == Article(TITLE, (Paragraph(BODY), Paragraph(MORE)))


def test_each_article_starts_with_a_top_heading_and_a_date() -> None:
    bridge = f"# {TITLE}\n城北日报 2024-03-05\n\n{BODY}"
    park = f"# 城南公园开放\n城南晚报 2024-03-06\n\n{MORE}\n\n# 怎么去\n\n{LAST}"
    assert results(f"{bridge}\n\n{park}") == [
        Article(TITLE, (Paragraph(BODY),), source="城北日报", published="2024-03-05"),
        Article(
            "城南公园开放", (Paragraph(MORE), Paragraph(LAST, "怎么去")), source="城南晚报", published="2024-03-06"
        ),
    ]


def test_the_title_of_a_collection_is_not_an_article() -> None:
    bridge = f"## {TITLE}\n来源：城北日报　时间：2024-03-05\n\n{BODY}\n\n### 怎么走\n\n{MORE}"
    park = f"## 城南公园开放\n城南晚报 2024-03-06\n\n{LAST}"
    assert results(f"# 今日要闻\n\n{bridge}\n\n{park}") == [
        Article(TITLE, (Paragraph(BODY), Paragraph(MORE, "怎么走")), source="城北日报", published="2024-03-05"),
        Article("城南公园开放", (Paragraph(LAST),), source="城南晚报", published="2024-03-06"),
    ]


def test_articles_without_marked_titles_are_separated_as_in_plain_text() -> None:
    pages = [f"{TITLE}\n\n城北日报 2024-03-05\n\n{BODY}", f"城南公园开放\n\n城南晚报 2024-03-06\n\n{MORE}"]
    assert [article.title for article in results("\n\n==========\n\n".join(pages)) if isinstance(article, Article)] == [
        TITLE,
        "城南公园开放",
    ]


def test_boilerplate_is_removed_from_markdown_too() -> None:
    article = only(
        f"# {TITLE}\n\n城北日报 2024-03-05\n\n{BODY}{MORE}\n\n责任编辑：张伟\n\n## 相关阅读\n\n- [别的新闻](b)\n"
    )
    assert article.text == BODY + MORE
    assert article.editor == "张伟"


@pytest.mark.parametrize("text", ["", "# 只有标题", "---\ntitle: 只有标题\n---\n", "![图](a.png)", "责任编辑：张伟"])
def test_a_file_without_a_text_is_refused(text: str) -> None:
    [refusal] = results(text)
    assert isinstance(refusal, Refusal)


@pytest.mark.parametrize(
    "text", ["*a" * 20_000, "[" * 20_000, "> " * 3_000, "![a](" * 9_000, "|a" * 9_000 + "\n" + "|-" * 9_000]
)
def test_hostile_texts_do_not_slow_the_parser(text: str) -> None:
    assert len(results(text)) == 1


def test_a_copy_from_wechat_gives_account_and_author_and_no_widgets() -> None:
    article = only(
        f"![cover](https://a.cn/0)\n\n#  {TITLE}\n\n原创  我是小河  [ 河滨早知道 ](javascript:void\\(0\\);)\n\n"
        f"{BODY}{MORE}\n\n预览时标签不可点\n\n微信扫一扫  \n关注该公众号\n\n[知道了](javascript:;)\n\n****\n\n"
        "[取消](javascript:void\\(0\\);) [允许](javascript:void\\(0\\);)\n\n： ， 。   视频 赞 ，轻点两下取消赞 在看\n"
    )
    assert (article.title, article.source, article.author) == (TITLE, "河滨早知道", "我是小河")
    assert article.text == BODY + MORE


def test_links_to_scripts_and_words_of_widgets_in_sentences_stay() -> None:
    scan = "微信扫一扫就能坐公交，城北从今天起开通扫码乘车，全市三百条线路都可以使用。"
    linked = "据[城北日报](javascript:;)报道，新桥今天通车。"
    article = only(f"# {TITLE}\n\n{scan}\n\n{linked}\n\n[关闭](javascript:;)\n")
    assert article.text == f"{scan}\n据城北日报报道，新桥今天通车。"


def test_links_of_obsidian_are_read_as_their_words_and_its_pictures_are_dropped() -> None:
    front = "---\nsource: '[[新闻社|城北日报]]'\nauthor: [[李超]]\n---\n"
    page = f"{front}# {TITLE}\n\n[[桥梁|城北新桥]]在[[城北]]。![[a.png]]\n\n{BODY}\n"
    article = only(page)
    assert (article.source, article.author, article.text) == ("城北日报", "李超", f"城北新桥在城北。\n{BODY}")
