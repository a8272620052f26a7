"""Broken files of every kind: articles that can be stored, or refusals, and never an exception.

The inputs are the same in each run. FUZZ_INPUTS sets their number and FUZZ_SEED chooses others; only this file reads
these variables. A run also fails when the boundary had to catch an exception: the boundary must not replace checks
in the readers.
"""

import logging
import os
import random
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from retrieval.article import Article
from retrieval.engine import SearchEngine
from retrieval.intake import File, Lines, Refusal, boundary, read, read_in_pieces
from retrieval.store.articles import Articles
from retrieval.store.database import Database
from tests.support.mutations import mutated
from tests.support.seeds import SEEDS

INPUTS, SEED = int(os.environ.get("FUZZ_INPUTS", "20000")), os.environ.get("FUZZ_SEED", "1")
CASES = Path(__file__).parent.parent.parent.parent / "shared" / "cases"
LARGEST_CASE = 100_000
NOT_SHOWN = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
URL = re.compile(r"https?://[^\s\0-\x1f\x7f-\x9f\ud800-\udfff]{1,2002}", re.IGNORECASE)
LONGEST = 300
NAMED = 0.9
STORED = 50


def faults(article: Article) -> Iterator[str]:
    """The reason why an article can't be stored, shown or sorted, or None."""
    lines = [article.title, *(paragraph.text for paragraph in article.paragraphs), *article.headings]
    names = [name for name in (article.source, article.author, article.editor) if name is not None]
    yield from (f"{text[:80]!r} is not to be shown" for text in [*lines, *names] if NOT_SHOWN.search(text))
    yield from ("an empty field" for text in [*lines, *names] if not text.strip())
    yield from (f"{len(text)} characters" for text in [article.title, *names] if len(text) > LONGEST)
    if not article.paragraphs:
        yield "no paragraph"
    if article.url is not None and not URL.fullmatch(article.url):
        yield f"the address {article.url!r}"
    if article.published is not None and not is_moment(article.published):
        yield f"the moment {article.published!r}"


def is_moment(text: str) -> bool:
    form = {10: "%Y-%m-%d", 16: "%Y-%m-%d %H:%M"}.get(len(text), "")
    try:
        moment = datetime.strptime(text, form)
    except ValueError:
        return False
    return 1900 <= moment.year <= 2100 and moment.strftime(form) == text


def check(data: bytes, name: str, items: Sequence[Article | Refusal]) -> list[Article]:
    """The articles that came out."""
    assert items
    for item in items:
        if isinstance(item, Refusal):
            assert item.item.startswith(name)
            assert item.reason.endswith("。")
    articles = [item for item in items if isinstance(item, Article)]
    # Exported lines are taken unchanged.
    if b"heading_lines" not in data:
        assert [fault for article in articles for fault in faults(article)] == []
    return articles


def pieces(data: bytes, name: str) -> Iterator[Article | Refusal]:
    for piece in read_in_pieces(data, name):
        if isinstance(piece, File | Lines):
            yield from piece.read()
        else:
            yield piece


def run(seeds: Sequence[bytes], kind: str, count: int) -> list[Article]:
    """A sample of the articles that `count` inputs of a kind give, read here or in pieces."""
    chance = random.Random(f"{SEED} {kind}")
    names = ["标准输入", *(f"a.{other}" for other in SEEDS)]
    sample: list[Article] = []
    for number in range(count):
        data = mutated(chance.choice(seeds), chance)
        name = f"a.{kind}" if chance.random() < NAMED else chance.choice(names)
        try:
            articles = check(data, name, list((pieces if number % 2 else read)(data, name)))
        except BaseException as error:
            error.add_note(f"{name}, number {number} of FUZZ_SEED={SEED}: {data!r}")
            raise
        sample += articles[: not sample or number % STORED == 0]
    return sample


@pytest.fixture
def nothing_caught(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.DEBUG, boundary.__name__):
        yield
    caught = [record for record in caplog.get_records("call") if record.name == boundary.__name__]
    assert [f"{record.getMessage()}: {record.exc_info[1]!r}" for record in caught if record.exc_info] == []


@pytest.mark.usefixtures("nothing_caught")
@pytest.mark.parametrize("kind", SEEDS)
def test_a_broken_file_gives_articles_that_can_be_stored_or_refusals(
    kind: str, open_engine: Callable[..., SearchEngine], path: Path
) -> None:
    sample = run(SEEDS[kind], kind, INPUTS // len(SEEDS))
    assert sample
    engine = open_engine()
    stored = {outcome.id: outcome.article for outcome in engine.add_all(sample)}
    engine.close()
    assert {article.id: article for article in Articles(Database(path)).articles()} == stored


@pytest.mark.usefixtures("nothing_caught")
@pytest.mark.parametrize("kind", ["txt", "html", "json", "csv", "docx", "pdf"])
def test_a_broken_file_of_a_real_site_gives_articles_that_can_be_stored_or_refusals(kind: str) -> None:
    files = [path for path in sorted(CASES.glob(f"*/*.{kind}")) if path.name != "expected.json"]
    seeds = [path.read_bytes() for path in files if path.stat().st_size <= LARGEST_CASE]
    if not seeds:
        pytest.skip("the shared cases are not beside this checkout")
    run(seeds, kind, INPUTS // 100)
