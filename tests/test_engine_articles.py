"""Articles that are added, updated and removed through the search engine."""

import itertools
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.article import Article
from retrieval.engine import SearchEngine
from retrieval.index.segment_format import unpack
from retrieval.store.segments import Position, Segments
from tests.support.articles import make_article
from tests.support.engines import BRIDGE, METRO, SNOW, Open, found_titles


def test_an_added_article_is_found_by_the_next_question_in_every_engine(open_engine: Open) -> None:
    engine, other = open_engine(), open_engine()
    assert found_titles(engine, "大桥") == found_titles(other, "大桥") == []
    outcome = engine.add(BRIDGE)
    assert (outcome.outcome, outcome.article, outcome.article.id) == ("added", BRIDGE, outcome.id)
    assert found_titles(engine, "大桥") == found_titles(other, "大桥") == ["黄河大桥通车"]
    assert other.search("大桥").articles == 1
    assert found_titles(open_engine(), "大桥") == ["黄河大桥通车"]


def test_a_removed_article_is_gone_in_every_engine(open_engine: Open) -> None:
    engine, other = open_engine(), open_engine()
    numbers = [outcome.id for outcome in engine.add_all([BRIDGE, METRO])]
    assert found_titles(other, "大桥") == ["黄河大桥通车"]
    assert engine.remove([numbers[0], 99]) == [numbers[0]]
    assert engine.remove(numbers[:1]) == []
    for reader in (engine, other, open_engine()):
        assert found_titles(reader, "大桥") == []
        assert found_titles(reader, "地铁") == ["地铁二号线开工"]
        assert reader.search("地铁").articles == 1
        assert reader.check() == []


def test_an_updated_article_is_found_by_its_new_text_only(open_engine: Open) -> None:
    engine, other = open_engine(), open_engine()
    number = engine.add(BRIDGE).id
    assert found_titles(other, "通车") == ["黄河大桥通车"]
    outcome = engine.add(make_article("市里的隧道施工推迟。", title="隧道", url=BRIDGE.url))
    assert (outcome.id, outcome.outcome) == (number, "updated")
    # Fields that the new version lacks are kept.
    assert (outcome.article.source, outcome.article.published) == ("兰州晚报", "2020-03-01")
    assert engine.archive.article(number) == outcome.article
    for reader in (engine, other, open_engine()):
        assert found_titles(reader, "通车") == []
        assert found_titles(reader, "隧道") == ["隧道"]
        assert reader.search("隧道").hits[0].passage.article_id == number
        assert reader.check() == []


@pytest.mark.parametrize(
    "again", [BRIDGE, replace(BRIDGE, url=None), replace(BRIDGE, source=None), replace(BRIDGE, id=77)]
)
def test_a_duplicate_writes_nothing(engine: SearchEngine, again: Article) -> None:
    number = engine.add(BRIDGE).id
    generation, position = Segments(engine.archive.database).generation(), engine.archive._position
    outcome = engine.add(again)
    assert (outcome.id, outcome.outcome, outcome.article) == (number, "duplicate", BRIDGE)
    assert Segments(engine.archive.database).generation() == generation
    assert engine.archive._position == position
    assert engine.archive.statistics().segments == 1


def test_only_changes_of_articles_raise_the_generation(engine: SearchEngine) -> None:
    generations = [Segments(engine.archive.database).generation()]
    for action in (
        lambda: engine.add(BRIDGE),
        lambda: engine.add(BRIDGE),
        lambda: engine.search("大桥"),
        lambda: engine.check(),
        lambda: engine.remove([99]),
        lambda: engine.add_all([]),
        lambda: engine.add(replace(BRIDGE, author="记者")),
        lambda: engine.remove([1]),
    ):
        action()
        generations.append(Segments(engine.archive.database).generation())
    steps = [after - before for before, after in itertools.pairwise(generations)]
    assert steps == [1, 0, 0, 0, 0, 0, 1, 1]


