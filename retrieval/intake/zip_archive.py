"""ZIP files: their members, read in memory and within limits.

A ZIP may hold 200 files, 20 MB each, 100 MB together, and no file more than 200 times as large as its packed form. The
limits are checked on the sizes that the directory of the ZIP declares, and on the bytes read, since it may lie.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from retrieval.intake import telegram_folder
from retrieval.intake.boundary import Refusal

MOST_MEMBERS, LARGEST_MEMBER, LARGEST_TOTAL, HIGHEST_RATIO = 200, 20_000_000, 100_000_000, 200
# The ratio does not count for a file of at most this many bytes: a short file of blanks is packed like a bomb.
_SMALL = 1_000_000
_ENTRY, _MOST_ENTRIES = b"PK\x01\x02", 10_000
_UTF8, _ENCRYPTED = 0x800, 0x1
_BROKEN = "文件已损坏或者不完整。"
# An element of a Word file takes 400 bytes while it is read; a page has some hundred elements.
_MOST_TAGS = 200_000
# Lists that Windows keeps in each folder; those of macOS begin with a dot.
_OF_SYSTEMS = frozenset(("thumbs.db", "ehthumbs.db", "desktop.ini"))
_NAMELESS = "（没有文件名）"
_TOO_LARGE = "解压后超过 20 MB，没有读取。"


class ArchiveError(ValueError):
    """A ZIP that is not read at all; the message is a Chinese sentence for an editor."""


class Member(NamedTuple):
    """A file in a ZIP; `name` begins with the name of the ZIP."""

    name: str
    data: bytes


def names(data: bytes) -> set[str]:
    """The names of the members of a ZIP. Raises ArchiveError when it is broken."""
    with _opened(data) as opened:
        return set(opened.namelist())


def check(data: bytes) -> None:
    """Raise ArchiveError for a Word file, a ZIP of XML and pictures, that is broken or unpacks to too much."""
    tags = 0
    with _opened(data) as opened:
        infos = opened.infolist()
        _check_total(infos)
        for info in infos:
            if not info.filename.endswith((".xml", ".rels")):
                continue
            if (reason := _reason(info, info.filename)) is not None:
                raise ArchiveError(reason)
            content = _content(opened, info)
            if content is None:
                raise ArchiveError(_BROKEN)
            tags += content.count(b"<") - content.count(b"</")
            if tags > _MOST_TAGS:
                raise ArchiveError(f"文件里的标签超过 {_MOST_TAGS:,} 个，没有读取；请分成几个文件再收录。")


def members(data: bytes, name: str) -> Iterator[Member | Refusal]:
    """The files of a ZIP in order, each called `name`/its name; a refusal for each file that is not read.

    Folders, hidden files, the files that macOS and Windows add, and the scripts and pictures of an export of Telegram
    are skipped without a refusal. Raises ArchiveError.
    """
    with _opened(data) as opened:
        infos = [info for info in opened.infolist() if not info.filename.endswith("/")]
        files = [(info, path) for info in infos if not _is_hidden(path := _path(info))]
        furniture = telegram_folder.export_furniture(path for _, path in files)
        files = [(info, path) for info, path in files if path not in furniture]
        if not files:
            raise ArchiveError("压缩包里没有文件。")
        if len(files) > MOST_MEMBERS:
            raise ArchiveError(f"里面有 {len(files):,} 个文件，最多 {MOST_MEMBERS} 个。")
        _check_total([info for info, path in files if _reason(info, path) is None])
        for info, path in files:
            item = f"{name}/{path or _NAMELESS}"
            reason = _reason(info, path)
            if reason is not None:
                yield Refusal(item, reason)
                continue
            content = _content(opened, info)
            if content is None:
                yield Refusal(item, "压缩包里的这个文件已损坏，或者压缩方式不支持。")
                continue
            yield Member(item, content) if len(content) <= LARGEST_MEMBER else Refusal(item, _TOO_LARGE)


def _content(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes | None:
    """At most 20 MB and one byte of a member; None when it is broken."""
    try:
        with opened.open(info) as member:
            return member.read(LARGEST_MEMBER + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        return None


def _opened(data: bytes) -> zipfile.ZipFile:
    # The directory of a million empty files fills the memory by itself.
    if data.count(_ENTRY) > _MOST_ENTRIES:
        raise ArchiveError(f"里面的文件太多，最多 {MOST_MEMBERS} 个。")
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, ValueError, NotImplementedError, EOFError):
        raise ArchiveError(_BROKEN) from None


def _check_total(infos: list[zipfile.ZipInfo]) -> None:
    if sum(info.file_size for info in infos) > LARGEST_TOTAL:
        raise ArchiveError("解压后超过 100 MB，没有读取。")


def _reason(info: zipfile.ZipInfo, path: str) -> str | None:
    """The reason not to read a member; None when it may be read."""
    parts = path.split("/")
    if path.startswith("/") or ".." in parts or parts[0].endswith(":"):
        return "文件名指向压缩包之外，没有读取。"
    if info.flag_bits & _ENCRYPTED:
        return "压缩包有密码，没有读取。"
    if info.file_size > LARGEST_MEMBER:
        return _TOO_LARGE
    if info.file_size > _SMALL and info.file_size > HIGHEST_RATIO * info.compress_size:
        return f"压缩比超过 {HIGHEST_RATIO}，不是正常的文件，没有读取。"
    return None


def _path(info: zipfile.ZipInfo) -> str:
    """The name of a member. Without the flag for UTF-8 it is in UTF-8 (macOS) or GB18030 (Chinese Windows)."""
    name = info.filename
    if not info.flag_bits & _UTF8:
        for encoding in ("utf-8", "gb18030"):
            try:
                name = info.filename.encode("cp437").decode(encoding)
                break
            except UnicodeError:
                continue
    return name.replace("\\", "/")


def _is_hidden(path: str) -> bool:
    *folders, name = path.split("/")
    return "__MACOSX" in folders or name.lower() in _OF_SYSTEMS or (name.startswith(".") and name != "..")
