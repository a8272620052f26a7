"""Misspelled words: what they are taken for, and when they stay as they are."""

from collections.abc import Callable

import pytest

from retrieval.article import Article
from retrieval.engine import SearchEngine
from retrieval.index.protocol import Filters
from retrieval.query.spelling import Spelling
from retrieval.text.analyzer import Analyzer
from tests.support.articles import make_article

ARTICLES = [
    make_article("张学友下月在城北体育场再唱两场，门票从周五起卖。", title="演唱会加演", published="2026-11-02"),
    make_article("最高人民法院公布了新的失信名单，共有三十人。", title="失信名单", published="2026-11-03"),
    make_article("河边的柳树全绿了，来散步的人很多。", title="春天", published="2026-11-04"),
]


@pytest.fixture
def archive(engine: SearchEngine) -> SearchEngine:
    engine.add_all(ARTICLES)
    return engine


@pytest.fixture
def spelling(archive: SearchEngine, analyzer: Analyzer) -> Spelling:
    return Spelling(archive.archive, analyzer)


@pytest.mark.parametrize(
    ("query", "missing", "corrected", "word"),
    [
        ("张雪友门票什么时候卖", ["张雪友"], "张学友门票什么时候卖", "张学友"),
        ("張雪友門票什麼時候賣", ["张雪友"], "张学友门票什么时候卖", "张学友"),
        ("张雪友", [], "张学友", "张学友"),
        ("人民法圆公布了什么", [], "人民法院公布了什么", "法院"),
    ],
)
def test_a_wrong_character_of_the_same_sound_is_corrected(
    spelling: Spelling, query: str, missing: list[str], corrected: str, word: str
) -> None:
    correction = spelling.correction(query, missing, Filters())
    assert correction is not None
    assert correction.query == corrected
    assert word in correction.word


@pytest.mark.parametrize(
    ("query", "missing"),
    [
        ("张国友门票什么时候卖", ["张国友"]),  # another sound is another name
        ("covidd门票", ["covidd"]),
        ("柳树发布了什么", ["春天"]),  # a name that is stored
        ("2019年的门票", ["2019年"]),
        ("", []),
        ("门票", []),
    ],
)
def test_other_words_stay_as_they_are(spelling: Spelling, query: str, missing: list[str]) -> None:
    assert spelling.correction(query, missing, Filters()) is None


def test_the_answer_to_a_misspelled_question_says_what_it_was_searched_as(archive: SearchEngine) -> None:
    result = archive.search("张雪友的门票什么时候卖")
    assert (result.status, result.searched_as) == ("answered", "张学友")
    assert result.question == "张雪友的门票什么时候卖"
    assert archive.search("张学友的门票什么时候卖").searched_as is None


@pytest.mark.parametrize(("question", "word"), [("易华禄投资多少", "易华录"), ("易华录投资多少", None)])
def test_the_answer_for_a_name_that_nobody_has_says_for_which_name_it_is(
    open_engine: Callable[..., SearchEngine], first_article: Article, question: str, word: str | None
) -> None:
    result = open_engine(first_articles=[first_article]).search(question)
    assert (result.status, result.searched_as) == ("answered", word)


def test_a_correction_that_gives_no_answer_is_not_made(archive: SearchEngine) -> None:
    result = archive.search("张雪友哪一年出生在哪座城市的哪家医院")
    assert result.status != "answered"
    assert result.searched_as is None


def test_an_empty_archive_corrects_nothing(open_engine: Callable[..., SearchEngine], analyzer: Analyzer) -> None:
    assert Spelling(open_engine().archive, analyzer).correction("张雪友", ["张雪友"], Filters()) is None
