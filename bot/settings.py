"""Settings of the operator, read once from environment variables and `.env`.

An unusable value stops the start with one sentence that names the variable, the fault and the allowed values. The
sentence never shows a token or a secret. This is the only module that touches the environment.
"""

import io
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from stat import S_IWGRP, S_IWOTH
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dotenv import dotenv_values

# python-telegram-bot reads this variable: with it, RetryAfter.retry_after is a timedelta, as in later versions.
os.environ.setdefault("PTB_TIMEDELTA", "true")

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]{20,}")
_PUBLIC_PORTS = (None, 443, 80, 88, 8443)  # where Telegram delivers to: core.telegram.org/bots/api#setwebhook
_ACCESS = ("public", "listed")
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class OperatorError(Exception):
    """A mistake that the operator can mend; the message is a sentence for the operator."""


class SettingsError(OperatorError):
    """A setting can't be used."""


@dataclass(frozen=True)
class Settings:
    """The checked settings; each field is the variable of the same name in lower case, with its default."""

    telegram_bot_token: str | None = field(default=None, repr=False)
    admin_ids: frozenset[int] = frozenset()
    access: str = "public"
    database_path: Path = Path("data/news.db")
    telegram_base_url: str = "https://api.telegram.org/bot"
    telegram_base_file_url: str = "https://api.telegram.org/file/bot"
    webhook_url: str | None = None
    webhook_secret: str | None = field(default=None, repr=False)
    webhook_listen: str = "127.0.0.1"
    webhook_port: int = 8443
    feed_minutes: int = 15
    fetch_proxy: str | None = field(default=None, repr=False)
    timezone: ZoneInfo = ZoneInfo("Asia/Shanghai")
    log_level: str = "INFO"

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """The settings of these variables; an empty or blank variable counts as not set.

        Raises SettingsError for the first unusable one, in the order of the fields.
        """
        chosen: dict[str, Any] = {}
        for name, parse in _PARSERS.items():
            raw = environment.get(name, "").strip()
            if raw:
                try:
                    chosen[name.lower()] = parse(raw)
                except ValueError as error:
                    raise SettingsError(f"{name} {_TOKEN.sub('…', str(error))}。") from None
        settings = cls(**chosen)
        if settings.webhook_url and not settings.webhook_secret:
            raise SettingsError(
                f"设置了 WEBHOOK_URL 就必须设置 WEBHOOK_SECRET，而它是空的；应为{_SECRET_ALLOWED}，"
                "可用 openssl rand -hex 32 生成。"
            )
        if "telegram_base_file_url" not in chosen:
            # The server that takes the calls also has the files. A request to another server would reveal the token.
            host, bot, rest = settings.telegram_base_url.rpartition("/bot")
            if bot:
                settings = replace(settings, telegram_base_file_url=f"{host}/file/bot{rest}")
        return settings

    def today(self) -> date:
        """The current day in the operator's time zone."""
        return datetime.now(self.timezone).date()


def environment() -> dict[str, str]:
    """The variables of `.env` in the working directory, if it exists, overridden by those of the process.

    Raises SettingsError when `.env` exists and can't be read.
    """
    path = Path.cwd() / ".env"
    try:
        text = path.read_text(encoding="utf-8-sig")  # Windows editors write a byte order mark
    except FileNotFoundError:
        text = ""
    except UnicodeDecodeError:
        raise SettingsError(f"{path} 不是 UTF-8 编码；应为 UTF-8 文本，请用编辑器另存为 UTF-8。") from None
    except OSError as error:
        raise SettingsError(f"{path} 读不了（{error.strerror}）；应为本程序可读的 UTF-8 文本文件。") from None
    written = dotenv_values(stream=io.StringIO(text), interpolate=False)
    return {name: value for name, value in written.items() if value is not None} | dict(os.environ)


def code_folders(database: Path) -> list[Path]:
    """The folders for compiled code: beside the database, and in the cache of the user, shared by all databases.

    The temporary folder replaces a cache that can't be written, as in a container. On Windows the list is empty, and
    each process compiles anew.
    """
    if not hasattr(os, "geteuid"):  # Windows, where the check of a folder's owner below is not possible
        return []
    folders = [database.parent / "cache" / "code"]
    named = os.environ.get("XDG_CACHE_HOME", "")
    given = named if named.startswith("/") else None
    try:
        base = Path(given) if given else Path.home()
        # The home of another user, as under sudo, and a missing home are left alone.
        if base.stat().st_uid == os.geteuid():
            own = base / ("" if given else ".cache") / "news-answers"
            own.mkdir(mode=0o700, parents=True, exist_ok=True)
            folders.append(own)
            # Code is neither read from nor written to a folder that another user can change: see CodeCache.
            if _is_this_users(own) and os.access(own, os.W_OK):
                return folders
    except (OSError, RuntimeError):  # there is no home
        pass
    try:
        return [*folders, Path(tempfile.gettempdir()) / f"news-answers-{os.geteuid()}"]
    except OSError:  # there is no temporary folder either
        return folders


def _is_this_users(folder: Path) -> bool:
    status = folder.stat()
    return status.st_uid == os.geteuid() and not status.st_mode & (S_IWGRP | S_IWOTH)


# The functions below parse one setting each, which is not blank. The message of a ValueError follows the name of the
# variable in a sentence, and has no full stop.

