"""Settings: valid values, sentences about invalid ones, and secrets that no sentence shows."""

import dataclasses
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.settings import Settings, SettingsError
from retrieval.cluster.address import Address

TOKEN = "123456789:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = Settings.read({})
    assert settings == Settings()
    assert settings.telegram_bot_token is None
    assert settings.admin_ids == frozenset()
    assert settings.database_path == Path("data/news.db")
    assert settings.timezone == ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("blank", ["", "  ", "\t"])
def test_a_blank_variable_counts_as_not_set(blank: str) -> None:
    names = [field.name.upper() for field in dataclasses.fields(Settings)]
    assert Settings.read(dict.fromkeys(names, blank)) == Settings()


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("TELEGRAM_BOT_TOKEN", f" {TOKEN}\n", TOKEN),
        ("ADMIN_IDS", "7", {7}),
        ("ADMIN_IDS", "1,2，3、4;5；6 7,,", {1, 2, 3, 4, 5, 6, 7}),
        ("ADMIN_IDS", "，", set()),
        ("DATABASE_PATH", "/var/lib/新闻/news.db", Path("/var/lib/新闻/news.db")),
        ("ARCHIVE_URL", "opensearch+http://a:9201,b/news", Address("http", ("a:9201", "b:9200"), "news")),
        ("ARCHIVE_USER", "小李", "小李"),
        ("ARCHIVE_CA", "/etc/news/ca.pem", Path("/etc/news/ca.pem")),
        ("TELEGRAM_BASE_URL", "http://127.0.0.1:8081/bot", "http://127.0.0.1:8081/bot"),
        ("TELEGRAM_BASE_URL", "http://127.0.0.1:8081/bot/", "http://127.0.0.1:8081/bot"),
        ("TELEGRAM_BASE_URL", "http://127.0.0.1:8081", "http://127.0.0.1:8081/bot"),
        ("TELEGRAM_BASE_URL", "http://[::1]:8081/bot{token}/test", "http://[::1]:8081/bot{token}/test"),
        ("TELEGRAM_BASE_FILE_URL", "http://127.0.0.1:8081/", "http://127.0.0.1:8081/file/bot"),
        ("WEBHOOK_LISTEN", "0.0.0.0", "0.0.0.0"),
        ("WEBHOOK_LISTEN", "::1", "::1"),
        ("WEBHOOK_PORT", "1", 1),
        ("WEBHOOK_PORT", "65535", 65535),
        ("FEED_MINUTES", "1", 1),
        ("FEED_MINUTES", "1440", 1440),
        ("TIMEZONE", "Europe/Berlin", ZoneInfo("Europe/Berlin")),
        ("LOG_LEVEL", "debug", "DEBUG"),
    ],
)
def test_a_valid_value_is_parsed(name: str, raw: str, expected: object) -> None:
    assert getattr(Settings.read({name: raw}), name.lower()) == expected


