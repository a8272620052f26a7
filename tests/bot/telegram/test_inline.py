"""Inline questions and the answers that they post."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.words import readers
from retrieval.engine import SearchEngine
from tests.support.articles import make_article
from tests.support.conversation import Talk, talking

pytestmark = pytest.mark.anyio


async def test_a_posted_inline_answer_says_what_was_searched(talk: Talk) -> None:
    page = await talk.api.inline(talk.reader, "据城南晚报报道，新桥怎么样")
    group = talk.api.group("值班群", [talk.reader])
    posted = await talk.api.choose(page, 0, group, talk.reader)
    assert posted.text.endswith("只查了城南晚报的报道。")


# Inline


async def test_inline_results_post_full_answers(talk: Talk) -> None:
    page = await talk.api.inline(talk.reader, "新桥全长多少米")
    assert len(page.results) == 2
    assert page.results[0]["title"] == "城北新桥通车 · 城北日报 · 2026-11-20"
    assert page.results[0]["description"].startswith("新桥全长一千二百米")
    assert page.cache_time <= 60
    assert page.is_personal
    group = talk.api.group("值班群", [talk.reader])
    posted = await talk.api.choose(page, 0, group, talk.reader)
    assert posted.bold == ["新桥全长一千二百米，投资三亿元，双向六车道，由城北建设公司承建。"]
    assert posted.text.startswith("问：新桥全长多少米\n\n新桥全长一千二百米")
    assert "城北日报" in posted.text
    assert posted.keyboard[0][0]["url"] == "https://t.me/NewsQABot?start=r1_1"
    await talk.api.quiet()


@pytest.mark.parametrize("text", ["的", "你好", "谢谢", "?"])
async def test_a_query_that_asks_nothing_shows_how_to_ask(talk: Talk, text: str) -> None:
    page = await talk.api.inline(talk.reader, text)
    assert page.results == []
    assert page.button is not None
    assert page.button["text"] == readers.INLINE_EMPTY


async def test_an_answer_is_passed_on_with_its_question_and_the_name_of_the_bot(talk: Talk) -> None:
    answer = await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")
    share = next(button for row in answer.keyboard for button in row if button["text"] == readers.SHARE)
    page = await talk.api.inline(talk.reader, share["switch_inline_query"])
    assert len(page.results) == 1
    posted = await talk.api.choose(page, 0, talk.api.group("家人", [talk.reader]), talk.reader)
    assert posted.text.startswith("问：新桥全长多少米\n\n新桥全长一千二百米")
    assert posted.text.endswith("—— @NewsQABot")
    unknown = await talk.api.inline(talk.reader, "#123abc-0")
    assert unknown.button is not None
    assert unknown.button["text"] == readers.STALE


async def test_an_inline_query_without_results_shows_a_button(talk: Talk) -> None:
    assert (await talk.api.inline(talk.reader, "")).button == {
        "text": readers.INLINE_EMPTY,
        "start_parameter": "inline",
    }
    page = await talk.api.inline(talk.reader, "火星探测器何时返回")
    assert page.results == []
    assert page.button is not None
    assert page.button["text"] == readers.INLINE_NONE


async def test_inline_paging_gives_no_result_twice(path: Path, open_engine: Callable[..., SearchEngine]) -> None:
    many = [
        make_article(f"城北{n}号桥今天通车，全长{n}百米。", title=f"{n}号桥通车", source="城北日报")
        for n in range(1, 31)
    ]
    async with talking(path, open_engine, many) as talk:
        offset, seen = "", []
        for _ in range(10):
            page = await talk.api.inline(talk.reader, "城北今天通车", offset)
            seen += [result["id"] for result in page.results]
            offset = page.next_offset
            if not offset:
                break
        assert len(seen) == len(set(seen))
        assert len(seen) == 30
        assert (await talk.api.inline(talk.reader, "城北今天通车", "[]")).results


async def test_only_the_last_of_several_keystrokes_is_searched(talk: Talk) -> None:
    typed = [talk.api.type_inline(talk.reader, text) for text in ("新", "新桥", "新桥全", "新桥全长")]
    await talk.api.until(lambda: typed[-1].answer)
    await talk.api.quiet()
    assert [query.answer is None for query in typed] == [True, True, True, False]
