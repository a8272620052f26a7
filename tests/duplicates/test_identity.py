"""Identity of articles. Each row is a stored article, an added one, and the outcome."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.article import Article, paragraphs_from_lines
from retrieval.engine import SearchEngine
from retrieval.indexing import commit
from retrieval.intake import read, write_line
from retrieval.store.articles import Articles
from retrieval.text.analyzer import Analyzer
from tests.support.articles import make_article

TEXT = (
    "城北新桥今天上午通车，全长1200米，双向六车道。",
    "施工由市路桥公司承担，工期两年。工地上最多时有三百名工人。沿线居民参加了两次座谈会，提出二十多条意见。",
)
BRIDGE = make_article(
    *TEXT, title="城北新桥：通车", source="城北日报", published="2026-05-08 09:30", url="https://news.example.cn/1.html"
)
PLAIN = replace(BRIDGE, url=None)
UNDATED = replace(PLAIN, published=None)
CORRECTED = make_article(TEXT[0].replace("1200", "1300"), TEXT[1]).paragraphs
LONGER = make_article(*TEXT, "总投资3亿元。").paragraphs
ANOTHER = make_article("城北新桥昨夜发生追尾，两车受损，无人受伤。").paragraphs
FLASH = make_article("央行宣布下调存款准备金率。", source="城北日报")
NOTICES = [
    make_article(
        f"{street}五月{day}日八时至十七时停电检修，影响{street}小区一至六号楼。请居民提前做好准备，不便之处敬请谅解。",
        title="停电公告",
        source="城北电力网",
        published="2026-05-08",
    )
    for street, day in (("河滨路", "十"), ("学府街", "十二"), ("东门外大街", "十三"))
]

ROWS: list[tuple[str, Article, Article, str]] = [
    # Addresses
    ("the same again", BRIDGE, BRIDGE, "duplicate"),
    (
        "one address, another spelling of it",
        BRIDGE,
        replace(BRIDGE, url="http://NEWS.example.cn/1.html#top"),
        "updated",
    ),
    ("one address, all else differs", BRIDGE, make_article("别的话。", title="别的", url=BRIDGE.url), "updated"),
    ("two addresses, one text", BRIDGE, replace(BRIDGE, url="https://news.example.cn/2.html"), "added"),
    (
        "two addresses, a corrected text",
        BRIDGE,
        replace(BRIDGE, url="https://news.example.cn/2.html", paragraphs=CORRECTED),
        "added",
    ),
    # One text
    ("one text, no address", BRIDGE, PLAIN, "duplicate"),
    ("one text, no source", BRIDGE, replace(PLAIN, source=None), "duplicate"),
    ("one text, another title", PLAIN, replace(PLAIN, title="新桥通车了"), "updated"),
    ("one text, another day", PLAIN, replace(PLAIN, published="2026-05-09"), "updated"),
    ("one text, two sources", PLAIN, replace(PLAIN, source="城南晚报"), "added"),
    (
        "one text, other punctuation",
        PLAIN,
        make_article(*(sentence.replace("，", " ") for sentence in TEXT)),
        "updated",
    ),
    # Versions under one title of one source
    ("corrected", PLAIN, replace(PLAIN, paragraphs=CORRECTED), "updated"),
    ("corrected, and now with its address", PLAIN, replace(BRIDGE, paragraphs=CORRECTED), "updated"),
    ("corrected, the hour differs", PLAIN, replace(PLAIN, paragraphs=CORRECTED, published="2026-05-08"), "updated"),
    (
        "title and source in another script",
        PLAIN,
        replace(PLAIN, title="城北新橋 通車", paragraphs=CORRECTED),
        "updated",
    ),
    ("extended", PLAIN, replace(PLAIN, paragraphs=LONGER), "updated"),
    ("cut", replace(PLAIN, paragraphs=LONGER), PLAIN, "updated"),
    ("extended, undated", UNDATED, replace(UNDATED, paragraphs=LONGER), "updated"),
    ("extended, of no source", replace(PLAIN, source=None), replace(PLAIN, source=None, paragraphs=LONGER), "updated"),
    ("corrected, undated", UNDATED, replace(UNDATED, paragraphs=CORRECTED), "added"),
    ("corrected on another day", PLAIN, replace(PLAIN, paragraphs=CORRECTED, published="2026-05-09"), "added"),
    ("corrected by another paper", PLAIN, replace(PLAIN, paragraphs=CORRECTED, source="城南晚报"), "added"),
    ("corrected under another title", PLAIN, replace(PLAIN, paragraphs=CORRECTED, title="新桥通车了"), "added"),
    # Two reports under one title of one source
    ("another report of that day", PLAIN, replace(PLAIN, paragraphs=ANOTHER), "added"),
    ("another report, undated", UNDATED, replace(UNDATED, paragraphs=ANOTHER), "added"),
    ("another flash", FLASH, make_article("财政部发行特别国债。", source="城北日报"), "added"),
    ("another flash of no source", replace(FLASH, source=None), make_article("财政部发行特别国债。"), "added"),
    ("a notice of another street", NOTICES[0], NOTICES[1], "added"),
]


@pytest.mark.parametrize(("stored", "new", "outcome"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_add_gives_the_expected_outcome(engine: SearchEngine, stored: Article, new: Article, outcome: str) -> None:
    number = engine.add(stored).id
    result = engine.add(new)
    assert result.outcome == outcome
    assert (result.id == number) == (outcome != "added")
    assert Articles(engine.archive.database).size()[0] == 1 + (outcome == "added")
    assert engine.check() == []


@pytest.mark.parametrize(("stored", "new", "outcome"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_add_all_gives_the_outcomes_of_single_adds(
    engine: SearchEngine, stored: Article, new: Article, outcome: str
) -> None:
    outcomes = [result.outcome for batch in engine.add_many([stored, new]) for result in batch]
    assert outcomes == ["added", outcome]


def test_identity_is_decided_by_address_then_text_then_title(engine: SearchEngine) -> None:
    by_text = engine.add(make_article("一件大事。", title="丙", source="报")).id
    by_title = engine.add(replace(PLAIN, title="乙")).id
    by_url = engine.add(make_article("三件大事。", title="甲", source="报", url="https://example.cn/3")).id
    corrected = replace(PLAIN, title="乙", paragraphs=CORRECTED)
    assert engine.add(corrected).id == by_title
    assert engine.add(replace(corrected, url="https://example.cn/3")).id == by_url
    assert engine.add(make_article("一件大事。", title="乙", source="报")).id == by_text


def test_different_reports_with_one_title_source_and_day_stay_separate(engine: SearchEngine) -> None:
    """Notices like those of shared/cases/245, whose texts differ; with addresses and without."""
    addressed = [replace(notice, title="公告", url=f"https://example.cn/{n}.html") for n, notice in enumerate(NOTICES)]
    alike = [replace(notice, title="通知", paragraphs=NOTICES[0].paragraphs) for notice in addressed]
    for notices in (NOTICES, [replace(notice, title="停电", source=None, published=None) for notice in NOTICES]):
        engine.remove(article.id for article in list(engine.archive.articles()) if article.id is not None)
        assert [outcome.outcome for outcome in engine.add_all(notices)] == ["added"] * 3
        assert [outcome.outcome for outcome in engine.add_all(notices)] == ["duplicate"] * 3
    engine.remove(article.id for article in list(engine.archive.articles()) if article.id is not None)
    for notices in (addressed, alike):
        assert [outcome.outcome for outcome in engine.add_all(notices)] == [
            "added" if notices is addressed else "updated"
        ] * 3
    assert Articles(engine.archive.database).size()[0] == 3


def test_articles_with_a_shared_title_cost_no_more_to_add(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = 0
    rows = engine.archive.database.rows

    def counted(*arguments: object) -> list[dict[str, object]]:
        nonlocal read
        result = rows(*arguments)  # type: ignore[arg-type]
        read += len(result)
        return result

    def cost(title: str, number: int) -> int:
        nonlocal read
        read = 0
        with engine.archive.database.write():
            text = f"{title}镇第{number}条路今天通车，全长{number}公里。"
            archive = engine.archive
            batches = archive.prepare_together([make_article(text, title=title)])
            commit.commit(archive._tables, archive._analyzer, archive._fingerprint, batches)
        return read

    for number in range(10):
        cost("快讯", number)
    monkeypatch.setattr(engine.archive.database, "rows", counted)
    after_ten = cost("快讯", 10)
    for number in range(11, 300):
        cost("快讯", number)
    # A few rows of articles, and at most fifty signatures.
    assert cost("快讯", 300) <= after_ten + 50
    assert Articles(engine.archive.database).size()[0] == 301


# Lines of an export


def exported(engine: SearchEngine) -> bytes:
    return "\n".join(write_line(article.id or 0, article) for article in engine.archive.articles()).encode()


def add_lines(engine: SearchEngine, lines: bytes) -> list[tuple[str, int]]:
    batches = engine.add_many(list(read(lines, "all.jsonl")))
    return [(outcome.outcome, outcome.id) for batch in batches for outcome in batch]


def test_an_export_of_similar_articles_is_read_back_whole(engine: SearchEngine, tmp_path: Path) -> None:
    alike = [BRIDGE, replace(BRIDGE, url="https://news.example.cn/2.html"), replace(PLAIN, source="城南晚报")]
    edited = [replace(article, paragraphs=CORRECTED, url=f"https://b.cn/{n}") for n, article in enumerate(alike)]
    articles = [*alike, *edited, UNDATED, *NOTICES]
    engine.add_all([replace(article, id=2 * number) for number, article in enumerate(articles)], distinct=True)
    lines = exported(engine)
    other = SearchEngine.open(tmp_path / "other.db", analyzer=engine.archive._analyzer)
    assert add_lines(other, lines) == [("added", 2 * number) for number in range(len(articles))]
    assert exported(other) == lines
    assert {outcome for outcome, _ in add_lines(other, lines)} == {"duplicate"}
    assert exported(other) == lines


LINES = [
    "沪指收盘涨1%。",
    "河水上涨。",
    "来源：甲报",
    "2026-01-01",
    "责任编辑：王",
    "http://a.cn/1",
    "未完",
    "１２３",
    "",
]
ALIKE = st.builds(
    lambda title, lines, headings, source, published, url: Article(
        title,
        paragraphs_from_lines(["正文。", *lines], [heading for heading in headings if heading <= len(lines)]),
        source=source,
        published=published,
        url=url,
    ),
    st.sampled_from(["快讯", "公告", "快 讯"]),
    st.lists(st.sampled_from(LINES) | st.text("甲乙 。\u2028\x1b<p>“", max_size=5), max_size=4),
    st.sets(st.integers(0, 4)).map(sorted),
    st.sampled_from([None, "甲报", "甲 报", "乙報"]),
    st.sampled_from([None, "2026-01-01", "2026-01-01 08:00", "2026-01-02"]),
    st.sampled_from([None, None, "http://a.cn/1", "https://a.cn/1", "https://a.cn/2"]),
)
HISTORY = st.lists(st.lists(ALIKE, min_size=1, max_size=3) | st.integers(1, 8), min_size=1, max_size=8)


@settings(max_examples=15)
@given(HISTORY)
def test_an_export_after_any_history_is_read_back_unchanged(
    analyzer: Analyzer, history: list[list[Article] | int]
) -> None:
    with TemporaryDirectory() as folder:
        engine, other = (SearchEngine.open(Path(folder) / name, analyzer=analyzer) for name in ("a.db", "b.db"))
        for step in history:
            if isinstance(step, int):
                engine.remove([step])
            else:
                engine.add_all(step)
        lines = exported(engine)
        for target in (other, engine):
            if lines:
                add_lines(target, lines)
            assert exported(target) == lines
            assert target.check() == []
            target.close()


@pytest.mark.parametrize("number", [0, 1, 2**31, 2**53 - 1, 2**53, 2**63 - 1])
def test_an_exported_article_keeps_any_id(engine: SearchEngine, number: int) -> None:
    line = write_line(number, BRIDGE).encode()
    assert add_lines(engine, line) == [("added", number)]
    assert add_lines(engine, line) == [("duplicate", number)]
    assert exported(engine) == line
    assert engine.add(FLASH).outcome == "added"
    assert engine.check() == []


def test_an_edited_export_line_updates_the_article_with_its_id(engine: SearchEngine) -> None:
    engine.add_all([BRIDGE, NOTICES[0]])
    edited = replace(BRIDGE, url=None, published="2026-05-09", paragraphs=ANOTHER)
    assert add_lines(engine, write_line(1, edited).encode()) == [("updated", 1)]


def test_an_export_line_whose_id_is_taken_gets_the_next_id(engine: SearchEngine) -> None:
    engine.add(BRIDGE)
    assert add_lines(engine, write_line(1, NOTICES[0]).encode()) == [("added", 2)]
    assert add_lines(engine, write_line(7, BRIDGE).encode()) == [("duplicate", 1)]


def test_a_missing_address_entry_is_reported_and_repaired(engine: SearchEngine) -> None:
    engine.add(BRIDGE)
    with engine.archive.database.write():
        engine.archive.database.execute("DELETE FROM addresses")
    assert engine.check() == ["网址的记录有 1 条与文章不符。"]
    assert engine.archive.repair(engine.archive.check()) is None
    assert engine.add(replace(BRIDGE, title="别的", paragraphs=ANOTHER)).outcome == "updated"
