"""Addresses that are not public, and names that lead to them."""

import socket
import threading

import pytest

from retrieval.intake import Fetcher
from retrieval.intake.link import guard
from retrieval.intake.link.guard import LinkError
from tests.support.web_server import refusal


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/",
        "http://10.0.0.1/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://[fe80::1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://a.cn:22/",
        "file:///etc/passwd",
        "ftp://a.cn/",
        "gopher://a.cn/",
        "http://224.0.0.1/",
        "http://①②⑦.⓪.⓪.①/",
        "http://user:password@a.cn/",
        "http://192.168.1.1/",
        "http://[2002:7f00:1::]/",
        "http://[fd00::1]/",
        "http:///a",
        "http://[::1",
        "javascript:alert(1)",
        "http://a.cn/" + "x" * 3_000,
    ],
)
def test_a_hostile_address_is_refused(address: str) -> None:
    def resolve(host: str, port: int) -> list[str]:
        # Other names depend on the system's resolver; this test looks up only numbers and localhost.
        assert host != "a.cn"
        return guard.resolve(host, port)

    assert refusal(address, Fetcher(resolve=resolve)).endswith("。")


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::ffff:10.0.0.1"], ["fe80::1%eth0"], ["255.255.255.255"]],
)
def test_a_host_name_containing_an_address_is_refused_without_a_lookup(addresses: list[str]) -> None:
    assert refusal("http://a.cn/", Fetcher(resolve=lambda *_: addresses)) == "网址指向内部网络，不能访问。"


def test_a_connection_goes_to_the_address_that_was_checked(port: int) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    fetcher = Fetcher(allow={("127.0.0.1", port)}, resolve=lambda *_: next(answers))
    assert fetcher.fetch(f"http://a.cn:{port}/1").url == f"http://a.cn:{port}/1"
    with pytest.raises(LinkError, match="内部网络"):
        fetcher.fetch(f"http://a.cn:{port}/1")


def test_an_unknown_host_name_is_reported() -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    assert refusal("http://a.cn/", Fetcher(resolve=resolve)) == "找不到这个网站，请检查网址。"


def test_a_resolver_that_hangs_does_not_outlast_the_deadline() -> None:
    released = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        released.wait()
        return []

    try:
        assert refusal("http://a.cn/", Fetcher(resolve=resolve, seconds=0.1)) == "找不到这个网站，请检查网址。"
    finally:
        released.set()


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
def test_public_addresses_are_recognized_as_public(address: str) -> None:
    assert guard.is_public(address)
