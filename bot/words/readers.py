"""Sentences for readers in Telegram: greeting, help, buttons and what stops a question."""

from datetime import date

from bot.words import days
from bot.words.language import said

GREETING = "我是新闻问答机器人：你问，我找报道里的原话回答。"
FIRST_QUESTION = "易华录在兰州投资约多少亿元？"
FIRST_TITLE = "兰州创新招商签约模式省时省事 企业家纷纷叫好"
IN_GROUPS = "怎么在群里用"
GROUP_HELP = (
    "把我加进群，然后：\n/ask 加上问题，例如 <code>/ask 招商引资有什么新做法</code>\n或回复我的消息再问。\n"
    "不加我也行：在任何聊天里输入 @{username} 和问题，选一条发送。\n没有叫我时，我不出声。"
)
HELP = (
    "<b>提问</b>\n私聊：直接写问题，可以接着问：那深圳呢、为什么、还有呢、原文\n群里：/ask 问题，或回复我的消息再问\n"
    "任何聊天：输入 @{username} 和问题，选一条发送\n"
    "<b>限定范围</b>：昨天、三天前、11月20日、国庆期间、兰州晚报报道、最新\n"
    "<b>看新闻</b>：昨天的新闻、台风，或 /today 今天的报道\n"
    "/scope 本群只查哪些报道\n/privacy 我保存了什么\n我只引用原文，不判断真假。"
)
HELP_FOR_EDITORS = (
    "\n\n<b>编辑</b>：/add 加全文或链接，或用 /add 回复一条消息、一个文件即收录；"
    "在私聊里直接把文件、链接、转发或全文发给我也行\n"
    "/add 单独发，打开一批，/done 结束　/check 先看看认得对不对\n"
    "更正：回复卡片或回答，写 来源：兰州晚报；或 /edit 编号；改原消息也行\n"
    "/remove 编号　下架　/undo 撤销我的上一次\n/feeds 定时收录的订阅源　/recent 最近收录\n/gaps 没答上的问题\n"
    "/log 改动记录　/history 编号　这篇的历次改动\n/stats 统计　/id 我的号码\n"
    "<b>管理者</b>：/editors 编辑名单　/listed 可以提问的人和群\n"
    "/export 取走全部文章　/backup 备份数据库　/erase 编号　依法删除\n"
    "/channels 频道"
)
GUEST_HELP = "写上 @{username} 和问题，例如：@{username} 易华录投资多少；回复一条消息并写上 @{username}，我就查它。"
HELLO_GROUP = "大家好，我是新闻问答机器人。用 /ask 加问题来问我，或回复我的消息再问；没有叫我时我不出声。"
EMPTY_FOR_READERS = "还没有收录报道，请稍后再来。"
UNKNOWN_COMMAND = "我不认识这个命令。发 /help 看看能做什么。"
TEXT_ONLY = "我只看得懂文字，请把问题写出来。"
ID_IN_PRIVATE = "请在私聊里发 /id，号码不在群里显示。"
ID_IS = "你的号码："
ID_EDITOR = "你是编辑。"
BUSY = "现在提问的人太多，请稍等几秒再问。"
SLOW = "这次查得太慢，没能及时回答，请稍后再问。"
TOO_FAST = "问得有点快，请 {seconds} 秒后再问。"
GROUP_FULL = "本群提问太多，请稍等，或私聊我。"
NOT_LISTED = "这个机器人只回答名单里的人。你的号码是 {number}，请交给管理者。"
GROUP_NOT_LISTED = "本群还不在名单里，请管理者在群里发 /allow。"
INLINE_NOT_LISTED = "只回答名单里的人，去私聊看看"
STALE = "这条结果太旧了，请重新提问。"
NOTHING_BEFORE = "我不知道你接着哪个问题问，请把问题写完整，或回复我的那条回答。"
NO_MORE = "没有更多结果了。"
CHOOSE_FIRST = "请先按数字选一篇。"
NO_LIST = "前面没有列表。发“昨天的新闻”或一个话题，就有列表可以选。"
NO_LATER = "没有找到这件事的其他报道。"
TIMELINE = "时间线"
GONE = "这篇报道已下架。"
NOT_YOURS = "这是别人的提问，只有提问的人能翻页。想看请自己用 /ask 问。"
SHARE, GOOD, BAD = "转给朋友", "👍", "👎"
THANKS = "谢谢，记下了。"
WHAT_WAS_WRONG = "谢谢。哪里不好？"
WRONG = {"o": "答非所问", "d": "太旧了", "w": "内容不对"}
WHOLE, BACK, BEFORE, BEHIND = "全文", "返回", "‹ 上一段", "下一段 ›"
BROKEN = "出错了，已经记录。请稍后再试。（编号 {number}）"
WELCOME = "不客气，还有问题直接写给我。"
GOODBYE = "再见，有问题随时来问。"
WHO = "我是新闻问答机器人：把问题写给我，我从已收录的报道里找出原文，注明出处。我不是真人，也不编写内容。"
NO_HUMAN = "这里没有人工客服。我只从已收录的报道里找答案，请直接写问题。"
NO_SUBSCRIPTION = "现在还不能订阅。发“今天的新闻”或 /today 看当天的报道。"
SORRY = "抱歉。请点那条回答下面的 👎 告诉我哪里不好，或换个说法再问一次。"
ASK_ME = "有想知道的新闻，直接写问题给我就行。"
PRIVACY = (
    "我保存 30 天：问题和给出的段落，用来翻页；群里另记提问者的号码，只让他翻页；👍 和 👎 不记名。\n"
    "私聊里不记是谁问的；另记哪条消息显示过哪篇报道，好在报道依法删除时改掉。没办完的消息暂存，办完就删。\n"
    "没有找到的和点了 👎 的问题记 30 天，只有问题、日子和次数，不记是谁。\n"
    "点了“有消息告诉我”，记下你的号码和问题，告诉你以后就删，最多 7 天。\n"
    "编辑和管理者：名字、号码和每次改动一直记着，收录的结果记 90 天。\n"
    "谁可以提问、本群只查什么，记到改动为止；谁改的，一直记着。"
)
# Where several processes serve the bot.
PRIVACY_SHARED = "\n私聊里你上次看到的是哪个回答，记十分钟，好让你接着问；只有知道机器人密钥的人，才查得出是你。"
NO_JUDGE = "我只引用报道原文，不判断真假。点“全文”可以看整篇报道。"
ASK_NOW = "请写出你的问题："
TODAY = "今天的新闻"
INLINE_EMPTY = "写上问题，例如：易华录投资多少"
INLINE_NONE = "没有找到，去私聊问我"
INLINE_BUSY = "请稍后再试"
Commands = tuple[tuple[str, str], ...]
_COMMANDS = (
    ("ask", "提问：/ask 问题"),
    ("today", "今天的报道"),
    ("help", "怎么用"),
    ("privacy", "我保存了什么"),
    ("start", "从头开始"),
)
_EDITORS_COMMANDS = (
    ("add", "收录"),
    ("done", "结束一批"),
    ("check", "先看看，不收录"),
    ("edit", "更正"),
    ("remove", "下架"),
    ("undo", "撤销我的上一次"),
    ("feeds", "定时收录的订阅源"),
    ("feed_add", "加一个订阅源"),
    ("feed_remove", "去掉一个订阅源"),
    ("recent", "最近收录"),
    ("gaps", "没答上的问题"),
    ("stats", "统计"),
    ("log", "改动记录"),
    ("history", "一篇文章的历次改动：/history 编号"),
    ("id", "我的号码"),
)
_OWNERS_COMMANDS = (
    ("editors", "编辑名单"),
    ("listed", "可以提问的人和群"),
    ("export", "取走全部文章"),
    ("backup", "备份数据库"),
    ("erase", "依法删除"),
    ("channels", "频道"),
)
# In groups: for everybody, and for its admins.
GROUP_COMMANDS = _COMMANDS[:1]
ADMIN_COMMANDS = (*GROUP_COMMANDS, ("scope", "本群只查哪些报道"))


def commands(*, editor: bool = False, owner: bool = False) -> Commands:
    """The commands of Telegram's menu with their descriptions."""
    return _COMMANDS + (_EDITORS_COMMANDS if editor else ()) + (_OWNERS_COMMANDS if owner else ())


def asked_ago(seconds: float) -> str:
    """你 3 小时前问的："""
    minutes = round(seconds / 60)
    if minutes < 60:
        return said("你 {minutes} 分钟前问的：", minutes=minutes)
    hours = round(minutes / 60)
    if hours < 48:
        return said("你 {hours} 小时前问的：", hours=hours)
    return said("你 {days} 天前问的：", days=round(hours / 24))


def statistics(articles: int, passages: int, sources: int, newest: str | None, today: date) -> str:
    counts = said(
        "现有 {articles:,} 篇报道，{passages:,} 段，{sources:,} 个来源。",
        articles=articles,
        passages=passages,
        sources=sources,
    )
    return counts + (said("\n最新一篇：{newest}。", newest=days.moment(newest, today)) if newest else "")