def test_a_copy_from_another_source_is_a_separate_article(engine: SearchEngine) -> None:
    outcomes = engine.add_all([BRIDGE, replace(BRIDGE, source="新华社", url=None)])
    assert [outcome.outcome for outcome in outcomes] == ["added", "added"]
    assert [article.source for article in engine.archive.articles()] == ["兰州晚报", "新华社"]


def test_an_article_twice_in_one_batch_keeps_its_last_text(engine: SearchEngine) -> None:
    later = make_article("市里的隧道施工推迟。", title="隧道", url=BRIDGE.url)
    outcomes = engine.add_all([BRIDGE, METRO, later, later])
    assert [outcome.outcome for outcome in outcomes] == ["added", "added", "updated", "duplicate"]
    assert [outcome.id for outcome in outcomes] == [1, 2, 1, 1]
    assert found_titles(engine, "通车") == []
    assert found_titles(engine, "隧道") == ["隧道"]
    # Documents of a segment are sorted by passage id, whichever article was written last.
    (segment,) = Segments(engine.archive.database).changes(Position()).segments
    ids = unpack(segment).passage_ids.tolist()
    assert ids == sorted(ids)
    assert engine.check() == []


def test_a_title_made_from_the_text_does_not_replace_a_printed_one(engine: SearchEngine) -> None:
    engine.add(BRIDGE)
    text = "黄河大桥昨日通车，全长800米。"
    outcome = engine.add(make_article(text, title="黄河大桥昨日通车", url=BRIDGE.url))
    assert (outcome.outcome, outcome.article.title) == ("updated", BRIDGE.title)
    assert found_titles(engine, "大桥") == [BRIDGE.title]


def test_a_failed_batch_stores_nothing(open_engine: Open) -> None:
    engine = open_engine()

    def broken() -> Iterator[Article]:
        yield BRIDGE
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.add_all(broken())  # type: ignore[arg-type]
    with pytest.raises(UnicodeEncodeError):
        engine.add_all([METRO, replace(SNOW, source="\ud800")])
    for reader in (engine, open_engine()):
        assert found_titles(reader, "大桥 地铁") == []
        assert reader.check() == []
    engine.add(METRO)
    assert found_titles(engine, "地铁") == [METRO.title]


def test_searches_and_additions_run_in_many_threads(engine: SearchEngine) -> None:
    failures: list[BaseException] = []

    def add(worker: int) -> None:
        try:
            for n in range(5):
                title = f"第{worker}组第{n}号"
                engine.add(make_article(f"大桥{worker}又{n}。", title=title))
                assert title in [hit.passage.title for hit in engine.search("大桥", 100).hits]
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=add, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(engine.search("大桥", 100).hits) == 20
    assert engine.check() == []


def test_a_hit_whose_row_was_removed_is_dropped(engine: SearchEngine, path: Path) -> None:
    engine.add(BRIDGE)
    engine.add(METRO)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM passages WHERE article_id = 1")
    connection.close()
    assert found_titles(engine, "大桥 地铁") == [METRO.title]


def test_an_article_with_id_zero_is_listed_and_searched(open_engine: Open) -> None:
    engine = open_engine()
    engine.add(replace(BRIDGE, id=0))
    engine.add(METRO)
    assert [article.id for article in engine.archive.articles()] == [0, 1]
    engine.rebuild()
    assert engine.check() == []
    assert found_titles(engine, "大桥") == [BRIDGE.title]


def test_a_large_push_is_stored_like_any_other(engine: SearchEngine) -> None:
    texts = [f"城北第{number}号桥今天通车，全长{number}百米，双向六车道。" * 60 for number in range(350)]
    articles = [make_article(text, title=f"第{number}号桥通车", source="城北日报") for number, text in enumerate(texts)]
    assert sum(map(len, texts)) > 400_000
    outcomes = engine.add_all(articles)
    assert [outcome.outcome for outcome in outcomes] == ["added"] * 350
    assert engine.check() == []
    assert engine.search("第77号桥全长").hits[0].passage.title == "第77号桥通车"
    assert [outcome.outcome for outcome in engine.add_all(articles)] == ["duplicate"] * 350
