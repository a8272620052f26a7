"""The command `ask`: status, filters, hits, explanation, and questions without words."""

import json
import sys

import pytest

from bot.words import answers
from tests.support.command_line import METRO, THREE, Run, assert_one_sentence, jsonl
from tests.support.json_shapes import FILTERS, assert_ask


@pytest.mark.parametrize(
    ("question", "status", "code"),
    [("地铁十七号线全长多少公里", "answered", 0), ("火星上的外星人基地", "none", 1), ("？！", "none", 1)],
)
def test_ask_prints_one_object_and_exits_with_the_code_of_its_status(
    three: Run, question: str, status: str, code: int
) -> None:
    ran = three("ask", question, "--json")
    assert_ask(ran.json)
    assert (ran.code, ran.json["status"], ran.json["question"]) == (code, status, question)
    assert three("ask", question).code == code


def test_a_possible_answer_counts_as_found(three: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.ranking.confidence.ANSWERED", 1.1)
    ran = three("ask", "地铁十七号线全长多少公里", "--json")
    assert (ran.code, ran.json["status"], ran.json["answered"]) == (0, "possible", True)
    assert three("ask", "地铁十七号线全长多少公里").out.startswith(answers.POSSIBLE)


def test_answer_and_highlights_are_character_offsets_into_the_passage(three: Run) -> None:
    hit = three("ask", "地铁试运行", "--json").json["hits"][0]
    assert (hit["passage"], hit["answer"]) == (METRO, [0, len(METRO)])
    marked = [hit["passage"][start:end] for start, end in hit["highlights"]]
    assert marked[0] == "地铁"
    assert "运行" in marked[1]


@pytest.mark.parametrize(
    ("options", "echo", "expected"),
    [
        ([], {}, {1, 2, 3}),
        (["--since", "2021-01-01"], {"since": "2021-01-01"}, {2}),
        (["--since", "2021-12-31"], {"since": "2021-12-31"}, {2}),
        (["--since", "2022-01-01"], {"since": "2022-01-01"}, set()),
        (["--until", "2020-05-11"], {"until": "2020-05-11"}, {1}),
        (["--until", "2020-05-10"], {"until": "2020-05-10"}, set()),
        (["--since", "2020-05-11", "--until", "2021-12-31"], {"since": "2020-05-11", "until": "2021-12-31"}, {1, 2}),
        (["--source", "日报"], {"source": "日报"}, {2}),
        (["--source", " 晚报 "], {"source": "晚报"}, {1}),
        (["--source", "没有的报"], {"source": "没有的报"}, set()),
        (["--source", "  "], {}, {1, 2, 3}),
    ],
)
def test_filters_restrict_the_hits_and_are_echoed(
    three: Run, options: list[str], echo: dict[str, str], expected: set[int]
) -> None:
    ran = three("ask", "游乐园 地铁 大桥", "--json", *options)
    assert_ask(ran.json)
    assert ran.json["filters"] == dict.fromkeys(FILTERS) | echo
    assert {hit["article_id"] for hit in ran.json["hits"]} == expected
    assert expected or ran.code == 1


@pytest.mark.parametrize(
    ("question", "options", "echo", "expected"),
    [
        ("据{source}报道，游乐园 地铁 大桥", [], {"source": "{source}"}, {1}),
        ("据{source}报道，游乐园 地铁 大桥", ["--source", "日报"], {"source": "日报"}, {2}),
        ("2020年5月的报道，游乐园 地铁 大桥", [], {"since": "2020-05-01", "until": "2020-05-31"}, {1}),
        ("2020年5月的报道，游乐园 地铁 大桥", ["--since", "2021-01-01"], {"since": "2021-01-01"}, {2}),
        ("2019年的报道，游乐园 地铁 大桥", [], {}, {1, 2, 3}),
    ],
)
def test_a_question_sets_its_scope_and_an_option_overrides_it(
    three: Run, question: str, options: list[str], echo: dict[str, str], expected: set[int]
) -> None:
    source = three("show", 1, "--json").json["source"]
    full_question = question.format(source=source)
    ran = three("ask", full_question, "--json", *options)
    assert_ask(ran.json)
    assert ran.json["question"] == full_question
    assert ran.json["filters"] == dict.fromkeys(FILTERS) | {key: day.format(source=source) for key, day in echo.items()}
    assert {hit["article_id"] for hit in ran.json["hits"]} == expected


@pytest.mark.parametrize("k", [1, 2, 3, 100])
def test_ask_prints_at_most_k_hits(three: Run, k: int) -> None:
    answer = three("ask", "游乐园 地铁 大桥", "--json", "-k", k).json
    assert_ask(answer, k)
    assert len(answer["hits"]) == min(k, 3)


def test_explain_adds_an_explanation_to_the_object_and_to_the_page(three: Run) -> None:
    answer = three("ask", "地铁试运行", "--explain", "--json").json
    assert "地铁" in answer["terms"]
    assert set(answer["hits"][0]["parts"]) == {
        "terms",
        "bigrams",
        "trigrams",
        "article",
        "sentence",
        "characters",
        "feedback",
        "newer",
    }
    assert answer["hits"][0]["pieces"]["terms"]["地铁"] > 0
    assert "词的权重" in three("ask", "地铁试运行", "--explain").out


def test_a_pipe_gets_the_answering_sentence_first_and_without_colour(three: Run) -> None:
    out = three("ask", "地铁十七号线全长多少公里").out
    assert out.startswith(f"{METRO}\n")
    assert "\033" not in out


def test_a_terminal_gets_a_coloured_answer(three: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert three("ask", "地铁十七号线全长多少公里").out.startswith(f"\033[1;33m{METRO}\033[0m\n")


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("", id="empty"),
        pytest.param("   ", id="blank"),
        pytest.param("\n", id="line break"),
        pytest.param("？！……", id="marks"),
        pytest.param("🎢🎢🎢", id="emoji"),
        pytest.param("星" * 4096, id="long"),
        pytest.param("火星\0火星", id="nul inside"),
        pytest.param("\0", id="nul"),
        pytest.param("\udcff\udcfe", id="surrogates"),
        pytest.param("\ud83d", id="half a pair"),
        pytest.param("what is this", id="english"),
        pytest.param("%_'\";--", id="sql"),
    ],
)
@pytest.mark.parametrize("stored", [True, False], ids=["stored", "nothing stored"])
def test_a_bad_question_is_answered_with_a_sentence_and_exit_code_1(run: Run, stored: bool, question: str) -> None:
    run("add", "-", stdin=jsonl(*(THREE if stored else ())))
    ran = run("ask", question)
    assert ran.code == 1
    assert ran.err == ""
    assert ran.out.strip().endswith("。")
    assert stored or ran.out.strip() == answers.EMPTY_STORE
    assert_ask(run("ask", question, "--json").json)


