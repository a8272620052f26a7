"""Plain texts: forms of one page, titles, headings, several articles, and refusals."""

import re

import opencc
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.article import Article, Paragraph
from retrieval.intake import Refusal, read
from tests.support.printed_texts import BODY, META, MORE, PAGE, PRINTED, only, results


def wrapped(width: int) -> str:
    return "\n\n".join("\n".join(re.findall(f".{{1,{width}}}", line)) for line in PRINTED)


FORMS = {
    "carriage returns": PAGE.replace("\n", "\r\n"),
    "old line ends": PAGE.replace("\n", "\r"),
    "line separators": PAGE.replace("\n", "\u2028"),
    "no blank lines": "\n".join(PRINTED),
    "ideographic indents": "\n".join(f"\u3000\u3000{line}" for line in PRINTED),
    "no-break indents": "\n".join(f"\xa0\xa0\xa0\xa0{line}" for line in PRINTED),
    "no-break blanks": PAGE.replace(" ", "\xa0"),
    "zero width blanks": "\u200b".join(PAGE),
    "soft hyphens": PAGE.replace("兰州", "兰\xad州"),
    "direction marks": PAGE.replace("签约", "签\u200f约").replace("60亿元", "\u202e60亿元\u202c"),
    "entities": PAGE.replace("“", "&ldquo;").replace("”", "&#8221;").replace(" ", "&nbsp;"),
    "paragraph tags": "".join(f"<p>{line}</p>" for line in PRINTED),
    "break tags": "<br/>".join(PRINTED),
    "paragraph tags with others inside": "".join(f"<p><span><b>{line}</b></span></p>" for line in PRINTED),
    "lost line breaks": "\u3000\u3000".join(PRINTED),
    "lost line breaks in the body": "\n".join(PRINTED[:2]) + "\n" + "\u3000\u3000".join(PRINTED[2:]),
    "one line": " ".join(PRINTED),
    "one line with two blanks": "  ".join(PRINTED),
    "wrapped at 30": wrapped(30),
    "wrapped at 38": wrapped(38),
    "the title twice": PRINTED[0] + "\n" + PAGE,
    "the title of the window": PRINTED[0] + "_兰州新闻网\n" + PAGE,
    "the title below the date again": "\n".join([PRINTED[0], META, PRINTED[0], *PRINTED[2:]]),
    "a breadcrumb": "首页 > 兰州新闻 > 正文\n" + PAGE,
    "markdown": "# " + PAGE,
}


@pytest.mark.parametrize("form", FORMS)
def test_the_first_article_reads_the_same_in_every_form(form: str, first_article: Article) -> None:
    assert only(FORMS[form]) == first_article


@pytest.mark.parametrize(
    "meta",
    [
        "来源：兰州晚报 作者：郭兰英 时间：2020-02-24 02:24:15 【字号：大 中 小】",
        "时间：2020-02-24 02:24 来源：兰州晚报 作者：郭兰英",
        "发布时间：2020-02-24 02:24 | 来源：兰州晚报 | 记者 郭兰英",
        "2020年02月24日02:24 来源：兰州晚报",
        "2020/2/24 2:24:00　来源：兰州晚报　点击：1234",
        "民国109年2月24日 02:24 兰州晚报",
        "来源：兰州晚报\n2020-02-24 02:24",
        "2020-02-24 02:24来源：兰州晚报",
        "兰州晚报 · 2020-02-24 02:24 · 阅读 10万+",
        "发布者：兰州晚报 发布时间：2020-02-24 02:24",
        "标题：" + PRINTED[0] + "\n来源：兰州晚报\n时间：2020-02-24 02:24",
    ],
)
def test_the_line_below_the_title_is_read_in_every_form(meta: str, first_article: Article) -> None:
    assert only(PAGE.replace(META, meta)) == first_article


def test_the_editor_on_the_line_below_the_title_is_read() -> None:
    article = only(f"兰州签约四个项目\n2020年02月24日02:24 来源：兰州晚报 责任编辑：李明\n{BODY}")
    assert (article.source, article.editor, article.published) == ("兰州晚报", "李明", "2020-02-24 02:24")


