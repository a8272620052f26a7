"""Variables from the process, from `.env`, and from files that variables name."""

import dataclasses
import os
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, environment
from retrieval.cluster.address import Address

ARCHIVE = {"ARCHIVE_URL": "opensearch+https://reader:old@a,b/news"}
TOKEN = "123456789:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory and a process without the bot's variables."""
    monkeypatch.chdir(tmp_path)
    for field in dataclasses.fields(Settings):
        monkeypatch.delenv(field.name.upper(), raising=False)
    return tmp_path


def test_without_a_dotenv_file_the_process_environment_is_used(folder: Path) -> None:
    assert environment() == dict(os.environ)


def test_process_variables_take_precedence_over_the_dotenv_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\ufeffADMIN_IDS=1，2\n# a comment\nLOG_LEVEL='DEBUG'\nDATABASE_PATH=$HOME.db\nTIMEZONE\n"
    (folder / ".env").write_text(text, encoding="utf-8")
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    settings = Settings.read(environment())
    assert settings.admin_ids == {1, 2}
    assert settings.log_level == "ERROR"
    assert settings.database_path == Path("$HOME.db")


def test_an_empty_process_variable_unsets_the_dotenv_value(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".env").write_text(f"TELEGRAM_BOT_TOKEN={TOKEN}\n", encoding="utf-8")
    assert Settings.read(environment()).telegram_bot_token == TOKEN
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "")
    assert Settings.read(environment()).telegram_bot_token is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('ADMIN_IDS=5\nDATABASE_PATH="/x/news.db\n', 2),
        ("\n\n# a comment\n\nTIMEZONE Asia/Tokyo\n", 5),
        ('DATABASE_PATH="/x/news.db\nADMIN_IDS=5\nTIMEZONE="Asia/Tokyo"\n', 1),
        ('DATABASE_PATH="/x/news.db\nADMIN_IDS=5\nOTHER=x"\n', 1),
        ("ADMIN_IDS=5\r\n=hunter2\r\n", 2),
    ],
)
def test_a_line_of_the_dotenv_file_that_can_not_be_parsed_is_named(
    folder: Path, caplog: pytest.LogCaptureFixture, text: str, line: int
) -> None:
    (folder / ".env").write_text(text, encoding="utf-8", newline="")
    with pytest.raises(SettingsError, match=rf"\.env 第 {line} 行读不懂；应为.*。$") as caught:
        environment()
    assert "hunter2" not in str(caught.value)
    assert caplog.records == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("DATABASE_PAHT", "DATABASE_PATH"),
        ("ADMIN_ID", "ADMIN_IDS"),
        ("admin_ids", "ADMIN_IDS"),
        ("ARCHIVE_PASSWORT_FILE", "ARCHIVE_PASSWORD_FILE"),
    ],
)
def test_a_misspelt_setting_of_the_dotenv_file_is_refused_with_its_right_name(
    folder: Path, written: str, meant: str
) -> None:
    (folder / ".env").write_text(f"# mine\n{written}=5\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=rf"\.env 第 2 行的 {written} 不是设置的名称；应为 {meant}，.*。$"):
        environment()


def test_variables_of_other_programs_may_stand_in_the_dotenv_file(folder: Path) -> None:
    compose = ("BOT_HOST", "OPENSEARCH_INITIAL_ADMIN_PASSWORD", "SEARCH_HEAP", "SEARCH_MEMORY", "HTTPS_PROXY")
    others = (*compose, "DATABASE_URL", "WEBHOOK_HOST", "TELEGRAM_TOKEN", "TZ", "COMPOSE_PROJECT_NAME", "POEM")
    (folder / ".env").write_text('POEM="one\ntwo"\n' + "".join(f"{name}=1\n" for name in others), encoding="utf-8")
    assert set(others) <= set(environment())


def test_a_dotenv_file_in_another_encoding_is_refused_with_a_sentence(folder: Path) -> None:
    (folder / ".env").write_bytes("# 管理员\nADMIN_IDS=1\n".encode("gb18030"))
    with pytest.raises(SettingsError, match=r"\.env 不是 UTF-8 编码；应为"):
        environment()


def test_a_folder_named_dotenv_is_refused_with_a_sentence(folder: Path) -> None:
    (folder / ".env").mkdir()
    with pytest.raises(SettingsError, match=r"\.env 读不了.*；应为"):
        environment()


def test_the_address_and_the_login_of_the_search_server_may_be_in_files(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**ARCHIVE, "ARCHIVE_USER": "news", "ARCHIVE_PASSWORD": "hunter2"}.items():
        (folder / name).write_text(f"\ufeff{value}\n", encoding="utf-8")
        monkeypatch.setenv(f"{name}_FILE", str(folder / name))
    address = Settings.read(environment()).archive_url
    assert address == Address("https", ("a:9200", "b:9200"), "news", "news", "hunter2")


@pytest.mark.parametrize(
    ("content", "variables", "said"),
    [
        (b"hunter2", {"ARCHIVE_PASSWORD": "hunter2"}, "都设置了"),
        (None, {}, "读不了"),
        (b"", {}, "是空的"),
        (b"hunter2\nhunter2\n", {}, "不止一行"),
        (b"hunter2" * 2000, {}, "太长"),
        ("密码hunter2".encode("gb18030"), {}, "UTF-8"),
    ],
)
def test_an_unusable_file_of_a_password_is_refused_with_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, variables: dict[str, str], said: str
) -> None:
    if content is not None:
        (folder / "password").write_bytes(content)
    for name, value in {"ARCHIVE_PASSWORD_FILE": str(folder / "password"), **variables}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^ARCHIVE_PASSWORD_FILE .*{said}.*；应为.*。$") as caught:
        environment()
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
