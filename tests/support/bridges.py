"""Numbered articles whose passages all hold one term, and their answers."""

from collections.abc import Callable

import pytest

from retrieval.article import Article
from retrieval.engine import SearchEngine
from retrieval.indexing import commit
from retrieval.store.segments import Segments
from tests.support.articles import make_article

Open = Callable[..., SearchEngine]
BRIDGES = [make_article(f"第{n}座大桥通车，全长{n}米。" + "桥" * n, title=f"大桥{n}") for n in range(1, 41)]

LONG = [make_article("桥".join(map(str, range(n, n + 400))), title=f"长{n}") for n in range(60)]


def answers(engine: SearchEngine) -> list[tuple[int, float]]:
    hits = engine.search("大桥 7 通车 全长", 100).hits
    return [(hit.passage.id, pytest.approx(hit.score, abs=1e-9)) for hit in hits]


def segments(engine: SearchEngine) -> int:
    return len(Segments(engine.archive.database).sizes())


def push(engine: SearchEngine, articles: list[Article]) -> None:
    """Adds each article in a separate transaction, without background maintenance."""
    archive = engine.archive
    for article in articles:
        batches = archive.prepare_together([article])
        commit.commit(archive._tables, archive._analyzer, archive._fingerprint, batches)
