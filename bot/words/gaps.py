"""Sentences about questions that were asked in vain, for editors."""

from collections.abc import Sequence
from datetime import date

from bot.words import days
from bot.words.language import said

IN_PRIVATE = "请在私聊里发 /gaps。"
NOT_AN_EDITOR = "只有编辑可以看没答上的问题。"
NOTHING = "读者问的都答上了。"
PROMPT = "请回复这条消息，发来能回答“{question}”的全文、链接或文件。"
GONE = "这个问题已经不在列表里了。"
NOW_ANSWERED = "“{question}”现在能直接回答了，已从列表里去掉。"
STILL_OPEN = "“{question}”还没有直接的回答，留在列表里。"


def heading(groups: int) -> str:
    return said("没答上的问题，共 {count} 组，问得多的在前：", count=groups)


def asked(count: int, last: str, today: date) -> str:
    """问过 5 次，最近 11月24日"""
    return said("问过 {count} 次，最近 {day}", count=count, day=days.day(date.fromisoformat(last), today))


def alike(questions: Sequence[str]) -> str:
    return said("也问：{questions}", questions="；".join(questions))


def add(place: int) -> str:
    return said("收录 {place}", place=place)
