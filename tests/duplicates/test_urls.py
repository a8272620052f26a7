"""Keys of addresses: one key for each page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.duplicates.urls import url_key

PAGE = "https://news.example.cn/2026/05/bridge.html"
WECHAT = "https://mp.weixin.qq.com/s?__biz=MzA%3D&mid=1&idx=1&sn=ab"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (PAGE, "http://news.example.cn/2026/05/bridge.html"),
        (PAGE, "HTTPS://News.Example.CN:443/2026/05/bridge.html"),
        (PAGE, f" {PAGE}#comments "),
        (PAGE, "https://news.example.cn/2026/06/../05/bridge.html"),
        (PAGE, f"{PAGE}?utm_source=weibo&spm=a.b"),
        (f"{PAGE}?id=7&page=2", f"{PAGE}?page=2&utm_medium=app&id=7"),
        ("https://example.cn", "http://example.cn/"),
        ("https://example.cn/%e6%a1%a5", "https://example.cn/桥"),
        (WECHAT, "http://mp.weixin.qq.com/s?__biz=MzA=&mid=1&idx=1&sn=ab&chksm=9f&scene=27#wechat_redirect"),
        (WECHAT, f"{WECHAT}&sessionid=17&ascene=3&devicetype=iOS&lang=zh_CN&pass_ticket=z%2B&from=timeline"),
    ],
)
def test_addresses_of_one_page_have_one_key(first: str, second: str) -> None:
    assert url_key(first) == url_key(second)


@pytest.mark.parametrize(
    "other",
    [
        "https://news.example.cn/2026/05/Bridge.html",
        "https://news.example.cn/2026/05/bridge2.html",
        "https://example.cn/2026/05/bridge.html",
        "https://news.example.cn:8443/2026/05/bridge.html",
        f"{PAGE}?id=7",
        f"{PAGE}?scene=1",
        f"{PAGE}#/news/1",
        f"{PAGE}#!news/1",
    ],
)
def test_addresses_of_two_pages_have_two_keys(other: str) -> None:
    assert url_key(PAGE) != url_key(other)


def test_pages_of_a_web_application_have_separate_keys() -> None:
    assert len({url_key(f"https://example.cn/#/news/{number}") for number in range(3)}) == 3
    assert url_key(WECHAT) != url_key(WECHAT.replace("mid=1", "mid=2"))
    searched = "https://mp.weixin.qq.com/s?src=11&timestamp=17&signature="
    assert url_key(f"{searched}a") != url_key(f"{searched}b")


@given(st.text() | st.from_regex(r"https?://[a-z\[\]:@.%?#&;=/0-9]{0,40}", fullmatch=True))
def test_any_address_has_a_key_and_keying_is_idempotent(url: str) -> None:
    assert isinstance(url_key(url), str)
    assert url_key(url) == url_key(url)
