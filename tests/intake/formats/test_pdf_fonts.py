"""Fonts of a PDF that do not say which characters they show: a refusal, or a word about what is lost."""

import pytest

from retrieval.article import Article
from retrieval.intake import Refusal, read
from retrieval.intake.formats import recognition
from tests.support.documents import BODY, LAST, MORE
from tests.support.drawn_pdf import Drawn, pdf_drawn

TITLE = "城北新桥通车"
META = "城北日报 2024-03-05 09:30"
# The same article in Traditional characters, with words that only Hong Kong and Taiwan write.
TRADITIONAL = "城北新橋今天上午正式通車，全長一千二百公尺，總經費三十億元，雙向六線道，民眾喺橋上影相留念。"
GARBLED = Refusal(
    "a.pdf",
    f"PDF 的字体没有字符对照表，读出来的是乱码，没有收录；请用原稿，或先做文字识别（OCR）{recognition.HINT}",
)


@pytest.fixture(autouse=True)
def _without_recognition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "is_available", lambda: False)


def page(*lines: tuple[str, str]) -> list[Drawn]:
    """Lines below each other, each in a font."""
    return [Drawn(text, 50, 790 - 20 * row, font) for row, (font, text) in enumerate(lines)]


def results(*lines: tuple[str, str]) -> list[Article | Refusal]:
    return list(read(pdf_drawn(page(*lines)), "a.pdf"))


def texts(items: list[Article | Refusal]) -> list[str]:
    return [item.text for item in items if isinstance(item, Article)]


@pytest.mark.parametrize("font", ["glyphs", "named", "subset", "private", "unknown", "controls"])
def test_a_text_in_a_font_without_a_map_is_refused(font: str) -> None:
    assert results((font, TITLE), (font, META), (font, BODY), (font, MORE), (font, LAST)) == [GARBLED]


def test_a_text_whose_map_is_scrambled_is_refused() -> None:
    lines = [("shuffled", text) for text in (TITLE, META, BODY, MORE, LAST)]
    assert results(*lines) == [GARBLED]


@pytest.mark.parametrize("font", ["glyphs", "named", "subset", "private", "unknown", "shuffled"])
def test_a_body_that_cannot_be_read_is_refused_although_title_and_source_can(font: str) -> None:
    assert results(("mapped", TITLE), ("mapped", META), (font, BODY), (font, MORE), (font, LAST)) == [GARBLED]


@pytest.mark.parametrize("font", ["glyphs", "named", "subset"])
def test_every_other_line_that_cannot_be_read_refuses_the_page(font: str) -> None:
    assert results(("mapped", TITLE), (font, BODY), ("mapped", MORE), (font, LAST)) == [GARBLED]


@pytest.mark.parametrize("font", ["glyphs", "named", "unknown"])
def test_a_rare_character_that_cannot_be_read_is_shown_as_a_box_and_counted(font: str) -> None:
    first = page(("mapped", TITLE), ("mapped", META), ("mapped", MORE), ("mapped", LAST))
    name = [Drawn("市长李", 50, 600), Drawn("喆", 86, 600, font), Drawn(f"说，{BODY}", 98, 600)]
    [article] = read(pdf_drawn(first + name), "a.pdf")
    assert isinstance(article, Article)
    assert article.paragraphs[-1].text.replace(" ", "") == f"市长李□说，{BODY}"
    assert article.notes == ("a.pdf：有 1 个字读不出来（字体没有字符对照表），以 □ 代替。",)


def test_a_logo_that_cannot_be_read_is_no_line_of_the_article() -> None:
    body = [("mapped", text) for text in (TITLE, META, *[BODY, MORE, LAST] * 3)]
    items = list(read(pdf_drawn([*page(*body), Drawn("晚报", 400, 820, "glyphs")]), "a.pdf"))
    assert "□" not in "".join(texts(items))
    assert [item.notes for item in items if isinstance(item, Article)] == [
        ("a.pdf：有 2 个字读不出来（字体没有字符对照表），以 □ 代替。",)
    ]


@pytest.mark.parametrize(
    "lines",
    [
        [("mapped", TRADITIONAL), ("mapped", TRADITIONAL[::-1])],
        [("unicode", TITLE), ("unicode", META), ("unicode", BODY), ("unicode", MORE)],
        [("mapped", BODY), ("latin", "The New Bridge, opened on 5 March 2024 (1,200 m).")],
        [("mapped", BODY), ("latin", "https://news.example.cn/2024/bridge.html?id=1&p=2")],
        [("mapped", f"{BODY}饕餮、魑魅、貔貅、氤氲、龃龉、囹圄这些字也会出现在报道里。")],
        [("mapped", f"{BODY}“Гагарин”、Café、キャラ、안녕、α粒子、①②③、5℃、§3、→、★、½、—、…")],
        [("mapped", "⻓江⼤桥今天通⻋，市⺠可以⾛⼈⾏道，全⻓⼀千⼆百⽶，总投资三亿元。")],
        [("mapped", "城北新桥︐今天上午正式通车︒﹁全长一千二百米﹂︐总投资三亿元︒")],
    ],
    ids=["traditional", "codes", "english", "address", "rare words", "many scripts", "radicals", "upright forms"],
)
def test_a_text_that_can_be_read_is_never_refused(lines: list[tuple[str, str]]) -> None:
    items = results(*lines)
    assert texts(items)
    assert all(isinstance(item, Article) for item in items), items


def test_a_map_that_shows_some_characters_as_other_letters_is_refused() -> None:
    # Ghostscript writes such maps: ：is ÿ, 上 is P, 这 is ß.
    wrong = str.maketrans("，。上正全总投三双向据把火每行市", "Ā2Pkqzt^~ßàl_>|¯")
    lines = [("mapped", text.translate(wrong)) for text in (BODY, MORE, LAST)]
    assert results(("mapped", TITLE), ("mapped", META), *lines) == [GARBLED]


def test_an_article_about_a_shares_is_read() -> None:
    text = "沪市A股和深市A股昨天双双上涨，B股下跌。投资A股的基金认为，本轮A股行情与K线形态有关，T恤和X光概念领涨A股。"
    assert texts(results(("mapped", text), ("mapped", f"{BODY}A股又涨了。"))) != []


def test_icons_of_a_font_of_drawings_are_left_out() -> None:
    bullets = [Drawn("一", 40, 790 - 20 * row, "private") for row in range(3)]
    items = list(read(pdf_drawn([*page(("mapped", BODY), ("mapped", MORE), ("mapped", LAST)), *bullets]), "a.pdf"))
    assert len(items) == 1
    assert all(not 0xE000 <= ord(character) < 0xF900 for character in texts(items)[0])


def test_radicals_and_upright_forms_become_the_usual_characters() -> None:
    [text] = texts(results(("mapped", "⻓江⼤桥今天通⻋︐市⺠可以⾛⼈⾏道︐全⻓⼀千⼆百⽶︒")))
    assert text == "长江大桥今天通车，市民可以走人行道，全长一千二百米。"
