"""Printed text made ready for Telegram: whole, and never clickable."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.markup import clip, defuse_entities, line, link, shown, units

ACTING = [
    "@channel",
    "见@newsbot说",
    "/remove 1",
    "执行/stop吧",
    "#财经",
    "＃财经",
    "$USD",
    "http://example.com/a",
    "example.com",
    "看t.me/joinchat",
    "新浪.中国",
    "tg://resolve?domain=x",
    "a@example.org",
    "10.0.0.1",
]
# Wider than Telegram's own detection: a sign followed by any character, a point followed by a letter.
WOULD_ACT = re.compile(r"[@#＃$/][\w·]|\.[^\W\d_]|://|\d\.\d+\.\d+\.\d")


@pytest.mark.parametrize("text", ACTING)
def test_mentions_commands_tags_and_addresses_look_the_same_but_are_not_clickable(text: str) -> None:
    assert WOULD_ACT.search(text)
    made = defuse_entities(text)
    assert not WOULD_ACT.search(made)
    assert made.replace("\u2060", "") == text


@given(st.text(alphabet="a1.中/@#:$＃ \u2060x_"))
def test_no_mixture_of_characters_is_clickable(text: str) -> None:
    assert not WOULD_ACT.search(defuse_entities(text))


def test_ordinary_prose_is_left_unchanged() -> None:
    text = "投资约60.5亿元,同比增长3.2%。（记者 李超）\n“网上签”1:30开始……"
    assert defuse_entities(text) == text


def test_text_direction_controls_are_removed() -> None:
    assert defuse_entities("甲\u202e乙\u2066丙\x07丁\n戊\t己") == "甲乙丙丁\n戊\t己"


def test_length_is_counted_in_utf_16_units() -> None:
    assert [units(text) for text in ("中", "𠮷", "👨‍👩‍👧")] == [1, 2, 8]


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_a_cut_text_fits_the_limit_and_is_a_prefix(text: str, limit: int) -> None:
    cut = clip(text, limit)
    assert units(cut) <= limit
    assert cut == text or text.startswith(cut.removesuffix("…"))


def test_a_cut_keeps_whole_characters_and_ends_with_an_ellipsis() -> None:
    assert clip("𠮷𠮷𠮷", 4) == "𠮷…"


@given(st.text(), st.integers(min_value=1, max_value=60))
def test_shown_text_is_defused_then_cut_then_escaped(text: str, limit: int) -> None:
    seen = html.unescape(shown(text, limit).replace("&amp;", "&amp;"))
    assert units(seen) <= limit
    assert not WOULD_ACT.search(seen)


def test_markup_in_a_text_is_escaped() -> None:
    assert shown("<b>1 < 2 & 3</b>") == "&lt;b&gt;1 &lt; 2 &amp; 3&lt;/\u2060b&gt;"


def test_line_joins_a_text_into_one_line() -> None:
    assert line("第一\n第二\t 第三", 100) == "第一 第二 第三"


def test_a_linked_address_shows_its_host() -> None:
    assert link("https://news.example.com/a?b=1&c=2", "城北日报") == (
        '<a href="https://news.example.com/a?b=1&amp;c=2">城北日报 · news.example.com</a>'
    )


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "tg://resolve?domain=x",
        "file:///etc/passwd",
        "https://",
        "https://bank.example@evil.example/",
        "https://a b.example/",
        "http://exa\nmple.com",
        "http://[::1",
        "http:\\\\example.com",
        "https://example.com/" + "a" * 2000,
        "example.com",
    ],
)
def test_only_an_ordinary_web_address_is_linked(url: str | None) -> None:
    assert link(url, "城北日报") == "城北日报"


def test_a_quotation_mark_in_an_address_does_not_end_the_attribute() -> None:
    assert link('https://example.com/"onclick="x', "甲").startswith(
        '<a href="https://example.com/&quot;onclick=&quot;x">'
    )


def test_an_internationalized_host_is_shown_in_punycode() -> None:
    assert "xn--80ak6aa92e.com" in link("https://аррӏе.com/", "甲")
