"""The thread of maintenance: a request that comes while it works is not lost."""

import threading

import pytest

from retrieval.engine import SearchEngine
from retrieval.indexing.background import Background


def test_a_request_that_comes_while_the_thread_works_is_done_too(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.archive.background.join()
    working, go_on, runs = threading.Event(), threading.Event(), list[int]()

    def run(_: Background) -> None:
        runs.append(len(runs))
        working.set()
        assert go_on.wait(30)

    monkeypatch.setattr(Background, "run", run)
    background = engine.archive.background
    background.start()
    assert working.wait(30)
    background.start()
    go_on.set()
    background.join()
    assert runs == [0, 1]


def test_a_request_after_the_last_one_was_done_starts_a_thread_again(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.archive.background.join()
    runs = list[int]()
    monkeypatch.setattr(Background, "run", lambda _: runs.append(len(runs)))
    for _ in range(100):
        engine.archive.background.start()
        engine.archive.background.join()
    assert runs == list(range(100))
