"""The languages of the interface: who reads which, and that no sentence is missing in one."""

import ast
import asyncio
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from datetime import date

import pytest

from bot.words import (
    answers,
    channels,
    conversation,
    days,
    desk,
    editors,
    feeds,
    gaps,
    groups,
    readers,
    staff,
    upkeep,
    waits,
)
from bot.words.language import (
    Language,
    converted,
    english,
    language_of,
    said,
    speak,
    traditional,
    translated,
    versions,
)
from tests.support.project import ROOT
from tests.support.source import source

TODAY = date(2026, 11, 27)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Assignments whose sentences no constant with a public name holds
_TABLES = {
    "(_REPORTS, _RELATED)",
    "title",
    "_SCOPE_USAGE",
    "FIELDS",
    "_DEEDS",
    "_TOUCHES",
    "_UNDONE_TOUCHES",
    "_UNDONE_DEEDS",
    "sentences",
}
_TABLES |= {"_CANNOT_WRITE"}
# Questions, a title and commands, which are the same in every language
_CONTENT = {"FIRST_QUESTION", "FIRST_TITLE", "TODAY", "EXPORT_COMMAND", "BACKUP_COMMAND"}


def sentences() -> set[str]:
    """What `said` is given: its literals, the constants of the words, and what stands in their tables."""
    found = {*readers.WRONG.values(), *(talk.line for talk in conversation.SMALL_TALK if talk.line)}
    found |= {text for _, text in (*readers.commands(editor=True, owner=True), *readers.ADMIN_COMMANDS)}
    for words in (answers, channels, desk, readers, editors, feeds, groups, gaps, waits, upkeep, staff):
        found |= {
            value
            for name, value in vars(words).items()
            if name.isupper() and not name.startswith("_") and isinstance(value, str) and name not in _CONTENT
        }
    for module, code in source().items():
        if module.startswith("bot.") and not module.startswith(("bot.words.operators", "bot.words.language")):
            found |= set(_literals(ast.parse(code)))
    return found


def _literals(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "said" and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in _TABLES:
            values = (part.value for part in ast.walk(node.value) if isinstance(part, ast.Constant))
            yield from (value for value in values if isinstance(value, str) and _CHINESE.search(value))


def lines() -> set[str]:
    return {line for sentence in sentences() for line in sentence.split("\n") if line}


def fields(line: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(line) if name}


def test_every_line_has_its_english() -> None:
    assert sorted(lines() - english().keys()) == []


def test_no_english_is_left_over() -> None:
    assert sorted(english().keys() - lines()) == []


def test_every_line_has_the_traditional_that_opencc_gives() -> None:
    """A line that differs: run `make traditional`."""
    assert traditional() == {line: converted(line) for line in english()}


def test_the_handlers_of_the_bot_are_imported_without_the_tables_of_opencc() -> None:
    program = "import bot.cli.serve; from bot.words import language; print(language._converter.cache_info().currsize)"
    ran = subprocess.run([sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, capture_output=True, check=True)
    assert ran.stdout == b"0\n"


def test_the_english_of_a_line_has_no_other_fields() -> None:
    # English days have names where Chinese ones have numbers.
    assert [line for line, words in english().items() if fields(words) - fields(line) - {"name", "until"}] == []


@pytest.mark.parametrize(
    ("code", "language"),
    [
        (None, Language.SIMPLIFIED),
        ("zh", Language.SIMPLIFIED),
        ("zh-hans", Language.SIMPLIFIED),
        ("zh-CN", Language.SIMPLIFIED),
        ("zh-hant", Language.TRADITIONAL),
        ("zh-TW", Language.TRADITIONAL),
        ("zh_HK", Language.TRADITIONAL),
        ("zh-hant-hk", Language.TRADITIONAL),
        ("en", Language.ENGLISH),
        ("de", Language.ENGLISH),
        ("pt-br", Language.ENGLISH),
    ],
)
def test_the_tag_of_an_app_decides_its_language(code: str | None, language: Language) -> None:
    assert language_of(code) is language


@pytest.mark.parametrize(
    ("sentence", "traditional"),
    [
        (readers.WHOLE, "全文"),
        (readers.SHARE, "轉給朋友"),
        (readers.NO_MORE, "沒有更多結果了。"),
        (editors.LINK, "連結"),
        ("“{word}”指 {what}", "「{word}」指 {what}"),
        (readers.ID_IN_PRIVATE, "請在私聊裡發 /id，號碼不在群裡顯示。"),
    ],
)
def test_traditional_words_are_those_of_taiwan_and_hong_kong(sentence: str, traditional: str) -> None:
    assert translated(sentence, Language.TRADITIONAL) == traditional


@pytest.mark.parametrize("language", [Language.TRADITIONAL, Language.ENGLISH])
def test_what_was_printed_stays_as_it_is(language: Language) -> None:
    speak(language)
    try:
        assert "《台风“海葵”登陆》" in answers.nearest("台风“海葵”登陆", ["厦门"])
        assert "厦门" in answers.missing(["厦门"])
        assert "兰州晚报" in answers.source_line("兰州晚报", "2020-02-24", TODAY)
    finally:
        speak(Language.SIMPLIFIED)


def test_two_updates_at_a_time_speak_each_their_own_language() -> None:
    async def update(language: Language, both: asyncio.Barrier) -> str:
        speak(language)
        await both.wait()
        return said(readers.WHOLE)

    async def two() -> list[str]:
        both = asyncio.Barrier(2)
        return await asyncio.gather(update(Language.ENGLISH, both), update(Language.SIMPLIFIED, both))

    assert asyncio.run(two()) == ["Whole report", "全文"]
    assert said(readers.WHOLE) == "全文"


@pytest.mark.parametrize(
    ("since", "until", "english_days"),
    [
        (date(2026, 11, 22), date(2026, 11, 24), "November 22 to November 24"),
        (date(2026, 11, 22), date(2026, 11, 22), "November 22"),
        (date(2020, 2, 1), date(2020, 2, 29), "February 2020"),
        (date(2025, 1, 1), date(2025, 12, 31), "2025"),
        (date(2025, 12, 30), date(2026, 1, 2), "December 30, 2025 to January 2, 2026"),
        (date(2026, 11, 20), None, "since November 20"),
        (None, date(2019, 1, 1), "before January 1, 2019"),
    ],
)
def test_days_read_well_in_english(since: date | None, until: date | None, english_days: str) -> None:
    speak(Language.ENGLISH)
    try:
        assert days.span(since, until, TODAY) == english_days
    finally:
        speak(Language.SIMPLIFIED)


def test_a_question_is_recognized_above_an_answer_in_every_language() -> None:
    assert versions(answers.ASKED) == ("问：", "問：", "Question: ")
