import itertools
import logging
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.article import Article, Paragraph
from retrieval.engine import LONGEST_QUESTION, SearchEngine
from retrieval.evaluation.engines import ENGINES
from retrieval.evaluation.rank_bm25_index import RankBM25Index
from retrieval.index import maxscore
from retrieval.index.protocol import Filters
from retrieval.index.segment import FORMAT, unpack
from retrieval.store.articles import Position, StoreError
from retrieval.text.analyzer import Analyzer
from tests.support.articles import make_article
from tests.support.project import ROOT
from tests.support.work import calls

Open = Callable[..., SearchEngine]

BRIDGE = make_article(
    "黄河大桥全长800米，昨日通车。",
    title="黄河大桥通车",
    source="兰州晚报",
    published="2020-03-01",
    url="https://a.cn/1",
)
METRO = make_article("地铁二号线今年开工。", title="地铁二号线开工", source="新华社", published="2020-03-02")
SNOW = make_article("全市普降大雪，中小学停课。", title="大雪停课")
QUESTIONS = ["大桥全长多少米？", "地铁何时开工", "中小学为什么停课？", "易华录在兰州投资约多少亿元？", "兰州", "的"]


def found(engine: SearchEngine, question: str, **filters: object) -> list[str]:
    """The titles of what is found, best first."""
    return [hit.passage.title for hit in engine.search(question, 20, Filters(**filters)).hits]  # type: ignore[arg-type]


# Question → reply


@pytest.mark.parametrize("new_index", ENGINES.values(), ids=ENGINES)
def test_the_first_article_answers_with_exactly_the_sentence(
    open_engine: Open, first_article: Article, new_index: Callable[[], object]
) -> None:
    engine = open_engine(new_index=new_index, first_articles=[first_article])
    result = engine.search("易华录在兰州投资约多少亿元？")
    assert result.status == "answered"
    assert 0.6 <= result.confidence <= 1
    assert (result.articles, result.newest) == (1, "2020-02-24 02:24")
    best = result.hits[0]
    assert best.passage.heading == "开启了政商沟通交流的新模式"
    assert (best.passage.source, best.passage.published) == ("兰州晚报", "2020-02-24 02:24")
    assert best.answer is not None
    sentence = best.passage.text[slice(*best.answer)]
    assert sentence.startswith("北京易华录信息技术股份有限公司是一家上市公司")
    assert sentence.endswith("投资约60亿元。")
    marked = [best.passage.text[start:end] for start, end in best.highlights]
    assert {"兰州", "投资约"} & set(marked)
    assert "".join(marked).count("易") >= 1


def test_a_hit_adds_up_its_parts_and_hits_come_best_first(open_engine: Open, first_article: Article) -> None:
    engine = open_engine(first_articles=[first_article, BRIDGE])
    hits = engine.search("兰州投资", 20).hits
    assert len(hits) > 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    for hit in hits:
        parts = hit.parts
        assert hit.score == parts.score
        assert parts.terms > 0 < parts.article
    assert [hit.passage.id for hit in engine.search("兰州投资", 2).hits] == [hit.passage.id for hit in hits[:2]]


@pytest.mark.parametrize("k", [0, -1])
def test_k_below_one_gives_no_hits(engine: SearchEngine, k: int) -> None:
    engine.add(BRIDGE)
    result = engine.search("大桥", k)
    assert (result.hits, result.status, result.confidence) == ([], "none", 0.0)


def test_equals_come_newest_first_then_lowest_number(engine: SearchEngine) -> None:
    dates = [None, "2020-01-01", "2020-01-02 08:00", "2020-01-02", None, "2020-01-02 08:00"]
    engine.add_all(
        [make_article("同一句话。", published=day, source=f"报{n}") for n, day in enumerate(dates)], distinct=True
    )
    assert [hit.passage.article_id for hit in engine.search("同一句话", 9).hits] == [3, 6, 4, 2, 1, 5]


