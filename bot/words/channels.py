"""Sentences about channels whose posts become articles."""

from bot.words.language import said

CONNECT, REFUSE, DISCONNECT = "接入", "拒绝", "断开"
GONE = "这个频道不在了。"
ONLY_OWNERS = "只有管理者可以接入频道。"
IN_PRIVATE = "请在私聊里发 /channels。"
NONE = "还没有频道。把我设为频道的管理员，我就来问要不要接入。以前的帖子：导出频道，把 result.json 发给我。"
CONNECTED, NOT_CONNECTED, SILENT = "已接入", "未接入", "平时每天有帖，现在很久没有新帖了"


def asked(title: str) -> str:
    return said(
        "我成了频道《{title}》的管理员。接入后，新帖自动收录，改过的帖子随之更正；以前的帖子请用导出文件。要接入吗？",
        title=title,
    )


def connected(title: str) -> str:
    return said("已接入频道《{title}》，新帖会自动收录。", title=title)


def refused(title: str) -> str:
    return said("没有接入频道《{title}》，它的帖子不收录。", title=title)


def disconnected(title: str) -> str:
    return said("已断开频道《{title}》，新帖不再收录；收录过的文章还在。", title=title)


def lost(title: str) -> str:
    return said("频道《{title}》不再让我看帖子，已断开。收录过的文章还在。", title=title)


def withheld(title: str) -> str:
    return said("频道《{title}》发了一篇下架过的文章：", title=title)


def silent(title: str, hours: int) -> str:
    return said("频道《{title}》平时每天有帖，已经 {hours} 小时没有新帖了。", title=title, hours=hours)


def speaks_again(title: str) -> str:
    return said("频道《{title}》又有新帖了。", title=title)


def line(title: str, state: str) -> str:
    return said("《{title}》：{state}", title=title, state=said(state))
