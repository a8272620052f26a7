"""PDF files: lines joined to the printed paragraphs, and refusals with a reason."""

import re

import pytest

from retrieval.article import Article, Paragraph
from retrieval.intake import Refusal, read
from retrieval.intake.formats import pdf, printed
from tests.support.documents import BODY, LAST, MORE, locked, pdf_from, pdf_of, pdf_of_form

TITLE = "城北新桥通车"
META = "城北日报 2024-03-05 09:30"
LONG = f"{BODY}{MORE}{LAST}"


def only(data: bytes) -> Article:
    [article] = read(data, "a.pdf")
    assert isinstance(article, Article), article
    return article


def wrapped(text: str, width: int = 40) -> list[str]:
    return re.findall(f".{{1,{width}}}", text)


def test_lines_are_joined_to_paragraphs() -> None:
    page = [TITLE, META, *wrapped(LONG), *wrapped(MORE + BODY), *wrapped(LAST + BODY + MORE)]
    assert only(pdf_of(page)) == Article(
        TITLE,
        (Paragraph(LONG), Paragraph(MORE + BODY), Paragraph(LAST + BODY + MORE)),
        source="城北日报",
        published="2024-03-05 09:30",
    )


def test_an_indent_starts_a_paragraph_even_below_a_full_line() -> None:
    texts = [LONG[:-1] + "，也方便货运。", MORE + LAST]
    first, *others = [wrapped(text, len(texts[0]) // 2) for text in texts]
    assert [len(line) for line in first] == [55, 55]
    page = [TITLE, META, *(line for start, *rest in [first, *others] for line in [f"  {start}", *rest])]
    assert only(pdf_of(page)).text.split("\n") == texts


def test_a_paragraph_continues_across_pages_without_running_headers() -> None:
    lines = wrapped(LONG * 3)
    pages = [
        ["城北日报数字版", *lines[:4], "第 1 页"],
        ["城北日报数字版", *lines[4:6], "第 2 页"],
        ["城北日报数字版", *lines[6:], "第 3 页"],
    ]
    pages[0][1:1] = [TITLE, META]
    assert only(pdf_of(*pages)).text == LONG * 3


@pytest.mark.parametrize("number", ["- 1 -", "1", "第 1 页 共 1 页", "1 / 1", "— 1 —", "第一页"])
def test_page_numbers_are_dropped(number: str) -> None:
    assert only(pdf_of([TITLE, META, *wrapped(LONG), number])).text == LONG


def test_a_running_header_gives_source_and_day() -> None:
    header = "2024年03月05日 城北日报 A0{}版"
    article = only(pdf_of([header.format(3), TITLE, *wrapped(LONG)], [header.format(4), *wrapped(MORE + BODY)]))
    assert (article.source, article.published) == ("城北日报", "2024-03-05")
    assert article.text == f"{LONG}\n{MORE}{BODY}"


def test_a_title_repeated_on_each_page_is_still_the_title() -> None:
    title = "城北新桥今天正式通车市民出行更方便"
    article = only(pdf_of([title, *wrapped(LONG)], [title, *wrapped(MORE + BODY)]))
    assert (article.title, article.text) == (title, f"{LONG}\n{MORE}{BODY}")


def test_a_line_that_starts_with_closing_punctuation_continues_the_line_above() -> None:
    sentence = "“城北新桥今天上午正式通车了，全长一千二百米，双向六车道，总投资三亿元整。"
    assert only(pdf_of([TITLE, META, sentence, "”市交通局的负责人说。", *wrapped(LONG)])).paragraphs[0] == Paragraph(
        f"{sentence}”市交通局的负责人说。"
    )


def test_a_full_line_with_the_date_does_not_start_a_paragraph() -> None:
    meta = "来源：城北日报 作者：李超 时间：2024-03-05 09:30"
    article = only(pdf_of([TITLE, meta, *wrapped(LONG, len(meta))]))
    assert (article.author, article.text) == ("李超", LONG)


def test_blanks_between_all_characters_are_removed() -> None:
    assert only(pdf_of([TITLE, META, *(" ".join(line) for line in wrapped(LONG))])).text == LONG


def test_words_keep_their_blanks_and_lose_their_hyphens() -> None:
    assert printed.joined(["城北新桥全长一千二百米采用 new ma-\nterial for bridges\n"]).text.endswith(
        "new material for bridges"
    )
    assert printed.joined(["城北新桥今天上午正式通车采用 new\nmaterials\n"]).text.endswith("new materials")


def test_radicals_become_the_characters_they_look_like() -> None:
    assert only(pdf_of([TITLE, META, BODY.replace("长", "⻓").replace("一", "⼀")])).text.startswith(BODY[:10])


def test_a_scan_is_refused_with_the_reason() -> None:
    [refusal] = read(pdf_of([""], [""]), "a.pdf")
    assert isinstance(refusal, Refusal)
    assert "扫描件，没有文字层" in refusal.reason


def test_a_password_protected_file_is_refused_and_a_print_locked_file_is_read() -> None:
    page = pdf_of([TITLE, META, BODY])
    assert list(read(locked(page, "secret"), "a.pdf")) == [Refusal("a.pdf", "PDF 加了密，请先去掉密码。")]
    assert only(locked(page, "")).text == BODY


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6])
def test_a_truncated_file_is_refused(share: float) -> None:
    data = pdf_of([TITLE, META, BODY])
    items = list(read(data[: int(share * len(data))], "a.pdf"))
    assert [type(item) for item in items] == [Refusal]


def test_a_file_without_pages_or_without_chinese_is_refused() -> None:
    empty = pdf_from([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 0/Kids[]>>"])
    assert list(read(empty, "a.pdf")) == [Refusal("a.pdf", "PDF 里没有页面。")]
    [refusal] = read(pdf_of(["no chinese in it"]), "a.pdf")
    assert isinstance(refusal, Refusal)


def test_a_file_with_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_PAGES", 2)
    [refusal] = read(pdf_of([TITLE], [BODY], [MORE]), "a.pdf")
    assert isinstance(refusal, Refusal)
    assert "3 页" in refusal.reason


def test_a_file_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_SECONDS", -1.0)
    assert list(read(pdf_of([TITLE, BODY]), "a.pdf")) == [Refusal("a.pdf", "PDF 太复杂，没有读完。")]


@pytest.mark.parametrize(
    "data",
    [
        pdf_of_form(b"/X Do", [b"/X Do " * 9] * 9),
        pdf_of_form(b"q Q " * 3_000_000, []),
        pdf_of_form(b" " * 100_000_000, []),
        pdf_of_form(b"/X Do " * 400, [b"/X Do " * 400, b"q Q"]),
    ],
    ids=["forms within forms", "millions of operators", "a stream of blanks", "a form that is drawn many times"],
)
def test_a_decompression_bomb_is_refused(data: bytes) -> None:
    # Without a limit, the first would draw a form 400 million times.
    assert [type(item) for item in read(data, "a.pdf")] == [Refusal]


def test_what_a_browser_prints_around_a_page_is_dropped() -> None:
    lines = [TITLE, *wrapped(LONG)]
    for above, below in [
        ("2026/11/27 上午11:08 城北新桥通车_城北网", "https://news.example.cn/2024/bridge.html 1/1"),
        ("11/27/26, 11:08 AM", "file:///tmp/bridge.html 1/1"),
    ]:
        article = only(pdf_of([*lines, above, below]))
        assert (article.title, article.text, article.published) == (TITLE, LONG, None)
    assert only(pdf_of([TITLE, META, *wrapped(LONG)])).published == "2024-03-05 09:30"
