"""Whatever is printed arrives whole and harmless."""

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
# What Telegram looks for, wider than it does: a sign with something behind it, a point with a letter behind it.
WOULD_ACT = re.compile(r"[@#＃$/][\w·]|\.[^\W\d_]|://|\d\.\d+\.\d+\.\d")


@pytest.mark.parametrize("text", ACTING)
def test_names_commands_tags_and_addresses_no_longer_act_and_look_the_same(text: str) -> None:
    assert WOULD_ACT.search(text)
    made = defuse_entities(text)
    assert not WOULD_ACT.search(made)
    assert made.replace("\u2060", "") == text


@given(st.text(alphabet="a1.中/@#:$＃ \u2060x_"))
def test_no_mixture_of_signs_acts(text: str) -> None:
    assert not WOULD_ACT.search(defuse_entities(text))


def test_ordinary_prose_is_left_as_it_is() -> None:
    text = "投资约60.5亿元,同比增长3.2%。（记者 李超）\n“网上签”1:30开始……"
    assert defuse_entities(text) == text


def test_signs_that_steer_the_direction_of_others_are_left_out() -> None:
    assert defuse_entities("甲\u202e乙\u2066丙\x07丁\n戊\t己") == "甲乙丙丁\n戊\t己"


def test_length_is_counted_in_utf_16_units() -> None:
    assert [units(text) for text in ("中", "𠮷", "👨‍👩‍👧")] == [1, 2, 8]


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_what_is_cut_fits_and_is_a_beginning(text: str, limit: int) -> None:
    cut = clip(text, limit)
    assert units(cut) <= limit
    assert cut == text or text.startswith(cut.removesuffix("…"))


def test_a_cut_never_leaves_half_a_character_and_says_that_it_cut() -> None:
    assert clip("𠮷𠮷𠮷", 4) == "𠮷…"


@given(st.text(), st.integers(min_value=1, max_value=60))
def test_what_is_shown_is_made_harmless_then_cut_then_escaped(text: str, limit: int) -> None:
    seen = html.unescape(shown(text, limit).replace("&amp;", "&amp;"))
    assert units(seen) <= limit
    assert not WOULD_ACT.search(seen)


def test_markup_in_a_text_is_shown_as_text() -> None:
    assert shown("<b>1 < 2 & 3</b>") == "&lt;b&gt;1 &lt; 2 &amp; 3&lt;/\u2060b&gt;"


def test_a_line_is_one_line() -> None:
    assert line("第一\n第二\t 第三", 100) == "第一 第二 第三"


def test_an_address_is_linked_with_its_host_visible() -> None:
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
def test_anything_but_an_ordinary_web_address_is_not_linked(url: str | None) -> None:
    assert link(url, "城北日报") == "城北日报"


def test_a_quote_in_an_address_does_not_end_it() -> None:
    assert link('https://example.com/"onclick="x', "甲").startswith(
        '<a href="https://example.com/&quot;onclick=&quot;x">'
    )


def test_a_host_in_other_letters_is_shown_as_the_network_has_it() -> None:
    assert "xn--80ak6aa92e.com" in link("https://аррӏе.com/", "甲")
