"""Newer reports of one affair."""

from datetime import date

import pytest

from retrieval.article import Article
from retrieval.engine import SearchEngine
from tests.support.articles import make_article

TODAY = date(2026, 11, 26)


def report(published: str | None, sold: str) -> Article:
    text = f"截至当天二十四时，影片《春山》的票房达到{sold}，排在各片之前。"
    return make_article(text, title="《春山》票房", published=published, source="城北日报")


@pytest.fixture
def reports(engine: SearchEngine) -> SearchEngine:
    engine.add_all(
        [
            report("2025-11-20", "九亿元"),
            report("2026-11-24", "三亿元"),
            report("2026-11-21", "一亿元"),
            make_article("影片《春山》在城北取景，用了四个月。", title="《春山》取景", published="2026-11-25"),
        ]
    )
    return engine


def test_the_newest_of_nearly_equal_reports_leads_and_names_the_earlier_ones(reports: SearchEngine) -> None:
    result = reports.search("《春山》票房多少", today=TODAY)
    first = result.hits[0]
    assert (result.status, first.passage.published) == ("answered", "2026-11-24")
    assert [earlier.published for earlier in first.earlier] == ["2026-11-21", "2025-11-20"]
    assert "一亿元" in first.earlier[0].sentence
    assert [hit.score for hit in result.hits] == sorted((hit.score for hit in result.hits), reverse=True)


@pytest.mark.parametrize(
    ("question", "published"),
    [
        ("去年《春山》票房多少", "2025-11-20"),
        ("2025年《春山》票房多少", "2025-11-20"),
        ("去年11月《春山》票房多少", "2025-11-20"),
        ("11月21日《春山》票房多少", "2026-11-21"),
    ],
)
def test_a_question_that_names_a_day_is_answered_from_it(reports: SearchEngine, question: str, published: str) -> None:
    result = reports.search(question, today=TODAY)
    assert (result.status, result.hits[0].passage.published) == ("answered", published)


@pytest.mark.parametrize(
    ("older", "newer", "question"),
    [
        ("陈晓明当选城北市市长，任期五年。", "前城北市市长陈晓明被查，任期未满。", "谁是城北市市长"),
        ("影片《春山》的票房达到十亿元。", "影片《春山2》的票房达到一亿元。", "春山影片票房多少"),
        ("城北大桥首次通车是在春天。", "城北大桥再次通车是在夏天。", "城北大桥首次通车是什么时候"),
    ],
)
def test_a_newer_report_of_something_else_does_not_lead(
    engine: SearchEngine, older: str, newer: str, question: str
) -> None:
    texts = ((older, "2025-03-01"), (newer, "2026-03-01"))
    engine.add_all([make_article(text, title="消息", published=day) for text, day in texts])
    assert engine.search(question, today=TODAY).hits[0].passage.text == older


def test_a_question_for_a_day_without_a_report_gets_no_plain_answer(reports: SearchEngine) -> None:
    result = reports.search("前年《春山》票房多少", today=TODAY)
    assert result.status != "answered"
    assert result.missing == ("2024年",)


def test_a_report_without_a_date_keeps_its_place(engine: SearchEngine) -> None:
    engine.add_all([report(None, "九亿元"), report("2026-11-24", "三亿元")])
    first = engine.search("《春山》票房九亿元", today=TODAY).hits[0]
    assert (first.passage.published, first.earlier) == (None, ())


def test_the_score_says_what_put_the_newer_report_in_front(reports: SearchEngine) -> None:
    hits = reports.search("《春山》票房多少", today=TODAY, explain=True).hits
    assert all(hit.parts.newer == 0 for hit in hits[1:])
    assert hits[0].score == pytest.approx(hits[1].score, abs=1e-5) or hits[0].parts.newer == 0
