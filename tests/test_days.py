"""Which days a question names, and what merely looks as if it did."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.days import days_of
from retrieval.text import fold

TODAY = date(2026, 11, 24)  # a Tuesday


@pytest.mark.parametrize(
    ("question", "since", "until", "words"),
    [
        ("今天深圳停课吗", "2026-11-24", "2026-11-24", ["今天"]),
        ("今晚有雨吗", "2026-11-24", "2026-11-24", ["今晚"]),
        ("昨天的地震几级", "2026-11-23", "2026-11-24", ["昨天"]),
        ("昨天的新闻里地震几级", "2026-11-23", "2026-11-23", ["昨天"]),
        ("昨日报道的地震", "2026-11-23", "2026-11-23", ["昨日"]),
        ("昨天新闻发布会说了什么", "2026-11-23", "2026-11-24", ["昨天"]),
        ("前天的事故", "2026-11-22", "2026-11-23", ["前天"]),
        ("大前天的事故", "2026-11-21", "2026-11-22", ["大前天"]),
        ("昨天到前天的雨", "2026-11-22", "2026-11-24", ["昨天", "前天"]),
        ("这周的会议", "2026-11-23", "2026-11-24", ["这周"]),
        ("上周的会议", "2026-11-16", "2026-11-23", ["上周"]),
        ("上周的报道", "2026-11-16", "2026-11-22", ["上周"]),
        ("上星期五的会议", "2026-11-20", "2026-11-21", ["上星期五"]),
        ("上周末的比赛", "2026-11-21", "2026-11-23", ["上周末"]),
        ("近三天的疫情", "2026-11-22", "2026-11-24", ["近三天"]),
        ("最近3天的疫情", "2026-11-22", "2026-11-24", ["最近3天"]),
        ("过去十二天的疫情", "2026-11-13", "2026-11-24", ["过去十二天"]),
        ("这几天下雨吗", "2026-11-18", "2026-11-24", ["这几天"]),
        ("最近几天下雨吗", "2026-11-18", "2026-11-24", ["最近几天"]),
        ("近一周的疫情", "2026-11-18", "2026-11-24", ["近一周"]),
        ("过去两个星期的疫情", "2026-11-11", "2026-11-24", ["过去两个星期"]),
        ("近半个月的疫情", "2026-11-10", "2026-11-24", ["近半个月"]),
        ("近两个月以来的疫情", "2026-09-26", "2026-11-24", ["近两个月以来"]),
        ("兰州近三天有什么新闻", "2026-11-22", "2026-11-24", ["近三天"]),
        ("最新的疫情数据", "2026-10-25", None, ["最新的"]),
        ("疫情最新", "2026-10-25", None, ["最新"]),
        ("现在的房价", "2026-10-25", None, ["现在"]),
        ("目前天气怎么样", "2026-10-25", None, ["目前"]),
        ("如今天气变暖了吗", "2026-10-25", None, ["如今"]),
        ("最近的地震", "2026-10-25", None, ["最近的"]),
        ("昨天最新的疫情数据", "2026-11-23", "2026-11-24", ["昨天", "最新的"]),
        ("2020年2月的报道中投资多少", "2020-02-01", "2020-02-29", ["2020年2月"]),
        ("二〇二〇年二月二十日的报道", "2020-02-20", "2020-02-20", ["二〇二〇年二月二十日"]),
        ("2020年的新闻", "2020-01-01", "2020-12-31", ["2020年"]),
        ("2月20日的新闻", "2026-02-20", "2026-02-20", ["2月20日"]),
        ("十二月的新闻", "2025-12-01", "2025-12-31", ["十二月"]),
        ("去年3月的消息", "2025-03-01", "2025-03-31", ["去年3月"]),
        ("今年的文章", "2026-01-01", "2026-12-31", ["今年"]),
        ("上个月报道的洪水", "2026-10-01", "2026-10-31", ["上个月"]),
        ("本月的报道", "2026-11-01", "2026-11-24", ["本月"]),
    ],
)
def test_days_that_are_named(question: str, since: str, until: str | None, words: list[str]) -> None:
    found = days_of(fold(question), TODAY)
    assert found is not None
    assert found.since == date.fromisoformat(since)
    assert found.until == (date.fromisoformat(until) if until else None)
    assert [question[slice(*span)] for span in found.words] == words


@pytest.mark.parametrize(
    "question",
    [
        *("《今天》是谁写的", "他说“昨天”是什么意思", "目击者说：“目前还有多少人", "今日头条估值多少", "历史上的今天"),
        *("时至今日为何没有改变", "缓慢的地质过程今天仍在发生", "晚上周杰伦唱了什么", "日本周边有哪些国家"),
        *("基本周期是多少", "出现在哪里", "表现在哪些方面", "目击者看见什么", "天气预报提前天数"),
        *("截至目前多少人受伤", "到目前为止死了多少人", "离我最近的地铁站", "最近的医院在哪里", "最近的一次地震"),
        *("最新纪元的名字是什么", "最新重大发展是什么", "最新消息称多少人受伤", "停电近三天的原因", "附近三天没有水"),
        *(
            "占地近20亩",
            "将近两周没有消息",
            "2020年2月发生了什么",
            "去年生产总值多少",
            "今年新闻发布会几点",
            "上个月的洪水",
        ),
        *("二月三十日的报道", "十三月的报道", "近十一二天的报道", "两年前的报道", "周末的报道", "", "？"),
    ],
)
def test_what_only_looks_like_days(question: str) -> None:
    assert days_of(fold(question), TODAY) is None


@pytest.mark.parametrize("today", [date(2026, 3, 1), date(2024, 2, 29), date(2026, 1, 1), date(2026, 11, 29)])
def test_a_day_of_any_calendar_has_its_yesterday_its_week_and_its_month_before(today: date) -> None:
    for question, longest in (("昨天的报道", 0), ("上周的报道", 6), ("上个月的报道", 30), ("本周的报道", 6)):
        found = days_of(question, today)
        assert found is not None
        assert found.until is not None
        assert 0 <= (found.until - found.since).days <= longest
        assert found.until <= today


PIECES = [
    "今天",
    "昨",
    "上周",
    "近",
    "最近",
    "三",
    "十",
    "99",
    "天",
    "个",
    "月",
    "日",
    "2020年",
    "2",
    "的",
    "报道",
    "最新",
    "《",
    "》",
]


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_whatever_is_written_the_days_are_in_order_and_the_words_stand_in_it(question: str, today: date) -> None:
    found = days_of(question, today)
    if found is None:
        return
    assert found.until is None or found.since <= found.until
    assert found.words
    ends = [0, *(end for span in found.words for end in span)]
    assert ends == sorted(ends)
    assert ends[-1] <= len(question)