def test_title_and_heading_are_searched_too(engine: SearchEngine) -> None:
    engine.add(Article("奥体中心", (Paragraph("一段。", "万达茂"),)))
    assert found(engine, "奥体中心") == found(engine, "万达茂") == ["奥体中心"]


def test_filters_reach_the_search(engine: SearchEngine) -> None:
    engine.add_all(
        [replace(BRIDGE, url=None), replace(BRIDGE, url=None, source="新华社", published="2020-03-05")], distinct=True
    )
    ids = [
        [hit.passage.article_id for hit in engine.search("大桥", 9, filters).hits]
        for filters in (
            Filters(),
            Filters(since=date(2020, 3, 5)),
            Filters(until=date(2020, 3, 1)),
            Filters(source="蘭州"),
            Filters(exclude_ids=frozenset([2])),
        )
    ]
    assert ids == [[2, 1], [2], [1], [1], [1]]


def test_a_traditional_question_is_answered_like_the_simplified_one(open_engine: Open, first_article: Article) -> None:
    engine = open_engine(first_articles=[first_article])
    simplified, traditional = (
        engine.search("易华录在兰州投资约多少亿元？"),
        engine.search("易華錄在蘭州投資約多少億元？"),
    )
    assert traditional.hits == simplified.hits != []
    assert (traditional.confidence, traditional.weights) == (simplified.confidence, simplified.weights)


def test_both_engines_give_the_same_hits_and_scores(open_engine: Open, first_article: Article) -> None:
    engine = open_engine(first_articles=[first_article])
    engine.add_all([BRIDGE, METRO, SNOW])
    engine.remove([2])
    other = open_engine(new_index=RankBM25Index)
    for question in [*QUESTIONS, "兰州 大桥 地铁 招商引资 合作", "没有的词zzz"]:
        one, two = engine.search(question, 100), other.search(question, 100)
        assert [hit.passage.id for hit in one.hits] == [hit.passage.id for hit in two.hits]
        assert [hit.score for hit in one.hits] == pytest.approx([hit.score for hit in two.hits], abs=1e-9)
        assert one.confidence == pytest.approx(two.confidence, abs=1e-9)
        assert one.weights == pytest.approx(two.weights, abs=1e-9)


ODD = [
    "", " ", "\n", "\0", "？？？", "。，！", "😀", "👨‍👩‍👧‍👦", "\ud800", "大桥\udfff\0", "what is this?", "的",
    "a" * 4096,
    "大桥全长多少米？" * 512, "?" * 4096, "%s {} \\ ' \" ; --", "＂＊＇", "1,800", "٣", "\u202e大桥", "ﷺ",
]  # fmt: skip


