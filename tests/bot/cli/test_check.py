"""The command `check` over damaged rows and segments, and its repairs in place."""

import json
import random
from pathlib import Path

import pytest

from bot.words import operators
from tests.support.command_line import (
    METRO,
    PARK,
    Run,
    assert_one_sentence,
    execute,
    jsonl,
)


def test_a_sound_file_is_told_sound(three: Run) -> None:
    three("remove", 2)
    ran = three("check")
    assert (ran.code, ran.out, ran.err) == (0, f"{operators.SOUND}\n", "")


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 500, random.Random(7).randbytes(5000)])
def test_a_damaged_segment_is_told_and_repaired_from_the_articles(three: Run, database: Path, damage: bytes) -> None:
    execute(database, "UPDATE segments SET data = ?", damage)
    assert_one_sentence(three("ask", "地铁十七号线全长多少公里"))
    ran = three("check")
    assert ran.code == 1
    assert "索引段已损坏" in ran.out
    assert operators.REPAIR_HINT in ran.err
    ran = three("check", "--repair")
    assert (ran.code, ran.out.splitlines()[-2:]) == (0, [operators.REPAIRED, operators.SOUND])
    assert three("check").code == 0
    assert three("ask", "地铁十七号线全长多少公里").code == 0


def test_a_segment_that_is_missing_is_told_and_made_again(three: Run, database: Path) -> None:
    execute(database, "DELETE FROM segments")
    ran = three("check")
    assert (ran.code, "缺 3 段" in ran.out) == (1, True)
    assert three("check", "--repair").code == 0
    assert three("ask", "地铁十七号线全长多少公里").code == 0


def test_a_sound_file_is_left_as_it_is_by_repair(three: Run, database: Path) -> None:
    assert three("check", "--repair").out == f"{operators.SOUND}\n"
    assert three("stats", "--json").json["segments"] == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "UPDATE articles SET text = text || '。' || 'x' WHERE id = 2",
            "1 篇文章与保存时不同（正文、标题或别的一项）：#2。",
        ),
        ("UPDATE articles SET title = '别的' WHERE id = 1", "1 篇文章与保存时不同（正文、标题或别的一项）：#1。"),
        ("UPDATE articles SET title = CAST(x'e4ff' AS TEXT) WHERE id = 1", "1 篇文章与保存时不同"),
        ("UPDATE articles SET published = '2020-0x-11' WHERE id = 1", "1 篇文章与保存时不同"),
        ("UPDATE articles SET heading_lines = '[' WHERE id = 3", "1 篇文章与保存时不同"),
        (
            "UPDATE articles SET text_key = 'x', title_key = 'y'",
            "3 篇文章与保存时不同（正文、标题或别的一项）：#1–#3。",
        ),
        (
            "UPDATE passages SET text = replace(text, '公里', '里') WHERE article_id = 2",
            "1 篇文章的段落缺失，或与正文不符：#2。",
        ),
        ("UPDATE passages SET heading = '没有的小标题' WHERE article_id = 2", "1 篇文章的段落缺失，或与正文不符：#2。"),
        ("DELETE FROM passages WHERE article_id = 3", "1 篇文章的段落缺失，或与正文不符：#3。"),
        ("UPDATE passages SET article_id = 99 WHERE article_id = 3", "有 1 段没有所属文章。"),
        ("UPDATE state SET articles = 7", "文章的计数不对。"),
        ("UPDATE sqlite_sequence SET seq = 1 WHERE name = 'articles'", "旧编号可能再次使用。"),
        ("DELETE FROM sqlite_sequence WHERE name = 'passages'", "旧编号可能再次使用。"),
        ("INSERT INTO bot_answers VALUES (1, CAST(x'ff' AS TEXT), '2026')", "表 bot_answers 中有 1 条已损坏。"),
        ("INSERT INTO addresses VALUES ('example.cn/', 2)", "网址的记录有 1 条与文章不符。"),
        ("DELETE FROM segments", "索引与文章不符：缺 3 段，多 0 段。"),
        ("UPDATE segments SET data = 'x'", "号索引段已损坏。"),
        ("UPDATE passages SET text = x'e6a1a5' WHERE article_id = 2", "1 篇文章的段落缺失，或与正文不符：#2。"),
        ("UPDATE signatures SET data = 'x' WHERE article_id = 2", "转载记录中有 1 条已损坏。"),
        ("UPDATE signatures SET data = x'00' WHERE article_id = 2", "转载记录中有 1 条已损坏。"),
        ("DELETE FROM signatures", "有 3 篇文章还没有与其他报道比对过转载。"),
    ],
)
def test_what_is_wrong_is_told_and_mended_in_place(three: Run, database: Path, change: str, said: str) -> None:
    execute(database, change)
    inode = database.stat().st_ino
    ran = three("check")
    assert (ran.code, said in ran.out) == (1, True)
    assert "export 能保存 3 篇文章：#1–#3。" in ran.out
    assert ran.err == f"{operators.REPAIR_HINT}\n"
    ran = three("check", "--repair")
    assert (ran.code, ran.out.splitlines()[-2:]) == (0, [operators.REPAIRED, operators.SOUND])
    assert three("check").out == f"{operators.SOUND}\n"
    assert database.stat().st_ino == inode
    assert [one["id"] for one in three("list", "--json").json["articles"]] == [1, 2, 3]
    assert three(
        "add",
        "-",
        stdin=jsonl({"text": "天气转凉，明天有雨，请大家出门带好雨具。"}),
    ).out.startswith("已收录 #4")


