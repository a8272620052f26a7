"""Sentences about feeds: what was added, what the last poll came to, and alarms to owners."""

from bot.words.language import joined, said

ADD_USAGE = (
    "请在 <code>/feed_add</code> 后面写上 RSS 或 Atom 的网址，例如：<code>/feed_add https://news.example.cn/rss</code>\n"
    "网址后面再写“全文”，就取每条链接里的全文；写“摘要”，只收源里的文字；不写就自动判断。"
)
REMOVE_USAGE = "请在 <code>/feed_remove</code> 后面写上 /feeds 里的编号，例如：<code>/feed_remove 2</code>"
IN_PRIVATE = "请在私聊里管理订阅源，这里不显示。"
NOT_AN_EDITOR = "只有编辑可以管理订阅源，没有改动。"
NONE = "还没有订阅源。/feed_add 加网址，就会定时收录。"
HOW = "/feed_add 网址　加一个　/feed_remove 编号　去掉一个　发来 .opml 文件　都加上"
# What an editor writes behind an address, and whether that means the pages of the entries.
MODES = {"全文": True, "full": True, "摘要": False, "summary": False}


def count(feeds: int) -> str:
    return said("{count} 个订阅源：", count=feeds)


def named(number: int, title: str) -> str:
    return said("#{number}《{title}》", number=number, title=title)


def mode(is_full: bool | None) -> str:
    if is_full is None:
        return said("全文或摘要还没定")
    return said("取全文") if is_full else said("只收源里的文字")


def added(name: str, entries: int, counts: str, left: int) -> str:
    lines = [said("已加上订阅源 {name}：{entries} 条，{counts}。", name=name, entries=entries, counts=counts)]
    if not entries:
        lines = [said("已加上订阅源 {name}，现在是空的，有了条目就收录。", name=name)]
    return joined(*lines, said("其余 {left} 条随后分批收录。", left=left) if left else "")


def not_added(reason: str) -> str:
    return said("没有加上：{reason}", reason=reason)


def adding(count: int) -> str:
    return said("文件里有 {count} 个订阅源，正在逐个加，加完再说。", count=count)


def listed(added: int, known: int, refused: int) -> str:
    return said(
        "订阅源列表：新加 {added} 个，已有 {known} 个，没有加上 {refused} 个。",
        added=added,
        known=known,
        refused=refused,
    )


def listed_added(name: str, entries: int) -> str:
    return said("加上 {name}：{entries} 条", name=name, entries=entries)


def listed_known(name: str) -> str:
    return said("已有 {name}", name=name)


def torn(count: int) -> str:
    return said("文件在中途断了，只读到断处之前的 {count} 个订阅源。", count=count)


def listed_refused(name: str, reason: str) -> str:
    return said("没有加上 {name}：{reason}", name=name, reason=reason)


def known(name: str, is_full: bool | None) -> str:
    return said("已有订阅源 {name}，{mode}。", name=name, mode=mode(is_full))


def decided(is_full: bool | None, *, by_itself: bool) -> str:
    """Whether pages are read; `by_itself` when the entries decided that. Empty when nothing did yet."""
    if is_full is None:
        return ""
    if not by_itself:
        return said("会取每条链接里的全文。") if is_full else said("只收源里的文字。")
    if is_full:
        return said("源里只有摘要，所以会取每条链接里的全文；不要的话，网址后面写“摘要”再发一次。")
    return said("源里就有全文，不另取网页。")


def removed(name: str) -> str:
    return said("已去掉订阅源 {name}，收录的报道还在。", name=name)


def no_such_feed(number: int) -> str:
    return said("没有编号为 {number} 的订阅源。", number=number)


# The state of a feed, in parts that stand on one line


def never() -> str:
    return said("还没有取过")


def not_polled() -> str:
    return said("没有取：另一个程序正在取")


def polled(moment: str, counts: str) -> str:
    return said("{moment} 取到：{counts}", moment=moment, counts=counts)


def unchanged(moment: str) -> str:
    return said("{moment} 取过，没有新条目", moment=moment)


def failed(moment: str, failures: int, reason: str) -> str:
    return said("{moment} 没取到（连续 {failures} 次）：{reason}", moment=moment, failures=failures, reason=reason)


def ended(moment: str) -> str:
    return said("{moment} 网站说它已停用（410），不再取", moment=moment)


def left(count: int) -> str:
    return said("还有 {left} 条待收录", left=count)


def following(moment: str) -> str:
    return said("下次 {moment}", moment=moment)


def silent(moment: str) -> str:
    return said("⚠️ 一向每天更新，{moment} 起没有新条目", moment=moment)


# Alarms to owners


def alarm_ended(name: str) -> str:
    return said("⚠️ 订阅源 {name} 停用了：网站说它不再更新（410）。不会再取它，收录的报道还在。", name=name)


def alarm_failing(name: str, hours: int, reason: str) -> str:
    return said(
        "⚠️ 订阅源 {name} 已有 {hours} 小时取不到：{reason}会继续尝试，恢复时再说一次。",
        name=name,
        hours=hours,
        reason=reason,
    )


def alarm_silent(name: str, hours: int) -> str:
    return said("⚠️ 订阅源 {name} 一向每天更新，已有 {hours} 小时没有新条目。恢复时再说一次。", name=name, hours=hours)


def recovered(name: str) -> str:
    return said("订阅源 {name} 恢复了。", name=name)
