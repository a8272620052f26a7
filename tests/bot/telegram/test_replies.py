"""Replies as a reader sees them; each fits into one message."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.markup import LONGEST_MESSAGE, units
from bot.telegram.replies import Button, answer, help_page, not_found, start, statistics, turned
from bot.words import answers, editors, readers
from bot.words.answer_notes import Notes
from retrieval.archive import StoredPassage
from retrieval.catalogue import Statistics
from retrieval.engine import Result
from retrieval.index.protocol import Filters
from retrieval.text.sentences import Span

TODAY = date(2026, 11, 24)
TEXT = "城北新桥今天通车。新桥全长一千二百米，投资三亿元。"


def passage(**fields: object) -> StoredPassage:
    known: dict[str, object] = {
        "id": 7,
        "article_id": 3,
        "text": TEXT,
        "heading": None,
        "title": "新桥通车",
        "source": "城北日报",
        "author": None,
        "published": "2020-02-24 02:24",
        "url": None,
    }
    return StoredPassage(**(known | fields))  # type: ignore[arg-type]


def seen(html: str) -> str:
    """The text without its markup, close enough to count its length."""
    return re.sub(r"<[^>]*>", "", html).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def test_an_answer_starts_with_the_bold_sentence_and_a_folded_passage() -> None:
    reply = answer(passage(heading="长度"), Span(9, 25), "answered", TODAY)
    assert reply.html == (
        "<b>新桥全长一千二百米，投资三亿元。</b>\n\n"
        f"<blockquote expandable>{TEXT}</blockquote>\n\n"
        "《新桥通车》\n城北日报 · 2020-02-24（6 年前）\n小标题：长度\n"
        "文中“今天”指 2020 年 2 月 24 日。"
    )


QUOTE = re.compile(r"<blockquote expandable>(.*)</blockquote>", re.DOTALL)


@pytest.mark.parametrize(
    ("text", "sentence", "quoted"),
    [
        ("新桥今天通车。全长八百米。", "新桥今天通车。", "…全长八百米。"),
        ("新桥今天通车，全长八百米。", "新桥今天通车", "…全长八百米。"),
        ("新桥今天通车。", "新桥今天通车。", None),
        ("新桥今天通车。", "新桥今天通车", None),
        ("新华社兰州2月14日电 新桥今天通车。全长八百米。", "新桥今天通车。", "新华社兰州2月14日电…全长八百米。"),
        ("新华社兰州2月14日电 新桥今天通车。", "新桥今天通车。", None),
        ("大家都来了，新桥今天通车，全长八百米。", "新桥今天通车", "大家都来了，…全长八百米。"),
        ("大家都来了。新桥今天通车。", "新桥今天通车。", "大家都来了。新桥今天通车。"),
        ("新桥通车。" * 200, "新桥通车。" * 200, "新桥通车。" * 200),  # the sentence above is cut
    ],
)
def test_the_quote_does_not_begin_with_the_sentence_above_it(text: str, sentence: str, quoted: str | None) -> None:
    start = text.index(sentence)
    html = answer(passage(text=text), Span(start, start + len(sentence)), "answered", TODAY).html
    match = QUOTE.search(html)
    assert (match[1] if match else None) == quoted


def test_a_passage_shown_whole_is_not_quoted() -> None:
    assert "<blockquote" not in answer(passage(), None, "answered", TODAY).html


def test_a_possible_answer_says_so_and_has_nothing_in_bold() -> None:
    html = answer(passage(), Span(9, 25), "possible", TODAY).html
    assert html.startswith(f"{answers.POSSIBLE}\n新桥全长一千二百米，投资三亿元。\n\n<blockquote")
    assert "<b>" not in html


def test_a_possible_answer_has_one_header_which_names_what_it_lacks() -> None:
    notes = Notes(lacking="没有提到“西安”，最接近的是：")
    assert answer(passage(), Span(9, 25), "possible", TODAY, notes=notes).html.startswith(f"{notes.lacking}\n新桥全长")
    both = Notes("没有找到昨天的相关报道，下面是较早的一篇：", lacking=notes.lacking)
    html = answer(passage(), Span(9, 25), "possible", TODAY, notes=both).html
    assert html.startswith(f"{both.above}\n新桥全长")
    assert not any(header in html for header in (both.lacking, answers.POSSIBLE))
    assert notes.lacking not in answer(passage(), Span(9, 25), "possible", TODAY, rank=1, notes=notes).html


@pytest.mark.parametrize(
    ("text", "span", "quoted"),
    [
        (TEXT, Span(0, 9), "…新桥全长一千二百米，投资三亿元。"),
        (TEXT, Span(9, 25), TEXT),
        (TEXT, Span(0, 25), None),
        (TEXT, None, None),
        (
            f"新华社城北2月24日电（记者张三）{TEXT}",
            Span(17, 26),
            "新华社城北2月24日电（记者张三）…新桥全长一千二百米，投资三亿元。",
        ),
        (f"{'长' * 1000}。下一句。", Span(0, 1001), f"{'长' * 1000}。下一句。"),
    ],
)
def test_the_folded_quote_does_not_repeat_the_sentence_above_it(
    text: str, span: Span | None, quoted: str | None
) -> None:
    html = answer(passage(text=text), span, "answered", TODAY).html
    found = re.search("<blockquote expandable>(.*)</blockquote>", html, re.DOTALL)
    assert (found and found[1]) == quoted


def test_a_further_result_says_so_and_has_nothing_in_bold() -> None:
    html = answer(passage(), Span(9, 25), "answered", TODAY, rank=1).html
    assert html.startswith(f"{answers.OTHERS}\n新桥全长一千二百米")
    assert "<b>" not in html


def test_a_source_with_an_address_is_linked() -> None:
    html = answer(passage(url="https://cb.example/1"), None, "answered", TODAY).html
    assert '<a href="https://cb.example/1">城北日报 · cb.example</a> · 2020-02-24' in html


def test_scope_notes_stand_above_and_below_on_their_own_lines() -> None:
    html = answer(passage(), None, "answered", TODAY, notes=Notes("没有找到<甲\n报>的报道：", "只查了@b。")).html
    assert html.startswith("没有找到&lt;甲 报&gt;的报道：\n\n<b>")
    assert html.endswith("\n\n只查了@\u2060b。")


NASTY = st.text(alphabet="中<&>@#/.a1𠮷\n\u202e ", max_size=6000)


@given(NASTY, NASTY, NASTY, NASTY)
def test_any_printed_answer_fits_into_a_message(text: str, title: str, source: str, heading: str) -> None:
    long_passage = passage(text=text, title=title, source=source, heading=heading, url="https://e.example/" + "a" * 900)
    reply = answer(
        long_passage,
        Span(0, min(900, len(text))),
        "answered",
        TODAY,
        notes=Notes(title, source),
        other_papers=(source,) * 10,
        opening=heading,
        signature="@NewsQABot",
    )
    assert units(seen(reply.html)) <= LONGEST_MESSAGE


def test_the_page_buttons_go_both_ways_and_show_the_position() -> None:
    number = 2**62 - 1
    assert [button.label for button in turned("a", number, 0, 3)] == ["1/3", "›"]
    assert [button.label for button in turned("a", number, 1, 3)] == ["‹", "2/3", "›"]
    assert [button.label for button in turned("a", number, 2, 3)] == ["‹", "3/3"]
    assert turned("a", number, 0, 1) == ()
    assert all(len(button.data.encode()) <= 64 for button in turned("a", number, 10, 20))
    assert turned("a", 5, 1, 3)[2] == Button("›", "a:5:2")


def result(question: str, articles: int = 128) -> Result:
    return Result(question, Filters(), "none", 0.0, [], {}, articles, "2026-11-24 09:12" if articles else None, 1.0)


def test_a_reply_without_hits_says_what_was_searched_and_is_shorter_in_groups() -> None:
    reply = not_found(result("深圳台风停课"), TODAY)
    assert reply.html.startswith("没有找到能回答“深圳台风停课”的报道。\n查了 128 篇")
    assert not_found(result("深圳台风停课"), TODAY, brief=True).html == "没有找到能回答“深圳台风停课”的报道。"


def test_a_reply_without_hits_names_the_nearest_article_with_a_button() -> None:
    near = replace(result("西安新桥多长"), nearest=passage(title="新桥\n通车"), missing=("西安",))
    buttons = ((Button(answers.SHOW_NEAREST, "a:1a:0"),),)
    reply = not_found(near, TODAY, buttons=buttons)
    assert reply.html.startswith(
        "没有找到能回答“西安新桥多长”的报道。最接近的是《新桥 通车》，没有提到“西安”。\n查了 128 篇"
    )
    assert reply.buttons == buttons
    assert len(not_found(near, TODAY, brief=True).html.splitlines()) == 1


def test_an_echoed_question_is_defused_and_short() -> None:
    html = not_found(result("<b>@all /stop http://evil.example " + "长" * 100), TODAY).html
    assert "<b>" not in html
    assert "@all" not in html
    assert "…”" in html


def test_start_offers_a_question_that_has_an_answer() -> None:
    stock = Statistics(128, 900, "2026-11-24 09:12", "2020-02-24", 12, 3)
    reply = start(stock, (5, "新桥投资多少亿元？"), editor=False, today=TODAY)
    assert reply.html.split("\n") == [readers.GREETING, "现有 128 篇报道，最新一篇：11月24日 09:12。"]
    labels = [[button.label for button in row] for row in reply.buttons]
    assert labels == [["试试：新桥投资多少亿元？"], [answers.WHATS_NEW], [readers.IN_GROUPS]]
    assert len(start(stock, None, editor=False, today=TODAY).buttons) == 2
    empty = Statistics(0, 0, None, None, 0, 0)
    assert start(empty, None, editor=False, today=TODAY).html == readers.EMPTY_FOR_READERS
    assert "/add" in start(empty, None, editor=True, today=TODAY).html


def test_editors_see_more_help() -> None:
    assert "/remove" not in help_page("NewsQABot", editor=False).html
    assert "/remove" in help_page("NewsQABot", editor=True).html
    assert "@NewsQABot" in help_page("NewsQABot", editor=False).html


def test_statistics_are_written_as_sentences() -> None:
    figures = Statistics(1280, 9000, "2020-02-24 02:24", "2020-02-24", 12, 3)
    assert statistics(figures, TODAY).html == ("现有 1,280 篇报道，9,000 段，12 个来源。\n最新一篇：2020-02-24 02:24。")


@pytest.mark.parametrize(
    ("count", "expected"), [(26, "约 26 字"), (1834, "约 1,800 字"), (99, "约 99 字"), (150, "约 200 字")]
)
def test_the_extent_of_a_text_is_rounded(count: int, expected: str) -> None:
    assert expected in editors.extent(1, 0, count)
