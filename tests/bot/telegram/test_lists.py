"""Lists of articles, and whole articles, page by page."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.words import answers, readers
from retrieval.article import Article, Paragraph
from retrieval.engine import SearchEngine
from tests.support.articles import make_article
from tests.support.conversation import BRIDGE, MARKET, Talk, removed, talking

pytestmark = pytest.mark.anyio

DAYS = 25
STORM = [
    make_article(
        f"台风“白鹿”来袭第{day}天，城东{day + 2}个街道停课，转移群众{day * 100}人。",
        "供电局连夜抢修，" + "沿线的变电站逐个恢复供电，" * 40 + "到晚上八点全部送电。",
        "学校什么时候复课，" + "要看校舍的检查结果，" * 40 + "教育局会提前一天公布。",
        title=f"台风白鹿第{day}日",
        source="城东晚报",
        published=f"2026-11-{day:02} 08:00",
    )
    for day in range(1, DAYS + 1)
]


@pytest.fixture
async def talk(path: Path, open_engine: Callable[..., SearchEngine]) -> AsyncIterator[Talk]:
    async with talking(path, open_engine, [BRIDGE, MARKET, *STORM]) as made:
        yield made


@pytest.mark.parametrize(
    "question", ["台风", "台风的新闻", "有没有台风的消息", "关于台风的报道？", "台风有什么最新消息"]
)
async def test_a_topic_of_many_articles_is_a_list_with_the_newest_first(talk: Talk, question: str) -> None:
    page = await talk.api.ask(talk.chat, talk.reader, question)
    lines = page.text.splitlines()
    assert lines[0].startswith("“台风”")
    assert lines[0].endswith(f"共 {DAYS} 篇：")
    assert lines[2:6] == [
        "1. 台风白鹿第25日",
        "　城东晚报 · 2026-11-25",
        "2. 台风白鹿第24日",
        "　城东晚报 · 2026-11-24",
    ]
    assert page.buttons[:3] == [["1", "2", "3", "4", "5"], ["6", "7", "8", "9", "10"], ["1/3", "›"]]


async def test_a_topic_of_few_articles_and_a_question_about_a_topic_are_answers(talk: Talk) -> None:
    for question in ("新桥", "台风白鹿转移群众500人是第几天", "台风什么时候停课"):
        assert "篇：" not in (await talk.api.ask(talk.chat, talk.reader, question)).text


async def test_an_article_of_a_list_opens_in_place_and_leads_back(talk: Talk) -> None:
    first = await talk.api.ask(talk.chat, talk.reader, "台风")
    await talk.api.press(first, "›", talk.reader)
    page = talk.api.now(first)
    assert "11. 台风白鹿第15日" in page.text
    await talk.api.press(page, "12", talk.reader)
    article = talk.api.now(first)
    assert article.text.startswith("台风白鹿第14日\n城东晚报 · 2026-11-14\n\n▸ 台风“白鹿”来袭第14天")
    assert article.buttons == [["1/2", readers.BEHIND], [readers.BACK]]
    await talk.api.press(article, readers.BEHIND, talk.reader)
    rest = talk.api.now(first)
    assert "教育局会提前一天公布。" in rest.text
    assert rest.buttons == [[readers.BEFORE, "2/2"], [readers.BACK]]
    await talk.api.press(rest, readers.BACK, talk.reader)
    assert talk.api.now(first).text == page.text


@pytest.mark.parametrize(
    ("words", "title"), [("第2条", "台风白鹿第24日"), ("第三篇", "台风白鹿第23日"), ("12", "台风白鹿第14日")]
)
async def test_an_article_of_a_list_is_opened_by_its_number(talk: Talk, words: str, title: str) -> None:
    await talk.api.ask(talk.chat, talk.reader, "台风")
    assert (await talk.api.ask(talk.chat, talk.reader, words)).text.startswith(title)
    assert (await talk.api.ask(talk.chat, talk.reader, "第99条")).text == readers.NO_MORE


async def test_the_whole_article_opens_at_the_passage_of_the_answer_and_leads_back(talk: Talk) -> None:
    answer = await talk.api.ask(talk.chat, talk.reader, "台风白鹿第3日教育局会提前多久公布复课")
    await talk.api.press(answer, readers.WHOLE, talk.reader)
    article = talk.api.now(answer)
    assert article.text.rpartition("▸ ")[2].endswith("教育局会提前一天公布。")
    await talk.api.press(article, readers.BACK, talk.reader)
    assert talk.api.now(answer).text == answer.text


async def test_a_group_reads_articles_in_private(talk: Talk) -> None:
    group = talk.api.group("值班群", [talk.reader])
    page = await talk.api.ask(group, talk.reader, "/ask 台风")
    link = page.keyboard[0][0]["url"]
    assert link.startswith("https://t.me/NewsQABot?start=r")
    article = await talk.api.ask(talk.chat, talk.reader, f"/start {link.partition('=')[2]}")
    assert article.text.startswith("台风白鹿第25日")
    gone = await talk.api.ask(talk.chat, talk.reader, "/start r999_1")
    assert gone.text == readers.GONE
    assert "现有" in (await talk.api.ask(talk.chat, talk.reader, "/start r1_x")).text


async def test_an_article_that_was_taken_down_is_named_so_in_its_list(talk: Talk) -> None:
    first = await talk.api.ask(talk.chat, talk.reader, "台风")
    await removed(talk, DAYS + 2)
    assert await talk.api.press(first, "1", talk.reader) == readers.GONE
    await talk.api.press(first, "›", talk.reader)
    await talk.api.press(talk.api.now(first), "‹", talk.reader)
    assert f"1. {readers.GONE}\n2. 台风白鹿第24日" in talk.api.now(first).text


async def test_the_scope_of_a_list_is_named_and_removed_by_a_button(talk: Talk) -> None:
    page = await talk.api.ask(talk.chat, talk.reader, "城东晚报最近有什么新闻")
    assert page.text.startswith("城东晚报近 30 天的报道，共 25 篇：")
    assert page.buttons[-1] == [answers.EVERYTHING]
    await talk.api.press(page, answers.EVERYTHING, talk.reader)
    assert talk.api.now(page).text.startswith("最新的报道，共 27 篇：")
    none = await talk.api.ask(talk.chat, talk.reader, "2019年3月的新闻")
    assert none.text.startswith("没有收录 2019年3月的报道。")
    await talk.api.press(none, answers.ANY_TIME, talk.reader)
    assert talk.api.now(none).text.startswith("最新的报道，共 27 篇：")


async def test_reprints_are_one_entry_of_a_list(path: Path, open_engine: Callable[..., SearchEngine]) -> None:
    path = path.with_name("reprints.db")
    reprint = make_article(
        *(p.text for p in BRIDGE.paragraphs), title=BRIDGE.title, source="城西网", published="2026-11-22"
    )
    async with talking(path, lambda **more: SearchEngine.open(path, **more), [BRIDGE, reprint, MARKET]) as talk:
        page = await talk.api.ask(talk.chat, talk.reader, "最近有什么新闻")
        assert "共 2 篇：" in page.text


@pytest.mark.parametrize(
    ("question", "heading", "first"),
    [
        ("11月20日发生了什么", "11月20日的报道，共 2 篇：", "台风白鹿第20日"),
        ("11月3日至5日", "11月3日至5日的报道，共 3 篇：", "台风白鹿第5日"),
        ("城东晚报 11月3日至5日", "城东晚报 11月3日至5日的报道，共 3 篇：", "台风白鹿第5日"),
        ("2月30日的新闻", "没看懂“2月30日”，请写成 11月20日 这样的日子。最新的报道，共 27 篇：", "台风白鹿第25日"),
    ],
)
async def test_a_list_has_exactly_the_days_and_the_paper_that_are_named(
    talk: Talk, question: str, heading: str, first: str
) -> None:
    page = await talk.api.ask(talk.chat, talk.reader, question)
    assert page.text.splitlines()[0] == heading
    assert page.text.splitlines()[2] == f"1. {first}"


async def test_a_paper_that_is_not_stored_is_said_to_be_missing(talk: Talk) -> None:
    for question in ("城南日报有什么新闻", "城南日报昨天的新闻"):
        none = await talk.api.ask(talk.chat, talk.reader, question)
        assert none.text.startswith("没有收录城南日报")
    await talk.api.press(none, answers.EVERYTHING, talk.reader)
    assert talk.api.now(none).text.startswith("最新的报道，共 27 篇：")
    # A question about a paper is no question for its news.
    about = await talk.api.ask(talk.chat, talk.reader, "城南日报社长是谁")
    assert "没有收录" not in about.text


async def test_a_printed_this_year_is_dated(talk: Talk) -> None:
    answer = await talk.api.ask(talk.chat, talk.reader, "新桥什么时候正式通车")
    assert "文中“今天”指 2026 年 11 月 20 日。" in answer.text


async def test_an_article_of_many_headings_is_shown_in_pages_that_fit_a_message(
    path: Path, open_engine: Callable[..., SearchEngine]
) -> None:
    long = "标题" * 90
    paragraphs = tuple(Paragraph(f"第{n}条：停水。", f"{n}{long}") for n in range(60))
    notice = Article("停水通知", paragraphs, source="城北日报", published="2026-11-20")
    async with talking(path, open_engine, [notice]) as talk:
        page = await talk.api.ask(talk.chat, talk.reader, "/start r1_1")
        seen = 0
        while readers.BEHIND in page.buttons[0]:
            seen += page.text.count("条：停水。")
            await talk.api.press(page, readers.BEHIND, talk.reader)
            page = talk.api.now(page)
        assert seen + page.text.count("条：停水。") == 60


async def test_made_up_numbers_are_stale_buttons_and_no_errors(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    page = await talk.api.ask(talk.chat, talk.reader, "台风")
    for data in ("l:ffffffffffffffff:1", "w:ffffffffffffffff", "f:ffffffffffffffff:1:+", "r:999999999999999999:0"):
        page.keyboard[2][1]["callback_data"] = data
        assert await talk.api.press(page, "›", talk.reader) in (readers.STALE, readers.GONE)
    shared = await talk.api.inline(talk.reader, "#ffffffffffffffff-0")
    assert shared.results == []
    assert (await talk.api.ask(talk.chat, talk.reader, "/start r999999999999999999_1")).text == readers.GONE
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_a_number_behind_a_list_opens_its_entry_and_not_small_talk(talk: Talk) -> None:
    await talk.api.ask(talk.chat, talk.reader, "台风")
    assert (await talk.api.ask(talk.chat, talk.reader, "6")).text.startswith("台风白鹿第20日")


async def test_the_button_that_removes_the_scope_stays_on_every_page(talk: Talk) -> None:
    page = await talk.api.ask(talk.chat, talk.reader, "城东晚报11月的新闻")
    assert page.buttons[-1] == [answers.EVERYTHING]
    for label in ("›", "12", readers.BACK):
        await talk.api.press(talk.api.now(page), label, talk.reader)
    assert talk.api.now(page).buttons[-1] == [answers.EVERYTHING]


async def test_an_entry_of_a_list_that_is_not_there_is_no_question(talk: Talk) -> None:
    await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")
    assert (await talk.api.ask(talk.chat, talk.reader, "第3条")).text == readers.NO_LIST


@pytest.mark.parametrize("words", ["原文", "后来呢"])
async def test_a_list_has_no_text_of_its_own_until_an_entry_is_chosen(talk: Talk, words: str) -> None:
    await talk.api.ask(talk.chat, talk.reader, "台风")
    assert (await talk.api.ask(talk.chat, talk.reader, words)).text == readers.CHOOSE_FIRST
    assert (await talk.api.ask(talk.chat, talk.reader, "第2条")).text.startswith("台风白鹿第24日")


async def test_more_of_a_list_goes_on_behind_the_page_of_the_entry_that_was_opened(talk: Talk) -> None:
    page = await talk.api.ask(talk.chat, talk.reader, "台风")
    for label in ("›", "18", readers.BACK):
        await talk.api.press(talk.api.now(page), label, talk.reader)
    assert (await talk.api.ask(talk.chat, talk.reader, "还有呢")).text.splitlines()[2].startswith("21. ")
    await talk.api.press(page, "1", talk.reader)
    await talk.api.ask(talk.chat, talk.reader, "台风")
    await talk.api.ask(talk.chat, talk.reader, "第12条")
    assert (await talk.api.ask(talk.chat, talk.reader, "还有呢")).text.splitlines()[2].startswith("21. ")
