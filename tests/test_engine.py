"""Questions to the search engine: hits, scores, order and limits."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.article import Article, Paragraph
from retrieval.engine import LONGEST_QUESTION, SearchEngine
from retrieval.evaluation.rank_bm25_index import RankBM25Index
from retrieval.evaluation.rankings import ENGINES
from retrieval.index.protocol import Filters
from tests.support.articles import make_article
from tests.support.engines import BRIDGE, METRO, QUESTIONS, SNOW, Open, found_titles
from tests.support.work import calls


@pytest.mark.parametrize("new_index", ENGINES.values(), ids=ENGINES)
def test_the_first_article_is_answered_with_the_exact_sentence(
    open_engine: Open, first_article: Article, new_index: Callable[[], object]
) -> None:
    engine = open_engine(new_index=new_index, first_articles=[first_article])
    result = engine.search("易华录在兰州投资约多少亿元？")
    assert result.status == "answered"
    assert 0.6 <= result.confidence <= 1
    assert (result.articles, result.newest) == (1, "2020-02-24 02:24")
    best = result.hits[0]
    assert best.passage.heading == "开启了政商沟通交流的新模式"
    assert (best.passage.source, best.passage.published) == ("兰州晚报", "2020-02-24 02:24")
    assert best.answer is not None
    sentence = best.passage.text[slice(*best.answer)]
    assert sentence.startswith("北京易华录信息技术股份有限公司是一家上市公司")
    assert sentence.endswith("投资约60亿元。")
    marked = [best.passage.text[start:end] for start, end in best.highlights]
    assert {"兰州", "投资约"} & set(marked)
    assert "".join(marked).count("易") >= 1


def test_a_hit_score_is_the_sum_of_its_parts_and_hits_come_best_first(
    open_engine: Open, first_article: Article
) -> None:
    engine = open_engine(first_articles=[first_article, BRIDGE])
    hits = engine.search("兰州投资", 20).hits
    assert len(hits) > 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    for hit in hits:
        parts = hit.parts
        assert hit.score == parts.score
        assert parts.terms > 0 < parts.article
    assert [hit.passage.id for hit in engine.search("兰州投资", 2).hits] == [hit.passage.id for hit in hits[:2]]


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("法院", "失信名单"),
        ("法院 名单", "失信名单"),
        ("学友", "加演"),
        ("学友的门票从什么时候起卖", "加演"),
        ("银行利率", "利率"),
    ],
)
@pytest.mark.parametrize("new_index", ENGINES.values(), ids=ENGINES)
def test_a_word_finds_the_longer_word_that_holds_it(
    open_engine: Open, new_index: Callable[[], object], question: str, title: str
) -> None:
    engine = open_engine(new_index=new_index)
    engine.add_all(
        [
            make_article("最高人民法院公布了新的名单，共有三十人。", title="失信名单"),
            make_article("张学友下月再唱两场，门票从周五起卖。", title="加演"),
            make_article("中国人民银行下调利率。", title="利率"),
            make_article("河边的柳树全绿了，来散步的人很多。", title="春天"),
        ]
    )
    hit = engine.search(question, explain=True).hits[0]
    assert hit.passage.title == title
    assert hit.explanation is not None
    assert sum(hit.explanation.terms.values()) == pytest.approx(hit.parts.terms)


@pytest.mark.parametrize(
    ("question", "status"),
    [("青岭隧道投资多少亿元", "possible"), ("青岭隧道修了多久", "possible"), ("青岭隧道是谁设计的", "answered")],
)
def test_a_passage_without_a_number_gives_no_plain_answer_to_how_many(
    engine: SearchEngine, question: str, status: str
) -> None:
    engine.add(make_article("青岭隧道投资很大，修了很久，是年轻的王工设计的。", title="青岭隧道"))
    assert engine.search(question).status == status


@pytest.mark.parametrize(("question", "title"), [("西安的隧道多少公里", "青岭隧道"), ("陈大山拿了多少分", None)])
def test_only_a_passage_with_a_name_or_noun_of_the_question_is_near(
    engine: SearchEngine, question: str, title: str | None
) -> None:
    engine.add_all([make_article("青岭隧道全长九公里，工人拿了多少奖金没有公布。", title="青岭隧道"), SNOW])
    result = engine.search(question)
    assert result.status != "answered"
    near = result.nearest or (result.hits[0].passage if result.status == "possible" else None)
    assert (near.title if near else None) == title


def test_a_verb_that_no_article_holds_makes_a_question_for_a_day_unanswered(engine: SearchEngine) -> None:
    engine.add_all([make_article("市长陈小雨3月5日参观了青岭隧道。", title="参观隧道"), BRIDGE, METRO])
    result = engine.search("市长陈小雨什么时候辞职")
    assert (result.status, result.missing) == ("possible", ("辞职",))
    assert engine.search("市长陈小雨什么时候参观隧道").status == "answered"


STORY = (
    "本人今年六十五岁，退休前在西安一家工厂当会计，老伴身体不好，儿子在深圳工作，一年回来两次。前几天社区开会，说到一件事情，"
    "大家都不太清楚，让我来打听打听，"
)


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("易华录在兰州投资约多少亿元，这事儿邻桌吵了一中午", "answered"),
        ("食堂里大伙儿抬杠，易华录在兰州投资约多少亿元", "answered"),
        ("西安的朋友抬杠，易华录在兰州投资约多少亿元", "possible"),  # what is named may belong to the question
    ],
)
def test_a_clause_that_names_nothing_does_not_spoil_the_answer(
    open_engine: Open, first_article: Article, question: str, status: str
) -> None:
    engine = open_engine(first_articles=[first_article, BRIDGE, METRO, SNOW])
    result = engine.search(question)
    assert result.status == status
    assert "易华录" in result.hits[0].passage.text


@pytest.mark.parametrize("question", ["易华录在兰州投资约多少亿元？", "易华录投资多少？谢谢，好人一生平安。"])
def test_the_question_of_a_long_story_is_answered(open_engine: Open, first_article: Article, question: str) -> None:
    engine = open_engine(first_articles=[first_article, BRIDGE, METRO, SNOW])
    result = engine.search(STORY + question)
    assert (result.status, result.missing) == ("answered", ())
    assert "易华录" in result.hits[0].passage.text


@pytest.mark.parametrize("k", [0, -1])
def test_k_below_one_gives_no_hits(engine: SearchEngine, k: int) -> None:
    engine.add(BRIDGE)
    result = engine.search("大桥", k)
    assert (result.hits, result.status, result.confidence) == ([], "none", 0.0)


def test_equal_hits_come_newest_first_then_by_id(engine: SearchEngine) -> None:
    dates = [None, "2020-01-01", "2020-01-02 08:00", "2020-01-02", None, "2020-01-02 08:00"]
    engine.add_all(
        [make_article("同一句话。", published=day, source=f"报{n}") for n, day in enumerate(dates)], distinct=True
    )
    assert [hit.passage.article_id for hit in engine.search("同一句话", 9).hits] == [3, 6, 4, 2, 1, 5]


def test_title_and_heading_are_searched_too(engine: SearchEngine) -> None:
    engine.add(Article("奥体中心", (Paragraph("一段。", "万达茂"),)))
    assert found_titles(engine, "奥体中心") == found_titles(engine, "万达茂") == ["奥体中心"]


def test_filters_restrict_the_search(engine: SearchEngine) -> None:
    engine.add_all(
        [replace(BRIDGE, url=None), replace(BRIDGE, url=None, source="新华社", published="2020-03-05")], distinct=True
    )
    ids = [
        [hit.passage.article_id for hit in engine.search("大桥", 9, filters).hits]
        for filters in (
            Filters(),
            Filters(since=date(2020, 3, 5)),
            Filters(until=date(2020, 3, 1)),
            Filters(source="蘭州"),
            Filters(exclude_ids=frozenset([2])),
        )
    ]
    assert ids == [[2, 1], [2], [1], [1], [1]]


def test_a_traditional_question_is_answered_like_the_simplified_one(open_engine: Open, first_article: Article) -> None:
    engine = open_engine(first_articles=[first_article])
    simplified, traditional = (
        engine.search("易华录在兰州投资约多少亿元？"),
        engine.search("易華錄在蘭州投資約多少億元？"),
    )
    assert traditional.hits == simplified.hits != []
    assert (traditional.confidence, traditional.weights) == (simplified.confidence, simplified.weights)


def test_both_engines_give_the_same_hits_and_scores(open_engine: Open, first_article: Article) -> None:
    engine = open_engine(first_articles=[first_article])
    engine.add_all([BRIDGE, METRO, SNOW])
    engine.remove([2])
    other = open_engine(new_index=RankBM25Index)
    for question in [*QUESTIONS, "兰州 大桥 地铁 招商引资 合作", "没有的词zzz"]:
        first, second = engine.search(question, 100), other.search(question, 100)
        assert [hit.passage.id for hit in first.hits] == [hit.passage.id for hit in second.hits]
        assert [hit.score for hit in first.hits] == pytest.approx([hit.score for hit in second.hits], abs=1e-9)
        assert first.confidence == pytest.approx(second.confidence, abs=1e-9)
        assert first.weights == pytest.approx(second.weights, abs=1e-9)


ODD = [
    "", " ", "\n", "\0", "？？？", "。，！", "😀", "👨‍👩‍👧‍👦", "\ud800", "大桥\udfff\0", "what is this?", "的",
    "a" * 4096,
    "大桥全长多少米？" * 512, "?" * 4096, "%s {} \\ ' \" ; --", "＂＊＇", "1,800", "٣", "\u202e大桥", "ﷺ",
]  # fmt: skip


@pytest.mark.parametrize("question", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("new_index", ENGINES.values(), ids=ENGINES)
def test_any_question_gives_a_valid_result(open_engine: Open, new_index: Callable[[], object], question: str) -> None:
    engine = open_engine(new_index=new_index)
    assert engine.search(question).hits == []
    engine.add_all([BRIDGE, METRO])
    result = engine.search(question)
    assert result.status in ("answered", "possible", "none")
    result.question.encode()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(st.characters(), max_size=30) | st.text("大桥全长800米？的，\0 ", max_size=30))
def test_spans_stay_inside_the_passage(engine: SearchEngine, question: str) -> None:
    engine.add(BRIDGE)
    for hit in engine.search(question).hits:
        length = len(hit.passage.text)
        assert all(
            0 <= start < end <= length for start, end in [*hit.highlights, *([hit.answer] if hit.answer else [])]
        )


DIFFERENT = "".join(chr(0x4E00 + number) for number in range(20_000))
LONG = {
    "characters that are all different": DIFFERENT * 4,
    "a text": "黄河大桥全长800米，昨日通车，地铁二号线何时开工？" * 3_000,
    "words": " ".join(f"{number:x}" for number in range(20_000)),
    "scopes": "据兰州晚报昨天的报道，记者在现场看到，" * 4_000,
    "quotation marks": "“《" * 40_000,
    "blanks": " \n" * 40_000,
}


@pytest.mark.parametrize("question", LONG.values(), ids=LONG)
def test_a_question_beyond_the_length_limit_costs_no_more(engine: SearchEngine, question: str) -> None:
    engine.add_all([BRIDGE, METRO, SNOW, make_article(DIFFERENT, title="字", source="兰州晚报")])
    today = date(2020, 3, 3)
    due = engine.search(question.strip()[:4_096], today=today)
    result = engine.search(question, today=today)
    assert (result.hits, result.weights, result.status) == (due.hits, due.weights, due.status)
    assert result.is_cut or not question.strip()
    assert result.question == question
    short, long = (calls(lambda text=text: engine.search(text, today=today)) for text in (due.question, question))
    assert long <= 1.01 * short + 10  # the garbage collector calls functions too


@pytest.mark.parametrize("question", LONG.values(), ids=LONG)
def test_the_work_for_a_question_grows_linearly_with_its_length(engine: SearchEngine, question: str) -> None:
    engine.add_all([BRIDGE, METRO, SNOW, make_article(DIFFERENT, title="字", source="兰州晚报")])
    for longest in (LONGEST_QUESTION, 4_096):
        half, whole = (
            calls(lambda length=length: engine.search(question[:length], today=date(2020, 3, 3)))
            for length in (longest // 2, longest)
        )
        assert whole <= 3 * half


def test_the_first_characters_of_a_long_question_are_searched_for(engine: SearchEngine) -> None:
    engine.add_all([BRIDGE, METRO])
    padding = "—" * LONGEST_QUESTION
    for question, is_cut in [
        ("大桥" + "—" * (LONGEST_QUESTION - 2), False),
        ("大桥" + padding, True),
        ("\n\n " + "大桥" + " " * LONGEST_QUESTION + "全长", False),
    ]:
        result = engine.search(question)
        assert (result.is_cut, [hit.passage.title for hit in result.hits]) == (is_cut, [BRIDGE.title])
    assert engine.search(padding + "大桥").hits == []