_SECRET_ALLOWED = " 1 到 256 个英文字母、数字、下划线或连字符"


def _token(raw: str) -> str:
    if not _TOKEN.fullmatch(raw):
        raise ValueError(
            "的值不像机器人令牌；应为 @BotFather 给出的原样：数字、英文冒号、一串英文字母和数字，"
            "例如 123456789:ABC-DEF1234ghIkl…"
        )
    return raw


def _admin_ids(raw: str) -> frozenset[int]:
    parts = [part for part in re.split(r"[\s,，、;；]+", raw) if part]
    for part in parts:
        if not re.fullmatch(r"0*[1-9]\d{0,15}", part):
            wrong = "不是用户号码" if re.fullmatch(r"[-+]?\d+", part) else "不是数字"
            raise ValueError(f"里的“{part}”{wrong}；应为用逗号分隔的 Telegram 用户号码，例如 123456789,987654321")
    return frozenset(map(int, parts))


def _access(raw: str) -> str:
    if raw.lower() not in _ACCESS:
        raise ValueError(f"的值“{raw}”不认识；应为 {' 或 '.join(_ACCESS)}")
    return raw.lower()


def _database_path(raw: str) -> Path:
    path = Path(raw)
    if path.is_dir():
        raise ValueError(f"的值“{raw}”是一个文件夹；应为数据库文件的路径，例如 data/news.db")
    return path


def _is_url(raw: str, *schemes: str) -> bool:
    try:
        parts = urlsplit(raw)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0 and not re.search(r"\s", raw)
    except ValueError:  # a port that is no number, an open bracket
        return False


def _server_url(path: str) -> Callable[[str], str]:
    """A parser of the address to which python-telegram-bot appends the token; `path` is added to a bare host."""

    def parse(raw: str) -> str:
        if not _is_url(raw, "http", "https"):
            raise ValueError(
                f"的值“{raw}”不是网址；应为 http:// 或 https:// 开头的服务器地址，例如 http://127.0.0.1:8081{path}"
            )
        url = raw.rstrip("/")
        return url if urlsplit(url).path else url + path

    return parse


def _webhook_url(raw: str) -> str:
    if not _is_url(raw, "https"):
        raise ValueError(f"的值“{raw}”不是 https 网址；应为 https:// 开头的公网地址，例如 https://example.com/telegram")
    port = urlsplit(raw).port
    if port not in _PUBLIC_PORTS:
        raise ValueError(
            f"的值“{raw}”用了 Telegram 不支持的端口 {port}；应为 443（可省略）、80、88 或 8443，"
            "例如 https://example.com:8443/telegram"
        )
    return raw


def _secret(raw: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", raw):
        raise ValueError(f"的值太长，或含有不允许的字符；应为{_SECRET_ALLOWED}")
    return raw


def _listen(raw: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:_-]+", raw):
        raise ValueError(f"的值“{raw}”不是本机地址；应为 IP 地址或主机名，例如 127.0.0.1 或 0.0.0.0")
    return raw


def _port(raw: str) -> int:
    if not re.fullmatch(r"\d{1,5}", raw) or not 1 <= int(raw) <= 65535:
        raise ValueError(f"的值“{raw}”不是端口号；应为 1 到 65535 的整数，例如 8443")
    return int(raw)


def _feed_minutes(raw: str) -> int:
    if not re.fullmatch(r"\d{1,4}", raw) or not 1 <= int(raw) <= 1440:
        raise ValueError(f"的值“{raw}”不是分钟数；应为 1 到 1440 的整数，例如 15")
    return int(raw)


def _fetch_proxy(raw: str) -> str:
    if not re.fullmatch(r"https?://(?:[^\s/@]+@)?[^\s/@:]+(?::\d{1,5})?/?", raw):
        raise ValueError(
            "的值不像代理的网址；应为 http://主机:端口 或 http://用户名:密码@主机:端口，例如 http://127.0.0.1:7890"
        )
    return raw


def _timezone(raw: str) -> ZoneInfo:
    try:
        return ZoneInfo(raw)
    except (
        KeyError,
        OSError,
        ValueError,
    ):  # unknown; a folder of zones such as Asia; a path outside the database
        raise ValueError(f"的值“{raw}”不是已知的时区；应为 IANA 时区名，例如 Asia/Shanghai") from None


def _log_level(raw: str) -> str:
    if raw.upper() not in _LOG_LEVELS:
        raise ValueError(f"的值“{raw}”不是日志级别；应为 {'、'.join(_LOG_LEVELS)} 之一")
    return raw.upper()


_PARSERS: Mapping[str, Callable[[str], object]] = {
    "TELEGRAM_BOT_TOKEN": _token,
    "ADMIN_IDS": _admin_ids,
    "ACCESS": _access,
    "DATABASE_PATH": _database_path,
    "TELEGRAM_BASE_URL": _server_url("/bot"),
    "TELEGRAM_BASE_FILE_URL": _server_url("/file/bot"),
    "WEBHOOK_URL": _webhook_url,
    "WEBHOOK_SECRET": _secret,
    "WEBHOOK_LISTEN": _listen,
    "WEBHOOK_PORT": _port,
    "FEED_MINUTES": _feed_minutes,
    "FETCH_PROXY": _fetch_proxy,
    "TIMEZONE": _timezone,
    "LOG_LEVEL": _log_level,
}
