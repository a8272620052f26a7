"""Named things of a question, and the texts that hold them."""

from datetime import date

import pytest

from retrieval.archive import StoredPassage
from retrieval.query.names import Name, is_held, missing, names_of
from retrieval.text.analyzer import Analyzer
from retrieval.text.folding import fold
from retrieval.text.numbers import plain
from retrieval.text.parts_of_speech import PartsOfSpeech


@pytest.fixture(scope="module")
def parts_of_speech(analyzer: Analyzer) -> PartsOfSpeech:
    return PartsOfSpeech(analyzer)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("易华录在西安投资了多少", ["易华录", "西安"]),
        ("张卫东是谁", ["张卫东"]),
        ("外交部2020年2月18日说了什么", ["外交部", "2020年2月18日"]),
        ("地铁十七号线全长多少公里", ["17号线"]),
        ("第2999号通告禁止什么", ["2999"]),
        ("东汐大学校长是谁", ["东汐"]),
        ("东汐县有多少人", ["东汐"]),
        ("工信部向武汉调用了多少物资", ["武汉"]),
        ("一加 Ace 3 多少钱", ["ace", "3"]),
        ("《流浪地球》票房多少亿", ["流浪地球"]),
        ("城市里的东西是谁的", []),
        ("大桥多长", []),
        ("神舟十号什么时候发射", ["神舟", "10号"]),
        ("马克龙多大年纪", ["马克"]),
        ("几内亚总统去了多伦多", ["几内亚", "多伦多"]),
    ],
)
def test_named_things_are_recognized(parts_of_speech: PartsOfSpeech, query: str, words: list[str]) -> None:
    assert [name.word for name in names_of(query, parts_of_speech)] == words


@pytest.mark.parametrize(
    ("query", "word", "text", "published", "held"),
    [
        ("去年票房多少", "2025年", "票房达到五十亿元。", "2025-10-02", True),
        ("去年票房多少", "2025年", "票房达到五十亿元。", "2026-10-02", False),
        ("去年票房多少", "2025年", "去年票房达到五十亿元。", "2026-10-02", True),
        ("去年票房多少", "2025年", "去年票房达到五十亿元。", "2025-10-02", True),
        ("去年票房多少", "2025年", "2025年票房达到五十亿元。", None, True),
        ("去年票房多少", "2025年", "去年票房达到五十亿元。", None, True),
        ("去年票房多少", "2025年", "今年票房达到五十亿元。", None, False),
        ("前年票房多少", "2024年", "去年票房达到五十亿元。", "2026-10-02", False),
        ("去年8月油价多少", "2025年8月", "油价每吨上调一百元。", "2025-08-23", True),
        ("去年8月油价多少", "2025年8月", "油价每吨上调一百元。", "2026-08-23", False),
        ("上个月油价多少", "2026年10月", "上月油价每吨上调一百元。", "2026-11-02", True),
        ("上个月油价多少", "2026年10月", "油价每吨上调一百元。", "2026-11-02", False),
        ("上上个月油价多少", "2026年9月", "油价每吨上调一百元。", "2026-10-02", False),
        ("上上个月油价多少", "2026年9月", "油价每吨上调一百元。", "2026-09-02", True),
        ("大前年油价多少", "2023年", "油价每吨上调一百元。", "2023-09-02", True),
        ("去年产量多少", "2025年", "2024年产量为一百万吨。", "2025-01-10", False),
        ("上个月油价多少", "2026年10月", "9月油价每吨上调一百元。", "2026-10-10", False),
        ("本月油价多少", "2026年11月", "油价每吨上调一百元。", "2026-11-02", True),
    ],
)
def test_years_and_months_are_counted_from_the_day_of_the_question(
    parts_of_speech: PartsOfSpeech, query: str, word: str, text: str, published: str | None, held: bool
) -> None:
    (name,) = names_of(query, parts_of_speech, date(2026, 11, 26))
    assert (name.word, name.kind) == (word, "date")
    assert is_held(name, plain(fold(text)), published) == held


@pytest.mark.parametrize("query", ["目前年产量", "当前年轻人", "马上月亮出来", "网上月销量", "日本月活用户"])
def test_words_that_only_hold_a_year_or_a_month_are_no_date(parts_of_speech: PartsOfSpeech, query: str) -> None:
    assert all(name.kind != "date" for name in names_of(query, parts_of_speech, date(2026, 11, 26)))


@pytest.mark.parametrize(
    ("word", "kind", "text", "published", "held"),
    [
        ("西安", "ns", "西安市长", None, True),
        ("西安市", "ns", "西安的工厂", None, True),
        ("西安", "ns", "兰州的工厂", None, False),
        ("任春晖", "nr", "任春晖说", None, True),
        ("王小红", "nr", "王小明当选市长，王小明任期五年", None, False),
        ("侯景封", "nr", "侯景入城，侯景自立", None, True),
        ("国家卫健委", "nt", "国家卫生健康委员会", None, False),
        ("国家卫生健康委", "nt", "国家卫生健康委员会", None, True),
        ("60", "number", "投资约六十亿元", None, True),
        ("60", "number", "投资约160亿元", None, False),
        ("60", "number", "投资约60.5亿元", None, False),
        ("10", "number", "3月10日释放了八十人", None, False),
        ("10", "number", "3月10日释放了10人", None, True),
        ("2020", "number", "2020年版", None, True),
        ("17", "number", "地铁17号线", None, True),
        ("2月18日", "date", "二月十八日", None, True),
        ("2月18日", "date", "18日上午", "2020-02-20", True),
        ("2月18日", "date", "昨天上午", "2020-02-18 09:00", True),
        ("2月18日", "date", "18日上午", "2020-03-20", False),
        ("2月8日", "date", "2月18日", None, False),
        ("2020年", "date", "今年", "2020-03-20", True),
        ("2020年", "date", "今年", "2021-03-20", False),
        ("2020年2月", "date", "2月", "2020-03-20", True),
        ("18日", "date", "18日", None, True),
        ("2月18日", "date", "12月18日", None, False),
        ("2025年12月", "date", "12月房价下跌", "2026-01-15", True),
        ("2025年12月", "date", "上月房价下跌", "2026-01-05", True),
        ("10号", "model", "神舟九号发射", "2012-06-10", False),
        ("10号", "model", "神舟十号发射", None, True),
        ("10号", "model", "110号", None, False),
        ("8号线", "model", "地铁八号线通车", None, True),
        ("8号线", "model", "地铁5号线设8座车站", None, False),
        ("8号线", "model", "地铁18号线", None, False),
        ("8号线", "model", "地铁8、9号线和11号线", None, True),
        ("8号线", "model", "地铁8号楼和9号线", None, False),
    ],
)
def test_a_text_holds_a_name_in_any_of_its_forms(
    word: str, kind: str, text: str, published: str | None, held: bool
) -> None:
    assert is_held(Name(word, kind), plain(fold(text)), published) == held


def test_the_source_and_the_date_of_a_passage_count_as_its_text() -> None:
    passage = StoredPassage(1, 1, "新桥通车。", None, "新桥", "兰州晚报", None, "2020-02-24", None)
    names = [Name("兰州", "ns"), Name("2月24日", "date"), Name("西安", "ns")]
    assert missing(names, passage, "新桥\n新桥通车。") == [Name("西安", "ns")]
