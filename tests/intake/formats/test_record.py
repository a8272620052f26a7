"""Records: each field is converted, or left empty with a note, and no field costs the article."""

import json
import time
from typing import Any

import pytest

from retrieval.article import Article, Paragraph
from retrieval.intake import Refusal, read, write_line
from tests.support.documents import BODY, MORE

TITLE = "城北新桥通车"


def only(record: dict[str, Any], name: str = "a.json") -> Article:
    [article] = read(json.dumps(record).encode(), name)
    assert isinstance(article, Article), article
    return article


def with_field(field: str, value: object) -> Article:
    return only({"title": TITLE, "text": BODY, field: value})


NAMES = {
    "source": [
        *(
            "城北日报",
            "来源：城北日报",
            "来源: 城北日报",
            "来源丨城北日报",
            "文章来源：城北日报",
            "稿源：城北日报",
            "《城北日报》",
        ),
        *(["来源：", "城北日报"], ["\r\n  来源：城北日报\r\n"], {"name": "城北日报"}, {"id": None, "name": "城北日报"}),
        *(
            {"rendered": "城北日报"},
            [{"name": "来源："}, {"name": "城北日报"}],
            [["城北日报"]],
            "来源：城北日报 2024-03-05",
        ),
    ],
    "author": [
        *(
            "王芳",
            "记者 王芳",
            "记者：王芳",
            "作者：王芳",
            "本报记者 王芳",
            "记者王芳",
            "文/王芳",
            "【记者】王芳",
            ["作者：", "王芳"],
        ),
        *("城北日报记者 王芳", {"name": "王芳"}, [{"name": "王芳"}], {"screen_name": "王芳", "id": 7}),
    ],
    "editor": [
        "王芳",
        "责任编辑：王芳",
        "编辑：王芳",
        "责编 王芳",
        "[责任编辑：王芳]",
        ["责任编辑：", "王芳"],
        "王芳 校对：李超",
    ],
    "title": [TITLE, f"标题：{TITLE}", [TITLE], {"rendered": TITLE}, {"#text": TITLE}],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field in NAMES for value in NAMES[field]])
def test_a_label_and_a_wrapping_are_no_part_of_a_value(field: str, value: object) -> None:
    article = with_field(field, value)
    assert getattr(article, field) == {"source": "城北日报", "title": TITLE}.get(field, "王芳")
    assert article.notes == ()


def test_a_value_with_several_labels_fills_several_fields() -> None:
    article = with_field("source", "来源：城北日报 作者：王芳 责任编辑：李超")
    assert (article.source, article.author, article.editor) == ("城北日报", "王芳", "李超")


@pytest.mark.parametrize("name", ["source", "author", "editor", "title", "published", "url"])
@pytest.mark.parametrize(
    "nothing", [None, "", " ", [], {}, [None], [""], "null", "None", "NaN", "nan", "NaT", "N/A", "\\N", float("nan")]
)
def test_a_missing_value_leaves_a_field_empty_without_a_note(name: str, nothing: object) -> None:
    article = only({"text": BODY, name: nothing})
    assert (article.source, article.author, article.editor, article.published, article.url) == (None,) * 5
    assert BODY.startswith(article.title)
    assert article.notes == ()


@pytest.mark.parametrize("value", ["来源：", "未知", "来源：未知", ["来源：", ""]])
def test_a_label_without_a_name_is_no_name(value: object) -> None:
    assert with_field("source", value).source is None


@pytest.mark.parametrize("field", ["source", "author", "editor"])
@pytest.mark.parametrize("value", [3, "17", True, [False], {"ID": "x"}, {"a": {"b": 1}}, "城北" * 200])
def test_what_is_no_name_is_left_empty_with_a_note(field: str, value: object) -> None:
    article = with_field(field, value)
    assert getattr(article, field) is None
    [note] = article.notes
    assert note.startswith(f"a.json：{ {'source': '来源', 'author': '作者', 'editor': '编辑'}[field] }")
    assert note.endswith("，没有记下。")
    assert len(note) < 80


