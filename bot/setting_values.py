"""The values of single settings: a parser of each variable, and the sentence about a value that can't be used.

A parser gets a value that is not blank. The message of its ValueError follows the name of the variable in a sentence,
and has no full stop.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from retrieval.cluster.address import Address

TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]{20,}")
SECRET_ALLOWED = " 1 到 256 个英文字母、数字、下划线或连字符"
_PUBLIC_PORTS = (None, 443, 80, 88, 8443)  # where Telegram delivers to: core.telegram.org/bots/api#setwebhook
_ACCESS = ("public", "listed")
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def _token(raw: str) -> str:
    if not TOKEN.fullmatch(raw):
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


def _path(raw: str) -> Path:
    """The path, with the home of the user for `~`."""
    try:
        return Path(raw).expanduser()
    except RuntimeError:
        raise ValueError(f"的值“{raw}”指的用户没有主目录；应为文件的完整路径") from None


def _database_path(raw: str) -> Path:
    path = _path(raw)
    if path.is_dir():
        raise ValueError(f"的值“{raw}”是一个文件夹；应为数据库文件的路径，例如 data/news.db")
    return path


def _archive_ca(raw: str) -> Path:
    path = _path(raw)
    if path.is_dir():
        raise ValueError(f"的值“{raw}”是一个文件夹；应为 PEM 格式的 CA 证书文件的路径，例如 /etc/news/ca.pem")
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
        raise ValueError(f"的值太长，或含有不允许的字符；应为{SECRET_ALLOWED}")
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


PARSERS: Mapping[str, Callable[[str], object]] = {
    "TELEGRAM_BOT_TOKEN": _token,
    "ADMIN_IDS": _admin_ids,
    "ACCESS": _access,
    "DATABASE_PATH": _database_path,
    "ARCHIVE_URL": Address.read,
    "ARCHIVE_USER": str,
    "ARCHIVE_PASSWORD": str,
    "ARCHIVE_CA": _archive_ca,
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
