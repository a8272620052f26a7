"""The address of a search server: what is read, and sentences that show no password."""

import pytest

from retrieval.cluster.address import Address, AddressError


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("opensearch+http://127.0.0.1/news", Address("http", ("127.0.0.1:9200",), "news")),
        (
            "opensearch+https://a.example:443,B.example/news-2/",
            Address("https", ("a.example:443", "b.example:9200"), "news-2"),
        ),
        ("OpenSearch+HTTP://[::1]:9201,a,a:9200/0_x", Address("http", ("[::1]:9201", "a:9200"), "0_x")),
        ("opensearch+http://小李:p%40ss@a/news", Address("http", ("a:9200",), "news", "小李", "p@ss")),
        ("opensearch+http://u%3A1:a:b/c@d#?e@a/news", Address("http", ("a:9200",), "news", "u:1", "a:b/c@d#?e")),
    ],
)
def test_an_address_is_read(raw: str, expected: Address) -> None:
    assert Address.read(raw) == expected


@pytest.mark.parametrize(
    ("raw", "named", "allowed"),
    [
        ("https://hunter2/news", "开头", "opensearch+https://"),
        ("hunter2:9200/news", "开头", "opensearch+http://"),
        ("opensearch+http://hunter2@a/news", "用户名或密码", "用户名:密码@"),
        ("opensearch+http://:hunter2@a/news", "用户名或密码", "用户名:密码@"),
        ("opensearch+http://hunter2:@a/news", "用户名或密码", "用户名:密码@"),
        ("opensearch+http:///news", "第 1 个主机", "主机:端口"),
        ("opensearch+http://a,,b/news", "第 2 个主机", "主机:端口"),
        ("opensearch+http://a,user:hunter2/news", "第 2 个主机", "主机:端口"),
        ("opensearch+http://user:hunter2%40a/news", "第 1 个主机", "主机:端口"),
        ("opensearch+http://a:0/news", "第 1 个主机", "1 到 65535"),
        ("opensearch+http://a:65536/news", "第 1 个主机", "1 到 65535"),
        ("opensearch+http://user:hunter2@a", "前缀", "/"),
        ("opensearch+http://user:hunter2@a/", "前缀", "/"),
        ("opensearch+http://a/News", "前缀", "小写"),
        ("opensearch+http://a/_news", "前缀", "以字母或数字开头"),
        ("opensearch+http://a/新闻", "前缀", "小写英文字母"),
        ("opensearch+http://a/x?hunter2", "前缀", "小写英文字母"),
        ("opensearch+http://a/" + "x" * 101, "前缀", "100 个"),
    ],
)
def test_a_faulty_address_is_refused_with_the_fault_and_what_is_allowed(raw: str, named: str, allowed: str) -> None:
    with pytest.raises(AddressError) as caught:
        Address.read(raw)
    fault, _, right = str(caught.value).partition("；")
    assert named in fault or named in right
    assert right.startswith("应为")
    assert allowed in right
    assert "hunter2" not in str(caught.value)


def test_the_repr_shows_neither_user_nor_password() -> None:
    shown = repr(Address.read("opensearch+http://xiaoli:hunter2@a/news"))
    assert "a:9200" in shown
    assert "xiaoli" not in shown
    assert "hunter2" not in shown


def test_the_names_of_indices_begin_with_the_prefix() -> None:
    assert Address.read("opensearch+http://a/news").index("articles") == "news-articles"
