"""Tables in HTML: a row or a column is an article where the heads say so, and a page with a table stays a page."""

import time

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


def lines(*rows: str) -> str:
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def cells(*texts: str) -> str:
    return "".join(f"<td>{text}</td>" for text in texts)


def titles(page: str, name: str = "a.html") -> list[str]:
    return [item.title if isinstance(item, Article) else item.reason for item in results(page, name)]


HEAD = cells("标题", "来源", "日期", "正文")
FIRST, SECOND = ("城北新桥通车", "城北日报", "2024-03-05", BODY), ("城南公园开放", "城南晚报", "2024-03-06", LAST)


def test_merged_cells_move_no_text_into_another_column() -> None:
    merged = "<td>标题</td><td colspan='2'>来源和日期</td><td>正文</td>"
    assert titles(lines(merged, cells(*FIRST), cells(*SECOND))) == ["城北新桥通车", "城南公园开放"]
    tall = f"<td>城北新桥通车</td><td rowspan=2>城北日报</td><td>2024-03-05</td><td>{BODY}</td>"
    found = results(lines(HEAD, tall, cells("城南公园开放", "2024-03-06", LAST)))
    assert [(item.source, item.published, item.text) for item in found if isinstance(item, Article)] == [
        ("城北日报", "2024-03-05", BODY),
        ("城北日报", "2024-03-06", LAST),
    ]


def test_the_row_of_heads_below_merged_heads_counts() -> None:
    above = "<th rowspan=2>标题</th><th colspan=2>出处</th><th rowspan=2>正文</th>"
    [article] = results(lines(above, "<th>来源</th><th>日期</th>", cells(*FIRST)))
    assert isinstance(article, Article)
    assert (article.source, article.published, article.text) == ("城北日报", "2024-03-05", BODY)


def test_a_table_in_a_cell_is_part_of_the_text_and_costs_no_row() -> None:
    inside = lines(cells("桥", "孔数"), cells("新桥", "九"))
    [first, second] = results(lines(HEAD, cells(*FIRST[:3], f"{BODY}{inside}{MORE}"), cells(*SECOND)))
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert "新桥 九" in first.text
    assert MORE in first.text
    assert second.title == "城南公园开放"


def test_all_tables_of_a_page_are_read_and_words_beside_them_are_counted() -> None:
    page = f"{lines(HEAD, cells(*FIRST), cells(*FIRST))}<h2>副刊</h2>{lines(HEAD, cells(*SECOND))}"
    assert titles(page) == ["城北新桥通车", "城北新桥通车", "城南公园开放"]
    long = f"{MORE}{LAST}"[:80].ljust(80, "桥")
    [first, *_] = results(f"{page}<p>{long}</p>")
    assert isinstance(first, Article)
    assert [note.partition("：")[0] for note in first.notes] == ["a.html"]
    assert "表格以外" in first.notes[0]
    bad = lines(HEAD, cells(*SECOND[:3], ""))
    assert results(page + bad)[-1] == Refusal("a.html 第 3 个表格 第 2 行", "这一行没有正文。")


def test_a_column_is_an_article_where_the_heads_stand_in_the_first_one() -> None:
    rows = [cells(*row) for row in zip(("标题", "来源", "日期", "正文"), FIRST, SECOND, strict=True)]
    assert titles(lines(*rows)) == ["城北新桥通车", "城南公园开放"]
    one_each = [lines(*(cells(*row) for row in zip(HEADS[1:4], one[:3], strict=True)), cells("正文", one[3]))
                for one in (FIRST, SECOND)]  # fmt: skip
    assert titles("".join(one_each)) == ["城北新桥通车", "城南公园开放"]


def test_rows_in_a_comment_are_none_and_a_mark_in_an_attribute_ends_no_tag() -> None:
    hidden = f"<!-- <tr>{cells('旧稿', '城北日报', '', MORE)}</tr> -->"
    marked = cells(*FIRST).replace("<td>", '<td width=5">', 1)
    assert titles(lines(HEAD, hidden + marked)) == ["城北新桥通车"]
    assert titles(lines(HEAD, hidden + cells(*FIRST).replace("<td>", '<td title="1 > 0">'))) == ["城北新桥通车"]


def test_a_table_without_titles_but_with_source_and_day_is_a_table_of_articles() -> None:
    rows = [cells(source, day, text) for _, source, day, text in (FIRST, SECOND)]
    found = results(lines(cells("来源", "日期", "正文"), *rows))
    assert [item.source for item in found if isinstance(item, Article)] == ["城北日报", "城南晚报"]


def test_a_page_or_a_table_under_the_name_of_a_spreadsheet_is_read() -> None:
    assert titles(lines(HEAD, cells(*FIRST)), "a.xls") == ["城北新桥通车"]
    assert titles("\n".join("\t".join(row) for row in (["标题", "来源", "日期", "正文"], FIRST)), "a.xls") == [
        "城北新桥通车"
    ]
    assert "Excel" in titles("编号 1", "a.xls")[0]


def test_tables_in_tables_take_linear_time() -> None:
    depth = 20_000
    began = time.process_time()
    results(f"{lines(HEAD, '<td>')[:-13]}" * depth + BODY)
    assert time.process_time() - began < 10