def test_one_broken_part_hides_no_other(three: Run, database: Path) -> None:
    execute(database, "UPDATE articles SET text = 'x' WHERE id = 2")
    execute(database, "DELETE FROM state")
    execute(database, "UPDATE segments SET data = x''")
    execute(database, "DROP TABLE signatures")
    ran = three("check")
    assert ran.code == 1
    for said in (
        "1 篇文章与保存时不同",
        "不符：#2。",
        "状态表（state）缺失",
        "转载记录读不全：",
    ):
        assert said in ran.out


@pytest.mark.parametrize("cell", ["x'ff'", "CAST(x'ff' AS TEXT)", "7", "'2020-02-3x'"])
@pytest.mark.parametrize("column", ["title", "text", "source", "published", "heading_lines"])
def test_a_damaged_cell_ends_no_command_with_a_traceback(three: Run, database: Path, cell: str, column: str) -> None:
    execute(database, f"UPDATE articles SET {column} = {cell} WHERE id = 2")
    for command in (("list",), ("show", "2"), ("ask", "地铁十七号线"), ("stats",), ("export", "-")):
        assert three(*command).code in (0, 1, 2)  # and no traceback


@pytest.mark.parametrize("cell", ["x'ff'", "'x'"])
@pytest.mark.parametrize(
    "place",
    [
        "articles.title",
        "articles.source",
        "articles.author",
        "articles.published",
        "passages.article_id",
        "passages.text",
        "segments.data",
        "segments.last",
        "removals.passage_id",
        "signatures.data",
        "addresses.article_id",
        "state.articles",
        "state.generation",
        "state.epoch",
        "sqlite_sequence.seq",
        "bot_answers.value",
    ],
)
def test_a_cell_of_another_kind_ends_no_command_with_a_traceback(
    three: Run, database: Path, place: str, cell: str
) -> None:
    three("remove", "3")
    table, column = place.split(".")
    execute(database, f"UPDATE OR REPLACE {table} SET {column} = {cell}")
    new = jsonl({"title": "地铁试运行", "source": "北京日报", "text": f"{METRO}又讯。"}, {"text": PARK})
    for command in (("ask", "地铁十七号线", "--json"), ("stats", "--json"), ("remove", "1"), ("check",)):
        assert three(*command).code in (0, 1, 2)  # and no traceback
    assert three("add", "-", stdin=new).code in (0, 1, 2)


def test_a_number_that_stands_twice_is_exported_once(three: Run, database: Path) -> None:
    data = bytearray(database.read_bytes())
    title = data.find("地铁试运行".encode() + "北京日报".encode())
    # Before the cells of a row stand the kinds of all twelve, the first of them none, after their own length.
    (head,) = (size for size in range(13, 26) if data[title - size] == size and data[title - size + 1] == 0)
    assert data[title - head - 1] == 2
    data[title - head - 1] = 1
    database.write_bytes(data)
    numbers_ = [json.loads(line)["id"] for line in three("export", "-").out.splitlines()]
    assert len(numbers_) == len(set(numbers_))
    assert 1 in numbers_
