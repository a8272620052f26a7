"""Fixtures that all chapters share: an analyzer, the first article, a store and an engine over a new file."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.settings import code_folders
from retrieval.article import Article, paragraphs_from_lines
from retrieval.cluster.address import Address
from retrieval.engine import SearchEngine
from retrieval.index import maxscore
from retrieval.store.database import Database
from retrieval.text.analyzer import Analyzer
from tests.cluster.home import home
from tests.cluster.nodes import Nodes
from tests.support.place import places
from tests.support.project import FIRST_PAGE, ROOT

# Read when telegram is imported: retry_after as a timedelta, which its number of seconds is deprecated for.
os.environ.setdefault("PTB_TIMEDELTA", "true")

# pytest explains a failed assert in test modules only, unless a module is named here before its first import.
pytest.register_assert_rewrite("tests.support.command_line", "tests.support.json_shapes")

# How long an example takes is a matter of the machine.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--over-server", action="store_true", help="keep archives in a search server instead of files")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Over a server, leave out the tests of files, and of what a file alone has."""
    if config.getoption("--over-server"):
        for item in items:
            if item.get_closest_marker("of_file") or "store" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.skip("a test of the file"))


@pytest.fixture(scope="session", autouse=True)
def search_server(request: pytest.FixtureRequest) -> Iterator[None]:
    """With `--over-server` a node in which all tests of this worker keep their archives."""
    if not request.config.getoption("--over-server"):
        yield
        return
    nodes = Nodes(home(), 1)
    try:
        nodes.start()
        places.server = Address("http", nodes.hosts, "tests")
        yield
    finally:
        nodes.end()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The event loop of the tests marked with anyio: the one that Telegram's library and the test server run on."""
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def compiled_search() -> None:
    """A folder of code that is compiled once for all test runs, since compiling takes some seconds."""
    maxscore.load(code_folders(ROOT / "data" / "news.db")[1:])


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    """An analyzer that all tests share, since loading the dictionary takes half a second."""
    return Analyzer()


@pytest.fixture(scope="session")
def first_article() -> Article:
    """The first article, cut by hand from the printed page: no intake is asked."""
    page = FIRST_PAGE.read_text("utf-8")
    printed = [line.strip() for line in page.splitlines() if line.strip()]
    title, meta, *lines = printed
    assert meta.startswith("兰州晚报 2020-02-24 02:24")
    lines = lines[: lines.index("兰州日报社全媒体记者郭兰英文/图")]
    headings = [number for number, line in enumerate(lines) if re.match(r"[1-9]\D", line) and len(line) < 40]
    assert len(headings) == 4
    lines = [line[1:] if number in headings else line for number, line in enumerate(lines)]
    paragraphs = paragraphs_from_lines(lines, headings)
    return Article(title, paragraphs, source="兰州晚报", author="郭兰英", published="2020-02-24 02:24")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The path of a database that doesn't exist yet."""
    return tmp_path / "news.db"


@pytest.fixture
def store(path: Path) -> Database:
    """A new file with its tables."""
    opened = Database(path)
    with opened.write():
        opened.migrate()
    return opened


@pytest.fixture
def open_engine(path: Path, analyzer: Analyzer) -> Iterator[Callable[..., SearchEngine]]:
    """Opens the file as often as needed without loading the dictionary each time."""

    def open_it(**options: object) -> SearchEngine:
        return places.engine(path, analyzer, **options)

    yield open_it
    places.clear(path)


@pytest.fixture
def engine(open_engine: Callable[..., SearchEngine]) -> SearchEngine:
    return open_engine()