@pytest.mark.parametrize("question", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("new_index", ENGINES.values(), ids=ENGINES)
def test_no_question_is_too_odd(open_engine: Open, new_index: Callable[[], object], question: str) -> None:
    engine = open_engine(new_index=new_index)
    assert engine.search(question).hits == []
    engine.add_all([BRIDGE, METRO])
    result = engine.search(question)
    assert result.status in ("answered", "possible", "none")
    result.question.encode()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(question=st.text(st.characters(), max_size=30) | st.text("大桥全长800米？的，\0 ", max_size=30))
def test_spans_stay_inside_the_passage(engine: SearchEngine, question: str) -> None:
    engine.add(BRIDGE)
    for hit in engine.search(question).hits:
        length = len(hit.passage.text)
        assert all(
            0 <= start < end <= length for start, end in [*hit.highlights, *([hit.answer] if hit.answer else [])]
        )


DIFFERENT = "".join(chr(0x4E00 + number) for number in range(20_000))
LONG = {
    "characters that are all different": DIFFERENT * 4,
    "a text": "黄河大桥全长800米，昨日通车，地铁二号线何时开工？" * 3_000,
    "words": " ".join(f"{number:x}" for number in range(20_000)),
    "scopes": "据兰州晚报昨天的报道，记者在现场看到，" * 4_000,
    "quotation marks": "“《" * 40_000,
    "blanks": " \n" * 40_000,
}


@pytest.mark.parametrize("question", LONG.values(), ids=LONG)
def test_a_question_costs_no_more_for_what_is_longer_than_the_longest(engine: SearchEngine, question: str) -> None:
    engine.add_all([BRIDGE, METRO, SNOW, make_article(DIFFERENT, title="字", source="兰州晚报")])
    today = date(2020, 3, 3)
    due = engine.search(question.strip()[:4_096], today=today)
    found = engine.search(question, today=today)
    assert (found.hits, found.weights, found.status) == (due.hits, due.weights, due.status)
    assert found.is_cut or not question.strip()
    assert found.question == question
    short, long = (calls(lambda asked=asked: engine.search(asked, today=today)) for asked in (due.question, question))
    assert long <= short + 10


@pytest.mark.parametrize("question", LONG.values(), ids=LONG)
def test_the_work_for_a_question_grows_as_its_length_does(engine: SearchEngine, question: str) -> None:
    engine.add_all([BRIDGE, METRO, SNOW, make_article(DIFFERENT, title="字", source="兰州晚报")])
    for longest in (LONGEST_QUESTION, 4_096):
        half, whole = (
            calls(lambda length=length: engine.search(question[:length], today=date(2020, 3, 3)))
            for length in (longest // 2, longest)
        )
        assert whole <= 3 * half


def test_the_first_characters_of_a_long_question_are_searched_for(engine: SearchEngine) -> None:
    engine.add_all([BRIDGE, METRO])
    padding = "，" * LONGEST_QUESTION
    for question, is_cut in [
        ("大桥" + "，" * (LONGEST_QUESTION - 2), False),
        ("大桥" + padding, True),
        ("\n\n " + "大桥" + " " * LONGEST_QUESTION + "全长", False),
    ]:
        result = engine.search(question)
        assert (result.is_cut, [hit.passage.title for hit in result.hits]) == (is_cut, [BRIDGE.title])
    assert engine.search(padding + "大桥").hits == []


# Push → searchable


def test_an_added_article_is_found_by_the_next_question_in_every_engine(open_engine: Open) -> None:
    engine, other = open_engine(), open_engine()
    assert found(engine, "大桥") == found(other, "大桥") == []
    outcome = engine.add(BRIDGE)
    assert (outcome.outcome, outcome.article, outcome.article.id) == ("added", BRIDGE, outcome.id)
    assert found(engine, "大桥") == found(other, "大桥") == ["黄河大桥通车"]
    assert other.search("大桥").articles == 1
    assert found(open_engine(), "大桥") == ["黄河大桥通车"]


def test_a_removed_article_is_gone_in_every_engine(open_engine: Open) -> None:
    engine, other = open_engine(), open_engine()
    numbers = [outcome.id for outcome in engine.add_all([BRIDGE, METRO])]
    assert found(other, "大桥") == ["黄河大桥通车"]
    assert engine.remove([numbers[0], 99]) == [numbers[0]]
    assert engine.remove(numbers[:1]) == []
    for one in (engine, other, open_engine()):
        assert found(one, "大桥") == []
        assert found(one, "地铁") == ["地铁二号线开工"]
        assert one.search("地铁").articles == 1
        assert one.check() == []


def test_an_updated_article_is_found_by_its_new_words_and_not_by_its_old_ones(open_engine: Open) -> None:
    engine, other = open_engine(), open_engine()
    number = engine.add(BRIDGE).id
    assert found(other, "通车") == ["黄河大桥通车"]
    outcome = engine.add(make_article("市里的隧道施工推迟。", title="隧道", url=BRIDGE.url))
    assert (outcome.id, outcome.outcome) == (number, "updated")
    # What the new version does not know is kept.
    assert (outcome.article.source, outcome.article.published) == ("兰州晚报", "2020-03-01")
    assert engine.store.article(number) == outcome.article
    for one in (engine, other, open_engine()):
        assert found(one, "通车") == []
        assert found(one, "隧道") == ["隧道"]
        assert one.search("隧道").hits[0].passage.article_id == number
        assert one.check() == []


@pytest.mark.parametrize(
    "again", [BRIDGE, replace(BRIDGE, url=None), replace(BRIDGE, source=None), replace(BRIDGE, id=77)]
)
def test_a_duplicate_writes_nothing(engine: SearchEngine, again: Article) -> None:
    number = engine.add(BRIDGE).id
    generation, position = engine.store.generation(), engine._position
    outcome = engine.add(again)
    assert (outcome.id, outcome.outcome, outcome.article) == (number, "duplicate", BRIDGE)
    assert engine.store.generation() == generation
    assert engine._position == position
    assert engine.store.statistics().segments == 1


def test_only_what_changes_articles_raises_the_generation(engine: SearchEngine) -> None:
    generations = [engine.store.generation()]
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
        generations.append(engine.store.generation())
    steps = [after - before for before, after in itertools.pairwise(generations)]
    assert steps == [1, 0, 0, 0, 0, 0, 1, 1]


def test_another_sources_copy_is_an_article_of_its_own(engine: SearchEngine) -> None:
    outcomes = engine.add_all([BRIDGE, replace(BRIDGE, source="新华社", url=None)])
    assert [outcome.outcome for outcome in outcomes] == ["added", "added"]
    assert [article.source for article in engine.store.articles()] == ["兰州晚报", "新华社"]


def test_an_article_that_comes_twice_in_one_batch_leaves_its_last_words(engine: SearchEngine) -> None:
    later = make_article("市里的隧道施工推迟。", title="隧道", url=BRIDGE.url)
    outcomes = engine.add_all([BRIDGE, METRO, later, later])
    assert [outcome.outcome for outcome in outcomes] == ["added", "added", "updated", "duplicate"]
    assert [outcome.id for outcome in outcomes] == [1, 2, 1, 1]
    assert found(engine, "通车") == []
    assert found(engine, "隧道") == ["隧道"]
    # A segment's documents come by ascending passage id, whichever article was written last.
    (segment,) = engine.store.changes(Position()).segments
    ids = unpack(segment).passage_ids.tolist()
    assert ids == sorted(ids)
    assert engine.check() == []


def test_a_title_made_from_the_text_does_not_replace_a_printed_one(engine: SearchEngine) -> None:
    engine.add(BRIDGE)
    text = "黄河大桥昨日通车，全长800米。"
    outcome = engine.add(make_article(text, title="黄河大桥昨日通车", url=BRIDGE.url))
    assert (outcome.outcome, outcome.article.title) == ("updated", BRIDGE.title)
    assert found(engine, "大桥") == [BRIDGE.title]


def test_a_batch_that_fails_leaves_nothing(open_engine: Open) -> None:
    engine = open_engine()

    def broken() -> Iterator[Article]:
        yield BRIDGE
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.add_all(broken())  # type: ignore[arg-type]
    with pytest.raises(UnicodeEncodeError):
        engine.add_all([METRO, replace(SNOW, source="\ud800")])
    for one in (engine, open_engine()):
        assert found(one, "大桥 地铁") == []
        assert one.check() == []
    engine.add(METRO)
    assert found(engine, "地铁") == [METRO.title]


def test_searches_and_additions_from_many_threads_get_on(engine: SearchEngine) -> None:
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


# The file


def test_first_articles_are_loaded_when_the_file_is_made_and_never_again(open_engine: Open) -> None:
    assert found(open_engine(first_articles=[BRIDGE]), "大桥") == [BRIDGE.title]
    again = open_engine(first_articles=[METRO])
    assert found(again, "地铁") == []
    again.remove([1])
    assert open_engine(first_articles=[BRIDGE]).search("大桥").articles == 0


def test_a_file_made_without_first_articles_stays_without(open_engine: Open) -> None:
    open_engine()
    assert open_engine(first_articles=[BRIDGE]).search("大桥").articles == 0


def test_a_first_article_that_fails_makes_no_file_that_lacks_it(open_engine: Open) -> None:
    with pytest.raises(UnicodeEncodeError):
        open_engine(first_articles=[replace(BRIDGE, source="\ud800")])
    assert found(open_engine(first_articles=[BRIDGE]), "大桥") == [BRIDGE.title]


def test_a_missing_file_is_not_made_when_it_must_exist(open_engine: Open, path: Path) -> None:
    with pytest.raises(StoreError):
        open_engine(must_exist=True)
    assert not path.exists()


def test_postings_of_another_analyzer_are_made_again_and_answer_the_same(
    open_engine: Open, path: Path, analyzer: Analyzer, first_article: Article, caplog: pytest.LogCaptureFixture
) -> None:
    running = open_engine(first_articles=[first_article])
    running.add_all([BRIDGE, METRO, SNOW])
    running.remove([3])
    before = [running.search(question, 100).hits for question in QUESTIONS]
    assert all(before[:4])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE state SET fingerprint = 'other'")
    connection.close()
    with caplog.at_level(logging.WARNING):
        reopened = open_engine()
    assert "重建索引" in caplog.text
    assert reopened.store.fingerprint() == f"{analyzer.fingerprint} {FORMAT}"
    for engine in (reopened, running):
        after = [engine.search(question, 100).hits for question in QUESTIONS]
        for old, new in zip(before, after, strict=True):
            assert [hit.passage for hit in new] == [hit.passage for hit in old]
            assert [hit.score for hit in new] == pytest.approx([hit.score for hit in old], abs=1e-9)
        assert engine.check() == []
    caplog.clear()
    open_engine()
    assert caplog.text == ""


def test_a_file_with_segments_of_the_first_format_is_brought_up_to_date(
    open_engine: Open, path: Path, analyzer: Analyzer, caplog: pytest.LogCaptureFixture
) -> None:
    engine = open_engine()
    engine.add_all([BRIDGE, METRO])
    engine.remove([2])
    engine.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(
            "DROP TABLE segments; CREATE TABLE segments (id INTEGER PRIMARY KEY AUTOINCREMENT, data BLOB NOT NULL);"
            "INSERT INTO segments (data) VALUES ('news segment 1');"
            "DELETE FROM _sqlite_migrations WHERE name = 'segments_in_epochs';"
            "ALTER TABLE state DROP COLUMN epoch; ALTER TABLE state DROP COLUMN epochs;"
            "ALTER TABLE state DROP COLUMN articles;"
        )
        connection.execute("UPDATE state SET fingerprint = ?", [analyzer.fingerprint])
    with caplog.at_level(logging.WARNING):
        again = open_engine()
    assert "索引格式" in caplog.text
    assert found(again, "大桥 地铁") == [BRIDGE.title]
    assert again.search("大桥").articles == 1
    assert again.check() == []


def test_who_only_writes_loads_no_postings(open_engine: Open) -> None:
    open_engine().add(BRIDGE)
    writing = open_engine(load=False)
    writing.add(METRO)
    writing.remove([1])
    assert writing._position == Position()
    assert found(writing, "大桥 地铁") == [METRO.title]


def test_opening_reads_postings_back_without_tokenizing(
    open_engine: Open, analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_engine(first_articles=[BRIDGE])
    asked: list[str] = []
    monkeypatch.setattr(analyzer, "terms", lambda text: asked.append(text) or [])
    open_engine()
    assert asked == []


COLD = """
import sys
from pathlib import Path
from retrieval import SearchEngine
from retrieval.index import maxscore
engine = SearchEngine.open(Path(sys.argv[1]))
engine.warm()
for kernel in (maxscore._candidates, maxscore._scores):
    print(len(kernel.signatures), sum(kernel.stats.cache_hits.values()))
"""


def test_a_warm_engine_over_an_empty_file_is_compiled_and_so_is_the_next_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", COLD, str(tmp_path / "news.db")]
    first, second = (
        subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split() for _ in range(2)
    )
    assert first == ["1", "0"] * 2
    assert second == ["1", "1"] * 2
    assert len(list((tmp_path / "cache" / "code").iterdir())) == 2


def test_no_search_waits_for_a_compiler_whatever_is_stored_and_asked(
    open_engine: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine()
    engine.warm()
    for kernel in (maxscore._candidates, maxscore._scores):
        monkeypatch.setattr(kernel, "_can_compile", False)
    for question in QUESTIONS:
        assert engine.search(question).status == "none"
    engine.add(BRIDGE)
    engine.add_all([METRO, SNOW])
    engine.add_all([make_article(f"第{number}座大桥通车。", title=str(number)) for number in range(2_000)])
    engine.remove([2])
    other = open_engine(load=False)
    for one in (engine, other):
        for question, k in itertools.product(QUESTIONS, (1, 5, 200)):
            one.search(question, k)
            one.search(question, k, Filters(since=date(2020, 1, 1), source="晚报", exclude_ids=frozenset([3])))
            one.search(question, k, Filters(until=date(2020, 1, 1), include_ids=frozenset([1])), explain=True)
        assert one.search("大桥全长多少米？").status == "answered"
    engine.rebuild()
    assert engine.search("大桥全长多少米？").status == "answered"
    assert [len(kernel.signatures) for kernel in (maxscore._candidates, maxscore._scores)] == [1, 1]


def test_a_part_of_the_file_that_cannot_be_read_stops_no_start(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def damaged() -> None:
        raise StoreError("数据库已损坏。")

    monkeypatch.setattr(engine.store, "newest", damaged)
    engine.warm()
    assert "数据库已损坏。" in caplog.text


def test_postings_that_do_not_fit_the_articles_are_named(open_engine: Open, path: Path) -> None:
    engine = open_engine()
    engine.add_all([BRIDGE])
    engine.add(METRO)
    assert engine.check() == []
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM segments WHERE id = 2")
    assert engine.check() == ["索引与文章不符：缺 1 段，多 0 段。"]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE segments SET data = substr(data, 1, 40)")
    assert "第 1 号索引段已损坏。" in engine.check()
    engine.rebuild()
    assert engine.check() == []
    assert found(engine, "大桥") == [BRIDGE.title]


def test_a_hit_whose_row_has_gone_is_dropped(engine: SearchEngine, path: Path) -> None:
    engine.add(BRIDGE)
    engine.add(METRO)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM passages WHERE article_id = 1")
    connection.close()
    assert found(engine, "大桥 地铁") == [METRO.title]


def test_an_article_numbered_zero_is_listed_and_searched_like_any_other(open_engine: Open) -> None:
    engine = open_engine()
    engine.add(replace(BRIDGE, id=0))
    engine.add(METRO)
    assert [article.id for article in engine.store.articles()] == [0, 1]
    engine.rebuild()
    assert engine.check() == []
    assert found(engine, "大桥") == [BRIDGE.title]


def test_a_push_of_much_text_is_stored_as_any_other(engine: SearchEngine) -> None:
    texts = [f"城北第{number}号桥今天通车，全长{number}百米，双向六车道。" * 60 for number in range(350)]
    articles = [make_article(text, title=f"第{number}号桥通车", source="城北日报") for number, text in enumerate(texts)]
    assert sum(map(len, texts)) > 400_000
    outcomes = engine.add_all(articles)
    assert [one.outcome for one in outcomes] == ["added"] * 350
    assert engine.check() == []
    assert engine.search("第77号桥全长").hits[0].passage.title == "第77号桥通车"
    assert [one.outcome for one in engine.add_all(articles)] == ["duplicate"] * 350
