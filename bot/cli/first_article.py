"""The project's first article, with which a new database starts, so that there is something to ask."""

from collections.abc import Iterator
from pathlib import Path

from retrieval import intake
from retrieval.article import Article

# setup.py installs data/ of the repository as bot/data. A checkout has no bot/data, so it reads data/ itself.
_BOT = Path(__file__).resolve().parents[1]
_INSTALLED, _CHECKOUT = _BOT / "data", _BOT.parent / "data"


def first_articles() -> Iterator[Article]:
    """The articles of the text files in the data folder, one today; read when the first one is asked for."""
    folder = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
    for page in sorted(folder.glob("*.txt")):
        yield from (item for item in intake.read(page.read_bytes(), page.name) if isinstance(item, Article))
