"""Passages that tell nothing."""

import pytest

from retrieval.article import Article, Paragraph, Passage
from retrieval.engine import SearchEngine
from retrieval.ranking.boilerplate import tells_nothing
from retrieval.text.folding import fold

TITLE = "城北新区集中签约十二个项目"
NEWS = "昨天上午，城北新区举行推介会，十二家企业的代表在合同上签字，总投资一百八十亿元。"
EMPTY = [
    TITLE,
    f"{TITLE}（图）",
    "（记者 王小雨 编辑 李大河 城北新区签约项目组 供稿）",
    "责任编辑：李大河",
    "来源：城北新区签约项目组",
    "声明：本文为城北新区报原创，签约项目的文字和图片未经许可不得转载。",
    "扫描下方二维码，关注城北新区公众号，了解更多签约项目。",
]


@pytest.mark.parametrize("text", EMPTY)
def test_a_repeated_title_a_signature_and_a_notice_tell_nothing(text: str) -> None:
    assert tells_nothing(fold(text), fold(f"{TITLE}\n"))


@pytest.mark.parametrize(
    "text",
    [
        NEWS,
        "记者昨天在城北新区看到，十二家企业的代表在合同上签字。",
        "编辑部搬到了城北新区。新楼有十二层，明年还要再盖一座。",
        f"法院认为，被告未经许可使用图片，应当赔偿。{NEWS}",
    ],
)
def test_news_tells_something(text: str) -> None:
    assert not tells_nothing(fold(text), fold(f"{TITLE}\n"))


def add(engine: SearchEngine, *texts: str) -> None:
    article = Article(TITLE, tuple(map(Paragraph, texts)))
    engine.add_all([article], cut=lambda article: [Passage(paragraph.text) for paragraph in article.paragraphs])


@pytest.mark.parametrize("question", ["城北新区签约项目", "城北新区", "城北新区集中签约总投资多少"])
def test_another_passage_of_the_article_goes_before_those_that_tell_nothing(
    engine: SearchEngine, question: str
) -> None:
    add(engine, *EMPTY, NEWS)
    hits = engine.search(question, 20, explain=True).hits
    assert hits[0].passage.text == NEWS
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    for hit in hits:
        assert hit.explanation is not None
        assert sum(hit.explanation.sentence.values()) + hit.explanation.kind == pytest.approx(hit.parts.sentence)


def test_a_flash_whose_text_is_its_title_is_found(engine: SearchEngine) -> None:
    add(engine, TITLE)
    engine.add(Article("公交改道", (Paragraph("城北新区的公交车改道，不再经过河边的项目。"),)))
    assert engine.search("城北新区签约了几个项目").hits[0].passage.text == TITLE
