"""Errors of the database file: for each error of SQLite, a sentence for the operator."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Seconds for which a writer waits for another process: long enough for the longest commit (a batch of an import), short
# enough for an operator to notice a stuck process.
BUSY_SECONDS = 30
_SENTENCES = {
    "SQLITE_NOTADB": "{path} 不是数据库文件。",
    "SQLITE_CORRUPT": "数据库 {path} 已损坏；请用 check 检查，或从备份恢复。",
    "SQLITE_CANTOPEN": "不能打开数据库 {path}：请检查路径和权限。",
    "SQLITE_READONLY": "数据库 {path} 不能写入：请检查权限。",
    "SQLITE_FULL": "磁盘已满，没有写入数据库 {path}；此前已保存的都在。",
    # SQLite grows the index of the log (-shm) on the disk, and maps it into memory: each step can fail by itself.
    "SQLITE_IOERR_SHMSIZE": "磁盘已满，没有写入数据库 {path}；此前已保存的都在。",
    "SQLITE_IOERR_SHMMAP": "内存不足，不能打开数据库 {path}；此前已保存的都在。",
    "SQLITE_IOERR_NOMEM": "内存不足，读写数据库 {path} 没有完成；此前已保存的都在。",
    "SQLITE_BUSY": f"数据库 {{path}} 被另一个进程占用超过 {BUSY_SECONDS} 秒，没有改动，请稍后再试。",
    "SQLITE_IOERR": "读写数据库 {path} 时磁盘出错；此前已保存的都在。",
}


class StoreError(Exception):
    """The file cannot be used; the message is a sentence for the operator."""


class ConflictError(StoreError):
    """Another change came first, so that this one was not made."""


class DamagedError(StoreError):
    """The file, or the requested part of it, is damaged."""

    @classmethod
    def of(cls, path: Path) -> "DamagedError":
        return cls(_SENTENCES["SQLITE_CORRUPT"].format(path=path))


class NoRoomError(StoreError):
    """The disk of a copy is full; `wanted` is the size of the copy in bytes."""

    def __init__(self, wanted: int) -> None:
        super().__init__(f"磁盘已满，副本约需 {wanted:,} 字节。")
        self.wanted = wanted


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn errors of SQLite inside into StoreError or DamagedError, whose message names `path`."""
    try:
        yield
    except sqlite3.Error as error:
        raise explain(error, path) from error
    except UnicodeDecodeError as error:
        # SQLite's own message quotes a damaged name of the schema.
        raise DamagedError.of(path) from error
    except MemoryError:
        failure = StoreError(_SENTENCES["SQLITE_IOERR_NOMEM"].format(path=path))
    # Raised outside of the handler: the MemoryError keeps its frames, and so their memory, alive.
    else:
        return
    raise failure


def explain(error: sqlite3.Error, path: Path) -> StoreError:
    """The error of SQLite as an error for the operator, whose message names `path`."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith("SQLITE_CORRUPT") or _tells_of_damage(error):
        return DamagedError.of(path)
    if name == "SQLITE_ERROR":  # every statement is right for a sound file
        return DamagedError(f"数据库 {path} 出错：{error}；请用 check 检查。")
    sentence = next((said for prefix, said in _SENTENCES.items() if name.startswith(prefix)), None)
    return StoreError(sentence.format(path=path) if sentence else f"数据库 {path} 出错：{error}。")


def _tells_of_damage(error: sqlite3.Error) -> bool:
    """Whether a damaged name in the schema, or in the file header, causes the error."""
    return str(error).startswith(("no such ", "unsupported file format"))
