"""TLS to a search server: certificates that are trusted, and those that are not."""

import re
from pathlib import Path

import pytest

from retrieval.cluster.address import Address
from retrieval.cluster.client import Client
from retrieval.cluster.errors import ClusterError, UnavailableError
from retrieval.cluster.sender import Timeouts
from tests.cluster.fault_server import Faulty, client, faulty, make_certificate


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls") / "server.pem")


def test_a_certificate_of_the_own_authority_is_trusted(certificate: Path) -> None:
    with (
        faulty(certificate) as server,
        client(server.host, scheme="https", ca=certificate.with_suffix(".crt")) as opened,
    ):
        assert opened.check_server() == "2.19.6"


@pytest.mark.parametrize(("name", "trusted"), [("127.0.0.1", False), ("localhost", True)])
def test_a_certificate_of_another_authority_or_host_is_refused(certificate: Path, name: str, trusted: bool) -> None:
    with faulty(certificate) as server:
        host, ca = server.host.replace("127.0.0.1", name), certificate.with_suffix(".crt") if trusted else None
        with client(host, scheme="https", ca=ca) as opened, pytest.raises(ClusterError) as caught:
            opened.check_server()
    assert re.search(r"证书不可信.*ARCHIVE_CA.*主机名", str(caught.value))
    assert server.asked == []


def test_a_server_without_tls_is_named(server: Faulty) -> None:
    with client(server.host, scheme="https") as opened, pytest.raises(ClusterError, match=r"opensearch\+http://"):
        opened.check_server()


def test_a_server_that_wants_tls_and_is_asked_without_is_named(certificate: Path) -> None:
    with (
        faulty(certificate) as server,
        client(server.host, timeout=Timeouts(reading=0.5)) as opened,
        pytest.raises(UnavailableError, match=r"用 TLS 时应以 opensearch\+https:// 开头"),
    ):
        opened.check_server()


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_an_unusable_authority_is_refused_before_any_request(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ClusterError, match=r"ARCHIVE_CA 指的文件 .*ca\.pem"):
        Client(Address("https", ("127.0.0.1:9200",), "news"), path)
