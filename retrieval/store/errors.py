"""Why can't a database file be used? A sentence for the operator, for each error of SQLite."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Seconds for which a writer waits for another process: long enough for the longest commit (a batch of an import), short
# enough to be told of a stuck one.
BUSY_SECONDS = 30
_SENTENCES = {
    "SQLITE_NOTADB": "{path} 不是数据库文件。",
    "SQLITE_CORRUPT": "数据库 {path} 已损坏；请用 check 检查，或从备份恢复。",
    "SQLITE_CANTOPEN": "不能打开数据库 {path}：请检查路径和权限。",
    "SQLITE_READONLY": "数据库 {path} 不能写入：请检查权限。",
    "SQLITE_FULL": "磁盘已满，没有写入数据库 {path}；此前已保存的都在。",
    # The index of the log (-shm) is grown on the disk, and mapped into memory: each can fail by itself.
    "SQLITE_IOERR_SHMSIZE": "磁盘已满，没有写入数据库 {path}；此前已保存的都在。",
    "SQLITE_IOERR_SHMMAP": "内存不足，不能打开数据库 {path}；此前已保存的都在。",
    "SQLITE_IOERR_NOMEM": "内存不足，读写数据库 {path} 没有完成；此前已保存的都在。",
    "SQLITE_BUSY": f"数据库 {{path}} 被另一个进程占用超过 {BUSY_SECONDS} 秒，没有改动，请稍后再试。",
    "SQLITE_IOERR": "读写数据库 {path} 时磁盘出错；此前已保存的都在。",
}


class StoreError(Exception):
    """The file can't be used; the message says why in a sentence for the operator."""


class DamagedError(StoreError):
    """The file is damaged, or what was asked of it."""

    @classmethod
    def of(cls, path: Path) -> "DamagedError":
        return cls(_SENTENCES["SQLITE_CORRUPT"].format(path=path))


class NoRoomError(StoreError):
    """A copy of the file finds no room where it is written; `wanted` is how many bytes it takes."""

    def __init__(self, wanted: int) -> None:
        super().__init__(f"磁盘已满，副本约需 {wanted:,} 字节。")
        self.wanted = wanted


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Raise StoreError, or DamagedError, for what SQLite raises inside; `path` is named as the file concerned."""
    try:
        yield
    except sqlite3.Error as error:
        raise explain(error, path) from error
    except UnicodeDecodeError as error:
        # A damaged name in the schema, as SQLite's own message quotes it.
        raise DamagedError.of(path) from error
    except MemoryError:
        failure = StoreError(_SENTENCES["SQLITE_IOERR_NOMEM"].format(path=path))
    # Raised out here, as what the first error holds on to is memory.
    else:
        return
    raise failure


def explain(error: sqlite3.Error, path: Path) -> StoreError:
    """The error as one for the operator; `path` is named as the file concerned."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith("SQLITE_CORRUPT") or _tells_of_damage(error):
        return DamagedError.of(path)
    if name == "SQLITE_ERROR":  # every statement is known to be right for a sound file
        return DamagedError(f"数据库 {path} 出错：{error}；请用 check 检查。")
    sentence = next((said for prefix, said in _SENTENCES.items() if name.startswith(prefix)), None)
    return StoreError(sentence.format(path=path) if sentence else f"数据库 {path} 出错：{error}。")


def _tells_of_damage(error: sqlite3.Error) -> bool:
    """Whether a name in the schema is damaged, so that what is there is not found by its own name."""
    return str(error).startswith(("no such ", "unsupported file format"))
