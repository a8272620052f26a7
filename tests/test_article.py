"""Articles: paragraphs, headings and passages."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.article import LONGEST, SHORTEST, Article, Paragraph, paragraphs_from_lines, passages
from tests.support.articles import make_article

# Headings and paragraphs from the same few words, so that a heading often equals a paragraph.
LINES = st.sampled_from(["甲", "乙", "丙", "一段话。"])


@st.composite
def written_articles(draw: st.DrawFn, texts: st.SearchStrategy[str] = LINES) -> Article:
    """Paragraphs as a page is read: after the first heading every paragraph has one."""
    opening = [Paragraph(text) for text in draw(st.lists(texts, max_size=3))]
    parts = st.tuples(LINES, st.lists(texts, min_size=1, max_size=4))
    rest = [Paragraph(text, heading) for heading, group in draw(st.lists(parts, max_size=4)) for text in group]
    return Article("题", tuple(opening + rest) or (Paragraph(draw(texts)),))


@given(written_articles())
def test_text_and_headings_give_back_the_same_paragraphs(article: Article) -> None:
    lines = article.text.split("\n")
    assert paragraphs_from_lines(lines, article.heading_lines) == article.paragraphs
    assert article.headings == [lines[number] for number in article.heading_lines]


def test_a_heading_is_printed_once_and_again_after_another_heading() -> None:
    article = Article(
        "题",
        (Paragraph("导语"), Paragraph("一", "甲"), Paragraph("二", "甲"), Paragraph("三", "乙"), Paragraph("四", "甲")),
    )
    assert article.text == "导语\n甲\n一\n二\n乙\n三\n甲\n四"
    assert article.heading_lines == [1, 4, 6]
    assert article.headings == ["甲", "乙", "甲"]


@pytest.mark.parametrize(
    ("lines", "headings", "paragraphs"),
    [
        (["甲", "一"], [0], [("一", "甲")]),
        (["一", "甲"], [1], [("一", None), ("甲", None)]),
        (["甲", "乙", "一"], [0, 1], [("甲", None), ("一", "乙")]),
        (["甲", "一", "乙", "丙", "二"], [0, 2, 3], [("一", "甲"), ("乙", "甲"), ("二", "丙")]),
        (["甲", "甲"], [0], [("甲", "甲")]),
        ([], [], []),
    ],
)
def test_no_line_is_lost_and_a_heading_without_text_is_a_paragraph(
    lines: list[str], headings: list[int], paragraphs: list[tuple[str, str | None]]
) -> None:
    assert paragraphs_from_lines(lines, headings) == tuple(Paragraph(*paragraph) for paragraph in paragraphs)


def test_the_id_does_not_count_in_article_equality() -> None:
    assert make_article("一", id=1) == make_article("一", id=2)
    assert make_article("一", author="甲") != make_article("一")


# Paragraphs of all lengths: short, between the limits, long, and long without a full stop.
SENTENCES = st.integers(1, 60).map(lambda n: "字" * n + "。") | st.integers(1, 9).map(lambda n: f"“{'言。' * n}”")
TEXTS = (
    st.lists(SENTENCES, min_size=1, max_size=40).map("".join)
    | st.sampled_from([10, 59, 60, 61, 289, 290, 291, 349, 350, 351, 700, 701, 1200]).map(lambda n: "长" * n)
    | st.text("字，。；“”（） 　a.!\n", min_size=1, max_size=900).filter(str.strip)
)


def without_blanks(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(written_articles(TEXTS))
def test_passages_lose_no_character_and_keep_headings(article: Article) -> None:
    cut = passages(article)
    for heading in {paragraph.heading for paragraph in article.paragraphs}:
        pieces = "".join(piece.text for piece in cut if piece.heading == heading)
        printed = "".join(paragraph.text for paragraph in article.paragraphs if paragraph.heading == heading)
        assert without_blanks(pieces) == without_blanks(printed)
    printed = "".join(paragraph.text for paragraph in article.paragraphs)
    assert without_blanks("".join(piece.text for piece in cut)) == without_blanks(printed)


@given(written_articles(TEXTS))
def test_passages_stay_within_the_limit_and_short_ones_fit_no_neighbour(article: Article) -> None:
    cut = passages(article)
    assert all(0 < len(piece.text) <= LONGEST for piece in cut)
    for passage, following in itertools.pairwise(cut):
        if passage.heading == following.heading and min(len(passage.text), len(following.text)) < SHORTEST:
            assert len(passage.text) + 1 + len(following.text) > LONGEST


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ([350], [350]),
        ([59, 290], [350]),
        ([59, 291], [59, 291]),
        ([60, 60], [60, 60]),
        ([59, 60], [120]),
        ([60, 59], [120]),
        ([30, 29, 60], [60, 60]),  # 30 and 29 characters are 60 with their line break
        ([10, 10, 10], [32]),
    ],
)
def test_short_paragraphs_are_joined_and_others_left_alone(lengths: list[int], expected: list[int]) -> None:
    assert [len(piece.text) for piece in passages(make_article(*("字" * n for n in lengths)))] == expected


def test_a_passage_has_one_heading() -> None:
    article = Article(
        "题", (Paragraph("短。"), Paragraph("短。", "甲"), Paragraph("短。", "乙"), Paragraph("短。", "甲"))
    )
    assert [piece.heading for piece in passages(article)] == [None, "甲", "乙", "甲"]


@given(st.lists(st.integers(5, 80), min_size=10, max_size=40), st.integers(1, 12))
def test_a_long_paragraph_is_cut_between_sentences_outside_quotations(lengths: list[int], words: int) -> None:
    text = "".join(f"{'字' * length}：“{'好。' * words}”" for length in lengths)
    for piece in passages(make_article(text)):
        assert piece.text.endswith("”")
        assert piece.text.count("“") == piece.text.count("”")


def test_an_overlong_sentence_is_cut_at_its_last_pause() -> None:
    text = "字" * 200 + "，" + "句" * 300 + "，" + "尾" * 100
    assert [piece.text[-1] for piece in passages(make_article(text))] == ["，", "，", "尾"]


def test_an_empty_article_has_no_passages() -> None:
    assert passages(make_article()) == []
