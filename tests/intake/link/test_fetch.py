"""Links that are followed to an article, or refused with a reason."""

import gzip
import socket

import pytest

from retrieval.intake import Fetcher
from tests.support.web_server import (
    MEGABYTE,
    PROSE,
    TITLE,
    article,
    refusal,
)


@pytest.mark.parametrize("path", ["/1", "/gbk", "/gzip", "/plain", "/untyped.txt", "/foreign"])
def test_a_link_becomes_an_article_with_the_link_as_its_address(path: str, port: int, fetcher: Fetcher) -> None:
    fetched = article(f"http://127.0.0.1:{port}{path}#top", fetcher)
    assert (fetched.title, fetched.paragraphs[0].text) == (TITLE, PROSE)
    assert fetched.url == f"http://127.0.0.1:{port}{path}"


@pytest.mark.parametrize("path", ["/moved", "/4"])
def test_the_address_is_the_end_of_the_redirects(path: str, port: int, fetcher: Fetcher) -> None:
    assert article(f"http://127.0.0.1:{port}{path}", fetcher).url == f"http://127.0.0.1:{port}/1?from=moved"


def test_the_canonical_address_of_a_page_is_used_on_the_same_host(port: int, fetcher: Fetcher) -> None:
    assert article(f"http://127.0.0.1:{port}/canonical", fetcher).url == f"http://127.0.0.1:{port}/news/12345.html"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/5", "网址转来转去，超过 4 次跳转。"),
        ("/loop", "网址转来转去，超过 4 次跳转。"),
        ("/inside", "网址指向内部网络，不能访问。"),
        ("/metadata", "网址指向内部网络，不能访问。"),
        ("/file", "只能收录 http 或 https 链接。"),
        ("/nonsense", "网站跳转到的网址写法有误。"),
        ("/image", "链接的内容不是文章，而是 image/png。"),
        ("/404", "网页不存在或已被删除（404）。"),
        ("/403", "网站拒绝访问（403），请在浏览器里打开后复制正文再收录。"),
        ("/429", "网站说访问太频繁（429），请稍后再试。"),
        ("/502", "网站出错（502），请稍后再试。"),
        ("/204", "网站没有给出网页（204）。"),
        ("/empty", "网页是空的。"),
        ("/long", "文件太大，超过 5 MB。"),
        ("/endless", "文件太大，超过 5 MB。"),
        ("/bomb", "文件太大，超过 5 MB。"),
        ("/bombs", "网站用了不能识别的压缩方式。"),
        ("/brotli", "网站用了不能识别的压缩方式。"),
        ("/torn", "网站的回应不完整或不合 HTTP 规范。"),
        ("/short", "网站的回应不完整或不合 HTTP 规范。"),
    ],
)
def test_a_link_without_an_article_is_refused_with_the_reason(
    path: str, reason: str, port: int, fetcher: Fetcher
) -> None:
    assert refusal(f"http://127.0.0.1:{port}{path}", fetcher) == reason


def test_a_document_may_be_larger_than_a_page(port: int, fetcher: Fetcher) -> None:
    fetched = fetcher.fetch(f"http://127.0.0.1:{port}/pdf")
    assert (fetched.suffix, len(fetched.data)) == (".pdf", 6 * len(MEGABYTE) + 8)


def test_a_closed_port_is_reported() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert refusal(f"http://127.0.0.1:{port}/", Fetcher(allow={("127.0.0.1", port)})) == "连接不上网站。"


def test_the_proxy_of_the_environment_is_not_used(port: int, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert article(f"http://127.0.0.1:{port}/1", fetcher).title == TITLE


def test_an_address_with_chinese_characters_is_followed(port: int) -> None:
    requests: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        requests.append(host)
        return ["127.0.0.1"]

    fetched = Fetcher(allow={("127.0.0.1", port)}, resolve=resolve).fetch(f"http://例子.cn:{port}/1?标题=桥")
    assert requests == ["xn--fsqu00a.cn"]
    assert fetched.url == f"http://xn--fsqu00a.cn:{port}/1?%E6%A0%87%E9%A2%98=%E6%A1%A5"


def test_the_gzip_bomb_of_the_tests_is_a_small_file() -> None:
    # Otherwise the test above would prove nothing.
    assert len(gzip.compress(MEGABYTE * 50)) < 100_000


# Through a proxy


def by_proxy(port: int, *addresses: str) -> Fetcher:
    """A fetcher whose proxy is the server of these tests; every other name has these addresses, none without any."""

    def resolve(host: str, _: int) -> list[str]:
        return [host] if host == "127.0.0.1" else list(addresses)

    return Fetcher(proxy=f"http://127.0.0.1:{port}", resolve=resolve)


def test_every_request_goes_through_the_proxy(port: int) -> None:
    proxied = by_proxy(port, "93.184.216.34")
    for one in (proxied, proxied.permitted(lambda _: None)):
        fetched = one.fetch("http://news.example.com/moved")
        assert (fetched.url, TITLE in fetched.data.decode()) == ("http://news.example.com/1?from=moved", True)


@pytest.mark.parametrize("address", ["10.1.2.3", "169.254.169.254", "::1"])
def test_a_proxy_is_not_asked_for_addresses_inside_the_network(port: int, address: str) -> None:
    assert refusal("http://inside.example.com/1", by_proxy(port, address)) == "网址指向内部网络，不能访问。"
    assert refusal("http://news.example.com/inside", by_proxy(port, "93.184.216.34")) == "网址指向内部网络，不能访问。"


def test_a_name_that_only_the_proxy_resolves_is_left_to_it(port: int) -> None:
    assert article("http://news.example.com/1", by_proxy(port)).title == TITLE


def test_a_proxy_that_does_not_answer_is_reported() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert refusal("http://news.example.com/1", by_proxy(port)) == "连接不上网站。"
