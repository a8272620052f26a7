"""The project's first article, with which a new database starts, so that there is something to ask."""

from pathlib import Path

from retrieval.article import Article
from retrieval.intake import read

# setup.py installs data/ of the repository as bot/data. A checkout has no bot/data, so it reads data/ itself.
_BOT = Path(__file__).resolve().parents[1]
_INSTALLED, _CHECKOUT = _BOT / "data", _BOT.parent / "data"


def first_articles() -> list[Article]:
    """The articles of the text files in the data folder, one today."""
    folder = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
    pages = sorted(folder.glob("*.txt"))
    return [item for page in pages for item in read(page.read_bytes(), page.name) if isinstance(item, Article)]
