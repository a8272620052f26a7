"""Sentences about what editors and owners look after: stored articles, figures, copies."""

from datetime import date

from bot.words import days
from bot.words.language import said

RECENT_IN_PRIVATE = "请在私聊里发 /recent。"
NOT_AN_EDITOR = "只有编辑可以看最近收录了什么。"
NOTHING_STORED = "还没有收录文章。"
NOBODY_ASKED = "今天还没有人提问。"


def recent(count: int) -> str:
    return said("最近收录的 {count} 篇：", count=count)


def stored(moment: str, today: date) -> str:
    """收录于 11月24日 09:12"""
    return said("收录于 {moment}", moment=days.moment(moment, today))


def asked_today(questions: int, unanswered: int, seconds: float | None) -> str:
    if not questions or seconds is None:
        return said(NOBODY_ASKED)
    return said(
        "今天 {questions:,} 个问题，{unanswered:,} 个没有找到（{share}%），回答用时中位数 {seconds:.2f} 秒。",
        questions=questions,
        unanswered=unanswered,
        share=round(100 * unanswered / questions),
        seconds=seconds,
    )


def since_start(moment: str) -> str:
    return said("今天 {moment} 启动，此前的提问没有计入。", moment=moment)


def open_questions(gaps: int, waits: int) -> str:
    return said("没答上的问题 {gaps:,} 个（/gaps），等消息的 {waits:,} 个。", gaps=gaps, waits=waits)
