"""Where reporters are named: in a dateline, in a credit below the text, in a line between title and date."""

import pytest

from retrieval.intake.prose.byline import Byline
from tests.support.printed_texts import BODY, MORE, only

TITLE, DATE = "兰州签约四个项目", "2020-02-24 09:05"


@pytest.mark.parametrize(
    ("dateline", "source", "author"),
    [
        ("本报讯（记者 陈晓雨 通讯员 王芳）", None, "陈晓雨 王芳"),
        ("新华社北京5月8日电（记者陈晓雨、王芳）", "新华社", "陈晓雨 王芳"),
        ("中新网5月8日电 (陈晓雨)", "中新网", "陈晓雨"),
        ("【城北日报 记者 陈晓雨】", None, "陈晓雨"),
        ("城北新闻网讯（通讯员 陈晓雨）", None, "陈晓雨"),
        ("（记者 陈晓雨）", None, "陈晓雨"),
        ("〔記者陳曉雨／台北報導〕", None, "陳曉雨"),
        ("【記者陳曉雨台北報導】", None, "陳曉雨"),
        ("南城讯 记者陈晓雨 通讯员王芳 ", None, "陈晓雨 王芳"),
        ("每经记者 陈晓雨 ", None, "陈晓雨"),
        ("央视网消息（记者陈晓雨）：", None, "陈晓雨"),
        ("城北日报记者陈晓雨报道 ", None, "陈晓雨"),
        ("【明報專訊】", "明報", None),
        ("【本报讯】", None, None),
        ("（城北之声中文网）", "城北之声中文网", None),
    ],
)
def test_a_dateline_names_source_and_author_and_stays(dateline: str, source: str | None, author: str | None) -> None:
    article = only(f"{TITLE}\n{DATE}\n{dateline}{BODY}\n{MORE}")
    assert (article.source, article.author) == (source, author)
    assert article.text.split("\n") == [f"{dateline}{BODY}", MORE]


@pytest.mark.parametrize(
    ("credit", "wanted"),
    [
        ("撰文/陈晓雨 摄影/王芳", Byline(author="陈晓雨")),
        ("执笔：陈晓雨", Byline(author="陈晓雨")),
        ("□ 陈晓雨 王芳", Byline(author="陈晓雨 王芳")),
        ("文/本报记者 陈晓雨 图/王芳", Byline(author="陈晓雨")),
        ("每经记者 陈晓雨 每经编辑 李明", Byline(author="陈晓雨", editor="李明")),
        ("（作者：陈晓雨，系城北大学教授）", Byline(author="陈晓雨")),
        ("记者 陈晓雨 发自北京", Byline(author="陈晓雨")),
        ("（总台央视记者 陈晓雨）", Byline(author="陈晓雨")),
        ("文章转载自城北日报微信公众号", Byline(source="城北日报")),
        ("来源：本站", Byline()),
    ],
)
def test_a_credit_below_the_text_is_read_and_dropped(credit: str, wanted: Byline) -> None:
    article = only(f"{TITLE}\n{DATE}\n{BODY}\n{MORE}\n{credit}")
    assert Byline(article.source, article.author, article.editor) == wanted
    assert article.text.split("\n") == [BODY, MORE]


@pytest.mark.parametrize(
    "sentence",
    [
        "记者昨天在现场看到，四个项目的负责人逐一签字，台下掌声不断，仪式持续了一个小时。",
        "（图为签约仪式现场）市长在仪式上说，今年还会有十个项目落地，全市上下要抓紧落实。",
        "通讯员队伍是报社的宝贵财富，今年全市新增通讯员三百名，分布在各个乡镇和街道。",
    ],
)
def test_a_sentence_that_begins_like_a_dateline_names_nobody(sentence: str) -> None:
    article = only(f"{TITLE}\n{DATE}\n{sentence}\n{BODY}\n{MORE}")
    assert article.author is None
    assert article.text.split("\n") == [sentence, BODY, MORE]
