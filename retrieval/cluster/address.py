"""The address of a search server: hosts, user, and the prefix of the index names."""

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote

DEFAULT_PORT = 9200
EXAMPLE = "opensearch+https://search1.example:9200,search2.example:9200/news"
_SCHEMES: dict[str, Literal["http", "https"]] = {"opensearch+http": "http", "opensearch+https": "https"}
# A host name, an IPv4 address, or an IPv6 address in brackets; then the port.
_HOST = re.compile(r"(?P<name>[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::(?P<port>[0-9]{1,5}))?")
# OpenSearch allows more characters in an index name, and 255 bytes; these need no escaping in a path, and the rest of
# the bytes is for what follows the prefix.
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


class AddressError(ValueError):
    """An address can't be used.

    The message follows the name of the setting in a sentence, names the fault and what is allowed, and has no full
    stop. It quotes no part of the address, because a mistyped password can stand in any part.
    """


@dataclass(frozen=True, slots=True)
class Address:
    """The hosts of one search server, each `name:port`, how to log in, and the prefix of its index names."""

    scheme: Literal["http", "https"]
    hosts: tuple[str, ...]
    prefix: str
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    @classmethod
    def read(cls, raw: str) -> "Address":
        """Parse `opensearch+http://user:password@host:9200,host2:9200/prefix`, or `opensearch+https://…`.

        The user and the password may be percent-encoded; only a `:` in the user has to be. A host without a port gets
        DEFAULT_PORT. Raises AddressError.
        """
        scheme, separator, rest = raw.strip().partition("://")
        if not separator or scheme.lower() not in _SCHEMES:
            raise AddressError(f"的开头不认识；应为 {' 或 '.join(f'{name}://' for name in _SCHEMES)}，例如 {EXAMPLE}")
        # Neither a host nor the prefix can hold an @, so the last one ends the password, whatever the password holds.
        login, at, place = rest.rpartition("@")
        user, colon, password = login.partition(":")
        if at and not (user and colon and password):
            raise AddressError("的 @ 前面缺少用户名或密码；应为 用户名:密码@主机:端口")
        hosts, _, prefix = place.partition("/")
        return cls(
            _SCHEMES[scheme.lower()],
            _hosts(hosts),
            _prefix(prefix.removesuffix("/")),
            unquote(user) if at else None,
            unquote(password) if at else None,
        )

    def index(self, name: str) -> str:
        """The name of an index, or an alias, of this archive."""
        return f"{self.prefix}-{name}"


def _hosts(raw: str) -> tuple[str, ...]:
    hosts = []
    for number, part in enumerate(raw.split(","), start=1):
        match = _HOST.fullmatch(part.strip())
        if not match or not 0 < int(match["port"] or DEFAULT_PORT) < 65536:
            raise AddressError(
                f"的第 {number} 个主机不能用；应为用逗号分隔的 主机:端口，端口为 1 到 65535，例如 {EXAMPLE}"
            )
        hosts.append(f"{match['name'].lower()}:{int(match['port'] or DEFAULT_PORT)}")
    return tuple(dict.fromkeys(hosts))


def _prefix(raw: str) -> str:
    if not raw:
        raise AddressError(f"缺少索引名的前缀；应为 主机/前缀，例如 {EXAMPLE}")
    if not _PREFIX.fullmatch(raw):
        raise AddressError(
            "的索引名前缀含有不允许的字符，或太长；应为最多 100 个小写英文字母、数字、下划线或连字符，以字母或数字开头"
        )
    return raw