def test_a_traditional_page_is_cleaned_and_stays_traditional() -> None:
    traditional = opencc.OpenCC("s2t").convert(PAGE)
    article = only(traditional)
    assert article.title == traditional.split("\n")[0]
    assert article.source == "蘭州晚報"
    assert article.author == "郭蘭英"
    assert "新聞推薦" not in article.text
    assert article.headings[0] == "開啓了政商溝通交流的新模式"


def test_a_page_without_a_title_gets_its_first_sentence() -> None:
    article = only("\n".join(PRINTED[1:]))
    assert PRINTED[2].startswith(article.title)
    assert len(article.title) <= 30
    assert article.published == "2020-02-24 02:24"


def test_a_news_flash_is_read_without_invented_metadata() -> None:
    assert results("兰州地铁2号线一期工程今天开通试运营，全长9公里。") == [
        Article(
            "兰州地铁2号线一期工程今天开通试运营，全长9公里",
            (Paragraph("兰州地铁2号线一期工程今天开通试运营，全长9公里。"),),
        )
    ]


def test_a_post_with_its_title_in_brackets_is_an_article() -> None:
    post = "【兰州地铁2号线开通】兰州地铁今天宣布，2号线一期工程开通。（兰州晚报）\n投稿：@some_bot\n#兰州 #地铁"
    assert only(post) == Article(
        "兰州地铁2号线开通", (Paragraph("兰州地铁今天宣布，2号线一期工程开通。"),), source="兰州晚报"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "文件是空的。"),
        (" \n\u3000\u3000\n\ufeff\u200b\n", "文件是空的。"),
        ("兰州创新招商签约模式省时省事", "只有标题，没有正文。"),
        ("新闻推荐\n相关推荐\n责任编辑:李明\n版权声明:不得转载", "没有找到正文，没有收录。"),
        ("兰州下雪了。", "正文不足 10 个汉字，没有收录。"),
        ("hello, world. this is no chinese.", "没有找到正文，没有收录。"),
    ],
)
def test_a_text_without_a_body_is_refused_with_the_reason(text: str, reason: str) -> None:
    assert results(text) == [Refusal("a.txt", reason)]


@pytest.mark.parametrize(
    "name",
    ["a.xlsx", "a.doc", "a.rtf", "a.odt", "a.pptx", "a.epub", "a.rar", "a.tar.gz"],
)
def test_an_unsupported_file_kind_is_refused(name: str) -> None:
    [refusal] = results(BODY, name)
    assert isinstance(refusal, Refusal)
    assert refusal.item == name
    assert re.fullmatch("还不能收录 .+ 文件，.+。", refusal.reason)


@pytest.mark.parametrize("data", [b"%PDF-1.7 text", b"PK\x03\x04 docx", bytes(range(256)) * 9])
def test_a_binary_file_with_a_text_name_is_refused(data: bytes) -> None:
    [refusal] = read(data, "a.txt")
    assert isinstance(refusal, Refusal)


def test_numbered_headings_keep_their_chinese_numbers() -> None:
    article = only(f"会议部署任务\n来源：兰州日报\n一、扩大投资\n{BODY}\n（一）交通项目\n{MORE}\n二、稳定主体\n{BODY}")
    assert article.headings == ["一、扩大投资", "（一）交通项目", "二、稳定主体"]


def test_a_short_line_above_a_paragraph_is_a_heading() -> None:
    assert only(f"一条河一座城\n新华社 2024-09-20\n{BODY}\n金汤之固\n{MORE}").headings == ["金汤之固"]


@pytest.mark.parametrize("between", ["\n==========\n", "\n\n"])
def test_two_articles_in_one_paste_are_separated(between: str, first_article: Article) -> None:
    other = f"甘肃启动春耕行动\n来源:甘肃日报 2020年3月2日 09:15 责任编辑:李明\n{BODY}\n{MORE}"
    paragraphs = (Paragraph(BODY), Paragraph(MORE))
    spring = Article("甘肃启动春耕行动", paragraphs, "甘肃日报", None, "李明", "2020-03-02 09:15")
    assert results(f"{other}{between}{PAGE}") == [spring, first_article]
    assert results(f"{PAGE}{between}{other}") == [first_article, spring]


