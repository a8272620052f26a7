"""Numbers written in Chinese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text.numbers import plain, written

CHARACTERS = "〇零一二两三四五六七八九十百千万亿元个年月日第1230,. "


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("六十亿元", "60亿元"),
        ("二月二十日", "2月20日"),
        ("二〇二〇年十月一日", "2020年10月1日"),
        ("一九九八年", "1998年"),
        ("一百二十三名", "123名"),
        ("三千零五十人", "3050人"),
        ("两千万元", "2000万元"),
        ("三亿人", "3亿人"),
        ("五十年代", "50年代"),
        ("第十二届", "第12届"),
        ("二十一世纪", "21世纪"),
        ("1,800个", "1800个"),
        ("1,234,567.5元", "1234567.5元"),
        # No numeral, no measure word, or only a guess.
        *((same, same) for same in ("一个", "三人", "十分", "万一", "三五个", "七八十人", "三四月", "十四五规划",
                                    "一百多人", "二十几人", "千万不要", "60亿元", "1,80", "12,3456", "a1,800", "")),
    ],
)  # fmt: skip
def test_a_numeral_with_a_measure_is_read(text: str, digits: str) -> None:
    assert plain(text) == digits


@given(st.integers(11, 9999))
def test_every_numeral_below_ten_thousand_is_read(number: int) -> None:
    assert plain(f"{numeral(number)}个") == f"{number}个"


@given(st.text(CHARACTERS, max_size=30))
def test_numbers_are_read_in_order_with_exact_spans(text: str) -> None:
    numbers = list(written(text))
    ends = [0, *(number.end for number in numbers)]
    assert all(end <= number.start < number.end for end, number in zip(ends, numbers, strict=False))
    assert all(number.digits.replace(".", "").isdecimal() for number in numbers)


@given(st.text(CHARACTERS, max_size=12))
def test_a_text_alone_has_the_numbers_that_it_has_beside_others(text: str) -> None:
    before = "1,800个 二十个 "
    alone = [(number.digits, number.start + len(before), number.end + len(before)) for number in written(text)]
    assert [tuple(number) for number in written(before + text)][2:] == alone


def numeral(number: int) -> str:
    """The number as it is read aloud."""
    spoken, skipped = "", False
    for power, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            spoken += "零" * (skipped and bool(spoken)) + "一二三四五六七八九"[digit - 1] + word
        skipped = not digit
    return spoken.removeprefix("一") if 10 <= number < 20 else spoken
