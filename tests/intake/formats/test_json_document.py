"""JSON files: fields under many names, and each item taken or refused by itself."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.article import Article, Paragraph
from retrieval.intake import Refusal, read, write_line
from retrieval.intake.formats import unpublished
from retrieval.text.folding import squeeze
from tests.support.documents import BODY, MORE

ARTICLE = Article("城北新桥通车", (Paragraph(BODY),), "城北日报", "李超", "王芳", "2024-03-05 09:30", "https://a.cn/1")
RECORD = {
    "title": "城北新桥通车",
    "text": BODY,
    "source": "城北日报",
    "author": "李超",
    "editor": "王芳",
    "published": "2024-03-05 09:30",
    "url": "https://a.cn/1",
}
NAMES = [
    ("标题", "正文", "来源", "作者", "编辑", "时间", "链接"),
    ("標題", "內容", "來源", "記者", "責任編輯", "發布時間", "網址"),
    ("Headline", "Content", "Publisher", "Byline", "Editor", "Publish Time", "Link"),
    ("新闻标题", "articleBody", "media", "authors", "责编", "publishedAt", "source_url"),
    ("news_title", "新闻正文", "媒体名称", "作者名", "编辑", "发布日期（选填）", "原文链接"),
]


def results(value: Any, name: str = "a.json", **options: Any) -> list[Article | Refusal]:
    return list(read(json.dumps(value, ensure_ascii=False, **options).encode(), name))


@pytest.mark.parametrize("names", NAMES)
def test_fields_are_recognized_by_chinese_and_english_names(names: tuple[str, ...]) -> None:
    assert results(dict(zip(names, RECORD.values(), strict=True))) == [ARTICLE]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda record: record,
        lambda record: [record],
        lambda record: {"articles": [record]},
        lambda record: {"code": 0, "data": {"total": 1, "list": [record]}},
        lambda record: {"version": "1.1", "title": "feed", "items": [record]},
        lambda record: {"2024-001": record},
        lambda record: {"weibo": [record], "user": {"id": 7}},
        lambda record: {"took": 1, "hits": {"total": 1, "hits": [{"_index": "news", "_id": "1", "_source": record}]}},
        lambda record: {"data": [{"id": 1, "attributes": record}], "meta": {}},
        lambda record: {name: {"0": value} for name, value in record.items()},
        lambda record: {"columns": list(record), "index": [0], "data": [list(record.values())]},
        lambda record: {"schema": {"fields": []}, "data": [{"index": 0, **record}]},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_an_article_is_found_however_it_is_wrapped(wrap: Any, indent: int | None) -> None:
    assert results(wrap(RECORD), indent=indent) == [ARTICLE]


FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "城北日报 - 要闻",
    "home_page_url": "https://a.cn/news/",
}
JSON_FEEDS = [
    FEED,
    {"version": "https://jsonfeed.org/version/1", "title": "城北日报", "feed_url": "https://a.cn/news/feed.json"},
    {"status": "ok", "feed": {"title": "城北日报", "link": "https://a.cn/news/"}},
]


@pytest.mark.parametrize("feed", JSON_FEEDS)
def test_the_title_of_a_feed_in_json_is_the_source_and_its_address_the_base(feed: dict[str, Any]) -> None:
    item = {
        "id": "1",
        "title": ARTICLE.title,
        "content_html": f"<p>{BODY}</p>",
        "date_published": "2024-03-05T01:30:00Z",
    }
    plain = Article(ARTICLE.title, (Paragraph(BODY),), "城北日报", published="2024-03-05 09:30")
    assert results(
        feed | {"items": [item | {"url": "/1"}, item | {"url": "2.html"}, item | {"source": "城南晚报"}]}
    ) == [
        replace(plain, url="https://a.cn/1"),
        replace(plain, url="https://a.cn/news/2.html"),
        replace(plain, source="城南晚报"),
    ]


@pytest.mark.parametrize("base", ["", "javascript:alert(1)", "http://[", 7, None])
def test_a_relative_address_without_a_usable_base_is_left_out_with_a_note(base: object) -> None:
    [article] = results({"home_page_url": base, "items": [{"url": "/1", "content_text": BODY}]})
    assert isinstance(article, Article)
    assert (article.url, len(article.notes)) == (None, 1)


@pytest.mark.parametrize("account", [{"screen_name": "城北发布"}, {"user": {"id": 7, "screen_name": "城北发布"}}])
def test_the_program_of_a_post_is_not_its_source(account: dict[str, Any]) -> None:
    post = {
        "bid": "a",
        "text_raw": BODY,
        "source": "微博网页版",
        "created_at": "Tue Mar 05 09:30:00 +0800 2024",
        **account,
    }
    [article] = results(post)
    assert isinstance(article, Article)
    assert (article.source, article.published) == ("城北发布", "2024-03-05 09:30")


def test_an_address_under_the_name_of_the_source_is_the_address() -> None:
    [article] = results({"text": BODY, "source": "https://a.cn/1", "sitename": "城北日报"})
    assert isinstance(article, Article)
    assert (article.source, article.url) == ("城北日报", "https://a.cn/1")
    [article] = results({"source": "https://a.cn/", "text": BODY, "link": "https://a.cn/1"})
    assert isinstance(article, Article)
    assert (article.source, article.url) == (None, "https://a.cn/1")


def test_machine_written_values_are_understood() -> None:
    record = {
        **RECORD,
        "author": ["李超", {"name": "陈静"}],
        "source": {"id": None, "name": "城北日报"},
        "published": 1709602200,
        "text": [BODY, {"text": MORE}],
        "id": "c0ffee",
    }
    paragraphs = (Paragraph(BODY), Paragraph(MORE))
    assert results(record) == [replace(ARTICLE, author="李超 陈静", paragraphs=paragraphs)]


def test_the_filled_one_of_two_names_for_a_field_is_read() -> None:
    assert results({"text": " ", "content": BODY, "title": "城北新桥通车", "标题": "别的标题"}) == [
        Article("城北新桥通车", (Paragraph(BODY),))
    ]


@pytest.mark.parametrize(
    ("fields", "moment"),
    [
        ({"时间": "09:30", "日期": "2024-03-05"}, "2024-03-05 09:30"),
        ({"日期": "2024年3月5日", "时间": "9:30:05"}, "2024-03-05 09:30"),
        ({"date": "2024-03-05", "time": "上午"}, "2024-03-05"),
        ({"published": "", "time": "2024-03-05"}, "2024-03-05"),
        ({"timestamp": 1709602200, "date": "2024-03-06"}, "2024-03-06"),
    ],
)
def test_day_and_time_may_stand_in_separate_fields(fields: dict[str, Any], moment: str) -> None:
    [article] = results({"text": BODY, **fields})
    assert isinstance(article, Article)
    assert article.published == moment


def test_html_in_a_field_is_read_as_the_text_it_shows() -> None:
    html = f"<style>p{{}}</style><p>{BODY}</p><table><tr><td>城北</td><td>1200米</td></tr></table><p>{MORE}</p>"
    [article] = results({"title": "城北新桥通车", "content": html})
    assert isinstance(article, Article)
    assert article.text.replace("城北 1200米", "|").split("\n") == [BODY, "|", MORE]


def test_each_bad_item_is_refused_by_number_and_the_others_are_read() -> None:
    bad = [None, "text", {"title": "只有标题"}, {**RECORD, "text": 5}, {**RECORD, "text": {"html": "短"}}]
    items = results([RECORD, *bad, RECORD])
    assert [items[0], items[-1]] == [ARTICLE, ARTICLE]
    refusals = [refusal for refusal in items[1:-1] if isinstance(refusal, Refusal)]
    assert [refusal.item for refusal in refusals] == [f"a.json 第 {number} 项" for number in range(2, 7)]
    assert all(refusal.reason.endswith("。") for refusal in refusals)


def test_json_lines_in_a_json_file_are_read_and_a_broken_line_is_refused_alone() -> None:
    line = json.dumps(RECORD, ensure_ascii=False)
    items = list(read(f"{line}\n{{broken\n{line}\n".encode(), "a.json"))
    assert items == [ARTICLE, Refusal("a.json 第 2 行", "不是有效的 JSON。"), ARTICLE]


@pytest.mark.parametrize("around", ["[%s]", '{"articles": [%s]}'])
@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ("[" * 100_000 + "]" * 100_000, "嵌套太深"),
        ('{"text": ' * 100_000 + "1" + "}" * 100_000, "嵌套太深"),
        ('{"id": ' + "1" * 5_000 + "}", "数字太长"),
        ('{"text": }', "第 1 行"),
        ('{"text": "]}\\"", "title": 城}', "第 1 行"),
    ],
    ids=["arrays", "objects", "number", "value", "string"],
)
def test_a_broken_item_with_a_clear_end_is_refused_alone(around: str, broken: str, expected: str) -> None:
    whole = json.dumps({"title": ARTICLE.title, "text": BODY}, ensure_ascii=False)
    first, refusal, last, *rest = read((around % f"{whole}, {broken}, {whole}").encode(), "a.json")
    assert [article.title for article in (first, last) if isinstance(article, Article)] == [ARTICLE.title] * 2
    assert isinstance(refusal, Refusal)
    assert refusal.item == "a.json 第 2 项"
    assert expected in refusal.reason
    assert rest == []


@pytest.mark.parametrize("cut", ['{"title": "城北新桥', '{"text": '])
@pytest.mark.parametrize("before", ["[", '{"code": 0, "data": {"total": 3, "list": ['])
def test_a_truncated_array_gives_its_whole_items_and_reports_the_rest(before: str, cut: str) -> None:
    whole = json.dumps({"title": ARTICLE.title, "text": BODY}, ensure_ascii=False)
    *taken, refusal = read(f"{before}{whole},\n {whole},\n {cut}".encode(), "a.json")
    assert [article.title for article in taken if isinstance(article, Article)] == [ARTICLE.title] * 2
    assert isinstance(refusal, Refusal)
    assert refusal.item == "a.json 第 3 项"
    assert "第 3 行" in refusal.reason


@pytest.mark.parametrize("around", ["[\n%s\n]\n", '{"articles": [\n%s\n]}', "[%s]", '{"total": 3,\n"list":\n[\n%s\n]}'])
def test_an_array_cut_anywhere_gives_its_whole_items_and_reports_the_rest(around: str) -> None:
    """One item a line, as databases export them: every item but the last ends with a comma."""
    items = [json.dumps({"title": f"{ARTICLE.title}{n}", "text": BODY}, ensure_ascii=False) for n in range(3)]
    data = around % ",\n".join(items)
    titles = [f"{ARTICLE.title}{n}" for n in range(3)]
    assert [item.title if isinstance(item, Article) else item for item in read(data.encode(), "a.json")] == titles
    for cut in range(1, len(data.rstrip())):
        *taken, last = read(data[:cut].encode(), "a.json")
        whole = [n for n in range(3) if data.index(items[n]) + len(items[n]) <= cut]
        assert [item.title if isinstance(item, Article) else item for item in taken] == [titles[n] for n in whole]
        assert isinstance(last, Refusal)
        assert last.item == (f"a.json 第 {len(whole) + 1} 项" if whole else "a.json")


def test_json_truncated_in_its_first_item_is_refused_with_the_position() -> None:
    [refusal] = read('[\n {"title": "城'.encode(), "a.json")
    assert isinstance(refusal, Refusal)
    assert "第 2 行第 12 个字符" in refusal.reason


def test_an_exported_article_in_an_array_is_read_back_unchanged() -> None:
    article = replace(ARTICLE, paragraphs=(Paragraph("短"), Paragraph(BODY, "怎么走")))
    [back] = results([json.loads(write_line(7, article))])
    assert back == article
    assert isinstance(back, Article)
    assert back.id == 7


def test_words_without_a_date_leave_the_date_unknown() -> None:
    [article] = results({**RECORD, "published": "不详"})
    assert article == replace(ARTICLE, published=None)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(["title", "text", "正文", "id", "date", "headings", "messages", "data"]), inside
        )
    ),
    max_leaves=12,
)


@given(VALUES)
def test_any_json_gives_at_least_one_article_or_refusal(value: Any) -> None:
    assert results(value)


def test_of_an_object_of_many_thousand_keys_few_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    folded = list[str]()
    monkeypatch.setattr(unpublished, "squeeze", lambda text: folded.append(text) or squeeze(text))
    many = {f"a{number}": 1 for number in range(200_000)}
    assert [type(item) for item in results([many, RECORD])] == [Refusal, Article]
    assert len(folded) < 10_000


@pytest.mark.parametrize(
    "wrap",
    [
        lambda one, other: {"城北日报": [one], "城南晚报": [other]},
        lambda one, other: {"articles": [one], "posts": [other]},
        lambda one, other: {"data": {"news": [one], "entries": [other]}},
        lambda one, other: {"results": [], "articles": [one], "items": [other]},
        lambda one, other: {"articles": [one, other], "comments": [{"content": BODY, "author": "李超"}]},
    ],
)
def test_articles_in_several_lists_are_all_read_and_no_comments(wrap: Any) -> None:
    value = wrap(RECORD, RECORD | {"title": "城南公园开放", "text": MORE})
    found = list(read(json.dumps(value).encode(), "a.json"))
    assert [item.title for item in found if isinstance(item, Article)] == ["城北新桥通车", "城南公园开放"]
    assert len(found) == 2


def test_an_object_around_one_article_is_opened() -> None:
    assert list(read(json.dumps({"article": RECORD}).encode(), "a.json")) == [ARTICLE]
    assert list(read(json.dumps([{"id": 1, "article": RECORD}]).encode(), "a.json")) == [ARTICLE]
