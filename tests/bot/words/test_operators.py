"""Sentences for operators: reasons, outcomes, and full stops."""

import errno
import os

import pytest

from bot.words import answers, editors, operators


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOENT, "不能读取：没有这个文件。"),
        (errno.ENOTDIR, "不能读取：没有这个文件。"),
        (errno.EACCES, "不能读取：没有权限。"),
        (errno.EIO, f"不能读取：{os.strerror(errno.EIO)}。"),
    ],
)
def test_an_unreadable_file_is_reported_with_the_reason(number: int, sentence: str) -> None:
    assert operators.cannot_read(OSError(number, os.strerror(number))) == sentence


def test_an_error_without_errno_is_reported_in_its_own_words() -> None:
    assert operators.cannot_read(OSError("坏了")) == "不能读取：坏了。"
    assert operators.cannot_write("a.jsonl", OSError("坏了")) == "不能写入 a.jsonl：坏了。"


@pytest.mark.parametrize(("kind", "expected"), [("added", "已收录"), ("updated", "已更正"), ("duplicate", "已有")])
def test_each_outcome_has_its_word_and_number(kind: str, expected: str) -> None:
    assert operators.outcome(kind, 7, "题目", "某报 · 日期不明") == f"{expected} #7《题目》 某报 · 日期不明"


def test_each_removed_article_is_named() -> None:
    assert operators.removed([3]) == "已下架 #3。"
    assert operators.removed([3, 5]) == "已下架 #3、#5。"


def test_every_sentence_ends_with_a_full_stop() -> None:
    sentences = [
        *(operators.NO_TOKEN, answers.NO_WORDS, answers.EMPTY_STORE),
        *(operators.SOUND, operators.REPAIRED, operators.REPAIR_HINT, operators.INTERRUPTED),
        *(editors.no_such_article(7), operators.exported(1234, "a.jsonl")),
    ]
    assert [sentence for sentence in sentences if not sentence.endswith("。")] == []
    assert "1,234" in sentences[-1]
