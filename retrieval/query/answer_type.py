"""Kinds of answer (date, number, place, ...), each with a pattern of the sentences that contain one."""

import re
from functools import cache
from typing import NamedTuple

from retrieval.text.folding import fold
from retrieval.text.numbers import MEASURES


class Kind(NamedTuple):
    """The pattern of a sentence that gives such a thing, and how reliable it is: 1 is as reliable as a date.

    `is_value` tells that the thing stands in one clause: a date, a number, a duration or a place. `is_amount` tells
    that it is a number or a duration.
    """

    pattern: re.Pattern[str]
    surety: float = 1.0
    is_value: bool = False
    is_amount: bool = False


_TITLES = (
    "记者|教授|院士|博士|局长|主任|总统|总理|主席|经理|书记|市长|部长|省长|县长|校长|队长|会长|秘书长|董事长|总裁|教练|球员|导演|演员"
    "|作家|专家|医生|民警|先生|女士|负责人|发言人|司令|将军|国王|皇帝"
)
_SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马胡朱郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段"
    "雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
# A name after a title, a surname before a verb, or a foreign name. Nearly every sentence of the news has one, so the
# pattern decides between near equals only.
_PERSON = Kind(
    re.compile(
        rf"(?:{_TITLES})[\u4e00-\u9fff·]{{2,4}}|(?<![\u4e00-\u9fff])[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}(?:说|表示|称|介绍"
        r"|指出|认为|是|在|与|和|的)|[\u4e00-\u9fff]{2,6}·[\u4e00-\u9fff]{2,6}"
    ),
    surety=0.25,
)
_NUMERAL = "[0-9〇零一二三四五六七八九十百千万亿两]"
# 今年 alone is left out: it answers no 什么时候.
# The 9号 of 神舟九号 is no day.
DATE = re.compile(
    rf"{_NUMERAL}+(?:年|月|日|时|点|世纪)|(?<![\u4e00-\u9fff]){_NUMERAL}+号|(?:昨|今|明|当|次)[天日]|[去明]年"
)
# The digits of a date are excluded: nearly every sentence of the news has one, and it does not answer 多少.
_NUMBER = re.compile(
    rf"(?<![0-9.,])[0-9][0-9.,]*(?![0-9.,年月日号时])|{_NUMERAL}+[多余]?(?:[个名人件家起次元万亿米岁%]|公里|美元)"
)
# 一 stands in words of all kinds. 无 and 冠军 tell how many, or in which place.
_ANY_NUMERAL = re.compile(
    "[0-9二两三四五六七八九十百千万亿半俩零〇]|一(?![直般定些样起旦切度边方旁时致贯味])|无|没有|全免|免费|冠军|亚军|季军|翻番|翻倍|[几数](?=[个名人年天月小])"
)
# 10月 and 2020年 are dates.
_DURATION = re.compile(
    rf"{_NUMERAL}+[多余]?(?:个[多半]?月|天|周|个?星期|个?多?小时|分钟|秒)|(?<![0-9])(?:[0-9]{{1,3}}|[一二两三四五六七八九十百]+)[多余]?年"
)
# 丝路, 思路 and the like are no streets.
_PLACE = re.compile("[省市县区镇乡村州国街港岛洲]|(?<![丝思出一半后套网])路|位于|地处")
_VALUES = (DATE, _NUMBER, _DURATION, _PLACE)
# Patterns of questions, each with the pattern of its answers. The first that matches the question counts.
_KINDS = tuple(
    (re.compile(asked), pattern)
    for asked, pattern in (
        ("多久|多长时间", _DURATION),
        ("什么时候|什么时间|何时|哪一?年|哪一?[天日]|哪个?月|几月|几号|几点|时间|日期", DATE),
        ("多少|(?<!哪)几(?![何乎许内丁])|多大|多长|多高|多远|多重|多宽|多深", _NUMBER),
        (
            "为什么|为何|为啥|因为什么|因何|何故|咋会|怎么会|原因",
            re.compile("因|由于|为了|导致|所以|旨在|目的|以便|抗议|反对|不满"),
        ),
        ("哪部|哪本|哪首|什么书|著作|作品", re.compile("《")),
        (
            "哪里|哪儿|什么地方|什么地区|何地|何处|在哪|哪个(?:国家|省|城市|地区|县|市)|哪国|地址|位置",
            _PLACE,
        ),
    )
)
_WHO = re.compile("谁|哪位|何人|哪个人")
_MEASURED = re.compile(rf"(?:多少|几)[万亿多]*(块钱|块|钱|{MEASURES})")
# Measures that answer for another one.
_MONEY, _DEGREES = "元|块|美元|欧元|英镑", "度|℃|摄氏度"
_SAME_MEASURE = {
    **dict.fromkeys(("块钱", "块", "钱"), _MONEY),
    **dict.fromkeys(("度", "摄氏度"), _DEGREES),
    **dict.fromkeys(("公里", "千米"), "公里|千米"),
    **dict.fromkeys(("公斤", "千克"), "公斤|千克"),
    "天": "天|日",
}
# People have several measures: 死了几个人 is answered by 3人遇难 and by 3名工人死亡.
_PEOPLE = re.compile("(?:多少|几)(?:[个名位]?人|名|位)")
_PERSONS = rf"{_NUMERAL}+[多余]?(?:人|[名位个][\u4e00-\u9fff]{{0,6}}?)"
_FATES = tuple(
    (
        re.compile(fate),
        re.compile(rf"{_PERSONS}[^,，。;；0-9]{{0,6}}?(?:{fate})|(?:{fate})[^,，。;；0-9]{{0,6}}?{_PERSONS}"),
    )
    for fate in ("死|遇难|丧生|身亡|罹难|遇害|丧命", "受伤|伤者|负伤|轻伤|重伤|伤亡")
)
_SOME_PERSONS, _HOW_MANY_PERSONS = re.compile(_PERSONS), re.compile("(?:多少|几)个?人")
# 谁是英国首相, 英国首相是谁: the name stands directly behind 英国首相, or 是 and 担任 stand between them.
_WHO_IS = re.compile(
    "谁(?:是|担任|出任|当选)(?P<behind>[\u4e00-\u9fffa-z]{2,12})"
    "|(?P<before>[\u4e00-\u9fffa-z]{2,12}?)(?:到底|究竟)?是谁[?。 ]*$"
)
_NOW = re.compile("^(?:请问|现在|如今|当今|目前|现任|新任|的)+|(?:现在|如今|目前)$")
# Words behind a description that is no name.
_NO_NAME = (
    "(?!的)(?!之)(?!府)(?!办公)(?!顾问)(?!助理)(?!夫人)(?!候选)(?!发言)(?!秘书)(?!特使)(?!换)(?!人选)(?!职)(?!一职)(?!选举)"
    "(?!访)(?!宣)(?!表示)(?!说)(?!称)(?!在)(?!是)(?!将)(?!对)(?!和)(?!与)(?!及)(?!也)(?!已)(?!就)(?!向)(?!为)(?!被)(?!辞)(?!上任)(?!下台)"
)
# A letter of a name. A class of Han characters takes a millisecond to compile, and a question for a person needs four.
_NAME = r"(?:[^\W\da-z_]|·)"
# Questions for one thing, which has a name: 哪家公司, 什么奖. An answer to the others may fill several clauses.
_ONE_NAMED = re.compile("哪(?![些里儿两二三四五六七八九十几])|(?<!为)什么(?!是|样|$)")
_MANY_CLAUSES = re.compile(
    "什么[^什]{0,12}?(?:措施|举措|办法|建议|帮助|作用|影响|要求|规定|特征|特点|意义|内容|政策|变化|成绩|服务|后果|情况|意思|目标|方面|工作)"
)


