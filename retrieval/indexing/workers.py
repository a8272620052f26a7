"""Child processes, each with an analyzer, that share work on many articles between all cores."""

import logging
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from retrieval.text.analyzer import Analyzer

_T = TypeVar("_T")
_R = TypeVar("_R")

# A child reads from a pipe. Unlike a multiprocessing pool, it does not import the main module of the running program,
# and it ends by itself when that program is killed.
_CHILD = "import sys; sys.path[:] = sys.argv[1:]; from retrieval.indexing.workers import serve; serve()"
# Characters that this process works on before it starts children, which takes a second.
WORTH_IT = 400_000
_NICE = 19
_log = logging.getLogger(__name__)


class Workers(Generic[_T, _R]):
    """Does short work in this process, and starts a child for each core once the work is worth it."""

    def __init__(self, analyzer: Analyzer, task: Callable[[Analyzer, _T], _R], *, expected: int = 0) -> None:
        """Prepare to run `task`, which is pickled once for each child; each piece of work and its result once.

        `expected` is the number of characters known to come: above `WORTH_IT`, children get the first piece already.
        """
        self._analyzer, self._task = analyzer, task
        self._children: list[subprocess.Popen[bytes]] = []
        self._idle: SimpleQueue[subprocess.Popen[bytes] | None] = SimpleQueue()  # None: work in this process
        self._threads: ThreadPoolExecutor | None = None
        self._characters = expected
        self._closing = False

    def results(self, work: Iterable[tuple[int, _T]]) -> Iterator[_R]:
        """Yield the result of each piece in order. A piece comes with its characters; few are read ahead."""
        ahead: deque[Future[_R]] = deque()
        for characters, piece in work:
            if self._threads is None and self._characters > WORTH_IT:
                self._threads = self._start()
            if self._threads is None:
                self._characters += characters
                yield self._task(self._analyzer, piece)
                continue
            ahead.append(self._threads.submit(self._result, piece))
            if len(ahead) > 2 * len(self._children):
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()

    def close(self) -> None:
        """Kill the children, whatever they are doing."""
        self._closing = True
        for child in self._children:
            child.kill()
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
        for child in self._children:
            with suppress(OSError):  # from a pipe with unwritten data
                child.communicate()

    def _start(self) -> ThreadPoolExecutor:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._children = [child for _ in range(cores) if cores > 1 and (child := self._started())]
        for child in self._children:
            self._idle.put(child)
        if not self._children:
            self._idle.put(None)
        return ThreadPoolExecutor(self._idle.qsize(), thread_name_prefix="workers")

    def _started(self) -> "subprocess.Popen[bytes] | None":
        command = [sys.executable, "-W", "ignore", "-c", _CHILD, *sys.path]
        try:
            child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            _tell(child, (self._analyzer.fingerprint, self._analyzer.cache, self._task))
        except OSError:
            return None
        return child

    def _result(self, piece: _T) -> _R:
        child = self._idle.get()
        try:
            if child is not None:
                _tell(child, piece)
                assert child.stdout is not None
                result: _R = pickle.load(child.stdout)
                return result
        except (OSError, EOFError, pickle.UnpicklingError):
            child = None
            if self._closing:
                raise
            # The child was killed, for example for want of memory, or its dictionaries differ: this process takes over.
            _log.warning("一个分词进程没有完成工作，改由本进程继续。")
        finally:
            self._idle.put(child)
        return self._task(self._analyzer, piece)


def serve() -> None:
    """Run a child: pickled work comes from standard input, and pickled results go to standard output."""
    # Ctrl-C reaches every process of the terminal; the parent decides when a child stops.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(_NICE)  # searches on the same cores go first
    fingerprint, cache, task = pickle.load(sys.stdin.buffer)
    analyzer = Analyzer(cache)
    while fingerprint == analyzer.fingerprint:
        try:
            piece = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        pickle.dump(task(analyzer, piece), sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
        sys.stdout.buffer.flush()


def _tell(child: "subprocess.Popen[bytes]", what: Any) -> None:
    assert child.stdin is not None
    child.stdin.write(pickle.dumps(what, pickle.HIGHEST_PROTOCOL))
    child.stdin.flush()
