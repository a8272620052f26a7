"""Messages that are no questions of their own: small talk, and words that turn to more of the last answer."""

import re
from typing import NamedTuple

from bot.words import readers
from retrieval.text.folding import fold


class SmallTalk(NamedTuple):
    """A message that asks nothing, and the line that helps; None for the help page. Some are ignored in groups."""

    words: re.Pattern[str]
    line: str | None
    is_for_groups: bool = False


# Without punctuation and final particles; the first that fits counts.
SMALL_TALK = (
    SmallTalk(
        re.compile(
            "(你|您|你们|大家)好|嗨|哈喽|hi|hello|在|你[会能]做?什么|怎么用你?|帮助|help|whatcanyoudo|早|早上好|晚上好|下午好"
        ),
        None,
        True,
    ),
    SmallTalk(
        re.compile(
            "你是(谁|什么|机器人|真人|人|ai|chatgpt|干什么的)|你叫什么(名字)?|介绍一?下(你)?自己|who(areyou|isthis)"
        ),
        readers.WHO,
        True,
    ),
    SmallTalk(
        re.compile(
            "(好的?|非常|太)?(谢谢[你您]?|多谢|感谢|谢)|thanks|thankyou|3q|辛苦|(说得|讲得)?(真|很|太)?(好|棒|厉害)"
        ),
        readers.WELCOME,
    ),
    SmallTalk(re.compile("好的?|ok|知道|明白|收到|嗯+|哦+|行|可以"), readers.WELCOME),
    SmallTalk(re.compile("再见|拜拜?|晚安|回头见|下次见|88|bye(bye)?"), readers.GOODBYE),
    SmallTalk(
        re.compile("(转|找|要|联系)?(人工|客服|人工客服|真人|管理员)|有人|怎么联系(你们|客服|管理员)"),
        readers.NO_HUMAN,
        True,
    ),
    SmallTalk(
        re.compile("(怎么|如何|我?[要想])?(订阅|关注|退订|取消订阅)(新闻|你|你们)?|(怎么|如何)(每天)?(推送|收到)新闻"),
        readers.NO_SUBSCRIPTION,
        True,
    ),
    SmallTalk(
        re.compile(
            "(你)?(这个?)?(答案|回答|结果|内容|说的|这)?(都|也|完全|根本|全)?(不对|错|不准|不准确|有误|有问题|不是我要的|答错|说错|搞错|答非所问|瞎说|胡说|胡扯|垃圾)(啊|吧|了|八道)*"
        ),
        readers.SORRY,
    ),
    SmallTalk(re.compile("(哈|呵|嘿|嘻|h|a){2,}|笑死|牛|厉害|6{2,}|无语|晕"), readers.ASK_ME),
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
_ENTRY = re.compile(rf".*第([1-9][0-9]?|[{_NUMERALS}])[条篇]")
_LEANING = re.compile("那?(?:为什么|为啥|怎么回事|谁|什么时候|在?哪里?|多少钱?)呢?|那(?!曲|英|达|拉|坡)[^的]{1,8}呢")


def is_more(question: str) -> bool:
    return _MORE.fullmatch(_bare(question)) is not None


def is_whole(question: str) -> bool:
    return _WHOLE.fullmatch(_bare(question)) is not None


def is_later(question: str) -> bool:
    return _LATER.fullmatch(_bare(question)) is not None


def leans(question: str) -> bool:
    """Whether a question can only be read after another one: 那深圳呢, 还有呢, 为什么."""
    return bool(_LEANING.fullmatch(_letters(question))) or any(test(question) for test in (is_more, is_whole, is_later))


def small_talk(question: str) -> SmallTalk | None:
    """The small talk that a message is; None for a question."""
    bare = _bare(question)
    return next((talk for talk in SMALL_TALK if talk.words.fullmatch(bare)), None)


def place_of(question: str) -> int | None:
    """The place that names an entry of a list: 1 for 第1条, 2 for 第二篇. None for any other message."""
    match = _NTH.fullmatch(_bare(question))
    if match is None:
        return None
    return int(match[1]) if match[1].isdecimal() else _NUMERALS.index(match[1]) + 1


def names_an_entry(question: str) -> bool:
    """第3条, 第二篇: the place and its measure, which only an entry of a list has."""
    return _ENTRY.fullmatch(_bare(question)) is not None


def asks_whether_true(question: str) -> bool:
    """真的吗, 属实吗: a question about the message that it replies to."""
    return _TRUE.fullmatch(_bare(question)) is not None


def _bare(question: str) -> str:
    return re.sub("[啊呀哦吗呢吧了啦嘛]$", "", _letters(question))


def _letters(question: str) -> str:
    """The letters and digits, folded: Traditional characters count as the Simplified ones."""
    return re.sub(r"[\W_]", "", fold(question))
