"""Questions that name a topic, and those that ask something of it."""

import pytest

from retrieval.query.topic import topic_of
from retrieval.text.analyzer import Analyzer


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("台风", "台风"),
        ("台风？", "台风"),
        ("体育新闻", "体育"),
        ("关于台风的报道", "台风"),
        ("台风有什么新闻", "台风"),
        ("台风有什么", "台风"),
        ("台风的最新消息", "台风"),
        ("有没有台风的消息", "台风"),
        ("最新台风消息", "台风"),
        ("看看地铁方面的新闻", "地铁"),
        ("地铁的相关报道有哪些？", "地铁"),
        ("颱風的新聞", "颱風"),
        ("兰州招商引资的新闻", "兰州招商引资"),
        ("新桥全长", None),
        ("新桥多长", None),
        ("地铁票价", None),
        ("台风登陆", None),
        ("台风什么时候登陆的新闻", None),
        ("新闻发布会几点开始", None),
        ("谁", None),
        ("", None),
        ("？", None),
        ("地铁一号线二号线三号线开通运营的新闻", None),
    ],
)
def test_a_topic_is_a_noun_alone_or_before_a_word_for_news(
    analyzer: Analyzer, question: str, topic: str | None
) -> None:
    found = topic_of(question, analyzer)
    assert (found and found.subject) == topic


def test_a_topic_tells_whether_its_news_is_asked_for(analyzer: Analyzer) -> None:
    assert [topic_of(question, analyzer) for question in ("台风", "台风有什么新闻")] == [
        ("台风", False),
        ("台风", True),
    ]
