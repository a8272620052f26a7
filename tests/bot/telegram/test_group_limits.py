"""/scope: what the admins of a group let it search."""

from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.words import groups
from retrieval.engine import SearchEngine
from tests.support.articles import make_article
from tests.support.conversation import BRIDGE, MARKET, Talk, talking

pytestmark = pytest.mark.anyio

TODAY = date.today()
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
