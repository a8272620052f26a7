"""Tables in HTML: a row is an article where the heads say so, and a page with a table stays a page."""

import pytest

from retrieval.article import Article, Paragraph
from retrieval.intake import Refusal, read
from tests.support.documents import BODY, LAST, MORE

HEADS = ["编号", "标题", "来源", "日期", "链接", "正文"]
ROWS = [
    [
        "1",
        "城北新桥通车",
        "城北日报",
        "2024-03-05 09:30",
        '<a href="https://a.cn/1?a=1&amp;b=2">看</a>',
        f"{BODY}<br>{MORE}",
    ],
    ["2", "城南公园开放", "城南晚报", "20240306", "", f"<p>{LAST}</p>"],
]
ARTICLES = [
    Article(
        "城北新桥通车",
        (Paragraph(BODY), Paragraph(MORE)),
        "城北日报",
        published="2024-03-05 09:30",
        url="https://a.cn/1?a=1&b=2",
    ),
    Article("城南公园开放", (Paragraph(LAST),), "城南晚报", published="2024-03-06"),
]


def table(*rows: list[str], tag: str = "th") -> str:
    heads, *others = rows
    lines = ["".join(f"<{tag}>{head}</{tag}>" for head in heads)]
    lines += ["".join(f"<td class='c'>{cell}</td>" for cell in row) for row in others]
    return f"<table border=1>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def results(page: str, name: str = "a.html") -> list[Article | Refusal]:
    return list(read(page.encode(), name))


@pytest.mark.parametrize("tag", ["th", "td"])
@pytest.mark.parametrize(
    "around", ["{}", "<!doctype html><html><head><title>稿件</title></head><body>{}</body></html>"]
)
def test_each_row_below_heads_of_articles_is_an_article(around: str, tag: str) -> None:
    assert results(around.format(table(HEADS, *ROWS, tag=tag))) == ARTICLES
    assert results(around.format(table(HEADS, *ROWS, tag=tag)).replace("table", "TABLE"), "") == ARTICLES


def test_a_row_without_a_text_is_refused_by_number() -> None:
    bad = ["3", "题目", "城北日报", "2024-03-05", "", ""]
    assert results(table(HEADS, ROWS[0], bad, ROWS[1])) == [
        ARTICLES[0],
        Refusal("a.html 第 3 行", "这一行没有正文。"),
        ARTICLES[1],
    ]
    assert results(table(HEADS)) == [Refusal("a.html", "只有表头，没有文章。")]


@pytest.mark.parametrize("heads", [["时间", "内容"], ["标题", "内容"]])
def test_an_article_that_holds_such_a_table_stays_one_article(heads: list[str]) -> None:
    inside = table(heads, ["3月5日", "新桥开放参观"], ["3月6日", "新桥正式通车"])
    paragraphs = "".join(f"<p>{text}</p>" for text in (BODY, MORE, LAST))
    [article] = results(f"<html><body><h1>城北新桥通车</h1><article>{paragraphs}{inside}</article></body></html>")
    assert isinstance(article, Article)
    assert BODY in article.text
