"""Details that a question and a passage name: places, persons, organizations, numbers with a measure, dates."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from retrieval.text.folding import fold
from retrieval.text.numbers import MEASURES, plain, written
from retrieval.text.parts_of_speech import PartsOfSpeech

# The kinds of jieba's flags; nrt and nrfg are foreign and full names.
_NAMES = {"nr": "person", "nrt": "person", "nrfg": "person", "ns": "place", "nt": "organization"}
# jieba takes many other words for names (高峰, 新进展, 入口, 国际化, 公共汽车). A name counts only if a pattern matches
# it. A person: a surname with two more characters, or three characters that foreign names are written with.
_SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马胡朱郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范廖贾夏韦付邹孟熊秦邱尹薛闫段侯龙陶黎贺顾毛郝龚邵钱严覃戴莫孔汤习温"
)
_FOREIGN = (
    "阿埃艾安奥巴拜贝本比彼波伯博布查达戴德迪蒂丁杜多恩尔法菲费弗佛夫福盖戈格古哈海汉赫亨霍基吉加贾杰金卡凯坎考科克肯库拉莱"
    "兰朗劳勒雷里利列林隆卢鲁伦罗洛马麦迈曼梅蒙米密莫默姆穆纳南内尼诺努欧帕佩皮普齐奇乔切琼萨塞桑沙舍什施史斯苏索塔泰汤特提"
    "图托瓦万威韦维文沃乌西希夏谢辛休雅亚扬耶叶伊因尤约泽扎詹兹祖佐娜莎丽妮"
)
_KNOWN_PLACES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃"
    "|青海|台湾|广西|西藏|宁夏|新疆|香港|澳门|内蒙古|黑龙江|太原|沈阳|大连|长春|南京|苏州|无锡|杭州|宁波|温州|合肥|福州|厦门"
    "|南昌|济南|青岛|郑州|武汉|长沙|广州|深圳|珠海|南宁|海口|成都|贵阳|昆明|拉萨|西安|兰州|西宁|银川|三亚|台北|哈尔滨|石家庄"
    "|中国|美国|英国|法国|德国|俄国|韩国|朝鲜|日本|印度|泰国|越南|缅甸|荷兰|挪威|瑞典|瑞士|芬兰|丹麦|波兰|希腊|埃及|伊朗|约旦"
    "|古巴|智利|秘鲁|巴西|苏丹|蒙古|老挝|东京|巴黎|伦敦|纽约|曼谷|首尔|悉尼|柏林|罗马|华盛顿|莫斯科|洛杉矶|俄罗斯|乌克兰|土耳其"
    "|以色列|叙利亚|菲律宾|新加坡|葡萄牙|西班牙|匈牙利|墨西哥|阿联酋"
)
_DIVISIONS = "特别行政区|(?:维吾尔|回族|壮族|.族)?自治[区州县]|省|市|县|区|州|镇|国"
_ORGANIZATIONS = "部|局|院|会|厅|委|署|社|银行|公司|集团|大学|政府|组织|中心|电视台|队|党|军区|日报|时报"
_IS_NAME = {
    "person": re.compile(f"[{_SURNAMES}][\u4e00-\u9fff]{{2}}|[{_FOREIGN}]{{3,}}"),
    "place": re.compile(
        rf"(?:{_KNOWN_PLACES})(?:{_DIVISIONS})?|[{_FOREIGN}]{{3,}}[州国]?|[\u4e00-\u9fff]{{2,}}(?:自治[区州县]|[省市县州])"
    ),
    "organization": re.compile(rf"[\u4e00-\u9fff]{{2,}}(?:{_ORGANIZATIONS})"),
}
_NO_NAMES = frozenset(("伊斯兰", "大城市", "周边城市", "港口城市", "胡萝卜", "许可证", "段时间", "音乐会", "新格局"))
# 北京 and 北京市 are one place.
_DIVISION = re.compile(rf"(?<=..)(?:{_DIVISIONS})$")
_DIGITS = re.compile(r"(?<![0-9a-z.,])[0-9]+(?:\.[0-9]+)?(?![0-9a-z.,])")
_MEASURE = re.compile(rf"[万亿]*[多余]?(?:{MEASURES})")


class Detail(NamedTuple):
    """A detail at text[start:end]. Details of one `kind` can stand for each other: numbers only with one measure.

    `value` is what a text holds that names the detail: a name without 省 or 市; 60亿元 for 六十亿元.
    """

    kind: str
    value: str
    start: int
    end: int

    @property
    def is_measured(self) -> bool:
        """Whether the detail is a number or a part of a date."""
        return self.value[0].isdecimal()


def details(text: str, parts: PartsOfSpeech) -> list[Detail]:
    """The details of a text in order, disjoint."""
    measured = list(_measured(fold(text)))
    taken = {place for detail in measured for place in range(detail.start, detail.end)}
    names = [
        Detail(_NAMES[flag], _DIVISION.sub("", word), start, end)
        for word, flag, start, end in parts.words(text)
        if _is_name(word, flag) and taken.isdisjoint(range(start, end))
    ]
    return sorted([*measured, *names], key=lambda detail: detail.start)


def readable(text: str) -> str:
    """The text as `is_held` reads it: folded, numbers in plain digits."""
    return plain(fold(text))


def is_held(value: str, text: str) -> bool:
    """Whether a readable text names the value; 60亿元 is not held by 160亿元."""
    if not value[0].isdecimal():
        return value in text
    return re.search(rf"(?<![0-9.,]){re.escape(value)}", text) is not None


def _is_name(word: str, flag: str) -> bool:
    return flag in _NAMES and word not in _NO_NAMES and _IS_NAME[_NAMES[flag]].fullmatch(word) is not None


def _measured(folded: str) -> Iterator[Detail]:
    """Numbers and parts of a date. A number of one Chinese numeral (三人) is none: see `numbers.written`."""
    numerals = [(number.start, number.end, number.digits) for number in written(folded)]
    taken = {place for start, end, _ in numerals for place in range(start, end)}
    plain_digits = [(*match.span(), match.group()) for match in _DIGITS.finditer(folded) if match.start() not in taken]
    for start, end, digits in sorted([*numerals, *plain_digits]):
        if measure := _MEASURE.match(folded, end):
            unit = measure.group()
            yield Detail(_kind_of_number(digits, unit), digits + unit, start, measure.end())


def _kind_of_number(digits: str, unit: str) -> str:
    """A year, a month and a day are kinds of their own: 2020年 and 4年 cannot stand for each other."""
    return f"year {len(digits)}" if unit == "年" else f"number {unit}"
