"""Tables: rows as a spreadsheet shows them, however saved, and bad rows refused by number."""

import csv
import io

import pytest

from retrieval.article import Article, Paragraph
from retrieval.intake import Refusal, read
from tests.support.documents import BODY, LAST, MORE

HEAD = ["标题", "来源", "发布时间", "正文"]
ROWS = [
    ["城北新桥通车", "城北日报", "2024/3/5 9:30", f"{BODY}\n{MORE}"],
    ["城南公园开放", "城南晚报", "20240306", LAST],
]
ARTICLES = [
    Article("城北新桥通车", (Paragraph(BODY), Paragraph(MORE)), "城北日报", published="2024-03-05 09:30"),
    Article("城南公园开放", (Paragraph(LAST),), "城南晚报", published="2024-03-06"),
]


def table(*rows: list[str], delimiter: str = ",") -> str:
    held = io.StringIO(newline="")
    csv.writer(held, delimiter=delimiter).writerows(rows)
    return held.getvalue()


def results(text: str, name: str = "a.csv") -> list[Article | Refusal]:
    return list(read(text.encode(), name))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_reads_the_same_in_every_saved_form(delimiter: str, encoding: str) -> None:
    assert list(read(table(HEAD, *ROWS, delimiter=delimiter).encode(encoding), "a.csv")) == ARTICLES


@pytest.mark.parametrize("ends", ["\r\n", "\n", "\r"])
def test_line_ends_of_every_system_are_read(ends: str) -> None:
    assert results(table(HEAD, *ROWS).replace("\r\n", ends)) == ARTICLES


def test_headers_may_be_english_in_any_order_beside_unknown_columns() -> None:
    rows = [["no", "Content", "URL", "Title"], ["1", BODY, "https://a.cn/1", "城北新桥通车"]]
    assert results(table(*rows)) == [Article("城北新桥通车", (Paragraph(BODY),), url="https://a.cn/1")]


@pytest.mark.parametrize(
    "heads",
    [
        "公众号,标题,发布时间,链接,正文",
        "用户昵称,标题,发布时间,标题链接,微博正文",
        "来源_文本,标题1,时间1,标题_链接,正文1",
        "site_name,post_title,post_date,url,post_content",
    ],
)
def test_the_heads_of_crawlers_are_known(heads: str) -> None:
    row = ["城北发布", "城北新桥通车", "2024-03-05 09:30", "https://a.cn/1", BODY]
    assert results(table(heads.split(","), row)) == [
        Article("城北新桥通车", (Paragraph(BODY),), "城北发布", None, None, "2024-03-05 09:30", "https://a.cn/1")
    ]


def test_a_line_above_the_header_row_is_skipped() -> None:
    assert results(table(["2024年新闻汇总", "", "", ""], HEAD, *ROWS)) == ARTICLES
    assert results("sep=;\r\n" + table(HEAD, *ROWS, delimiter=";")) == ARTICLES


def test_each_bad_row_is_refused_by_its_spreadsheet_row_number() -> None:
    rows = [["无正文", "", "", ""], ["太短", "", "", "短"], ["", "", "", ""]]
    items = results(table(HEAD, ROWS[0], *rows, ROWS[1]))
    assert [items[0], items[-1]] == ARTICLES
    refusals = [refusal for refusal in items[1:-1] if isinstance(refusal, Refusal)]
    assert [refusal.item for refusal in refusals] == ["a.csv 第 3 行", "a.csv 第 4 行"]


@pytest.mark.parametrize("cell", ["2024-13-45", "昨天 09:30", "3小时前", "05/08/2026", "1.7782E+12"])
def test_a_row_whose_date_can_not_be_read_is_taken_with_a_note(cell: str) -> None:
    first, odd, last = results(table(HEAD, ROWS[0], ["城北新桥通车", "城北日报", cell, BODY], ROWS[1]))
    assert [first, last] == ARTICLES
    assert odd == Article("城北新桥通车", (Paragraph(BODY),), "城北日报")
    assert isinstance(odd, Article)
    [note] = odd.notes
    assert note.startswith(f"a.csv 第 3 行：时间“{cell}”")
    assert note.endswith("，没有记下。")


def test_the_days_of_excel_are_dates() -> None:
    rows = [["城北新桥通车", "城北日报", cell, BODY] for cell in ("45356", "45356.4")]
    days = [item.published for item in results(table(HEAD, *rows)) if isinstance(item, Article)]
    assert days == ["2024-03-05", "2024-03-05 09:36"]


@pytest.mark.parametrize("text", [BODY, f"城北新桥通车,2024-03-05,{BODY}", "标题,来源\n城北新桥通车,城北日报"])
def test_a_table_without_headers_is_refused_with_the_expected_headers(text: str) -> None:
    [refusal] = results(text)
    assert isinstance(refusal, Refusal)
    assert all(head in refusal.reason for head in ("正文", "text", "标题", "来源", "时间"))


def test_a_table_with_only_a_header_row_is_refused() -> None:
    assert results(table(HEAD)) == [Refusal("a.csv", "只有表头，没有文章。")]


def test_an_unclosed_quotation_mark_refuses_only_its_row() -> None:
    text = table(HEAD, ROWS[0]) + f'城北新桥通车,,,"{BODY}\r\n' + table(ROWS[1], ROWS[1])
    refusal = Refusal("a.csv 第 3 行", "引号没有闭合，或者有一格太长。")
    assert results(text) == [ARTICLES[0], refusal, ARTICLES[1], ARTICLES[1]]


def test_commas_in_a_last_text_column_need_no_quotation_marks() -> None:
    text = BODY.replace("，", ",")
    assert results(f"标题,正文\n城北新桥通车,{text}\n") == [Article("城北新桥通车", (Paragraph(text),))]
    [refusal] = results(f"正文,标题\n{text},城北新桥通车\n")
    assert isinstance(refusal, Refusal)
    assert refusal.item == "a.csv 第 2 行"


def test_a_text_longer_than_the_csv_field_limit_is_read() -> None:
    text = BODY * 5_000
    [article] = results(table(["title", "text"], ["城北新桥通车", text]))
    assert isinstance(article, Article)
    assert article.text == text


def test_nul_bytes_in_a_table_are_skipped() -> None:
    assert results(table(HEAD, *ROWS).replace("城北日报", "城北\0日报")) == ARTICLES


def test_columns_with_the_same_head_are_one_text() -> None:
    [article] = results(table(["标题", "正文", "来源", "正文"], ["城北新桥通车", BODY, "城北日报", MORE]))
    assert article == Article("城北新桥通车", (Paragraph(BODY), Paragraph(MORE)), "城北日报")