MONGO = {
    "2024-03-05 09:30": [
        {"$date": "2024-03-05T01:30:00Z"},
        {"$date": "2024-03-05T01:30:00.000+0000"},
        {"$date": {"$numberLong": "1709602200000"}},
        {"$date": 1709602200000},
        {"$numberLong": "1709602200000"},
        {"$numberLong": "1709602200"},
        {"_seconds": 1709602200, "_nanoseconds": 0},
        {"__type": "Date", "iso": "2024-03-05T01:30:00.000Z"},
        1709602200,
        1709602200000,
        1709602200.5,
        ["2024-03-05", "09:30"],
        ["发布时间：", " 2024-03-05 09:30 "],
        [["2024-03-05 09:30"]],
        {"name": "2024-03-05 09:30"},
    ],
    "2024-03-05": [45356, "45356", {"$date": {"$numberLong": "1709568000000"}}],
    "1999-12-31 08:00": [{"$date": {"$numberLong": "946598400000"}}],
}


@pytest.mark.parametrize(("moment", "value"), [(moment, value) for moment in MONGO for value in MONGO[moment]])
def test_a_moment_is_read_in_the_types_of_databases(moment: str, value: object) -> None:
    article = only({"_id": {"$oid": "65e6"}, "title": TITLE, "text": BODY, "published": value})
    assert (article.published or "")[: len(moment)] == moment
    assert article.notes == ()


@pytest.mark.parametrize("number", ["1" + "0" * 400, "-1" + "0" * 400, "1e400", "-1e400", "Infinity", "9" * 17, "2024"])
@pytest.mark.parametrize("names", [["published"], ["published", "date"]])
def test_a_number_that_is_no_moment_is_left_out_with_a_note(number: str, names: list[str]) -> None:
    fields = ", ".join(f'"{name}": {number}' for name in names)
    [article] = read(f'[{{"text": "{BODY}", {fields}}}]'.encode(), "a.json")
    assert isinstance(article, Article)
    assert article.published is None
    assert [note.startswith("a.json 第 1 项：时间") for note in article.notes] == [True]


@pytest.mark.parametrize("value", [True, [2024], {"a": 1}, "2024年3月", "昨天 09:30", ["3小时前"], "05/08/2026"])
def test_a_moment_that_is_not_clear_is_left_out_with_a_note(value: object) -> None:
    article = with_field("published", value)
    assert article.published is None
    assert [note.startswith("a.json：时间") for note in article.notes] == [True]


def test_the_day_of_the_record_does_not_stand_for_one_that_can_not_be_read() -> None:
    article = only({"text": BODY, "created_at": "2024-03-09 10:00:00", "publish_time": "昨天 09:30"})
    assert article.published is None
    assert article.notes == ("a.json：时间“昨天 09:30”是相对的说法，没有记下。",)
    assert only({"text": BODY, "created_at": "2024-03-09 10:00", "publish_time": ""}).published == "2024-03-09 10:00"


@pytest.mark.parametrize("url", ["/a/1.html", "a/1.html", "//a.cn/1", "www.a.cn/1", ["/a/1.html"]])
def test_a_relative_address_is_left_out_with_a_note(url: object) -> None:
    article = with_field("url", url)
    assert article.url is None
    assert article.notes == (f"a.json：网址“{url[0] if isinstance(url, list) else url}”不是完整的网址，没有记下。",)


@pytest.mark.parametrize(
    "url", ["https://a.cn/\x01", "https://a.cn/\x7f1", f"https://a.cn/{'1' * 3_000}", "http://\ud800 1"]
)
def test_an_address_with_control_characters_or_endless_length_is_left_out(url: str) -> None:
    article = with_field("url", url)
    assert article.url is None
    [note] = article.notes
    assert note.startswith("a.json：网址")
    assert note.isprintable()


@pytest.mark.parametrize("field", ["title", "source", "author", "editor"])
def test_a_one_line_field_is_cleaned_and_limited_in_length(field: str) -> None:
    text = f"来源：城西日报 2024-03-05\n{BODY}"
    assert getattr(only({"text": text, field: " 城北\x01\t晚\ud800报\u2028 "}), field) == "城北 晚\ufffd报"
    article = only({"title": TITLE, "text": BODY, field: "城北" * 200})
    assert getattr(article, field) in (None, BODY.rstrip("。")[:30])
    assert ["超过 300 个字" in note for note in article.notes] == [True]


