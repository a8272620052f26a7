"""Terms kept for the next evaluation."""

from contextlib import closing
from pathlib import Path

import pytest

from retrieval.evaluation.report import evaluate
from retrieval.evaluation.token_cache import CachedAnalyzer
from retrieval.text.analyzer import Analyzer
from tests.support.small_collection import ROWS, SMALL


def test_kept_terms_are_read_by_the_next_run_and_their_seconds_count(analyzer: Analyzer, tmp_path: Path) -> None:
    texts = [*(row.text for row in ROWS), "", ROWS[0].text, "…"]
    terms = [analyzer.terms(text) for text in texts]
    cold = CachedAnalyzer(analyzer, tmp_path / "cache")
    assert [cold.terms(text) for text in texts] == terms
    cold.save()
    (file,) = (tmp_path / "cache").iterdir()
    with closing(CachedAnalyzer(analyzer, tmp_path / "cache")) as warm:
        assert warm.seconds_saved == 0
        assert [warm.terms(text) for text in dict.fromkeys(texts)] == list(map(analyzer.terms, dict.fromkeys(texts)))
        seconds = sum(float(line.split("\t")[1]) for line in file.read_text("utf-8").splitlines())
        assert warm.seconds_saved == pytest.approx(seconds)
    assert list((tmp_path / "cache").iterdir()) == [file]


def test_what_is_not_saved_is_forgotten(analyzer: Analyzer, tmp_path: Path) -> None:
    with closing(CachedAnalyzer(analyzer, tmp_path)) as unsaved:
        unsaved.terms("青岭大桥")
    assert not list(tmp_path.iterdir())


def test_kept_terms_change_nothing_that_is_measured_and_no_question_is_kept(analyzer: Analyzer, tmp_path: Path) -> None:
    reports = [evaluate(SMALL, analyzer, cache=cache) for cache in (None, tmp_path, tmp_path)]
    timed = {"p50_ms", "p95_ms", "index_seconds", "peak_mb"}
    bare, *cached = [{name: value for name, value in report.items() if name not in timed} for report in reports]
    assert cached == [bare, bare]
    (file,) = tmp_path.iterdir()
    texts = {row.text for row in ROWS} | {row.title for row in ROWS} | {""}  # no heading is an empty one
    assert len(file.read_text("utf-8").splitlines()) == len(texts)


def test_other_rules_have_another_file_and_damage_is_forgotten(analyzer: Analyzer, tmp_path: Path) -> None:
    first = CachedAnalyzer(analyzer, tmp_path)
    first.terms("青岭大桥")
    first.save()
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"\xff\n[1]\n5\n" + file.read_bytes()[:-9])
    with closing(CachedAnalyzer(analyzer, tmp_path)) as damaged:
        assert damaged.terms("青岭大桥") == analyzer.terms("青岭大桥")
        assert damaged.seconds_saved == 0
    first.fingerprint = "f" * 64
    with closing(CachedAnalyzer(first, tmp_path)) as other:
        assert other._path != file
