"""JSON lines: exported articles read back unchanged, and bad lines refused alone."""

import json
import pickle
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.article import Article, Paragraph
from retrieval.intake import File, Lines, Refusal, read, read_in_pieces, write_line
from retrieval.intake.formats import jsonl

TEXT = "城北新桥今天上午正式通车，全长一千二百米，总投资三亿元。"
LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\0"), min_size=1)
MAYBE = st.none() | LINE


@st.composite
def articles(draw: st.DrawFn) -> Article:
    headings = draw(st.lists(LINE, max_size=3, unique=True))
    paragraphs = [Paragraph(text) for text in draw(st.lists(LINE, min_size=1, max_size=3))]
    for heading in headings:
        paragraphs += [Paragraph(text, heading) for text in draw(st.lists(LINE, min_size=1, max_size=2))]
    published = draw(st.sampled_from([None, "2024-03-05", "2024-03-05 09:30"]))
    url = draw(st.sampled_from([None, "https://news.example/1?a=b#c"]))
    return Article(draw(LINE), tuple(paragraphs), draw(MAYBE), draw(MAYBE), draw(MAYBE), published, url)


@given(articles(), st.integers(1, 2**40))
def test_an_exported_line_is_read_back_unchanged_with_its_id(article: Article, number: int) -> None:
    (back,) = read(write_line(number, article).encode(), "all.jsonl")
    assert isinstance(back, Article)
    assert back == article
    assert back.id == number


def lines(*rows: object) -> list[Article | Refusal]:
    text = "\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    return list(read(text.encode(), "a.jsonl"))


def test_text_alone_is_enough() -> None:
    (article,) = lines({"text": TEXT})
    assert isinstance(article, Article)
    assert [paragraph.text for paragraph in article.paragraphs] == [TEXT]


def test_given_fields_win_over_the_text() -> None:
    text = f"新桥通车\n\n城北日报 2024-03-05\n\n{TEXT}"
    (article,) = lines(
        {"text": text, "title": "新桥通车", "source": "城南晚报", "published": "2024-03-06T08:00:00+08:00"}
    )
    assert isinstance(article, Article)
    assert (article.title, article.source, article.published) == ("新桥通车", "城南晚报", "2024-03-06 08:00")
    assert [paragraph.text for paragraph in article.paragraphs] == [TEXT]


def test_listed_headings_are_found_in_the_text() -> None:
    (article,) = lines({"title": "新桥通车", "text": f"{TEXT}\n怎么走\n{TEXT}", "headings": ["怎么走"]})
    assert isinstance(article, Article)
    assert article.paragraphs == (Paragraph(TEXT), Paragraph(TEXT, "怎么走"))


def test_a_bad_line_is_refused_by_number_and_the_others_are_read() -> None:
    bad = ["no json", [1], {"title": "无正文"}, {"text": 5}]
    items = lines({"text": TEXT}, *bad, {"text": TEXT})
    assert [type(item) for item in items] == [Article, *[Refusal] * 4, Article]
    refusals = [item for item in items if isinstance(item, Refusal)]
    assert [refusal.item for refusal in refusals] == [f"a.jsonl 第 {number} 行" for number in range(2, 6)]
    assert all(refusal.reason.endswith("。") for refusal in refusals)


def test_a_line_with_a_field_that_can_not_be_read_is_taken_with_a_note() -> None:
    (article,) = lines({"text": TEXT, "published": "2024-13-45", "url": "javascript:alert(1)"})
    assert isinstance(article, Article)
    assert (article.published, article.url) == (None, None)
    assert article.notes == (
        "a.jsonl 第 1 行：时间“2024-13-45”看不懂，没有记下。",
        "a.jsonl 第 1 行：网址“javascript:alert(1)”不是 http 或 https 网址，没有记下。",
    )


def test_an_edited_export_line_is_read_like_any_other() -> None:
    article = Article("新桥通车", (Paragraph(TEXT, "怎么走"),))
    row = json.loads(write_line(1, article)) | {"text": TEXT + "\n" + TEXT}
    (back,) = lines(row)
    assert isinstance(back, Article)
    assert back == replace(article, paragraphs=(Paragraph(TEXT), Paragraph(TEXT)))


PRINTED = st.sampled_from(
    ["", " ", "\r", "{", "[]", "\u2028", "\ufeff", json.dumps({"text": TEXT}, ensure_ascii=False), '{"text": "短"}']
)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@given(printed=st.lists(PRINTED, max_size=9), size=st.integers(0, 200))
def test_pieces_read_in_workers_give_the_same_results_in_order(encoding: str, printed: list[str], size: int) -> None:
    data = "\n".join([json.dumps({"text": TEXT}, ensure_ascii=False), *printed]).encode(encoding, "replace")
    items: list[Article | Refusal] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsonl, "_PIECE", size)
        patch.setattr("retrieval.intake.file._SMALL", 0)
        pieces = list(read_in_pieces(data, "a.jsonl"))
    for piece in pieces:
        assert isinstance(piece, Lines)
        items += pickle.loads(pickle.dumps(piece)).read()
    assert items == list(read(data, "a.jsonl"))
    shown = [number for number, line in enumerate(printed, 2) if line.strip("\ufeff\r \0")]
    if encoding == "utf-8":
        assert len(items) == 1 + len(shown)
        wrong = [refusal.item for refusal in items if isinstance(refusal, Refusal)]
        assert set(wrong) <= {f"a.jsonl 第 {number} 行" for number in shown}


def test_a_file_of_blank_lines_gives_one_refusal() -> None:
    assert list(jsonl.pieces(b"\n \r\n", "a.jsonl")) == [Refusal("a.jsonl", "文件是空的。")]


def test_a_small_file_is_read_in_a_worker_as_a_whole() -> None:
    (piece,) = read_in_pieces(TEXT.encode(), "a.txt")
    assert isinstance(piece, File)
    assert list(pickle.loads(pickle.dumps(piece)).read()) == list(read(TEXT.encode(), "a.txt"))
