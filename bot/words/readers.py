"""Sentences for readers in Telegram: greeting, help, buttons and what stops a question."""

import re
from datetime import date
from typing import NamedTuple

from bot.words.answers import moment

GREETING = (
    "你好，我是新闻问答机器人。\n把问题直接发给我，我从已收录的报道里找出最相关的一段，标出回答问题的那句话，"
    "并注明出处和日期。内容都是报道原文，我不编写，也不总结。"
)
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
    "<b>看新闻</b>：昨天的新闻、台风，或 /today 今天的报道\n/privacy 我保存了什么\n我只引用原文，不判断真假。"
)
HELP_FOR_EDITORS = (
    "\n\n<b>编辑</b>：/add 加全文或链接，或用 /add 回复一条消息、一个文件即收录；"
    "在私聊里直接把文件、链接、转发或全文发给我也行\n"
    "/remove 编号　下架\n/stats 统计　/id 我的号码"
)
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
STALE = "这条结果太旧了，请重新提问。"
NOTHING_BEFORE = "我不知道你接着哪个问题问，请把问题写完整，或回复我的那条回答。"
NO_MORE = "没有更多结果了。"
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
    "私聊里不记是谁问的。编辑的操作记 90 天，只有文章和结果。没办完的消息暂存，办完就删。"
)
NO_JUDGE = "我只引用报道原文，不判断真假。点“全文”可以看整篇报道。"
ASK_NOW = "请写出你的问题："
TODAY = "今天的新闻"
INLINE_EMPTY = "写上问题，例如：易华录投资多少"
INLINE_NONE = "没有找到，去私聊问我"
INLINE_BUSY = "请稍后再试"
_COMMANDS = (
    ("ask", "提问：/ask 问题"),
    ("today", "今天的报道"),
    ("help", "怎么用"),
    ("privacy", "我保存了什么"),
    ("start", "从头开始"),
)
_EDITORS_COMMANDS = (("add", "收录"), ("remove", "下架"), ("stats", "统计"), ("id", "我的号码"))


class SmallTalk(NamedTuple):
    """A message that asks nothing, and the line that helps; None for the help page. Some are ignored in groups."""

    words: re.Pattern[str]
    line: str | None
    is_for_groups: bool = False


# Without punctuation and final particles; the first that fits counts.
_SMALL_TALK = (
    SmallTalk(
        re.compile(
            "(你|您|你们|大家)好|嗨|哈喽|hi|hello|在|你[会能]做?什么|怎么用你?|帮助|help|早|早上好|晚上好|下午好"
        ),
        None,
        True,
    ),
    SmallTalk(
        re.compile("你是(谁|什么|机器人|真人|人|ai|chatgpt|干什么的)|你叫什么(名字)?|介绍一?下(你)?自己"), WHO, True
    ),
    SmallTalk(
        re.compile(
            "(好的?|非常|太)?(谢谢[你您]?|多谢|感谢|谢)|thanks|thankyou|3q|辛苦|(说得|讲得)?(真|很|太)?(好|棒|厉害)"
        ),
        WELCOME,
    ),
    SmallTalk(re.compile("好的?|ok|知道|明白|收到|嗯+|哦+|行|可以"), WELCOME),
    SmallTalk(re.compile("再见|拜拜?|晚安|回头见|下次见|88|bye(bye)?"), GOODBYE),
    SmallTalk(
        re.compile("(转|找|要|联系)?(人工|客服|人工客服|真人|管理员)|有人|怎么联系(你们|客服|管理员)"), NO_HUMAN, True
    ),
    SmallTalk(
        re.compile("(怎么|如何|我?[要想])?(订阅|关注|退订|取消订阅)(新闻|你|你们)?|(怎么|如何)(每天)?(推送|收到)新闻"),
        NO_SUBSCRIPTION,
        True,
    ),
    SmallTalk(
        re.compile(
            "(你)?(这个?)?(答案|回答|结果|内容|说的|这)?(都|也|完全|根本|全)?(不对|错|不准|不准确|有误|有问题|不是我要的|答错|说错|搞错|答非所问|瞎说|胡说|胡扯|垃圾)(啊|吧|了|八道)*"
        ),
        SORRY,
    ),
    SmallTalk(re.compile("(哈|呵|嘿|嘻|h|a){2,}|笑死|牛|厉害|6{2,}|无语|晕"), ASK_ME),
)
# Words that turn to more of the last answer.
_MORE = re.compile(
    "还有(?:别的|其他的?|更多的?)?|还有什么|别的|其他的?|更多|换一[条个]|下一[条个]|再来一[条个]|继续|(?:看看)?其他结果"
)
_WHOLE = re.compile(
    "(?:看看?|给我看?|打开|我要看?)?(?:原文|全文|上下文|完整(?:内容|报道)?)(?:在哪|链接)?|(?:再|说|讲|说得|讲得)?(?:详细|具体)(?:一?点儿?|一些|说说|内容|情况|介绍)?|展开(?:说说|讲讲)?"
)
_LATER = re.compile(
    "(?:那|然)?(?:后来|然后|结果|后续|之后)(?:怎么样|如何|有吗|怎样|发生了?什么)?|有(?:什么)?后续|(?:有)?(?:什么)?(?:新|最新)进展|时间线|来龙去脉"
)


