"""What kind of thing does a question ask for, and how does a sentence look that gives one?"""

import re

from retrieval.numbers import MEASURES
from retrieval.text import fold

Kind = re.Pattern[str]

_NUMERAL = "[0-9〇零一二三四五六七八九十百千万亿两]"
_DATE = re.compile(rf"{_NUMERAL}+(?:年|月|日|时|点|号)|(?:昨|今|明|当|次)[天日年]")
# Nearly every sentence of the news has a date: its digits are no answer to 多少.
_NUMBER = re.compile(
    rf"(?<![0-9.,])[0-9][0-9.,]*(?![0-9.,年月日号时])|{_NUMERAL}+[多余]?(?:[个名人件家起次元万亿米岁%]|公里|美元)"
)
_DURATION = re.compile(rf"{_NUMERAL}+[多余]?个?(?:年|月|天|日|周|星期|小时|分钟|秒)")
# What is asked, and the kind of answer, in this order: the first that fits counts.
_KINDS = tuple(
    (re.compile(asked), kind)
    for asked, kind in (
        ("多久|多长时间", _DURATION),
        ("什么时候|什么时间|何时|哪一?年|哪一?[天日]|哪个?月|几月|几号|几点|时间|日期", _DATE),
        ("多少|几(?![何乎许内丁])|多大|多长|多高|多远|多重|多宽|多深", _NUMBER),
        ("为什么|为何|为啥|原因", re.compile("因|由于|为了|导致|所以|旨在|目的|以便")),
        (
            "哪里|哪儿|什么地方|什么地区|何地|何处|在哪|哪个(?:国家|省|城市|地区|县|市)|哪国|地址|位置",
            re.compile("[省市县区镇乡村州国路街港岛洲]|位于|地处"),
        ),
        ("哪部|哪本|哪首|什么书|著作|作品", re.compile("《")),
    )
)
_MEASURED = re.compile(rf"(?:多少|几)[万亿多]*({MEASURES})")


def kind_of_answer(query: str) -> Kind | None:
    """How a folded sentence looks that gives the kind of thing asked for: a date, a number, a reason, a place, a work.

    Where the question names the measure (多少亿元, 几家), the number must have it. A person is not among the kinds: any
    pattern of names fits nearly every sentence of the news, and on the development sets it did harm.
    """
    folded = fold(query)
    kind = next((kind for asked, kind in _KINDS if asked.search(folded)), None)
    measure = _MEASURED.search(folded) if kind is _NUMBER else None
    return re.compile(rf"(?:{_NUMERAL}|[.,多余])+个?{re.escape(measure[1])}") if measure else kind
