"""Opinions of readers on answers."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.service.feedback import Opinion, from_row, key_of, to_row
from bot.words import readers
from tests.support.conversation import Talk

pytestmark = pytest.mark.anyio
OPINION = Opinion("新桥全长多少米", 1, 1, "answered", is_good=False, wrong="o")


def opinions(path: Path) -> list[Opinion | None]:
    with closing(sqlite3.connect(path)) as file:
        return [from_row(row) for (row,) in file.execute("SELECT value FROM bot_feedback ORDER BY at")]


async def test_an_opinion_is_stored_once_a_person_and_without_a_name(talk: Talk, path: Path) -> None:
    answer = await talk.api.ask(talk.chat, talk.reader, "新桥全长多少米")
    for _ in range(2):
        assert await talk.api.press(answer, readers.GOOD, talk.reader) == readers.THANKS
    assert opinions(path) == [Opinion("新桥全长多少米", 1, 1, "answered", is_good=True)]
    with closing(sqlite3.connect(path)) as file:
        rows = str(file.execute("SELECT * FROM bot_feedback").fetchall())
    assert str(talk.reader.id) not in rows
    assert talk.reader.first_name not in rows


async def test_a_bad_answer_shows_the_next_one_and_asks_what_was_wrong(talk: Talk, path: Path) -> None:
    answer = await talk.api.ask(talk.chat, talk.reader, "新桥")
    assert await talk.api.press(answer, readers.BAD, talk.reader) == readers.WHAT_WAS_WRONG
    page = talk.api.now(answer)
    assert page.text != answer.text
    assert page.buttons[0] == ["‹", "2/2"]
    assert page.buttons[-1] == list(readers.WRONG.values())
    assert await talk.api.press(page, readers.WRONG["d"], talk.reader) == readers.THANKS
    (opinion,) = opinions(path)
    assert opinion is not None
    assert (opinion.is_good, opinion.wrong) == (False, "d")


async def test_others_of_a_group_say_what_they_think_without_turning_the_page(talk: Talk, path: Path) -> None:
    other = talk.api.person("小张")
    group = talk.api.group("值班群", [talk.reader, other])
    answer = await talk.api.ask(group, talk.reader, "/ask 新桥")
    assert await talk.api.press(answer, readers.BAD, other) == readers.THANKS
    assert talk.api.now(answer).text == answer.text
    assert len(opinions(path)) == 1


def test_an_opinion_is_read_back_and_a_row_of_another_version_is_none() -> None:
    assert from_row(to_row(OPINION)) == OPINION
    for row in ("", "{", "[]", "null", '{"version": 2}', '{"version": 1}', to_row(OPINION).replace("1", "3")):
        assert from_row(row) is None


def test_each_person_has_one_key_for_each_page() -> None:
    keys = {key_of(number, place, person) for number in (1, 2) for place in (0, 1) for person in (7, 8)}
    assert len(keys) == 8
    assert key_of(1, 0, 7) in keys
