"""Worker processes: order, limits and failures."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from retrieval.article import Passage
from retrieval.indexing import workers
from retrieval.indexing.preparation import TermFrequencies, Work, term_frequencies_of_all
from retrieval.indexing.workers import Workers
from retrieval.text.analyzer import Analyzer
from tests.support.project import ROOT

Tokenizing = Workers[list[Work], list[list[TermFrequencies]]]

BATCHES: list[list[Work]] = [
    [(f"第{n}批第{m}篇", [Passage(f"城北新桥通车{n}，全长{m}米。", "小标题"), Passage("桥" * m)]) for m in range(4)]
    for n in range(12)
]


@pytest.fixture
def started(analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tokenizing]:
    """Workers that use other processes for any amount of work."""
    monkeypatch.setattr(workers, "WORTH_IT", -1)
    made = Workers(analyzer, term_frequencies_of_all)
    yield made
    made.close()
    assert all(child.poll() is not None for child in made._children)


SIZED = [(100, batch) for batch in BATCHES]


def expected(analyzer: Analyzer) -> list[list[list[TermFrequencies]]]:
    return [term_frequencies_of_all(analyzer, batch) for batch in BATCHES]


def test_worker_processes_return_the_same_terms_in_the_same_order(started: Tokenizing, analyzer: Analyzer) -> None:
    assert list(started.results(SIZED)) == expected(analyzer)
    assert list(started.results([])) == []
    assert list(started.results(SIZED[:1])) == expected(analyzer)[:1]


def test_work_is_read_only_a_little_ahead(started: Tokenizing) -> None:
    requested: list[int] = []

    def endless() -> Iterator[tuple[int, list[Work]]]:
        while True:
            requested.append(1)
            yield SIZED[0]

    results = started.results(endless())
    next(results)
    assert len(requested) <= 2 * len(started._children) + 1


def test_short_work_is_done_without_worker_processes(analyzer: Analyzer) -> None:
    made = Workers(analyzer, term_frequencies_of_all)
    assert list(made.results(SIZED)) == expected(analyzer)
    assert made._children == []
    made.close()


def test_the_work_of_a_killed_worker_is_done_in_the_main_process(
    started: Tokenizing, analyzer: Analyzer, caplog: pytest.LogCaptureFixture
) -> None:
    results = started.results(SIZED)
    first = next(results)
    if not started._children:
        pytest.skip("one core")
    for child in started._children:
        child.kill()
    assert [first, *results] == expected(analyzer)
    assert "由本进程继续" in caplog.text


def test_results_of_a_worker_with_other_dictionaries_are_rejected(
    started: Tokenizing, analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analyzer, "fingerprint", "other")
    monkeypatch.setattr(analyzer, "terms", lambda text: ["own", "words"])
    assert list(started.results(SIZED[:2])) == expected(analyzer)[:2]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_no_worker_outlives_the_main_process(how: signal.Signals) -> None:
    code = """
import time
from retrieval.indexing import workers
from retrieval.text.analyzer import Analyzer
from retrieval.article import Passage
from retrieval.indexing.preparation import term_frequencies_of_all
workers.WORTH_IT = -1
made = workers.Workers(Analyzer(), term_frequencies_of_all)
list(made.results([(7, [("题", [Passage("城北新桥通车。")])])] * 4))
print(*(child.pid for child in made._children), flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8"
    )
    assert parent.stdout is not None
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    # A pipe inherited by every child would stay open as long as one child lives.
    parent.send_signal(how)
    parent.communicate(timeout=30)
    for pid in pids:
        for _ in range(300):
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                break
            if _is_a_zombie(pid):
                break
            signal.sigtimedwait([], 0.1)
        else:
            pytest.fail(f"{pid} is still alive")


def _is_a_zombie(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return state.startswith("Z")


def test_announced_large_work_is_given_to_workers_from_the_first_piece(analyzer: Analyzer) -> None:
    little, much = (
        Workers(analyzer, term_frequencies_of_all, expected=1000),
        Workers(analyzer, term_frequencies_of_all, expected=10_000_000),
    )
    try:
        assert list(little.results(SIZED[:1])) == list(much.results(SIZED[:1])) == expected(analyzer)[:1]
        assert not little._children
        assert much._children or len(os.sched_getaffinity(0)) == 1
    finally:
        little.close()
        much.close()