def test_the_parts_of_a_text_that_are_words_are_its_lines() -> None:
    parts = [BODY, {"type": "image", "src": "1.jpg"}, None, {"type": "text", "content": MORE}, True]
    assert only({"title": TITLE, "text": parts}).paragraphs == (Paragraph(BODY), Paragraph(MORE))


@pytest.mark.parametrize(("field", "value"), [("id", -1), ("id", "7"), ("headings", "怎么走"), ("headings", [1])])
def test_an_exported_line_with_a_broken_field_is_read_without_it(field: str, value: object) -> None:
    line = json.loads(write_line(7, Article(TITLE, (Paragraph(BODY),), "城北日报"))) | {field: value}
    article = only(line)
    assert article == Article(TITLE, (Paragraph(BODY),), "城北日报")
    assert [note.startswith(f"a.json：{field} 应当是") for note in article.notes] == [True]


@pytest.mark.parametrize(
    "piece", ["来源：", "来", "记者", "记者 王", "王芳 ", "/", "编辑", "[", "标题", " ", "，", "http:", "a:"]
)
@pytest.mark.parametrize("field", ["source", "author", "title", "published", "url"])
def test_a_long_value_is_read_in_linear_time(field: str, piece: str) -> None:
    def seconds(length: int) -> float:
        started = time.perf_counter()
        with_field(field, piece * length)
        return time.perf_counter() - started

    assert seconds(100_000) < 1.5


@pytest.mark.parametrize(
    ("fields", "byline"),
    [
        ({"author": "责任编辑：李超"}, (None, None, "李超")),
        ({"author": "责任编辑：李超", "editor": "王芳"}, (None, None, "王芳")),
        ({"author": "作者：李超 责任编辑：王芳"}, (None, "李超", "王芳")),
        ({"source": "媒体：城北日报"}, ("城北日报", None, None)),
        ({"source": "发布媒体：城北日报"}, ("城北日报", None, None)),
    ],
)
def test_a_label_in_a_field_says_what_stands_behind_it(
    fields: dict[str, str], byline: tuple[str | None, str | None, str | None]
) -> None:
    article = only({"title": TITLE, "text": BODY, **fields})
    assert (article.source, article.author, article.editor) == byline


def test_whole_numbers_that_became_floats_are_read_as_they_were() -> None:
    line = json.loads(write_line(7, Article(TITLE, (Paragraph(BODY),))))
    assert only(line | {"id": 7.0}).id == 7
    assert with_field("date", 20240305.0).published == "2024-03-05"
    assert with_field("author", "1024.0").author is None


def test_the_page_of_an_article_is_its_text_only_when_there_is_no_other() -> None:
    page = f"<html><p>网站导航</p><p>{MORE}</p></html>"
    assert only({"title": TITLE, "html": page, "content": BODY}).text == BODY
    assert only({"title": TITLE, "html": f"<p>{BODY}</p>"}).text == BODY


def test_a_moment_in_utc_without_a_zone_is_read_where_wordpress_writes_it() -> None:
    assert with_field("date_gmt", "2024-03-05T01:30:00").published == "2024-03-05 09:30"
    both = {"text": BODY, "date_gmt": "2024-03-05T01:30:00", "date": "2024-03-05T09:30:00"}
    assert only(both).published == "2024-03-05 09:30"


@pytest.mark.parametrize("character", ["\0", "\ufffd"])
def test_a_text_of_unreadable_characters_is_refused_and_a_few_are_shown(character: str) -> None:
    [refusal] = read(json.dumps({"text": f"{character}{BODY}" * 3 + character * 9}).encode(), "a.json")
    assert refusal == Refusal("a.json", "正文里有许多读不出的字符，没有收录。")
    assert only({"text": BODY + character}).text == f"{BODY}\ufffd"


@pytest.mark.parametrize("names", [("正文", "正文2"), ("正文1", "正文2"), ("content", "content_2")])
def test_a_text_in_numbered_fields_is_read_whole(names: tuple[str, str]) -> None:
    article = only({"标题": "城北新桥通车", names[0]: BODY, "来源": "城北日报", names[1]: MORE})
    assert article.text == f"{BODY}\n{MORE}"


def test_a_full_text_is_read_before_its_beginning() -> None:
    assert only({"content": f"{BODY[:20]}…", "full_text": BODY}).text == BODY
    assert only({"text": BODY, "全文": "见链接"}).text == BODY