def test_questions_from_standard_input_are_answered_in_order(three: Run) -> None:
    questions = ["地铁十七号线全长多少公里", "", "火星上的外星人基地", "游乐园门票多少钱"]
    ran = three("ask", "-", "--json", stdin="\n".join(questions).encode())
    results = [json.loads(line) for line in ran.out.splitlines()]
    assert [result["question"] for result in results] == questions
    assert [result["status"] for result in results[:3]] == ["answered", "none", "none"]
    assert (results[1]["reason"], results[2]["reason"]) == ("no_terms", "nothing_near")
    assert ran.code == 1
    for result in results:
        assert_ask(result)
    pages = three("ask", "-", stdin="地铁十七号线全长多少公里\n\n地铁十七号线在哪里\n".encode())
    assert (pages.code, pages.out.count(f"│ {METRO}")) == (0, 2)


def test_a_line_in_another_encoding_is_named_after_the_answers_before_it(three: Run) -> None:
    ran = three("ask", "-", stdin="游乐园每天限多少人\n".encode() + "地铁有多长\n".encode("gb18030"))
    assert (ran.code, ran.err) == (2, "错误：标准输入第 2 行不是 UTF-8 编码；应为 UTF-8 文本。\n")
    assert "每天限两万人" in ran.out


def test_days_that_end_before_they_begin_are_refused(three: Run) -> None:
    ran = three("ask", "游乐园", "--since", "2026-10-01", "--until", "2026-09-01")
    assert_one_sentence(ran)
    assert three("ask", "游乐园", "--since", "2020-05-11", "--until", "2020-05-11").code == 0


def test_a_name_that_the_article_lacks_is_the_reason(three: Run) -> None:
    result = three("ask", "地铁十七号线在西安全长多少公里", "--json").json
    assert (result["status"] != "answered", result["reason"]) == (True, "missing: 西安")
    assert result["nearest"] is None or result["status"] == "none"
    result = three("ask", "西安地铁票价是多少", "--json").json
    assert (result["status"], result["nearest"]["title"] != "") == ("none", True)