_TRUE = re.compile(
    "(?:这|那)?(?:是)?(?:真的?假的?|真的|属实|真实|有这回事|有这事|可信|靠谱)(?:还是假的)?|真假|求证|辟谣|查证一?下?|有没有报道|有报道"
)
_NUMERALS = "一二三四五六七八九十"
_NTH = re.compile(rf"(?:看看?|打开|点开)?第?([1-9][0-9]?|[{_NUMERALS}])[条个篇]?")
_LEANING = re.compile("那?(?:为什么|为啥|怎么回事|谁|什么时候|在?哪里?|多少钱?)呢?|那(?!曲|英|达|拉|坡)[^的]{1,8}呢")


def is_more(question: str) -> bool:
    return _MORE.fullmatch(_bare(question)) is not None


def is_whole(question: str) -> bool:
    return _WHOLE.fullmatch(_bare(question)) is not None


def is_later(question: str) -> bool:
    return _LATER.fullmatch(_bare(question)) is not None


def leans(question: str) -> bool:
    """Whether a question can only be read after another one: 那深圳呢, 还有呢, 为什么."""
    return bool(_LEANING.fullmatch(re.sub(r"[\W_]", "", question))) or any(
        test(question) for test in (is_more, is_whole, is_later)
    )


def commands(*, editor: bool) -> tuple[tuple[str, str], ...]:
    """The commands of Telegram's menu with their descriptions."""
    return _COMMANDS + (_EDITORS_COMMANDS if editor else ())


def small_talk(question: str) -> SmallTalk | None:
    """The small talk that a message is; None for a question."""
    bare = _bare(question)
    return next((talk for talk in _SMALL_TALK if talk.words.fullmatch(bare)), None)


def place_of(question: str) -> int | None:
    """The place that names an entry of a list: 1 for 第1条, 2 for 第二篇. None for any other message."""
    match = _NTH.fullmatch(_bare(question))
    if match is None:
        return None
    return int(match[1]) if match[1].isdecimal() else _NUMERALS.index(match[1]) + 1


def asks_whether_true(question: str) -> bool:
    """真的吗, 属实吗: a question about the message that it replies to."""
    return _TRUE.fullmatch(_bare(question)) is not None


def _bare(question: str) -> str:
    return re.sub("[啊呀哦吗呢吧了啦嘛]$", "", re.sub(r"[\W_]", "", question.lower()))


def asked_ago(seconds: float) -> str:
    """你 3 小时前问的："""
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"你 {minutes} 分钟前问的："
    hours = round(minutes / 60)
    return f"你 {hours} 小时前问的：" if hours < 48 else f"你 {round(hours / 24)} 天前问的："


def example(title: str) -> str:
    """A question to suggest while the article of this title is the newest."""
    return FIRST_QUESTION if title == FIRST_TITLE else title


def statistics(articles: int, passages: int, sources: int, newest: str | None, today: date) -> str:
    counts = f"现有 {articles:,} 篇报道，{passages:,} 段，{sources:,} 个来源。"
    return counts + (f"\n最新一篇：{moment(newest, today)}。" if newest else "")
