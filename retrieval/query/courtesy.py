"""Courtesy and chatter around a question: greetings, requests, thanks, hesitation. They say nothing of its subject."""

import re
from collections.abc import Sequence, Set
from importlib.resources import files

from retrieval.text.analyzer import Analyzer
from retrieval.text.folding import fold

# Repetitions are bounded, so that the work stays proportional to the length of a question.
_FEW = "{0,4}"
_PEOPLE = (
    "(?:大家|各位|诸位|大神|大佬|小伙伴们?|朋友们?|同学们?|网友们?|老师们?|小编|客服|机器人|助手|管理员|群主|楼主|亲们?|哥们?|兄弟们?"
    "|姐妹们?|专家们?|家人们|宝子们?|群友们?|懂哥|您|你们?)"
)
_SELF = "(?:我|俺|咱们?|我们|本人|小弟|在下|家人|朋友|同事|孩子|老妈|妈妈|爸爸)"
_KIN = "(?:朋友|同事|家人|孩子|老妈|妈妈|爸爸|爷爷|奶奶|老师|领导|老板|同学|邻居)"
_BRIEFLY = rf"(?:一下子?|下子?|一声|一句|一嘴|个事儿?|个问题|几个问题|看看|看){_FEW}"
_MAYBE = "(?:能不能|可不可以|可以|能否|可否|能|请|求|谁能|谁可以|有没有人能?|有谁能?|有人能?|哪位能?|麻烦)"
_FIND = "(?:查询?|看|找|搜索?|说|讲|介绍|解释|解答|回答|科普|问|确认|核实|总结|列|指)"
_TELL = "(?:告诉|告知|回答|解答|解释|介绍|说说|说明|讲讲|科普|透露|提供)"
_KNOW = "(?:知道|了解|清楚|晓得|记得|懂)"
_THEN = (
    "(?:刚刚?|刚才|之前|以前|前(?:几|两|些|阵子?|段)?(?:天|日|年|时间|阵子|段时间|时候)?|上次|昨天|那天|今天|最近|不久前|早些时候"
    "|曾经?)"
)
_VAGUELY = "(?:好像|似乎|大概|隐约|依稀|应该|貌似|印象[中里]|记忆[中里])"
_NEWS = "(?:新闻|报道|文章|消息|帖子|推送|公众号|电视|网上|报纸)"
# Beginnings of a clause, after each of which another may begin.
_OPENERS = (
    # 你好 大家好 老师好, but not 好的 好多
    rf"{_PEOPLE}{_FEW}(?<=.)好(?:[呀啊哇哈])?(?=$|[^的多几大高长远久快])",
    r"(?:hi|hello|hey|e+m+|rt|ps|orz|h{2,}|(?:ha){2,}|嗨|哈喽|哈罗|嘿|喂|亲|早上?好?|早安|上午好|中午好|下午好|晚上好|晚安|在吗|在么|在不在|有人吗|有人在吗)(?!\w)",
    # a clause that is nothing else: 小编， 那个， 对了，
    rf"(?:{_PEOPLE}|嗯+|呃+|额+|啊+|哦+|噢+|唉+|哎呀?|那个啥?|这个|如题|就是说?|话说|对了|顺便|另外|然后|所以|其实|说实话|讲真)$",
    # 不好意思 打扰一下 麻烦老师 求助 跪求 好奇问一句 有个问题想请教
    rf"(?:不好意思|抱歉|对不起|冒昧|劳驾|劳烦|跪求|急[问求]|(?:打扰|麻烦|辛苦|拜托|求助|求教|请教)(?:一下|下|[了您你]|大家|各位|老师|小编"
    rf"|帮忙?|个问题){_FEW}|(?:弱弱地?|顺便|顺带|斗胆)问(?:一下|下|一句)?|好奇(?![号心害])(?:地?问)?(?:一下|一句|下)?"
    r"|我的?问题(?:就)?是(?!什么|啥|谁|哪)(?:这样的?)?|问题(?:就)?是这样的?$|有个(?:问题|事情?)(?:想)?(?:问|请教)?(?:一下|下)?|提?问(?:个问题|一下|下|一句|问看?|个事儿?))",
    # 我想知道 想了解一下 我就是想问问大家
    rf"{_SELF}?(?:就|只|很|也|又|还|现在|今天|这里|这边|突然|忽然|一直){_FEW}(?:是|有点)?(?:想|要|想要|需要|希望|打算|来|特别想|好想|能否|能不能"
    rf"|可以|可否|能)(?:[向跟和找])?{_PEOPLE}?(?:请?问|请教|咨询|打听|打扰|了解|知道|晓得|弄清楚|搞清楚|确认|核实|求证|查询?|找|看)[问道]?(?!题){_PEOPLE}?"
    rf"{_BRIEFLY}[吗么不]?(?:关于|有关)?",
    # 能不能帮我查一下 请给我介绍一下
    rf"{_MAYBE}{_FEW}[帮替给跟和为](?:我们?|忙|个忙|一下|下){_FEW}{_FIND}[一个出]?(?:[下查看找搜说讲问询明]|解释|解答|介绍|一下){_FEW}[吗么不呗吧]?"
    r"(?:关于|有关)?",
    # 能告诉我 请说说; 告诉我
    rf"{_MAYBE}{_MAYBE}{_FEW}{_TELL}(?:我们?|大家|一下|下){_FEW}[吗么不]?",
    r"请?(?:告诉|告知|回答)我们?(?:一下|下)?",
    # 有没有人知道 谁知道 你知道吗, but not 知道的人
    rf"(?:有没有|有|哪位|谁|有谁|{_PEOPLE})有?(?:没有)?(?:人|谁|朋友|大神|大佬|懂的|知情的|老师)?能?还?{_KNOW}(?:不知道|不|吗|么|没有)?(?=$|[^的人])",
    # 家里老人想知道 领导让我查一下 麻烦用一句话告诉我 谁来说说 一直想问 不知道
    r"(?:我们?|俺|你们?|您|谁|哪位|各位|大家|诸位|前辈|家里|家人|家长|老人|长辈|领导|老板|老师|孩子|娃|同事|朋友|同学|群里|有人|[来让叫要想就只也很还用给替跟]"
    r"|特别|有点|一直|突然|简单|详细|具体|大概|大致|一两?句话|几句话|帮忙?|麻烦|请|劳烦|求|能不能|能否|可否|可不可以|可以|能|有没有|有无){1,6}"
    r"(?:想知道|想问问?|想了解|好奇|搞清楚|搞明白|弄清楚|弄明白|说说|讲讲|聊聊|谈谈|查查|看看|找找|问问|查到|查过"
    r"|(?:介绍|解释|告诉|科普|指点|指教|解答|回答|[说讲查看找问]|了解|核实|确认)(?:一下|下|我们?|大家))(?:一下|下|看|过|到|一句|我们?|大家){0,2}",
    r"不(?:知道|清楚|晓得)(?=.)|[^，。]{0,4}[让叫要]我(?:去|来|帮忙)?[问查看找]{1,2}(?:一下|下)?",
    # 我记得前阵子看到新闻说 好像听人说
    rf"(?:[我俺咱]|{_THEN}|{_VAGUELY}){_FEW}(?:记得|听说过?|听(?:人|别人|朋友|同事|家人)[说讲提][起过到]?|看到过?|看见过?|看过|读到过?|读过|刷到过?|见过"
    rf"|听到过?|听过)(?:{_VAGUELY}|{_THEN}|有人说|有人|你们){_FEW}[有在是了]?[一几这那]?[篇条则个]?{_NEWS}{_FEW}(?:上|里面?|中)?[说讲提写]?[过到起了]?[的是]?",
    # 我朋友问我
    rf"(?:我的?)?{_KIN}(?:在|让我|叫我|要我|想|刚刚?|今天|昨天){_FEW}(?:问|打听)(?:我|起|到|一下|了){_FEW}说?",
    # 请问 问一下, but not 请假 问题
    r"(?:请问|敢问|试问|借问|请(?![假客愿示求教柬帖辞缨战])|问(?=一下|下|一声))(?:一下|下|问|一声|个){0,4}(?:你|您|大家|各位|老师|小编)?",
)
# Ends of a clause, before each of which another may end.
_CLOSERS = (
    # 谢谢大家, but not 表示了感谢
    rf"(?:十分|非常|万分|先|真的?|太|多|很)?(?:谢谢|多谢|(?<![感答道致酬])谢|thanks?|thx|拜托|劳驾|(?<![了的示达出受到来些])(?:感谢|感激|感恩|辛苦|麻烦))"
    rf"(?:[啦了喽哈啊呀您你们先哦晒侬]|大家|各位|老师|小编|不尽|大神|大佬){_FEW}",
    # 在线等 急 求解答
    rf"(?:在线等|坐等|很?急{_FEW}|挺急的?|着急|急[用求需]|求(?:助|问|解|教|告知|解答|回答|回复|科普|答案|指教|指点|大神){{1,4}}|望(?:告知|解答|回复)"
    rf"|盼(?:复|回复)|等(?:回复|答案)|有急用)(?:ing|[啊呀了哦])?",
    # 来着 忘了 想不起来了
    "来着",
    rf"(?:我|有点|都|已经|现在|一时|真|给|全|突然|怎么也){_FEW}(?:忘记?了|忘记|想不起来了?|记不清了?|记不得了?|不记得了?|不太清楚|不清楚|不太懂|没搞懂|不知道"
    r"|不太了解|没看懂|没印象了?)[啊呀了]?",
    # 能说说吗 麻烦介绍一下
    r"(?:能|可以|麻烦|请|帮|有人)?(?:不能|否)?帮?我?(?:说|讲|介绍|解释|解答|回答|告诉|告知|查)(?:[说讲下我看]|一下){1,4}[吗么不呗吧嘛]?",
    # 有人知道吗
    rf"(?:{_PEOPLE}|有人|有没有人|谁|哪位|有谁){{1,3}}(?:能|可以)?{_KNOW}[不吗么没]?[呀啊呢]?",
    rf"(?:我|就|很|也|只是?|单纯){_FEW}(?:想|好奇|很好奇)(?:知道|了解|问|确认|弄清楚){_FEW}(?:一下|下|问)?",
    # 吗 呢 啊, but not the 么 of 什么
    r"(?:(?<![什怎那这要多])么|[吗呢啊呀吧哈嘛呗哇哦噢喔哟耶啦喽捏咧滴哒咯嘞哩]|的说){1,4}",
)
_OPENER = re.compile("|".join(_OPENERS))
_CLOSER = re.compile(rf"(?:{'|'.join(_CLOSERS)})$")
_CLAUSE = re.compile(r"[^，,。!！?？;；:：~～…—\n()（）【】\[\]#]+")
_QUOTED = re.compile("《[^》]{1,60}》|“[^”]{1,60}”|「[^」]{1,60}」")
_SAYS_NOTHING = re.compile(r"[\W_]*")
# People who are spoken to, and of whom news speaks: alone, such a word is what is asked for.
_TOPIC = re.compile(r"[\W_]*(?:网友|同学|老师|客服|机器人|助手|管理员|哥们|兄弟|姐妹|专家|朋友)们?[\W_]*")
# Words of the situation in which people ask.
_CHATTER = frozenset(
    word
    for line in files("retrieval.query").joinpath("chatter.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)
# Words that tell a request; words of the situation beside them belong to it. Mentions (那篇报道里提到) tell one at the
# beginning only.
_REQUESTS = frozenset(
    (
        *(
            "说说",
            "讲讲",
            "聊聊",
            "谈谈",
            "问问",
            "查查",
            "看看",
            "找找",
            "搜搜",
            "问下",
            "查下",
            "查一下",
            "搜一下",
            "一下",
        ),
        *(
            "弄明白",
            "弄清楚",
            "弄懂",
            "搞懂",
            "搞清楚",
            "搞明白",
            "想知道",
            "想问",
            "想查",
            "请问",
            "请教",
            "求助",
            "求教",
        ),
        *("求问", "求解", "告诉", "告知", "科普", "解答", "解惑", "好不好", "行不行", "答案"),
    )
)
_MENTIONS = frozenset(("提到", "提过", "说起", "讲到", "谈到", "写到"))
# Characters in which the end of a clause is looked at: no closing words are longer.
_LONGEST_END = 30
# Characters on both sides of a place in which a word around it is looked for.
_AROUND = 6


def without_courtesy(question: str, analyzer: Analyzer) -> str:
    """The question without its courtesy, with its punctuation; empty when it is nothing else.

    A clause of nothing but chatter is left out, unless no other is left.
    """
    folded = fold(question)
    if _TOPIC.fullmatch(folded):
        return question
    # A title stays whole: 《中国，你好》.
    clauses = [clause.span() for clause in _CLAUSE.finditer(_QUOTED.sub(_masked, folded))]
    bare = [_without_requests(folded, *_bare(folded, start, end, analyzer), analyzer) for start, end in clauses]
    is_chatter = [
        # What stands behind a bracket goes on with what stands before it.
        folded[outer[0] - 1 : outer[0]] != ")" and _CHATTER.issuperset(analyzer.query_terms(question[slice(*inner)]))
        for outer, inner in zip(clauses, bare, strict=True)
    ]
    parts, read = list[str](), 0
    for (start, end), (bare_start, bare_end), says_nothing in zip(clauses, bare, is_chatter, strict=True):
        kept = "" if says_nothing and not all(is_chatter) else question[bare_start:bare_end]
        parts += [question[read:start], kept]
        read = end
    rest = "".join([*parts, question[read:]])
    return "" if _SAYS_NOTHING.fullmatch(rest) else rest.strip("，,。；;：:、 \n")


def _masked(quotation: re.Match[str]) -> str:
    return "x" * len(quotation.group())


def _bare(folded: str, start: int, end: int, analyzer: Analyzer) -> tuple[int, int]:
    """The span of a clause without courtesy at its beginning and end; an empty span when nothing is left."""
    while True:
        before = start, end
        start, end = _trimmed(folded, start, end)
        if (opener := _OPENER.match(folded, start, end)) and not _is_inside_word(
            folded, start, end, opener.end(), analyzer
        ):
            start = opener.end()
        if (closer := _CLOSER.search(folded, max(start, end - _LONGEST_END), end)) and not _is_inside_word(
            folded, start, end, closer.start(), analyzer
        ):
            end = closer.start()
        if (start, end) == before:
            return start, end


def _is_inside_word(folded: str, start: int, end: int, place: int, analyzer: Analyzer) -> bool:
    """Whether a word of the dictionary in folded[start:end] begins before the place and ends behind it: 酒吧, 思想."""
    start = max(start, place - _AROUND)
    for word in analyzer.words(folded[start : min(end, place + _AROUND)]):
        if start >= place:
            return False
        if start + len(word) > place:
            return bool(analyzer.dictionary.get(word))
        start += len(word)
    return False


def _without_requests(folded: str, start: int, end: int, analyzer: Analyzer) -> tuple[int, int]:
    """The span of a clause without words of the situation at either end, where they hold a request.

    Words in the middle stay, and so does a clause of nothing else.
    """
    words = analyzer.words(folded[start:end])
    first = _run(words, _REQUESTS | _MENTIONS)
    last = len(words) - _run(words[::-1], _REQUESTS)
    if first >= last:
        return start, end
    return start + sum(map(len, words[:first])), start + sum(map(len, words[:last]))


def _run(words: Sequence[str], requests: Set[str]) -> int:
    """The number of words at the beginning that are chatter; 0 when no request is among them."""
    count = next((place for place, word in enumerate(words) if word not in _CHATTER), len(words))
    return count if not requests.isdisjoint(words[:count]) else 0


def _trimmed(folded: str, start: int, end: int) -> tuple[int, int]:
    if _SAYS_NOTHING.fullmatch(folded, start, end):
        return start, start
    while folded[start].isspace():
        start += 1
    while folded[end - 1].isspace():
        end -= 1
    return start, end


def without_chatter(query: str, analyzer: Analyzer) -> str | None:
    """The folded query with blanks for words of the situation in which people ask; None without one or another word."""
    words = analyzer.words(fold(query))
    kept = [" " if word in _CHATTER else word for word in words]
    rest = "".join(kept)
    return rest if kept != words and any(map(str.isalnum, rest)) else None
