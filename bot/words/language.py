"""The language of a reply: that of the person who reads it.

Every sentence stands in the source in Simplified Chinese, and `said` gives it in the language of the update that is
being handled. `traditional.toml` has it in Traditional Chinese, `english.toml` in English, line by line. Titles, names
and passages are put into a sentence afterwards, so they stay as they are printed.
"""

import enum
import tomllib
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from importlib import resources

import opencc


class Language(enum.Enum):
    """A language of the interface."""

    SIMPLIFIED = enum.auto()
    TRADITIONAL = enum.auto()
    ENGLISH = enum.auto()


# What OpenCC leaves in the usage of the mainland.
_TRADITIONAL = {
    "報道": "報導",
    "里的": "裡的",
    "里找": "裡找",
    "鏈接": "連結",
    "運營者": "管理者",
    "回複": "回覆",
    "回復": "回覆",
    "這條消息": "這則訊息",
    "一條消息": "一則訊息",
    "那條消息": "那則訊息",
    "幾條消息": "幾則訊息",
    "數據庫": "資料庫",
    "文件": "檔案",
    "程序": "程式",
    "“": "「",
    "”": "」",
}
# Each update is handled in a task of its own, and so has a value of its own.
_spoken: ContextVar[Language] = ContextVar("language", default=Language.SIMPLIFIED)


def language_of(code: str | None) -> Language:
    """The language for a person whose app has this IETF language tag; without a tag it is Simplified Chinese."""
    subtags = (code or "zh").lower().replace("_", "-").split("-")
    if subtags[0] != "zh":
        return Language.ENGLISH
    return Language.TRADITIONAL if {"hant", "tw", "hk", "mo"} & set(subtags) else Language.SIMPLIFIED


def speak(language: Language) -> None:
    """Let `said` speak this language in the running task."""
    _spoken.set(language)


def said(sentence: str, /, **fields: object) -> str:
    """The sentence in the language of the running task, with the fields in its braces as they are."""
    lines = translated(sentence, _spoken.get())
    return lines.format(**fields) if fields else lines


def joined(*sentences: str) -> str:
    """These sentences as one text, with blanks between them in English; empty ones are left out."""
    return (" " if _spoken.get() is Language.ENGLISH else "").join(filter(None, sentences))


@cache
def translated(sentence: str, language: Language) -> str:
    """The sentence, with its braces, in a language; a line without an English one stays Chinese."""
    if language is Language.SIMPLIFIED:
        return sentence
    if language is Language.TRADITIONAL:
        return "\n".join(traditional().get(line) or converted(line) for line in sentence.split("\n"))
    return "\n".join(english().get(line, line) for line in sentence.split("\n"))


def versions(sentence: str) -> tuple[str, ...]:
    """The sentence in all languages."""
    return tuple(translated(sentence, language) for language in Language)


@cache
def english() -> Mapping[str, str]:
    """The English of every line."""
    return tomllib.loads(resources.files("bot.words").joinpath("english.toml").read_text(encoding="utf-8"))


@cache
def traditional() -> Mapping[str, str]:
    """The Traditional Chinese of every line that has an English one."""
    return tomllib.loads(resources.files("bot.words").joinpath("traditional.toml").read_text(encoding="utf-8"))


def converted(line: str) -> str:
    """A line in Traditional Chinese, by OpenCC, whose tables take 0.09 s and 42 MB when the first line is converted."""
    text: str = _converter().convert(line)
    for wrong, right in _TRADITIONAL.items():
        text = text.replace(wrong, right)
    return text


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("s2tw")
