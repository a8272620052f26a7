"""Sentences about what editors and owners look after: stored articles, figures, copies."""

from collections.abc import Sequence
from datetime import date

from bot.words import days
from bot.words.language import joined, said

RECENT_IN_PRIVATE = "请在私聊里发 /recent。"
NOT_AN_EDITOR = "只有编辑可以看最近收录了什么。"
NOTHING_STORED = "还没有收录文章。"
NOT_AN_OWNER = "只有管理者可以取走文章和数据库。"
COPIES_IN_PRIVATE = "请在私聊里发，文件不发到群里。"
COPYING = "正在准备上一份文件，请稍等。"
BACKED_UP = "整个数据库，gzip 压缩。恢复：停止程序，删去数据库和它的 -wal、-shm，再把解压后的文件放到 DATABASE_PATH。"
NOT_COPIED = "没有做成：{reason}"
EXPORT_COMMAND, BACKUP_COMMAND = "news-answers export all.jsonl", "news-answers backup backup.db"
_MOST_FEEDS = 5
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


def exported(articles: int, damaged: int) -> str:
    """12 篇文章，每行一篇；解压后可以用 add 收录回来。"""
    told = said("{articles:,} 篇文章，每行一篇，gzip 压缩；解压后可以用 add 收录回来。", articles=articles)
    return joined(told, said("{damaged:,} 篇已损坏，请用 check 检查。", damaged=damaged)) if damaged else told


def too_large(size: int, name: str, command: str) -> str:
    """Where a copy lies that Telegram does not take; the command makes another one. The name is HTML."""
    return said(
        "文件有 {size:,} MB，机器人最多能发 50 MB。它放在数据库所在的文件夹里：<code>{name}</code>\n"
        "也可以在命令行里另做一份：<code>{command}</code>",
        size=round(size / 1_000_000),
        name=name,
        command=command,
    )


def troubled_feeds(names: Sequence[str]) -> str:
    """The names are HTML. /feeds says what is wrong with each."""
    which = said("、").join(names[:_MOST_FEEDS])
    return said("订阅源有问题（见 /feeds）：{which}，共 {count} 个。", which=which, count=len(names))
