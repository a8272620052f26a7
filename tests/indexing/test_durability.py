"""Commits of processes that are killed, that write at the same time, or that find the disk full."""

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from retrieval.article import passages
from retrieval.engine import SearchEngine
from retrieval.indexing import merge
from retrieval.store.articles import Articles
from retrieval.store.passages import Passages
from retrieval.store.segments import Segments
from tests.support.project import ROOT
from tests.support.writer_process import go, writer


def every_article(engine: SearchEngine, k: int) -> set[int]:
    """The ids of all articles that a search finds, their reprints included."""
    hits = engine.search("桥桥", k).hits
    return {copy.article_id for hit in hits for copy in (hit.passage, *hit.reprints)}


def test_a_kill_loses_no_acknowledged_write_and_leaves_no_partial_one(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    acknowledged: dict[int, str] = {}
    removed: set[int] = set()
    for round_number in range(4):
        child = writer(path, f"第{round_number}轮")
        assert child.stdout.readline() == "ready\n"
        go(child)
        lines = [child.stdout.readline() for _ in range(random.randrange(1, 40))]
        child.kill()
        # The kill may have cut the last line short; then it acknowledged nothing.
        lines += [line for line in child.communicate()[0].splitlines(keepends=True) if line.endswith("\n")]
        for number, word, title in map(str.split, lines):
            if word == "removed":
                removed.add(int(number))
            else:
                assert word == "added"
                assert int(number) not in acknowledged
                acknowledged[int(number)] = title
        engine = open_engine()
        assert engine.check() == []
        stored = {article.id: article for article in engine.archive.articles()}
        # Only the last removal may be committed without being acknowledged.
        untold = set(acknowledged) - removed - set(stored)
        assert untold <= {max(acknowledged)}
        removed |= untold
        assert not removed & set(stored)
        assert len(set(stored) - set(acknowledged)) <= 1
        for number, article in stored.items():
            assert number is not None
            acknowledged.setdefault(number, article.title)
            assert article.title == acknowledged[number]
            assert [passage for _, passage in Passages(engine.archive.database).of_article(number)] == passages(article)
        article_ids = every_article(engine, 10**6)
        assert article_ids == set(stored)
        engine.archive.database.close()
    assert len(acknowledged) > 4


def test_two_processes_writing_at_once_both_succeed(path: Path, open_engine: Callable[..., SearchEngine]) -> None:
    children = [writer(path, name, 15) for name in ("甲", "乙")]
    assert [child.stdout.readline() for child in children] == ["ready\n"] * 2
    engine = open_engine()
    for child in children:
        go(child)
    spoken = [child.communicate(timeout=60)[0].split("\n")[:-1] for child in children]
    assert [child.returncode for child in children] == [0, 0]
    assert [len(lines) for lines in spoken] == [18, 18]
    added = [line.split()[0] for lines in spoken for line in lines if "added" in line]
    assert len(set(added)) == 30
    assert engine.search("桥桥").articles == 24
    assert len(every_article(engine, 100)) == 24
    assert engine.check() == []


# Pushes until a merge is due, leaves no room for it on the simulated disk, and prints what happened.
FULL = """
import logging, resource, sys
from pathlib import Path
from retrieval.indexing import commit
from retrieval.text.analyzer import Analyzer
from retrieval.article import Article, Paragraph, passages
from retrieval.engine import SearchEngine
logging.basicConfig(stream=sys.stdout, format="%(message)s")
path = Path(sys.argv[1])
engine = SearchEngine.open(path, analyzer=Analyzer())
for n in range(8):
    text = "桥".join(map(str, range(2000 * n, 2000 * n + 2000)))
    archive = engine.archive
    batches = archive.prepare_together([Article(f"长{n}", (Paragraph(text),))])
    commit.commit(archive._tables, archive._analyzer, archive._fingerprint, batches)
engine.search("1桥2")
engine.archive.database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))
engine.archive.background.may_write = True
engine.archive.background.start()
engine.close()
try:
    engine.add(Article("又一篇", (Paragraph("挤" * 60_000),)))
except Exception as error:
    print(type(error).__name__, error)
print(len(engine.search("1桥2", 100).hits) > 0, engine.check())
"""


def test_a_merge_without_disk_space_is_reported_and_the_old_segments_stay(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FULL, str(path)],
        cwd=ROOT,
        env=os.environ | {"PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    lines = done.stdout.splitlines()
    assert lines[0].startswith("整理没有完成，原有索引照常使用")
    assert lines[1].startswith("StoreError")
    assert lines[2:] == ["True []"], done.stderr
    engine = open_engine()
    assert Articles(engine.archive.database).size()[0] == 8
    assert engine.check() == []
    # The disk has room again.
    engine.close()
    assert merge.merge_next(engine.archive.database)
    assert len(Segments(engine.archive.database).sizes()) == 1
    assert engine.check() == []
