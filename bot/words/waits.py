"""Sentences about people who wait for an answer."""

from bot.words.answers import echo
from bot.words.language import said

TELL_ME, NOT_ANY_MORE = "有消息告诉我", "不用告诉我了"
NOTED = "记下了：{days} 天内有报道能回答，我就告诉你。"
DROPPED = "好，不再等这个问题。"
REPLACE = "换成这个问题"
TOO_MANY_PEOPLE = "现在等消息的人太多，请过几天再试。"


def too_many(most: int, question: str) -> str:
    return said("最多等 {most} 个问题，最早的是“{question}”。", most=most, question=echo(question))


def told(seconds: float, question: str) -> str:
    """你 3 天前问的“深圳停课了吗”，现在有报道了："""
    minutes = max(1, round(seconds / 60))
    hours = round(minutes / 60)
    if minutes < 60:
        return said("你 {minutes} 分钟前问的“{question}”，现在有报道了：", minutes=minutes, question=echo(question))
    if hours < 48:
        return said("你 {hours} 小时前问的“{question}”，现在有报道了：", hours=hours, question=echo(question))
    return said("你 {days} 天前问的“{question}”，现在有报道了：", days=round(hours / 24), question=echo(question))
