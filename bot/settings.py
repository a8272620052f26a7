"""Settings of the operator, read once from environment variables and `.env`.

An unusable value stops the start with one sentence that names the variable, the fault and the allowed values. The
sentence never shows a token or a secret. This is the only module that touches the environment.
"""

import difflib
import io
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from stat import S_IWGRP, S_IWOTH
from typing import Any
from zoneinfo import ZoneInfo

from dotenv.parser import parse_stream

from bot.setting_values import PARSERS, SECRET_ALLOWED, TOKEN
from retrieval.cluster.address import EXAMPLE, Address

# python-telegram-bot reads this variable: with it, RetryAfter.retry_after is a timedelta, as in later versions.
os.environ.setdefault("PTB_TIMEDELTA", "true")

# Each of these variables may be in a file instead, as a container gets its secrets: NAME_FILE has the path.
_FROM_FILES = ("ARCHIVE_URL", "ARCHIVE_USER", "ARCHIVE_PASSWORD")
_LARGEST_SECRET = 10_000  # bytes of such a file
_NAMES = (*PARSERS, *(f"{name}_FILE" for name in _FROM_FILES))
# The likeness, from 0 to 1, at which an unknown name is a misspelt one: ADMIN_ID is, TELEGRAM_TOKEN is not.
_MISSPELT = 0.88


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
    archive_url: Address | None = None  # with the user and the password of the two variables below, when they are set
    archive_user: str | None = field(default=None, repr=False)
    archive_password: str | None = field(default=None, repr=False)
    archive_ca: Path | None = None
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
        for name, parse in PARSERS.items():
            raw = environment.get(name, "").strip()
            if raw:
                try:
                    chosen[name.lower()] = parse(raw)
                except ValueError as error:
                    raise SettingsError(f"{name} {TOKEN.sub('…', str(error))}。") from None
        settings = cls(**chosen)
        if settings.webhook_url and not settings.webhook_secret:
            raise SettingsError(
                f"设置了 WEBHOOK_URL 就必须设置 WEBHOOK_SECRET，而它是空的；应为{SECRET_ALLOWED}，"
                "可用 openssl rand -hex 32 生成。"
            )
        if settings.archive_url:
            settings = replace(settings, archive_url=settings._archive(settings.archive_url))
        if "telegram_base_file_url" not in chosen:
            # The server that takes the calls also has the files. A request to another server would reveal the token.
            host, bot, rest = settings.telegram_base_url.rpartition("/bot")
            if bot:
                settings = replace(settings, telegram_base_file_url=f"{host}/file/bot{rest}")
        return settings

    def _archive(self, url: Address) -> Address:
        """`url` with the user and the password of their own variables, which go before those in the address."""
        user, password = self.archive_user or url.user, self.archive_password or url.password
        if user and not password:
            raise SettingsError("设置了 ARCHIVE_USER 就必须设置 ARCHIVE_PASSWORD，而它是空的；应为这个用户的密码。")
        if password and not user:
            raise SettingsError("设置了 ARCHIVE_PASSWORD 就必须设置 ARCHIVE_USER，而它是空的；应为搜索服务器的用户名。")
        if self.archive_ca and url.scheme != "https":
            raise SettingsError(
                f"ARCHIVE_CA 只用于 TLS，而 ARCHIVE_URL 不用 TLS；应为 opensearch+https:// 开头，例如 {EXAMPLE}。"
            )
        return replace(url, user=user, password=password)

    def today(self) -> date:
        """The current day in the operator's time zone."""
        return datetime.now(self.timezone).date()


def environment() -> dict[str, str]:
    """The variables of `.env` in the working directory, if it exists, overridden by those of the process.

    A file that ARCHIVE_URL_FILE, ARCHIVE_USER_FILE or ARCHIVE_PASSWORD_FILE names has the value of the variable
    without _FILE.

    Raises SettingsError when `.env`, or such a file, exists and can't be read, and when `.env` misspells a setting.
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
    variables = _written(path, text) | dict(os.environ)
    return variables | {
        name: _from_file(name, variables) for name in _FROM_FILES if variables.get(f"{name}_FILE", "").strip()
    }


def _written(path: Path, text: str) -> dict[str, str]:
    """The variables in the text of `.env`, whose names may be those of other programs too."""
    variables = {}
    for binding in parse_stream(io.StringIO(text)):
        name, value = binding.key, binding.value or ""
        blank = len(binding.original.string) - len(binding.original.string.lstrip())
        line = binding.original.line + binding.original.string[:blank].count("\n")
        # A value of several lines is one whose quotation mark is closed in a later line.
        if binding.error or (name in _NAMES and "\n" in value.strip()):
            raise SettingsError(
                f"{path} 第 {line} 行读不懂；应为 名称=值，有引号的值首尾都要有引号，例如 TIMEZONE=Asia/Shanghai。"
            )
        if name is None or binding.value is None:
            continue
        if name not in _NAMES and (near := difflib.get_close_matches(name.upper(), _NAMES, 1, _MISSPELT)):
            raise SettingsError(
                f"{path} 第 {line} 行的 {name} 不是设置的名称；应为 {near[0]}，是别的程序的请改名或移走。"
            )
        variables[name] = value
    return variables


def _from_file(name: str, variables: Mapping[str, str]) -> str:
    """The value of the variable `name`, from the file that `name`_FILE names."""
    path = variables[f"{name}_FILE"].strip()
    if variables.get(name, "").strip():
        raise SettingsError(f"{name}_FILE 和 {name} 都设置了；应为只设置其中一个。")
    try:
        with Path(path).open("rb") as file:
            value = file.read(_LARGEST_SECRET + 1).decode("utf-8-sig").strip()
    except OSError as error:
        raise SettingsError(
            f"{name}_FILE 指的文件 {path} 读不了（{error.strerror}）；应为本程序可读的文本文件。"
        ) from None
    except UnicodeDecodeError:
        raise SettingsError(f"{name}_FILE 指的文件 {path} 不是 UTF-8 编码；应为 UTF-8 文本文件。") from None
    if not value or len(value.splitlines()) > 1 or len(value) > _LARGEST_SECRET:
        raise SettingsError(f"{name}_FILE 指的文件 {path} 是空的、不止一行或太长；应为只有一行 {name} 的值。")
    return value


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
