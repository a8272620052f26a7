"""Guest mode: one answer in a chat that the bot is not in."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.words import readers
from retrieval.engine import SearchEngine
from tests.support.conversation import BRIDGE, Talk, talking

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("text", ["@NewsQABot 新桥全长多少米", "新桥全长多少米@NewsQABot"])
async def test_a_mention_in_a_foreign_group_is_answered(talk: Talk, text: str) -> None:
    shown = await talk.api.guest(talk.reader, text)
    assert shown.bold == ["新桥全长一千二百米，投资三亿元，双向六车道，由城北建设公司承建。"]
    assert "《城北新桥通车》" in shown.text
    assert shown.buttons == [[readers.WHOLE]]


async def test_a_mention_in_reply_to_a_claim_looks_the_claim_up(talk: Talk) -> None:
    claim = await talk.api.send(
        talk.api.group("别处", [talk.reader], bot="left"), talk.reader, "听说菜市场要搬到新桥以东"
    )
    for text in ("@NewsQABot", "@NewsQABot 真的吗？"):
        shown = await talk.api.guest(talk.reader, text, reply_to=claim)
        assert "城南菜市场下月搬到新桥以东" in shown.text


async def test_an_honest_no_is_one_line(talk: Talk) -> None:
    shown = await talk.api.guest(talk.reader, "@NewsQABot 火星探测器何时返回")
    assert shown.text == "没有找到能回答“火星探测器何时返回”的报道。"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("@NewsQABot", "写上 @NewsQABot 和问题"),
        ("@NewsQABot 你好", "写上 @NewsQABot"),
        ("@NewsQABot 你是谁", readers.WHO),
    ],
)
async def test_a_mention_without_a_question_is_told_how_to_ask(talk: Talk, text: str, line: str) -> None:
    assert (await talk.api.guest(talk.reader, text)).text.startswith(line)


async def test_guests_pass_the_same_gate(path: Path, open_engine: Callable[..., SearchEngine]) -> None:
    async with talking(path, open_engine, [BRIDGE], ACCESS="listed") as talk:
        with pytest.raises(AssertionError):
            await talk.api.guest(talk.reader, "@NewsQABot 新桥全长多少米", timeout=1)
        assert "一千二百米" in (await talk.api.guest(talk.editor, "@NewsQABot 新桥全长多少米")).text
