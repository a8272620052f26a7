"""The terminal page: the answer first, styles for people only, and articles that cannot steer the terminal."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.cli import terminal
from bot.words import answers, operators
from retrieval.archive import StoredPassage
from retrieval.engine import ConflictingReport, Hit, Reprint, Result
from retrieval.index.protocol import Filters
from retrieval.ranking.hit import Explanation
from retrieval.ranking.score import Parts
from retrieval.text.sentences import Span

TODAY = date(2026, 6, 15)
BOLD, DIM, PLAIN = "\033[1;33m", "\033[2m", "\033[0m"
TEXT = "乐园一度关闭。乐园现已重新开放，门票三百元。游客需要预约。"
ANSWER = "乐园现已重新开放，门票三百元。"
EVIL = "\x1b[2J\x1b]0;title\x07\x00\x08\r\x7f\x9b31m"
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def stored(text: str = TEXT, **fields: Any) -> StoredPassage:
    known = {"id": 1, "article_id": 1, "text": text, "heading": None, "title": "乐园开放", "source": "晚报"}
    return StoredPassage(**known | {"author": None, "published": "2020-05-11", "url": None} | fields)


def hit(passage: StoredPassage | None = None, **others: Any) -> Hit:
    passage = passage or stored()
    start = passage.text.find(ANSWER)
    span = Span(start, start + len(ANSWER)) if start >= 0 else None
    return Hit(passage, Parts(2.0, 2.5, 1.5, 1.0, 0.7), span, [Span(0, 2)], **others)


def result(*hits: Hit, status: str = "answered", question: str = "乐园开放了吗") -> Result:
    weights = {"乐园": 1.5, "开放": 2.25}
    return Result(question, Filters(), status, 0.75, list(hits), weights, 12, "2020-05-11", 1.5)


def page(search_result: Result, *, colour: bool = False, explain: bool = False) -> str:
    return terminal.page(search_result, TODAY, colour=colour, explain=explain)


def test_the_answering_sentence_comes_first_then_its_passage_and_source() -> None:
    lines = page(result(hit())).splitlines()
    assert lines == [ANSWER, "", f"│ {TEXT}", "", "《乐园开放》", "晚报 · 2020-05-11（6 年前）"]


def test_a_word_of_time_in_the_passage_is_dated() -> None:
    assert "文中“昨天”指 2020 年 5 月 10 日。" in page(result(hit(stored(f"昨天试营业。{ANSWER}")))).splitlines()


def test_heading_and_address_are_shown_when_known() -> None:
    lines = page(result(hit(stored(heading="票价", url="https://example.com/1")))).splitlines()
    assert lines[-2:] == ["小标题：票价", "https://example.com/1"]


def test_each_paragraph_of_a_passage_becomes_a_quoted_line() -> None:
    lines = page(result(hit(stored(f"{ANSWER}\n第二段。")))).splitlines()
    assert lines[2:4] == [f"│ {ANSWER}", "│ 第二段。"]


def test_other_results_are_numbered_from_two_and_show_their_source() -> None:
    others = [hit(stored(title="别的")), hit(stored("没有答句的一段", title="第三", source=None, published=None))]
    lines = page(result(hit(), *others)).splitlines()
    assert lines[6:] == [
        *("", answers.OTHERS),
        *(f"2. {ANSWER}", "   《别的》 晚报 · 2020-05-11（6 年前）"),
        *("3. 没有答句的一段", "   《第三》 来源不明 · 日期不明"),
    ]


def test_a_single_result_has_no_list_of_others() -> None:
    assert answers.OTHERS not in page(result(hit()))


def test_only_the_two_copies_of_the_answering_sentence_are_coloured() -> None:
    shown = page(result(hit()), colour=True)
    assert re.findall(rf"{re.escape(BOLD)}(.*?){re.escape(PLAIN)}", shown) == [ANSWER, ANSWER]
    assert shown.startswith(f"{BOLD}{ANSWER}{PLAIN}\n")
    assert f"{DIM}《乐园开放》{PLAIN}" in shown


def test_colour_adds_only_escape_sequences_to_the_page() -> None:
    search_result = result(hit(stored(heading="票价")), hit())
    uncoloured = re.sub(r"\033\[[0-9;]*m", "", page(search_result, colour=True))
    assert uncoloured == page(search_result)


@pytest.mark.parametrize("status", ["answered", "possible", "none"])
def test_a_page_without_colour_has_no_escape_character(status: str) -> None:
    assert CONTROLS.search(page(result(hit(), status=status), explain=True)) is None


@pytest.mark.parametrize("colour", [False, True])
def test_a_possible_answer_is_announced_first_and_highlights_nothing(colour: bool) -> None:
    shown = page(result(hit(), status="possible"), colour=colour)
    assert shown.splitlines()[:3] == [answers.POSSIBLE, "", f"│ {TEXT}"]
    assert BOLD not in shown


def test_a_result_without_an_answer_shows_no_passage_even_with_hits() -> None:
    shown = page(result(hit(), status="none"), colour=True)
    assert shown == answers.not_found("乐园开放了吗", 12, "2020-05-11")
    assert TEXT not in shown


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("status", ["answered", "possible", "none"])
@pytest.mark.parametrize("place", ["text", "title", "source", "heading", "url", "question", "term"])
def test_no_control_character_of_an_article_or_a_question_reaches_the_terminal(
    place: str, status: str, colour: bool
) -> None:
    fields = {place: f"{EVIL}{TEXT}{EVIL}"} if place in ("text", "title", "source", "heading", "url") else {}
    question = f"乐园{EVIL}" if place == "question" else "乐园"
    search_result = result(hit(stored(**fields)), hit(stored(**fields)), status=status, question=question)
    if place == "term":
        search_result = replace(search_result, weights={EVIL: 1.0})
    shown = page(search_result, colour=colour, explain=True)
    for own in (BOLD, DIM, PLAIN):
        shown = shown.replace(own, "")
    assert CONTROLS.search(shown) is None


def test_a_replaced_control_character_does_not_shift_the_highlight() -> None:
    shown = page(result(hit(stored(f"\x1b\x1b{TEXT}"))), colour=True)
    assert f"│ \ufffd\ufffd乐园一度关闭。{BOLD}{ANSWER}{PLAIN}游客" in shown


def test_an_explanation_shows_weights_confidence_and_a_correct_sum() -> None:
    shown = page(result(hit()), explain=True)
    assert "乐园 1.50　开放 2.25" in shown
    assert "0.75（answered）" in shown
    number = r"([\d.]+)"
    names = ("词", "二字", "三字", "全文", "句", "单字", "同类")
    parts = r" \+ ".join(rf"{name} {number} × {number}" for name in names)
    (figures,) = re.findall(rf"{number} = {parts}", shown)
    score, *weighed = map(float, figures)
    assert score == pytest.approx(sum(weight * part for weight, part in zip(weighed[::2], weighed[1::2], strict=True)))


def test_an_explanation_shows_the_score_of_each_piece() -> None:
    explanation = Explanation(
        {"乐园": 2.0}, {"乐园": 1.5, "开放": 1.0}, {}, {"乐园": 1.0}, {"乐园": 0.3}, {"乐": 0.5}, {}, 0.4
    )
    shown = page(result(replace(hit(), explanation=explanation)), explain=True)
    assert "   词：乐园 2.00\n   二字：乐园 1.50　开放 1.00\n   全文：乐园 1.00\n   句：乐园 0.30\n" in shown
    assert "0.40" in shown


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def talk() -> Callable[..., tuple[list[str], str]]:
    """The searched questions and everything that was shown."""

    def run(questions: str, answers: io.StringIO | None = None) -> tuple[list[str], str]:
        searched: list[str] = []

        def search(question: str) -> Result:
            searched.append(question)
            return result(hit(), question=question)

        answers = answers or io.StringIO()
        terminal.chat(search, lambda: TODAY, io.StringIO(questions), answers)
        return searched, answers.getvalue()

    return run


@pytest.mark.parametrize(
    ("lines", "questions"),
    [
        ("", []),
        ("\n\n  \n", []),
        ("甲\n乙\n", ["甲", "乙"]),
        ("甲\n\n  乙  \n丙", ["甲", "乙", "丙"]),
        ("甲\r\n乙\r\n", ["甲", "乙"]),
    ],
)
def test_each_line_that_is_not_blank_is_a_question(
    talk: Callable[..., tuple[list[str], str]], lines: str, questions: list[str]
) -> None:
    searched, shown = talk(lines)
    assert searched == questions
    assert shown.count(f"│ {TEXT}") == len(questions)


def test_piped_input_gets_no_prompt_and_piped_output_no_colour(
    talk: Callable[..., tuple[list[str], str]],
) -> None:
    _, shown = talk("甲\n")
    assert operators.PROMPT not in shown
    assert "\033" not in shown


def test_questions_from_a_pipe_get_coloured_answers_on_a_terminal(
    talk: Callable[..., tuple[list[str], str]],
) -> None:
    _, shown = talk("甲\n", Terminal())
    assert f"{BOLD}{ANSWER}{PLAIN}" in shown
    assert operators.PROMPT not in shown


def test_reprints_are_named_and_conflicting_reports_are_quoted() -> None:
    same = tuple(Reprint(number, name, "2020-05-10", None) for number, name in enumerate(("甲报", "乙网", "甲报"), 2))
    other = (ConflictingReport(5, "丙台", "2020-05-12", "门票\n四百元。"),)
    lines = page(result(hit(reprints=same, conflicting=other), hit(reprints=same[:1]))).splitlines()
    assert lines[6:9] == ["另有 2 家报道：甲报、乙网", "各家说法不同：", "丙台 · 2020-05-12（6 年前）：门票 四百元。"]
    assert lines[-1] == "   另有 1 家报道：甲报"


def test_text_from_other_papers_sends_no_control_character_to_the_terminal() -> None:
    shown = page(
        result(
            hit(reprints=(Reprint(2, EVIL, None, EVIL),), conflicting=(ConflictingReport(3, EVIL, None, EVIL + "桥"),))
        )
    )
    assert not CONTROLS.search(shown)
    assert "另有 1 家报道" in shown
