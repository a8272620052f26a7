"""Benchmarks: the corpus, the engines and the report page."""

import asyncio
import json
import random
from pathlib import Path

import pytest

from benchmarks import corpus, measure, report, slices, synthetic, telegram, turns
from benchmarks.engines import ENGINES, missing
from benchmarks.load import Answers
from retrieval.article import Article
from retrieval.engine import SearchEngine
from retrieval.index import bm25
from retrieval.intake import read
from retrieval.text.analyzer import Analyzer
from tests.bot_api import BotApi
from tests.support.project import ROOT

PLACES = ("青岭", "白石滩", "松湖镇", "城北", "河口")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A corpus of 60 passages in 20 articles, one with an invalid date."""
    rows = [
        {
            "article_id": f"a{n}",
            "text": f"{PLACES[n % 5]}第{n}号大桥今天通车，全长{n * 7 + m}米。" * 4,
            "date": "2023-23-07" if n == 3 else "2023-08-16",
        }
        for n in range(20)
        for m in range(3)
    ]
    path = tmp_path / "corpus.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


def articles(path: Path) -> list[Article]:
    items = list(read(path.read_bytes(), path.name))
    assert all(isinstance(item, Article) for item in items)
    return [item for item in items if isinstance(item, Article)]


def test_articles_beyond_the_corpus_size_are_new_articles(source: Path, tmp_path: Path) -> None:
    target, again = tmp_path / "articles.jsonl", tmp_path / "again.jsonl"
    written = corpus.write_articles(source, 150, target)
    assert written["passages"] >= 150
    assert corpus.write_articles(source, 150, again) == written
    assert again.read_bytes() == target.read_bytes()
    read_back = articles(target)
    assert len({article.text for article in read_back}) > 0.9 * len(read_back) == 0.9 * written["articles"]
    corpus.write_articles(source, 150, again, seed=7)
    assert not {article.text for article in articles(again)} & {article.text for article in read_back[:20]}


def test_every_engine_finds_something_for_the_same_terms(source: Path, tmp_path: Path, analyzer: Analyzer) -> None:
    target, tokens = tmp_path / "articles.jsonl", tmp_path / "tokens.npz"
    corpus.write_articles(source, 100, target)
    engine = SearchEngine.open(tmp_path / "news.db", analyzer=analyzer)
    engine.add_all(articles(target))
    questions = corpus.questions(engine.archive.database)
    corpus.write_tokens(engine.archive.database, analyzer, questions, tokens)
    token_cache = corpus.Tokens(tokens)
    passages = list(token_cache.passages())
    assert len(passages) == len(token_cache.articles()) == engine.archive.statistics().passages
    assert len(token_cache.questions) == len(questions) == 500
    assert all(any(set(terms) & set(passage) for passage in passages) for terms in token_cache.questions[:20] if terms)
    for name in ENGINES:
        if missing(name):
            continue
        folder = tmp_path / name
        folder.mkdir()
        built = ENGINES[name](folder)
        built.build(token_cache.passages(), token_cache.articles())
        before = built.search([10**6], 10)
        built.add([10**6, 7])
        assert (before, built.search([10**6], 10)) == (0, 1), name
    assert measure.resident() is None or measure.resident() > 10
    assert measure.percentiles(lambda number: number, 3)[0] >= 0


def test_engines_that_take_turns_are_compared_on_the_same_questions(
    source: Path, tmp_path: Path, analyzer: Analyzer
) -> None:
    target, tokens, database = tmp_path / "articles.jsonl", tmp_path / "tokens.npz", tmp_path / "news.db"
    corpus.write_articles(source, 100, target)
    engine = SearchEngine.open(database, analyzer=analyzer)
    engine.add_all(articles(target))
    corpus.write_tokens(engine.archive.database, analyzer, corpus.questions(engine.archive.database)[:5], tokens)
    engine.close()
    built = ENGINES["ours"](tmp_path)
    built.build(corpus.Tokens(tokens).passages(), corpus.Tokens(tokens).articles())
    for arguments in (("ours", tmp_path, tokens), ("product", database, "-")):
        participants = {name: turns.Participant(ROOT, *arguments) for name in ("ours", "before")}
        found = turns.in_turn(participants, "ours", 10, rounds=1)
        for participant in participants.values():
            participant.close()
        assert found["ours"]["p50_share"] == found["ours"]["p95_share"] == [1.0, 1.0, 1.0]
        assert 0 < found["before"]["p50_ms"] <= found["before"]["p95_ms"]
        least, most = sorted(found["before"]["p50_share"])[::2]
        assert least <= found["before"]["p50_share"][0] <= most


def test_slices_that_are_not_asked_would_not_change_the_best() -> None:
    chance = random.Random(1)
    passages = [[f"t{int(chance.expovariate(0.1))}" for _ in range(chance.randint(3, 30))] for _ in range(300)]
    built, average = slices.Slices(passages, 7), sum(map(len, passages)) / 300
    for _ in range(30):
        terms = [f"t{number}" for number in chance.sample(range(60), 4)]
        scores, own, bounds = built.scores(terms)
        held = {term: sum(term in passage for passage in passages) for term in terms}
        for number in chance.sample(range(300), 5):
            passage = passages[number]
            parts = (
                bm25.idf(held[term], 300) * bm25.saturation(passage.count(term), len(passage), average)
                for term in terms
                if term in passage
            )
            assert scores[number] == pytest.approx(sum(parts))
        for k, first in ((5, 0), (40, 0), (5, 200)):
            order = [place for place in (-bounds).argsort(kind="stable") if built.edges[place + 1] > first]
            some = order[: slices.asked(built, scores, bounds, k, first)]
            expected = sorted((score for score in scores[first:] if score > 0), reverse=True)[:k]
            found = sorted((scores[n] for n in range(first, 300) if built.slice_of[n] in some), reverse=True)[:k]
            assert [score for score in found if score > 0] == expected
        # When each slice gives all of its passages, none of the best can be missing.
        assert slices.again(built, scores, own, 20, each=300) == slices.best(scores, 20)


def test_slices_of_a_corpus_are_compared(source: Path) -> None:
    found = slices.measure(source, 4, questions=5, recent=1)
    assert found["passages"] == 57  # without those of the invalid date
    assert 1 <= found["k10"]["slices_with_one_of_the_best"] <= found["k10"]["slices_asked"] <= 4
    assert found["k10"]["recent_slices_asked"] <= 1
    assert 0 < found["k100"]["own_statistics_share_of_the_best"] <= found["k100"]["scored_again_share_of_the_best"] <= 1


def test_the_report_page_shows_every_figure_and_the_speed_ratios() -> None:
    figures = dict.fromkeys(("build_s", "add_one_ms", "start_s", "resident_mb", "disk_mb"), 10.0) | {
        f"p{percent}_ms_k{k}": 1.0 for percent in (50, 95) for k in (10, 100)
    }
    slower = figures | {"p50_ms_k100": 4.0, "p50_share_k10": [0.5, 0.4, 0.75], "disk_mb": None}
    results = {
        "machine": {"date": "2026-11-24", "cores": 2, "machine": "x", "python": "3.11", "packages": {"numba": "1"}},
        "sizes": {
            "1000": {
                "texts": {"characters": 120_000, "passages": 1000},
                "import": {"import_characters_per_s": 250_000.0},
                "engines": {"ours": figures, "other": slower},
                "product": {"question_p50_ms": 5.0},
                "product_turns": {
                    "question": {
                        "ours": {"p50_ms": 4.0, "p95_ms": 5.0},
                        "before": {"p50_ms": 8.0, "p95_ms": 10.0, "p50_share": [0.5] * 3, "p95_share": [0.5, 0.4, 0.6]},
                    },
                    "start_s": {"ours": {"median": 1.0}, "before": {"median": 4.0, "share": [0.25, 0.2, 0.3]}},
                },
            }
        },
    }
    page = report.page(results)
    assert "## 1,000 passages of 120 characters" in page
    assert "| other | 10.0 | 10.0 | 10.00 | 1.00 | 1.00 | 4.00 | 1.00 | 10 | - |" in page
    assert "| other | 0.50 (0.40 to 0.75) | 1 | 0.25 | 1 | 1 |" in page
    assert "| question, p95 ms | 5.0 | 10.0 | 0.50 (0.40 to 0.60) |" in page
    assert "| start to the first answer, s | 1.00 | 4.00 | 0.25 (0.20 to 0.30) |" in page
    assert "| import, duplicates checked, characters a second | 250,000.0 |" in page


def test_invented_articles_have_the_size_asked_for_and_are_no_duplicates(tmp_path: Path, analyzer: Analyzer) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text("".join(synthetic.articles(0.1)), "utf-8")
    assert 100_000 <= path.stat().st_size < 103_000
    assert "".join(synthetic.articles(0.1)) == path.read_text("utf-8") != "".join(synthetic.articles(0.1, seed=1))
    read_back = articles(path)
    engine = SearchEngine.open(tmp_path / "news.db", analyzer=analyzer)
    engine.add_all(read_back)
    assert engine.archive.statistics().articles == len(read_back) > 50


@pytest.mark.anyio
async def test_a_late_reply_is_never_the_next_questions() -> None:
    api = BotApi()
    reader = api.person("小李")
    chat, answers = api.private(reader), Answers(api)
    async with answers.watched():
        assert await answers.reply(await api.send(chat, reader, "问"), patience=0) is None
        second = asyncio.create_task(answers.reply(await api.send(chat, reader, "再问")))
        for done in (False, True):
            api.methods.send_message({"chat_id": chat.id, "text": "答"}, {})
            await asyncio.wait([second], timeout=10 if done else 0.05)
            assert second.done() is done


@pytest.mark.anyio
async def test_a_run_of_the_bot_reports_waits_stalls_and_errors(tmp_path: Path) -> None:
    pushed = tmp_path / "articles.jsonl"
    pushed.write_text("".join(synthetic.articles(0.01)), "utf-8")
    options = telegram.Options(tmp_path / "news.db", seconds=2, rate=5, flood=10, halt=1, limits=True, pushed=pushed)
    found = await telegram.run(options)
    for kind in ("private", "inline"):
        assert found[kind]["asked"] == found[kind]["answered"] > 0
        assert found[kind]["p50_ms"] <= found[kind]["p95_ms"] <= found[kind]["longest_ms"]
    for loop in ("loop_ms", "own_loop_ms"):
        assert found[loop]["p50"] <= found[loop]["p99"] <= found[loop]["longest"]
    assert found["flood"]["asked"] == found["flood"]["answered"] == 10
    assert found["halted_group"]["asked"] == found["halted_group"]["answered"] >= 2
    assert found["halted_group"]["longest_wait_s"] >= 0.9
    assert found["refused_calls"] >= 1
    assert found["stored_after_s"] > 0
    assert found["bot_cpu_s"] > 0
    assert found["busy"] == 0
    assert (found["unanswered"], found["logged_errors"], found["faults"]) == (0, 0, 0)
