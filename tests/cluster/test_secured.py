"""A server with the security plugin: what the certificates, role and user of docs/cluster.md allow and refuse."""

import base64
import io
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from bot.__main__ import main
from bot.service import cluster_storage
from bot.service.cluster_notes import Notes
from bot.service.storage import storage_of
from bot.settings import Settings, environment
from retrieval.cluster.client import Client
from retrieval.cluster.errors import UnavailableError
from retrieval.cluster.sender import Timeouts
from retrieval.clustered import ClusteredArchive
from retrieval.text.analyzer import Analyzer
from tests.cluster.fault_server import client, make_certificate
from tests.cluster.home import Home, NoServerError, home
from tests.cluster.nodes import SECONDS, Nodes
from tests.support.command_line import METRO, THREE, Ran, assert_one_sentence, jsonl
from tests.test_compose import NODE_SETTINGS, PAGES, values

ADMIN = "admin:admin"  # of the plugin's own config/internal_users.yml
# What the set-up of the official image writes beside the settings of compose.cluster.yaml.
OF_THE_IMAGE = {
    "plugins.security.ssl.transport.enforce_hostname_verification": False,
    "plugins.security.ssl.http.enabled": True,
    "plugins.security.allow_default_init_securityindex": True,
    "plugins.security.restapi.roles_enabled": ["all_access", "security_rest_api_access"],
}

PASSWORD = "Not-of-News-4711"
OF_XIAOLI = {"ARCHIVE_PASSWORD": PASSWORD, "ARCHIVE_PASSWORD_FILE": ""}


