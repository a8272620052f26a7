"""An engine that holds the articles of tests/support/scoped_questions.py."""

from collections.abc import Callable

import pytest

from retrieval.engine import SearchEngine
from tests.support.scoped_questions import ARTICLES


@pytest.fixture
def engine(open_engine: Callable[..., SearchEngine]) -> SearchEngine:
    opened = open_engine()
    opened.add_all(ARTICLES)
    return opened