@pytest.mark.parametrize("rule", ["=====", "=" * 30])
def test_wrapped_articles_are_separated_by_a_rule(rule: str) -> None:
    # The last line of each is as long as the others, so the reader joins it with the next line.
    bodies = [
        "\n\n".join(f"{name}桥长五百米，{BODY}{MORE}"[:90] for name in names) for names in ("甲乙丙丁", "戊己庚辛")
    ]
    parts = [
        f"城北新桥{number}\n2024-03-05 09:30\n\n" + re.sub(".{30}", "\\g<0>\n", body).replace("\n\n\n", "\n\n").strip()
        for number, body in enumerate(bodies)
    ]
    first, second = results(f"\n{rule}\n".join(parts))
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.title, second.title) == ("城北新桥0", "城北新桥1")
    assert [article.text.replace("\n", "\n\n") for article in (first, second)] == bodies


@pytest.mark.parametrize(
    "text",
    [
        f"兰州签约四个项目 兰州晚报 2020-02-24 02:24 {'a ' * 400_000}",
        f"{'兰州签约四个项目共同落地一起开工建设产业化程度高啊'}\n" * 30_000,
        "来源：\n" * 100_000,
        "来源：" + " " * 500_000 + "x",
        "（" * 300_000,
        "<p" * 300_000,
        "&a" * 300_000,
        "2" * 500_000,
        "编辑丨" * 200_000,
        "【记者】" * 150_000,
        "#财经 " * 150_000,
        "https://" + "a/" * 300_000,
        "时间：\n2024\n05/08\n09:05:11\n" * 20_000,
        "".join(f"编辑：李{chr(0x4E00 + number)}\n" for number in range(10_000)),
        "相关推荐\n本文仅代表作者观点\n分享 收藏 点赞\n" * 20_000,
    ],
)
def test_hostile_texts_do_not_slow_the_rules(text: str) -> None:
    # The rules are linear; a quadratic pattern would exceed the time limit of any test run.
    assert len(results(text)) == 1


@example("。年年年年年年年年年年")
@given(st.text(alphabet="来源：记者编辑李明2020-年月日 (（）)【】>|、。“”报网社\n\u3000a=#<p>&;", max_size=150))
def test_any_text_gives_articles_without_blank_lines_or_a_refusal(text: str) -> None:
    got = results(text)
    assert got
    for article in got:
        assert isinstance(article, Refusal) or (article.title.strip() and all(article.text.split("\n")))


@pytest.mark.parametrize("teaser", ["延伸閱讀：雙北河濱單車節登場", "相關新聞：城南大橋合龍", "更多新闻：城西地铁开工"])
def test_the_title_of_another_article_in_the_middle_is_dropped_alone(teaser: str) -> None:
    article = only(f"兰州签约四个项目\n2020-02-24\n{BODY}\n{MORE}\n{teaser}\n里长说，孩子很高兴。\n下周还有一场。")
    assert [paragraph.text for paragraph in article.paragraphs] == [
        BODY,
        MORE,
        "里长说，孩子很高兴。",
        "下周还有一场。",
    ]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("密码登录\n手机号\n验证码\n登录即代表同意用户协议和隐私政策", "登录"),
        ("该内容已被发布者删除\n微信公众平台运营中心", "删除"),
        ("环境异常\n当前环境异常，完成验证后即可继续访问。\n去验证", "验证"),
        (
            "兰州签约四个项目\n2020-02-24\n兰州市今天举行了一场签约仪式，共有四个项目落地。\n本文為訂戶限定 請先登入",
            "登录",
        ),
    ],
)
def test_a_pasted_page_without_an_article_is_refused_with_its_reason(text: str, word: str) -> None:
    [refusal] = read(text.encode(), "page.txt")
    assert isinstance(refusal, Refusal)
    assert word in refusal.reason
