"""Questions that an article suggests, because it answers them."""

from collections.abc import Callable
from datetime import date

import pytest

from retrieval.engine import SearchEngine
from retrieval.query.suggestion import suggestions
from retrieval.text.analyzer import Analyzer
from retrieval.text.parts_of_speech import PartsOfSpeech
from tests.support.articles import make_article

TODAY = date(2026, 11, 27)


@pytest.fixture(scope="module")
def parts_of_speech(analyzer: Analyzer) -> PartsOfSpeech:
    return PartsOfSpeech(analyzer)


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("昨天消息公布，兰州市将投资约25亿元。", ["兰州市将投资约多少亿元？"]),
        ("北京新开工小区数量达1,280个,其余明年开工。", ["北京新开工小区数量达多少个？"]),
        ("上海迪士尼接待游客超过8.5万人次。", ["上海迪士尼接待游客超过多少万人次？"]),
        ("其中兰州市投资25亿元。", []),
        ("兰州市投资25亿元建设120公里公路。", []),
        ("兰州市第3个地铁站开通。", []),
        ("兰州市投资增长8.5%。", []),
        ("兰州市11月20日投资签约。", []),
        ("兰州投资25亿元的项目在本月之内全部开工后。", []),
    ],
)
def test_a_clause_with_one_amount_and_a_named_subject_becomes_a_question(
    text: str, questions: list[str], parts_of_speech: PartsOfSpeech
) -> None:
    assert list(suggestions(make_article(text), parts_of_speech)) == questions


def test_the_newest_article_that_answers_its_own_question_suggests_one(
    open_engine: Callable[..., SearchEngine],
) -> None:
    engine = open_engine()
    assert engine.suggestion(today=TODAY) is None
    engine.add(make_article("兰州市将投资约25亿元，建设一座新桥。", title="兰州新桥", published="2026-11-20"))
    engine.add(make_article("城南菜市场下月搬家，摊位增加一倍。", title="菜市场搬迁", published="2026-11-21"))
    assert engine.suggestion(today=TODAY) == (1, "兰州市将投资约多少亿元？")
    assert engine.suggestion_of(2, today=TODAY) is None
    assert engine.suggestion_of(3, today=TODAY) is None
