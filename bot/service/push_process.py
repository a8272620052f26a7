"""A large push runs in another process: in the bot's own it would hold the interpreter and delay every question.

The job comes pickled from standard input, which stays open as long as the bot lives: its end stops the process, so that
a killed bot leaves none behind. Nothing is lost by a stop, because each batch is stored with how far the push has come.
The process writes an error of the store to standard output, and nothing when the push is stored.
"""

import asyncio
import os
import pickle
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import NamedTuple

from bot.service.memory import Storage
from bot.service.pushed import Pushed
from bot.service.pushes import Pushes
from bot.settings import code_folders
from retrieval.change import Change
from retrieval.engine import SearchEngine
from retrieval.index.code_cache import CodeCache
from retrieval.store.errors import StoreError
from retrieval.text.analyzer import Analyzer

_CHILD = "import sys; sys.path[:] = sys.argv[1:]; from bot.service.push_process import main; main()"
# Searches on the same cores go first.
_NICE = 19


class Job(NamedTuple):
    """A push, the place where it is stored, the key of the push's update, and the change that it belongs to."""

    storage: Storage
    pushed: Pushed
    key: int
    change: Change


async def store_elsewhere(job: Job) -> None:
    """Store a push in another process. Its receipt is missing afterwards when that process was killed.

    Raises StoreError. A cancelled call stops the process.
    """
    command, pipe = [sys.executable, "-W", "ignore", "-c", _CHILD, *sys.path], asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with suppress(ConnectionError):
            process.stdin.write(pickle.dumps(job))
            await process.stdin.drain()
        error = (await process.stdout.read()).decode()
    finally:
        process.stdin.close()
        await process.wait()
    if error:
        raise StoreError(error)


def main() -> None:
    if hasattr(os, "nice"):
        os.nice(_NICE)
    # Whatever a library prints is no error of the store.
    report, sys.stdout = sys.stdout, sys.stderr
    job: Job = pickle.load(sys.stdin.buffer)
    threading.Thread(target=_stop_with_the_bot, daemon=True).start()
    analyzer = Analyzer(CodeCache(code_folders(job.storage.path)))
    try:
        archive, memory = job.storage.open(analyzer, must_exist=True)
        engine = SearchEngine(archive, analyzer)
        with ThreadPoolExecutor(1, "write") as writing:
            pushes = Pushes(engine, memory, writing)
            asyncio.run(pushes.store(job.pushed.items(), job.key, job.change, large=False, resumed=True))
        engine.close()
    except StoreError as error:
        report.write(str(error))


def _stop_with_the_bot() -> None:
    os.read(sys.stdin.fileno(), 1)  # without the lock of `sys.stdin`, for which the end of the program would wait
    os._exit(1)
