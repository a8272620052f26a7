"""/scope: what the admins of a group let it search."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.words import editors, groups, readers
from retrieval.engine import SearchEngine
from tests.support.articles import make_article
from tests.support.conversation import BRIDGE, MARKET, Talk, talking

pytestmark = pytest.mark.anyio

TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()  # the bot's day, whatever the zone of the machine
FRESH = make_article(
    "城西隧道昨天贯通，全长三千八百米，明年春天通车，建设投资九亿元。",
    title="城西隧道贯通",
    source="城西日报",
    published=f"{TODAY - timedelta(2)} 08:00",
)


@pytest.fixture
async def talk(path: Path, open_engine: Callable[..., SearchEngine]) -> AsyncIterator[Talk]:
    async with talking(path, open_engine, [BRIDGE, MARKET, FRESH]) as made:
        yield made


async def test_a_group_limited_to_papers_finds_nothing_else_and_says_so(talk: Talk) -> None:
    group = talk.api.group("城北群", [talk.reader], admins=[talk.editor])
    assert (await talk.api.ask(group, talk.reader, "/scope")).text.startswith("本群查全部报道。\n")
    said = await talk.api.ask(group, talk.editor, "/scope 城南晚报，城西日报")
    assert said.text == "本群只查城南晚报、城西日报的报道。"
    answer = await talk.api.ask(group, talk.reader, "/ask 城西隧道全长多少米")
    assert "三千八百米" in answer.text
    assert answer.text.endswith("本群只查城南晚报、城西日报的报道。")
    none = await talk.api.ask(group, talk.reader, "/ask 城北新桥全长多少米")
    assert "一千二百米" not in none.text
    assert none.text.endswith("本群只查城南晚报、城西日报的报道。")
    assert "一千二百米" in (await talk.api.ask(talk.chat, talk.reader, "城北新桥全长多少米")).text


async def test_a_group_limited_to_days_lists_only_those(talk: Talk) -> None:
    group = talk.api.group("城北群", [talk.reader], admins=[talk.editor])
    assert (await talk.api.ask(group, talk.editor, "/scope 近3天")).text == "本群只查近 3 天的报道。"
    assert "城西隧道" in (await talk.api.ask(group, talk.reader, "/ask 最近有什么新闻")).text
    assert "新桥" not in (await talk.api.ask(group, talk.reader, "/ask 11月20日的新闻")).text
    said = await talk.api.ask(group, talk.editor, "/scope 城西日报 最近一周")
    assert said.text == "本群只查城西日报近 7 天的报道。"
    assert (await talk.api.ask(group, talk.editor, "/scope 不限")).text == "本群查全部报道。"
    assert "一千二百米" in (await talk.api.ask(group, talk.reader, "/ask 城北新桥全长多少米")).text


async def test_a_follow_up_and_its_button_stay_within_the_limit(talk: Talk) -> None:
    group = talk.api.group("城北群", [talk.reader], admins=[talk.editor])
    await talk.api.ask(group, talk.editor, "/scope 城西日报")
    answer = await talk.api.ask(group, talk.reader, "/ask 城西隧道全长多少米")
    on = await talk.api.ask(group, talk.reader, "那新桥呢", reply_to=answer)
    assert "一千二百米" not in on.text


async def test_only_admins_of_the_group_change_its_limit(talk: Talk) -> None:
    group = talk.api.group("城北群", [talk.reader])
    assert (await talk.api.ask(group, talk.reader, "/scope 城西日报")).text == groups.NOT_AN_ADMIN
    anonymous = await talk.api.ask(group, talk.reader, "/scope 城西日报", anonymous=True)
    assert anonymous.text == "本群只查城西日报的报道。"
    assert (await talk.api.ask(group, talk.editor, "/scope 不限")).text == "本群查全部报道。"  # an owner
    assert (await talk.api.ask(talk.chat, talk.reader, "/scope 城西日报")).text == groups.SCOPE_IN_GROUPS


@pytest.mark.parametrize("argument", ["火星日报", "城西日报 火星日报", "昨天", "城西日报 " * 11])
async def test_a_limit_that_is_not_understood_changes_nothing(talk: Talk, argument: str) -> None:
    group = talk.api.group("城北群", [talk.reader], admins=[talk.editor])
    said = await talk.api.ask(group, talk.editor, f"/scope {argument}")
    assert "没有改动" in said.text
    assert (await talk.api.ask(group, talk.reader, "/scope")).text.startswith("本群查全部报道。")


async def test_the_limit_moves_with_the_group(talk: Talk) -> None:
    group = talk.api.group("城北群", [talk.reader], admins=[talk.editor], basic=True)
    await talk.api.ask(group, talk.editor, "/scope 城西日报")
    larger = talk.api.migrate(group, talk.editor)
    await talk.api.fetched()
    assert (await talk.api.ask(larger, talk.reader, "/scope")).text.startswith("本群只查城西日报的报道。")


@pytest.mark.parametrize(
    ("argument", "limit"),
    [
        ("New York Times", "New York Times的报道"),
        ("今日早报 近7天", "今日早报近 7 天的报道"),
        ("城西日报近7天", "城西日报近 7 天的报道"),
        ("近30天的报道", "近 30 天的报道"),
        ("城西日报的报道、今日早报", "城西日报、今日早报的报道"),
        ("城西日报 今日早报", "城西日报、今日早报的报道"),
    ],
)
async def test_papers_and_days_are_read_as_they_are_written(
    path: Path, open_engine: Callable[..., SearchEngine], argument: str, limit: str
) -> None:
    papers = ["New York Times", "New Daily", "今日早报", "东方早报", "城西日报"]
    articles = [
        make_article(f"{paper}报道，第{n}号线通车。", title=f"通车{n}", source=paper) for n, paper in enumerate(papers)
    ]
    async with talking(path, open_engine, articles) as talk:
        group = talk.api.group("城北群", [talk.reader], admins=[talk.editor])
        assert (await talk.api.ask(group, talk.editor, f"/scope {argument}")).text == f"本群只查{limit}。"


async def test_a_part_of_a_name_is_no_paper(talk: Talk) -> None:
    group = talk.api.group("城北群", [talk.reader], admins=[talk.editor])
    assert "没有改动" in (await talk.api.ask(group, talk.editor, "/scope 城西 日报")).text


async def test_an_answer_of_before_a_limit_shows_nothing_outside_it(talk: Talk) -> None:
    group = talk.api.group("城北群", [talk.reader], admins=[talk.editor])
    answer = await talk.api.ask(group, talk.reader, "/ask 城西隧道全长多少米")
    await talk.api.ask(group, talk.editor, "/scope 城南晚报")
    assert await talk.api.press(answer, "›", talk.reader) == readers.STALE
    for words in ("原文", "还有呢"):
        said = await talk.api.ask(group, talk.reader, words, reply_to=answer)
        assert "隧道" not in said.text
        assert "新桥" not in said.text


async def test_a_forwarded_limit_is_refused(talk: Talk) -> None:
    group = talk.api.group("城北群", [talk.reader], admins=[talk.reader])
    said = await talk.api.ask(group, talk.reader, "/scope 城北日报", forwarded_from=talk.editor)
    assert said.text == editors.FORWARDED_COMMAND
