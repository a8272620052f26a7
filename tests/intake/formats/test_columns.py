"""Pages whose file goes across the columns: read column by column."""

import re
from itertools import zip_longest

import pytest

from retrieval.article import Article
from retrieval.intake import read
from tests.support.documents import BODY, LAST, MORE
from tests.support.drawn_pdf import Drawn, pdf_drawn

TITLE = "城北新桥通车"
META = "城北日报 2024-03-05 09:30"
PARAGRAPHS = [
    f"{BODY}{LAST}",
    f"家住河滨小区的陈女士说，以前上班要堵四十分钟，现在只要二十分钟。{MORE}",
    f"专家指出，跨江通道的建成不仅改善了交通，也将带动两岸产业布局的调整。{LAST}",
    f"公交集团同日开通两条新线路，首班车六时，末班车二十二时三十分。{BODY}",
]


def cut(paragraphs: list[str], width: int) -> list[str]:
    return [line for text in paragraphs for line in re.findall(f".{{1,{width}}}", f"　　{text}")]


def columns(lines: list[str], count: int) -> list[list[str]]:
    height = -(-len(lines) // count)
    return [lines[start : start + height] for start in range(0, len(lines), height)]


def across(texts: list[list[str]], pitch: int, drop: float = 0, top: float = 735) -> list[Drawn]:
    """The rows of columns, each row from left to right; each column stands `drop` lower than the one before it."""
    return [
        Drawn(text, 50 + pitch * place, top - 17 * row - drop * place, size=11)
        for row, row_of_texts in enumerate(zip_longest(*texts, fillvalue=""))
        for place, text in enumerate(row_of_texts)
        if text
    ]


def only(*page: Drawn) -> Article:
    [article] = read(pdf_drawn(page), "a.pdf")
    assert isinstance(article, Article), article
    return article


HEAD = [Drawn(TITLE, 50, 800, size=20), Drawn(META, 50, 770, size=10)]


@pytest.mark.parametrize("drop", [0, 3, 8])
@pytest.mark.parametrize(("count", "width"), [(2, 18), (3, 12), (4, 10)])
def test_interleaved_columns_are_read_one_after_the_other(count: int, width: int, drop: float) -> None:
    page = across(columns(cut(PARAGRAPHS, width), count), 11 * width + 20, drop)
    article = only(*HEAD, *page)
    assert (article.title, article.source, article.published) == (TITLE, "城北日报", "2024-03-05 09:30")
    assert article.text.split("\n") == PARAGRAPHS


def test_columns_that_the_file_writes_one_after_the_other_stay_in_its_order() -> None:
    first, second = columns(cut(PARAGRAPHS, 18), 2)
    page = [*across([first], 218), *(line._replace(x=268) for line in across([second], 218))]
    assert only(*HEAD, *page).text.split("\n") == PARAGRAPHS


def test_a_line_across_the_columns_separates_what_is_above_from_what_is_below() -> None:
    above, below = (columns(cut(pair, 18), 2) for pair in (PARAGRAPHS[:2], PARAGRAPHS[2:]))
    heading = "新桥怎么走，公交和停车怎样安排，老桥什么时候封闭"
    page = [*across(above, 218), Drawn(heading, 50, 560, size=16), *across(below, 218, top=530)]
    assert only(*HEAD, *page).text.split("\n") == [*PARAGRAPHS[:2], heading, *PARAGRAPHS[2:]]


def test_a_page_number_below_the_columns_is_dropped() -> None:
    page = across(columns(cut(PARAGRAPHS, 18), 2), 218)
    assert only(*HEAD, *page, Drawn("- 3 -", 280, 30)).text.split("\n") == PARAGRAPHS


def test_columns_within_one_string_are_read_one_after_the_other() -> None:
    first, second = columns(cut(PARAGRAPHS, 18), 2)
    rows = [f"{left:　<18}　　{right}".rstrip("　") for left, right in zip_longest(first, second, fillvalue="")]
    page = [Drawn(row, 50, 735 - 17 * number, size=11) for number, row in enumerate(rows)]
    assert only(*HEAD, *page).text.split("\n") == PARAGRAPHS


def test_columns_in_several_fonts_are_read_one_after_the_other() -> None:
    page = across(columns(cut(PARAGRAPHS, 18), 2), 218)
    pieces = [piece for line in page for piece in (line._replace(text=line.text[:7]), line)]
    for number, piece in enumerate(pieces):
        if number % 2:
            pieces[number] = Drawn(piece.text[7:], piece.x + 77, piece.y, "unicode", 11)
    assert only(*HEAD, *filter(lambda piece: piece.text, pieces)).text.split("\n") == PARAGRAPHS


def test_the_rows_of_a_table_stay_rows() -> None:
    names = ["桥长", "造价", "主跨", "路幅", "时速"]
    values = ["一千二百米，引桥八百米", "三亿元，市财政出资一半", "四百二十米，全市最大", "双向八车道", "六十公里"]
    page = [
        Drawn(text, x, 600 - 20 * row)
        for row, pair in enumerate(zip(names, values, strict=True))
        for x, text in zip((50, 200), pair, strict=True)
    ]
    lines = [Drawn(text, 50, 740 - 20 * row) for row, text in enumerate([BODY, MORE, LAST])]
    text = only(*HEAD, *lines, *page).text
    assert [value for value in values if text.index(value) < text.index(names[-1])] == values[:-1]
    assert all(text.index(name) < text.index(value) for name, value in zip(names, values, strict=True))


def test_a_dated_list_stays_a_list() -> None:
    rows = [(f"3月{day}日", f"城北新桥第{day}段吊装完成") for day in range(1, 8)]
    page = [
        Drawn(text, x, 600 - 20 * row) for row, pair in enumerate(rows) for x, text in zip((50, 120), pair, strict=True)
    ]
    lines = [Drawn(text, 50, 740 - 20 * row) for row, text in enumerate([BODY, MORE, LAST])]
    text = only(*HEAD, *lines, *page).text
    assert [text.index(piece) for pair in rows for piece in pair] == sorted(
        text.index(piece) for pair in rows for piece in pair
    )