def kind_of_answer(query: str) -> Kind | None:
    """The kind of thing that a query asks for: a date, number, duration, reason, place, work or person; else None.

    The pattern is for folded sentences. A number must have the measure that the query names (多少亿元, 几家), and a
    number of people what happened to them (死了几个人). A person whom the query describes must stand beside the
    description (谁是英国首相).
    """
    folded = fold(query)
    pattern = next((pattern for asked, pattern in _KINDS if asked.search(folded)), None)
    if pattern is None:
        return _person(folded) if _WHO.search(folded) else None
    is_amount = pattern in (_NUMBER, _DURATION)
    return Kind(_number(folded) if pattern is _NUMBER else pattern, is_value=pattern in _VALUES, is_amount=is_amount)


def holds_amount(folded: str) -> bool:
    """Whether a folded text may hold a number."""
    return _ANY_NUMERAL.search(folded) is not None


def names_one(query: str) -> bool:
    """Whether a query asks for one thing that has a name, which stands in one clause: 谁, 哪家公司, 什么奖."""
    folded = fold(query).rstrip("?。 ")
    if _WHO.search(folded):
        return True
    return bool(_ONE_NAMED.search(folded)) and not _MANY_CLAUSES.search(folded)


def _number(folded: str) -> re.Pattern[str]:
    """The pattern of the number that a query asks for, with its measure."""
    if _PEOPLE.search(folded):
        for asked, pattern in _FATES:
            if asked.search(folded):
                return pattern
        if _HOW_MANY_PERSONS.search(folded):
            return _SOME_PERSONS
    measure = _MEASURED.search(folded)
    return _with_measure(measure[1]) if measure else _NUMBER


@cache
def _with_measure(measure: str) -> re.Pattern[str]:
    """The pattern of a number with this measure."""
    return re.compile(rf"(?:{_NUMERAL}|[.,多余])+个?(?:{_SAME_MEASURE.get(measure, re.escape(measure))})")


def _person(folded: str) -> Kind:
    """The pattern of the person that a query asks for."""
    match = _WHO_IS.search(folded)
    described = _NOW.sub("", (match["behind"] or match["before"])) if match else ""
    # Of 城北公司的董事长, the name stands beside 董事长.
    described = described.rpartition("的")[2]
    if len(described) < 2:
        return _PERSON
    person = re.escape(described)
    return Kind(
        re.compile(
            rf"{person}{_NO_NAME}{_NAME}{{2,5}}|{person}(?:是|为|由){_NAME}{{2,5}}"
            rf"|{_NAME}{{2,5}}[,·]?(?:是|为|任|担任|出任|当选|就任)(?:{_NAME}{{0,2}}任)?{person}"
        )
    )
