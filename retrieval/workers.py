"""How are the terms of many articles found on every core? By processes that each have an analyzer of their own."""

import logging
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from typing import Any

from retrieval.analysis import Analyzer
from retrieval.article import Passage
from retrieval.bags import Bag, bags

# A title and the passages under it.
Work = tuple[str, Sequence[Passage]]

# Plain child processes that read from a pipe: unlike a pool of multiprocessing they need nothing of the program that
# is running (no main module that can be imported again), and they end by themselves when it is killed.
_CHILD = "import sys; sys.path[:] = sys.argv[1:]; from retrieval.workers import serve; serve()"
# Characters that are tokenized here before others are asked: starting them takes a second.
_WORTH_IT = 400_000
_log = logging.getLogger(__name__)


class Workers:
    """Starts as many processes as there are cores once the work is worth it; what is short is done in this process."""

    def __init__(self, analyzer: Analyzer, *, expected: int = 0) -> None:
        """`expected` is how many characters are known to come: much work is handed out from the first piece on."""
        self._analyzer = analyzer
        self._children: list[subprocess.Popen[bytes]] = []
        self._idle: SimpleQueue[subprocess.Popen[bytes] | None] = SimpleQueue()  # None works here
        self._threads: ThreadPoolExecutor | None = None
        self._characters = expected
        self._closing = False

    def bags(self, batches: Iterable[Sequence[Work]]) -> Iterator[list[list[Bag]]]:
        """What `bags` gives for each piece of work, batch by batch, in order; few batches are read ahead."""
        ahead: deque[Future[list[list[Bag]]]] = deque()
        for batch in batches:
            if self._threads is None and self._characters > _WORTH_IT:
                self._threads = self._start()
            if self._threads is None:
                self._characters += sum(len(passage.text) for _, passages in batch for passage in passages)
                yield self._here(batch)
                continue
            ahead.append(self._threads.submit(self._bags, batch))
            if len(ahead) > 2 * len(self._children):
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        self._closing = True
        for child in self._children:
            child.kill()
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
        for child in self._children:
            with suppress(OSError):  # of what was not written to its end
                child.communicate()

    def _start(self) -> ThreadPoolExecutor:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._children = [child for _ in range(cores) if cores > 1 and (child := _started())]
        for child in self._children:
            self._idle.put(child)
        if not self._children:
            self._idle.put(None)
        return ThreadPoolExecutor(self._idle.qsize(), thread_name_prefix="workers")

    def _here(self, batch: Sequence[Work]) -> list[list[Bag]]:
        return [bags(self._analyzer, title, passages) for title, passages in batch]

    def _bags(self, batch: Sequence[Work]) -> list[list[Bag]]:
        child = self._idle.get()
        try:
            if child is not None:
                return _asked(child, (self._analyzer.fingerprint, batch))
        except (OSError, EOFError, pickle.UnpicklingError):
            child = None
            if self._closing:
                return []
            # It was killed, for want of memory say, or has other dictionaries: its work is done here from now on.
            _log.warning("一个分词进程没有完成工作，改由本进程继续。")
        finally:
            self._idle.put(child)
        return self._here(batch)


def serve() -> None:
    """The life of a child: work comes in as pickles on standard input, and leaves so on standard output."""
    # Ctrl-C reaches every process of the terminal; when to stop is the parent's to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    analyzer = Analyzer()
    while True:
        try:
            fingerprint, batch = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        if fingerprint != analyzer.fingerprint:
            return
        pickle.dump([bags(analyzer, title, passages) for title, passages in batch], sys.stdout.buffer)
        sys.stdout.buffer.flush()


def _started() -> "subprocess.Popen[bytes] | None":
    command = [sys.executable, "-W", "ignore", "-c", _CHILD, *sys.path]
    try:
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return None


def _asked(child: "subprocess.Popen[bytes]", work: Any) -> list[list[Bag]]:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(pickle.dumps(work))
    child.stdin.flush()
    answer: list[list[Bag]] = pickle.load(child.stdout)
    return answer
