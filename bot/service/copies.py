"""Copies that leave by Telegram: all articles as lines of JSON, or the whole database, each in one gzip file."""

import asyncio
import gzip
import os
import shutil
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.service.memory import Storage
from bot.words import operators
from retrieval.indexing.salvage import Salvaged
from retrieval.intake import write_line
from retrieval.store.errors import StoreError

_CHUNK = 1 << 20
# After each article, so that a question does not wait for the interpreter.
_PAUSE_SECONDS = 0.001


class StoppedError(Exception):
    """The bot stops; the copy was not finished."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A finished copy; of an export, the number of its articles, and of those that were damaged or lost."""

    path: Path
    size: int
    articles: int = 0
    damaged: int = 0


_Write = Callable[[gzip.GzipFile, threading.Event], tuple[int, int]]


class Copies:
    """Makes copies of one place, one at a time, while the bot reads and writes there.

    A copy is written in a folder beside the database that only this user can open. The folder goes with the end of the
    block; one that a kill left behind goes with the next copy.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage, self._database = storage, storage.path
        self._folder = self._database.parent / f".{self._database.name}.copy"
        self._turn = asyncio.Lock()

    @property
    def is_busy(self) -> bool:
        return self._turn.locked()

    @asynccontextmanager
    async def articles(self) -> AsyncIterator[Copy]:
        """All readable articles, each as it is when its turn comes. Raises StoreError."""
        async with self._made(f"{self._database.stem}-articles.jsonl.gz", self._write_articles) as copy:
            yield copy

    @asynccontextmanager
    async def whole(self) -> AsyncIterator[Copy]:
        """The database as one moment has it, with all that the bot remembers. Raises StoreError.

        A search server makes its own copies: the error says so.
        """
        async with self._made(f"{self._database.stem}-backup.db.gz", self._write_database) as copy:
            yield copy

    def keep(self, copy: Copy) -> Path:
        """Move a copy beside the database, in place of an earlier one; its path. Raises StoreError."""
        kept = self._database.parent / copy.path.name
        try:
            return copy.path.replace(kept)
        except OSError as error:
            raise StoreError(operators.cannot_write(str(kept), error)) from error

    @asynccontextmanager
    async def _made(self, name: str, write: _Write) -> AsyncIterator[Copy]:
        stopping = threading.Event()
        async with self._turn:
            making = ThreadPoolExecutor(1, "copy")
            try:
                make = partial(self._make, name, write, stopping)
                yield await asyncio.get_running_loop().run_in_executor(making, make)
            finally:
                stopping.set()
                making.submit(shutil.rmtree, self._folder, ignore_errors=True)
                await asyncio.to_thread(making.shutdown)

    def _make(self, name: str, write: _Write, stopping: threading.Event) -> Copy:
        shutil.rmtree(self._folder, ignore_errors=True)
        path = self._folder / name
        try:
            self._folder.mkdir(mode=0o700, parents=True)
            with path.open("wb") as file:
                with gzip.open(file, "wb") as packed:
                    articles, damaged = write(packed, stopping)
                os.fsync(file.fileno())
            return Copy(path, path.stat().st_size, articles, damaged)
        except OSError as error:
            raise StoreError(operators.cannot_write(str(path), error)) from error

    def _write_articles(self, packed: gzip.GzipFile, stopping: threading.Event) -> tuple[int, int]:
        articles = damaged = 0
        with closing(article_lines(self._storage)) as lines:
            for row, line in lines:
                damaged += not row.is_whole
                if line is not None:
                    packed.write(line.encode())
                    articles += 1
                if stopping.is_set():
                    raise StoppedError
                time.sleep(_PAUSE_SECONDS)
        return articles, damaged

    def _write_database(self, packed: gzip.GzipFile, stopping: threading.Event) -> tuple[int, int]:
        plain = self._folder / self._database.name
        self._storage.copy_to(plain)
        try:
            with plain.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    packed.write(chunk)
                    if stopping.is_set():
                        raise StoppedError
        finally:
            with suppress(OSError):
                plain.unlink()
        return 0, 0


def article_lines(storage: Storage) -> Generator[tuple[Salvaged, str | None], None, None]:
    """Each article as it can be read, with its line of an export; None for one that is lost."""
    with closing(storage.rows()) as rows:
        for row in rows:
            yield row, None if row.article is None else write_line(row.number, row.article) + "\n"