@dataclass(frozen=True)
class Secured:
    """A node with the security plugin; `folder` has the certs/ and the secrets/ of docs/cluster.md."""

    host: str
    folder: Path

    @property
    def ca(self) -> Path:
        return self.folder / "certs" / "ca.pem"

    @property
    def password(self) -> str:
        """The password of the user `news`."""
        return (self.folder / "secrets" / "archive_password").read_text("utf-8").strip()

    @property
    def settings(self) -> dict[str, str]:
        """What the program is told of the server."""
        return {
            "ARCHIVE_URL": f"opensearch+https://{self.host}/news",
            "ARCHIVE_USER": "news",
            "ARCHIVE_PASSWORD_FILE": f"{self.folder}/secrets/archive_password",
            "ARCHIVE_CA": str(self.ca),
        }

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The answer to a request of the admin. Raises OSError."""
        headers = {"Authorization": f"Basic {base64.b64encode(ADMIN.encode()).decode()}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"https://{self.host}{path}", content, headers, method=method)
        context = ssl.create_default_context(cafile=str(self.ca))
        with urllib.request.urlopen(request, timeout=20, context=context) as answer:
            return json.load(answer)

    def give_role(self, body: dict[str, Any]) -> None:
        """Make the role `news`, or put this one in its place."""
        self.ask("PUT", "/_plugins/_security/api/roles/news", body)

    def give(self, user: str, password: str, *roles: str) -> None:
        """Make a user with these roles."""
        body = {"password": password, "opendistro_security_roles": roles}
        self.ask("PUT", f"/_plugins/_security/api/internalusers/{user}", body)

    def wait(self, nodes: Nodes) -> None:
        end = monotonic() + SECONDS
        while monotonic() < end:
            assert nodes.nodes[0].runs, nodes.said()
            try:
                self.ask("GET", "/_cluster/health?wait_for_status=green&timeout=10s")
            except OSError:  # not there yet, or without its users
                sleep(0.2)
            else:
                return
        raise TimeoutError(nodes.said())


def role(page: str) -> dict[str, Any]:
    """The role that a page of the documentation shows."""
    shown: dict[str, Any] = json.loads(re.findall(r"\$api/roles/news -d '(.*?)'", page, re.DOTALL)[0])
    return shown


def make_certificates(page: str, folder: Path) -> None:
    """Run the commands of the page that make the certificates and the password."""
    commands = re.findall(r"^mkdir certs secrets$.*?-out certs/node\.pem$", page, re.MULTILINE | re.DOTALL)[0]
    subprocess.run(["sh", "-e", "-c", commands], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def secured(server_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    try:
        with_plugin = home(secured=True)
    except NoServerError as error:
        pytest.skip(f"no server with the security plugin: {error}")
    folder = tmp_path_factory.mktemp("secured")
    make_certificates(PAGES[0], folder)
    shown = values(NODE_SETTINGS)
    of_compose = {name: value.strip('"') for name, value in shown.items() if name.startswith(("plugins.", "action."))}
    nodes = Nodes(with_plugin, 1, of_compose | OF_THE_IMAGE)
    [node] = nodes.nodes
    server = Secured(node.host, folder)
    try:
        config = node.log.parent / "config"
        shutil.copytree(folder / "certs", config / "certs")
        shutil.copytree(with_plugin.folder / "plugins/opensearch-security/config", config / "opensearch-security")
        if os.geteuid() == 0:
            for path in config.rglob("*"):
                shutil.chown(path, "nobody")
        node.start()
        server.wait(nodes)
        server.give_role(role(PAGES[0]))
        server.give("news", server.password, "news")
        yield server
    finally:
        nodes.end()


@pytest.fixture
def run(
    secured: Secured,
    tmp_path: Path,
    analyzer: Analyzer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Callable[..., Ran]]:
    """Runs a command in this process over the server, with its settings or others."""
    # A command leaves its connections to the end of its process.
    connections = ExitStack()
    monkeypatch.setattr(cluster_storage, "Client", lambda *given: connections.enter_context(Client(*given)))
    monkeypatch.chdir(tmp_path)
    for field in fields(Settings):
        monkeypatch.delenv(field.name.upper(), raising=False)
    monkeypatch.setenv("DATABASE_PATH", str(tmp_path / "none.db"))
    monkeypatch.setattr(os, "nice", lambda _: 0, raising=False)
    for module in ("retrieval.engine", "bot.cli.database"):
        monkeypatch.setattr(f"{module}.Analyzer", lambda *_, **__: analyzer)

    def run_it(*arguments: str, stdin: bytes = b"", **other: str) -> Ran:
        for name, value in (secured.settings | other).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main(arguments)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Ran(code, out, err)

    with connections:
        yield run_it


def test_both_pages_show_the_same_role() -> None:
    assert role(PAGES[0]) == role(PAGES[1])


def test_the_role_of_the_documentation_is_enough_for_all_that_the_program_does(
    run: Callable[..., Ran], secured: Secured, analyzer: Analyzer
) -> None:
    assert_one_sentence(run("list"))
    assert run("add", "-", "--json", stdin=jsonl(*THREE)).json["added"] == 3
    corrected = THREE[1] | {"text": f"{METRO}票价五元起。"}
    assert run("add", "-", "--json", stdin=jsonl(corrected)).json["updated"] == 1
    assert run("ask", "地铁十七号线全长多少公里", "--json").json["hits"][0]["article_id"] == 2
    assert run("merge", "1", "3").code == run("remove", "2").code == 0
    assert run("undo", str(run("log", "--json").json["entries"][0]["id"])).code == 0
    assert run("stats", "--json").json["nodes"] == 1
    assert run("feeds", "--json").json == {"feeds": []}
    assert run("check").code == 0
    storage = storage_of(Settings.read(environment()))
    archive, _ = storage.open(analyzer)
    assert isinstance(archive, ClusteredArchive)
    assert archive.erase([1]) == [1, 3]
    archive.drop_old_versions()
    notes = Notes(archive.documents, "trial")
    assert notes.create(1, {}) is None
    notes.prune(timedelta(seconds=-60))
    with archive.log.write() as transaction:
        transaction.state["fingerprint"], transaction.changed = "another", True
    archive.close()
    assert_one_sentence(run("ask", "地铁十七号线全长多少公里"))
    assert run("check", "--repair").code == 0
    assert run("ask", "地铁十七号线全长多少公里", "--json").json["hits"][0]["article_id"] == 2
    assert set(secured.ask("GET", "/news-*/_alias")) == {"news-news-2", "news-records", "news-log"}


def test_a_right_that_the_role_lacks_is_named(run: Callable[..., Ran], secured: Secured) -> None:
    whole = role(PAGES[0])
    [rights] = whole["index_permissions"]
    left = [right for right in rights["allowed_actions"] if not right.startswith("indices:data/read/mget")]
    assert len(left) == len(rights["allowed_actions"]) - 1
    run("add", "-", stdin=jsonl(*THREE))
    secured.give_role({**whole, "index_permissions": [{**rights, "allowed_actions": left}]})
    try:
        ran = run("ask", "地铁十七号线全长多少公里")
    finally:
        secured.give_role(whole)
    assert_one_sentence(ran)
    assert "（缺少 indices:data/read/mget" in ran.err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ARCHIVE_USER": "unknown"}, r"不接受用户名或密码.*ARCHIVE_PASSWORD"),
        (OF_XIAOLI, r"不接受用户名或密码.*ARCHIVE_PASSWORD"),
        ({"ARCHIVE_USER": "xiaoli", **OF_XIAOLI}, r"不允许这个用户.*（缺少 cluster:monitor/main）"),
        ({"ARCHIVE_URL": "opensearch+https://{host}/other"}, r"不允许这个用户.*（缺少 indices:admin/"),
        ({"ARCHIVE_CA": "another.crt"}, r"证书不可信.*ARCHIVE_CA"),
    ],
    ids=["unknown user", "wrong password", "no role", "another prefix", "another authority"],
)
def test_a_wrong_setting_is_one_sentence_without_the_login(
    run: Callable[..., Ran], secured: Secured, tmp_path: Path, given: dict[str, str], said: str
) -> None:
    make_certificate(tmp_path / "another.pem")
    secured.give("xiaoli", PASSWORD)
    other = {name: value.format(host=secured.host) for name, value in given.items()}
    ran = run("ask", "问题", **other)
    assert_one_sentence(ran)
    assert re.search(said, ran.err)
    for secret in ("unknown", "xiaoli", PASSWORD, secured.password):
        assert secret not in ran.err


def test_a_server_that_wants_tls_and_is_asked_without_is_named(secured: Secured) -> None:
    with (
        client(secured.host, timeout=Timeouts(reading=0.5)) as opened,
        pytest.raises(UnavailableError, match=r"服务器用 TLS 时应以 opensearch\+https:// 开头"),
    ):
        opened.check_server()
