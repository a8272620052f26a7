"""Names of people in a line: behind a role such as 记者, or in a list."""

import re

from retrieval.intake.prose.lines import Line

_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方"
    "石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂"
    "丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜卢詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵"
    "解强柴华车冉房边麦肖喻仇闫郎尚靖娄党宗郁连明逯原权巩蔺虎缑慕蒲火寇颉"
)
# Characters of a list of names, of a line with a role, and of the text before the role.
_LONGEST, _LONGEST_WITH_ROLE, _LONGEST_BEFORE_ROLE = 300, 45, 24
ROLE = re.compile(r"记者|通讯员|实习生|撰稿人?|撰文|评论员|专栏作者|特约作者|专栏作家")
# Text before a role: 来源：兰州晚报, 文/图 本报全媒体, 新华社驻巴黎.
_BEFORE = re.compile(
    r"[\W_]*(?:来源:?\s*)?(?:作者:?\s*)?(?:(?:文/图|图/文|图文|文图|文/?|摄影报道|摄影)\s?[:/]?\s?)?"
    r"(?:本报|本网|本台|本刊|[\u4e00-\u9fff·a-z\-]{0,12}(?:报|社|网|台|刊|媒体|客户端|中心|新闻|电讯))?讯?\s?"
    r"(?:融媒体?|全媒体?|见习|实习|首席|特约|特派|高级|资深|驻[\u4e00-\u9fff]{2,6}?){0,3}\s?"
)
# A medium that does not sound like one: 半月谈.
_ANY_MEDIUM = re.compile(r"[\W_]{0,2}[\u4e00-\u9fff]{2,6}")
# The end of a line of names: 文/图, 摄影报道, /台北报道.
_CREDIT = re.compile(
    r"(?:\s?/\s?[\u4e00-\u9fff]{2,6}?(?:即时|综合|连线|专题)?(?:报导|报道|专电|特稿)|[\s,、/]{0,3}(?:文/图|图/文|文图|图文|文/摄|摄影报道|综合报道|报道|采写|整理|供稿|撰文|摄影|编译)|摄|[\s/](?:文|图))+[\W_]*$"
)
# Words and marks between names.
_FILLER = re.compile(r"记者|通讯员|实习生|见习|实习|作者|本报|撰文|撰稿人?|评论员|[、,/&|·;:和与()\[\]\s]")
# A name: 陈晓雨, 买买提·艾力.
_TOKEN = re.compile(r"[\u3400-\u9fff]+(?:·[\u3400-\u9fff]+)*")
# The mark that newspapers print before names: □ 陈晓雨, ◎郭兰英.
_BYLINE_MARK = re.compile(r"[□◎■]\s?")
# Parts of words that begin with a surname but name nobody: 高层调查, 王家村.
_NOT_NAMES = re.compile(
    r"编辑|责编|校对|审核|摄影|来源|调查|手记|观察|体验|走访|获悉|探访|探班|了解|感言|日记|之家|协会|来信|证|站|从|在|昨|今|近|看|问|说|团|节|[省市县区镇村乡社]$"
)
# Values that templates print when nobody is named.
NOBODY = frozenset(
    {"未知", "不详", "佚名", "匿名", "网络", "互联网", "网络整理", "本站", "本站原创", "原创", "转载", "整理", "综合"}
    | {"小编", "管理员", "系统管理员", "admin"}
)


def in_list(line: Line, trusted: bool = True) -> str | None:
    """The names of a line that holds nothing but names, joined by blanks; None for any other line.

    李 超 is one name. `trusted` says that a label stands before the names; without a label each name must begin with a
    common surname.
    """
    if len(line.folded) > _LONGEST:
        return None
    credit = _CREDIT.search(line.folded)
    folded = line.folded[: credit.start()] if credit else line.folded
    rest = _FILLER.sub(" ", folded)
    people: list[str] = []
    tokens = list(_TOKEN.finditer(folded if rest == folded else _without_fillers(folded)))
    if not tokens or re.sub(r"[\s\u3400-\u9fff·]", "", rest):
        return None
    for token in tokens:
        name = line.shown[token.start() : token.end()]
        if people and len(token[0]) == 1 and len(people[-1]) == 1:
            people[-1] += name
            continue
        if people and len(people[-1]) == 1:
            return None
        people.append(name)
        if len(token[0]) == 1:
            continue
        sounds_like_name = token[0][0] in _SURNAMES or "·" in token[0]
        if (
            len(token[0]) > (12 if "·" in token[0] else 4)
            or not (trusted or sounds_like_name)
            or _NOT_NAMES.search(token[0])
        ):
            return None
    return " ".join(dict.fromkeys(people)) if len(people[-1]) > 1 else None


def is_name_alone(line: Line) -> bool:
    """Whether a line is nothing but names: behind a role, or each with a common surname."""
    return after_role(line) is not None or in_list(line, trusted=False) is not None


def _without_fillers(folded: str) -> str:
    """The line with blanks in the place of each filler, so that offsets stay valid."""
    return _FILLER.sub(lambda match: " " * len(match[0]) if match[0] != "·" else "·", folded)


def after_role(line: Line) -> str | None:
    """The names of a line that is a role with names and nothing else: 本报记者 王小红 实习生 陈静, 记者郭兰英文/图."""
    if len(line.folded) > _LONGEST_WITH_ROLE:
        return None
    mark = _BYLINE_MARK.match(line.folded)
    if mark is not None and (marked := in_list(line.cut(mark.end()), trusted=False)) is not None:
        return marked
    role = ROLE.search(line.folded, 0, _LONGEST_BEFORE_ROLE)
    if role is None:
        return None
    known_medium = _BEFORE.fullmatch(line.folded, 0, role.start()) is not None
    if not known_medium and not _ANY_MEDIUM.fullmatch(line.folded, 0, role.start()):
        return None
    rest = line.cut(role.end(), len(line.folded) - line.folded.endswith(("】", "]")))
    # 半月谈记者 史卫燕: behind a medium that does not sound like one each name must begin with a common surname.
    apart = known_medium and line.folded[role.end() : role.end() + 1] in (" ", ":", "/")
    return in_list(rest, trusted=apart) if rest.shown else None