@pytest.mark.parametrize(
    ("name", "raw", "sentence"),
    [
        (
            "ADMIN_IDS",
            "123456789,abc",
            "ADMIN_IDS 里的“abc”不是数字；应为用逗号分隔的 Telegram 用户号码，例如 123456789,987654321。",
        ),
        (
            "ADMIN_IDS",
            "-1001234567890",
            "ADMIN_IDS 里的“-1001234567890”不是用户号码；"
            "应为用逗号分隔的 Telegram 用户号码，例如 123456789,987654321。",
        ),
        ("FEED_MINUTES", "1441", "FEED_MINUTES 的值“1441”不是分钟数；应为 1 到 1440 的整数，例如 15。"),
        ("FEED_MINUTES", "0", "FEED_MINUTES 的值“0”不是分钟数；应为 1 到 1440 的整数，例如 15。"),
        ("FEED_MINUTES", "often", "FEED_MINUTES 的值“often”不是分钟数；应为 1 到 1440 的整数，例如 15。"),
        ("WEBHOOK_PORT", "70000", "WEBHOOK_PORT 的值“70000”不是端口号；应为 1 到 65535 的整数，例如 8443。"),
        (
            "TIMEZONE",
            "Asia/Beijing",
            "TIMEZONE 的值“Asia/Beijing”不是已知的时区；应为 IANA 时区名，例如 Asia/Shanghai。",
        ),
        ("LOG_LEVEL", "loud", "LOG_LEVEL 的值“loud”不是日志级别；应为 DEBUG、INFO、WARNING、ERROR 之一。"),
    ],
)
def test_an_invalid_value_is_reported_with_its_name_and_the_accepted_values(name: str, raw: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read({name: raw})
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("TELEGRAM_BOT_TOKEN", "123456789"),
        ("TELEGRAM_BOT_TOKEN", "123456789:short"),
        ("TELEGRAM_BOT_TOKEN", f"bot{TOKEN}"),
        ("ADMIN_IDS", "@editor"),
        ("ADMIN_IDS", "0"),
        ("ADMIN_IDS", "9" * 5000),
        ("DATABASE_PATH", "."),
        ("ARCHIVE_URL", "https://search.example:9200/news"),
        ("ARCHIVE_URL", "opensearch+https://search.example:9200"),
        ("ARCHIVE_URL", "opensearch+https://search.example/News"),
        ("ARCHIVE_CA", "."),
        ("TELEGRAM_BASE_URL", "127.0.0.1:8081"),
        ("TELEGRAM_BASE_URL", "ftp://127.0.0.1/bot"),
        ("TELEGRAM_BASE_URL", "http://127.0.0.1:port/bot"),
        ("TELEGRAM_BASE_FILE_URL", "http://"),
        ("WEBHOOK_URL", "http://example.com/telegram"),
        ("WEBHOOK_URL", "https://exam ple.com/"),
        ("WEBHOOK_URL", "https://[example.com/"),
        ("WEBHOOK_URL", "https://example.com:8080/telegram"),
        ("WEBHOOK_SECRET", "密码"),
        ("WEBHOOK_SECRET", "a" * 257),
        ("WEBHOOK_LISTEN", "any where"),
        ("WEBHOOK_PORT", "0"),
        ("WEBHOOK_PORT", "-1"),
        ("WEBHOOK_PORT", "8443.0"),
        ("TIMEZONE", "Asia"),
        ("TIMEZONE", "/etc/localtime"),
        ("TIMEZONE", "../x"),
        ("LOG_LEVEL", "WARN"),
    ],
)
def test_an_invalid_value_is_refused_in_one_sentence_that_starts_with_the_name(name: str, raw: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read({name: raw})
    sentence = str(caught.value)
    assert sentence.startswith(f"{name} ")
    assert "；应为" in sentence
    assert sentence.endswith("。")
    assert sentence.count("。") == 1
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("name", "raw", "secret"),
    [
        ("TELEGRAM_BOT_TOKEN", f"bot{TOKEN}", TOKEN[10:]),
        ("TELEGRAM_BOT_TOKEN", "123456789:hunter2", "hunter2"),
        ("WEBHOOK_SECRET", "hunter2!", "hunter2"),
        ("ARCHIVE_URL", "opensearch+https://news:hunter2@a", "hunter2"),
        ("ARCHIVE_URL", "opensearch+https://news:hunter2/a", "hunter2"),
        ("ADMIN_IDS", TOKEN, TOKEN[10:]),
        ("TELEGRAM_BASE_URL", f"api.telegram.org/bot{TOKEN}", TOKEN[10:]),
    ],
)
def test_no_error_shows_a_token_or_a_secret(name: str, raw: str, secret: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read({name: raw})
    assert secret not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_the_repr_shows_neither_token_nor_secret() -> None:
    settings = Settings.read({"TELEGRAM_BOT_TOKEN": TOKEN, "WEBHOOK_SECRET": "hunter2"})
    assert TOKEN not in repr(settings)
    assert "hunter2" not in repr(settings)


ARCHIVE = {"ARCHIVE_URL": "opensearch+https://reader:old@a,b/news"}


def test_user_and_password_of_their_own_variables_go_before_those_in_the_address() -> None:
    login = {"ARCHIVE_USER": "news", "ARCHIVE_PASSWORD": "hunter2:@/"}
    settings = Settings.read(ARCHIVE | login)
    assert settings.archive_url == Address("https", ("a:9200", "b:9200"), "news", "news", "hunter2:@/")
    assert "hunter2" not in repr(settings)
    assert Settings.read(ARCHIVE).archive_url == Address("https", ("a:9200", "b:9200"), "news", "reader", "old")
    assert Settings.read(login).archive_url is None


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"ARCHIVE_URL": "opensearch+https://a/news", "ARCHIVE_USER": "news"}, "ARCHIVE_PASSWORD"),
        ({"ARCHIVE_URL": "opensearch+https://a/news", "ARCHIVE_PASSWORD": "hunter2"}, "ARCHIVE_USER"),
        ({"ARCHIVE_URL": "opensearch+http://a/news", "ARCHIVE_CA": "/etc/news/ca.pem"}, "ARCHIVE_CA"),
    ],
)
def test_settings_of_the_search_server_that_do_not_fit_together_are_refused(more: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=f"{named}.*；应为") as caught:
        Settings.read(more)
    assert "hunter2" not in str(caught.value)


def test_a_webhook_needs_its_secret() -> None:
    address = {"WEBHOOK_URL": "https://example.com:8443/telegram"}
    with pytest.raises(SettingsError, match=r"WEBHOOK_SECRET.*应为"):
        Settings.read(address)
    assert Settings.read(address | {"WEBHOOK_SECRET": "a_B-9"}).webhook_url == address["WEBHOOK_URL"]


def test_files_are_fetched_from_the_configured_api_server() -> None:
    base = {"TELEGRAM_BASE_URL": "http://bots.example:8081/bot"}
    assert Settings.read(base).telegram_base_file_url == "http://bots.example:8081/file/bot"
    files = {"TELEGRAM_BASE_FILE_URL": "https://files.example/f"}
    assert Settings.read(base | files).telegram_base_file_url == "https://files.example/f"


def test_a_tilde_is_the_home_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = Settings.read({"DATABASE_PATH": "~/n.db", "ARCHIVE_CA": "~/ca.pem"})
    assert (settings.database_path, settings.archive_ca) == (tmp_path / "n.db", tmp_path / "ca.pem")
    with pytest.raises(SettingsError, match=r"^DATABASE_PATH .*；应为.*。$"):
        Settings.read({"DATABASE_PATH": "~nobody-of-this-name/n.db"})
