"""A search server and a file give the same, whatever is added, corrected, removed and taken back."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from retrieval.archive import Archive
from retrieval.article import Article
from retrieval.change import Actor, Change
from retrieval.cluster.client import Client
from retrieval.clustered import ClusteredArchive
from retrieval.desk import Desk
from retrieval.engine import SearchEngine
from retrieval.index.protocol import Filters
from retrieval.store.errors import StoreError
from retrieval.text.analyzer import Analyzer
from tests.support.articles import make_article

SUBJECTS = ("大桥", "地铁", "医院", "学校", "码头", "机场", "剧院", "公园")
PLACES = ("青岭", "白沙", "西河", "南屏")
SENTENCES = (
    "施工单位介绍，主塔高120米，采用了本地产的钢材，桥面铺设了降噪沥青。",
    "当天上午，沿江居民自发来到现场，许多老人是看着旧渡口长大的。",
    "市财政局表示，今年预算安排1.2亿元，比去年增加百分之八。",
    "记者从交通局获悉，高峰时段每三分钟一班，末班车延长到晚上十一点。",
    "气象台预计，周末有中到大雨，局部地区雨量超过50毫米。",
    "专家认为，这一做法值得推广，但要防止一哄而上。",
)
QUESTIONS = (
    "大桥什么时候通车？",
    "青岭地铁投资多少？",
    "西河医院",
    "学校 预算",
    "甲报的新闻",
    "码头全长多少米？",
    "雨量",
)
EDITOR, OTHER = Actor("编辑", 7), Actor("同事", 8)


@pytest.fixture
def both(tmp_path: Path, node_client: Client, analyzer: Analyzer) -> Iterator[tuple[SearchEngine, SearchEngine]]:
    """An engine over a file, and one over a search server."""
    of_file = SearchEngine.open(tmp_path / "news.db", analyzer=analyzer)
    of_cluster = SearchEngine(ClusteredArchive.open(node_client, analyzer), analyzer)
    yield of_file, of_cluster
    of_file.close()
    of_cluster.close()


def article(chance: random.Random) -> Article:
    """An article that may be a reprint, a correction or a neighbour of another one."""
    kind = chance.randrange(6)
    own = random.Random(kind)  # articles of one kind share their sentences
    place, subject = own.choice(PLACES), own.choice(SUBJECTS)
    length, cost = own.randrange(2, 9), own.randrange(2, 9)
    lead = f"{place}{subject}昨日正式启用，全长{length}00米，总投资{cost}亿元。"
    lines = [lead, *own.sample(SENTENCES, 3)]
    if chance.random() < 0.3:
        lines[chance.randrange(len(lines))] = chance.choice(SENTENCES)
    return make_article(
        *lines,
        title=f"{place}{subject}启用" if chance.random() < 0.8 else f"{subject}建成",
        source=chance.choice(("甲报", "乙网", "丙台", None)),
        author=chance.choice(("张三", None)),
        published=chance.choice(("2031-05-01", "2031-05-02 08:30", None)),
        url=chance.choice((f"https://a.example/{kind}", f"https://b.example/{kind}?x={chance.randrange(2)}", None)),
    )


def step(engine: SearchEngine, chance: random.Random, number: int) -> object:
    """One change, the same for the same chance; what it gave."""
    desk, kind = Desk(engine.archive), chance.random()
    change = Change(chance.choice((EDITOR, OTHER)), key=number, is_confirmed=chance.random() < 0.2)
    some = [chance.randrange(1, 12) for _ in range(chance.randrange(1, 3))]
    articles = [article(chance) for _ in range(chance.randrange(1, 4))]
    try:
        if kind < 0.5:
            return [(o.id, o.outcome, o.article, o.near, o.by) for o in engine.add_all(articles, change=change)]
        if kind < 0.55:
            exported = [replace(one, id=some[0]) for one in articles]
            return [(o.id, o.outcome, o.article) for o in engine.add_all(exported, change=change)]
        if kind < 0.7:
            return engine.remove(some, change=replace(change, what="remove"))
        if kind < 0.8:
            edited = replace(articles[0], source="丁社")
            return desk.edit(some[0], lambda _: edited, replace(change, what="edit"), _nothing)
        if kind < 0.87:
            return desk.merge(some[0], some[-1], replace(change, what="merge"), _nothing)
        if kind < 0.97:
            undone = desk.undo(replace(change, what="undo", undoes=chance.randrange(number + 1)), _nothing)
            return undone.status, undone.returned, undone.removed, undone.since
        return engine.archive.erase(some[:1], change=replace(change, what="erase"))
    except StoreError as error:
        return type(error).__name__


def seen(archive: Archive) -> dict[str, Any]:
    """All that an archive tells, but for moments and segments."""
    size, numbers = archive.refresh(), range(40)
    filters = Filters(since=date(2031, 5, 1), until=date(2031, 5, 1))
    return {
        "size": size[1:],
        "articles": [(one.id, one) for one in archive.articles()],
        "journal": [replace(entry, at="") for entry in archive.journal(1_000)],
        "versions": [[(v.id, v.article, v.entry) for v in archive.versions(number)] for number in numbers],
        "last": archive.last_versions(numbers),
        "reprints": archive.reprints(numbers),
        "copies": sorted(archive.copies([1, 2, 3], 100)),
        "sources": archive.sources(),
        "authors": archive.authors(),
        "written": archive.written_by(["张三"]),
        "newest": archive.newest(10, Filters()),
        "newest of 甲报": archive.newest(10, Filters(source="甲报")),
        "of a day": archive.newest(10, filters),
        "passages": archive.passages_of(numbers, 1_000, Filters()),
        "by number": archive.passages(range(200)),
        "undone": [entry and replace(entry, at="") for entry in map(archive.undone, numbers)],
        "last change": replace(last, at="") if (last := archive.last_change(7, "2000")) else None,
        "article": archive.newest_article(),
        "passage": archive.last_passage(),
    }


def answers(engine: SearchEngine) -> list[object]:
    """The results of all questions."""
    found = list[object]()
    for question in QUESTIONS:
        result = engine.search(question, 10, today=date(2031, 5, 3))
        found.append(replace(result, took_ms=0.0))
    return found


@pytest.mark.parametrize("seed", range(3))
def test_a_history_of_changes_leaves_the_same(both: tuple[SearchEngine, SearchEngine], seed: int) -> None:
    of_file, of_cluster = both
    for number in range(25):
        outcomes = [step(engine, random.Random(f"{seed} {number}"), number) for engine in both]
        assert outcomes[0] == outcomes[1], f"step {number}"
    one, other = seen(of_file.archive), seen(of_cluster.archive)
    for name, value in one.items():
        assert other[name] == value, name
    assert answers(of_cluster) == answers(of_file)


def _nothing(_: object) -> None:
    """Record nothing."""


def test_articles_whose_numbers_are_taken_get_the_same_numbers(both: tuple[SearchEngine, SearchEngine]) -> None:
    reports = [make_article(f"第{number}号快讯，{SENTENCES[number % 6]}", title=f"快讯{number}") for number in range(7)]
    exported = [replace(report, id=number, last_id=9) for number, report in enumerate(reports, 1)]
    for engine in both:
        engine.add_all([make_article("旧渡口停航，轮渡公司退还月票。")])
        numbers = [[outcome.id for outcome in engine.add_all(some)] for some in (exported[:3], exported[3:])]
        assert numbers == [[10, 2, 3], [4, 5, 6, 7]]
        assert [outcome.id for outcome in engine.add_all([make_article("新渡口开航，轮渡公司出售月票。")])] == [11]


def test_of_more_than_fifty_like_reports_the_same_are_linked(both: tuple[SearchEngine, SearchEngine]) -> None:
    chance = random.Random(7)

    def sentences(count: int) -> list[str]:
        return [
            "".join(chance.choices("山水田林路桥河湖江海城乡村镇街巷门窗楼台春夏秋冬", k=24)) + "。"
            for _ in range(count)
        ]

    common, early = sentences(12), sentences(4)
    reports = [make_article(*common, *(early if number < 8 else sentences(4))) for number in range(70)]
    reports.append(make_article(*common, *early, sentences(1)[0]))
    for engine in both:
        titled = [
            replace(report, title=f"报道之{number}", url=f"https://a.example/{number}")
            for number, report in enumerate(reports)
        ]
        engine.add_all(titled[:40])
        engine.add_all(titled[40:])
    linked = [engine.archive.reprints([len(reports)]) for engine in both]
    assert linked[0] == linked[1]
    assert 40 < len(linked[0][len(reports)]) <= 50
