"""Days of publication that a question names: 昨天, 近三天, 上周, 最新; 2020年2月的报道.

A date counts only right before 新闻, 报道 or the like: elsewhere it is usually the date of the event. Words that only
hold such characters (目前天气, 出现在, 基本周期), titles (《今天》) and distances (离这里最近的医院) name no days.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from typing import NamedTuple

from retrieval.text.numbers import plain
from retrieval.text.sentences import Span

# The days that 现在, 目前 and 最新 reach back.
RECENT_DAYS = 30
# The number of days that 几 stands for in 这几天.
_SOME = 7
NEWS = (
    r"(?:新闻(?!发布|发言|出版|奖|网|社|学|中心|联播|周刊|工作|办|系)|报道(?![率部])|消息(?!人士|灵通|源|面)|文章|报导)"
)
_OF_NEWS = rf"的?{NEWS}"
_BEFORE_NEWS = re.compile(_OF_NEWS)

# Text that is not searched for days: quotations and titles, names, fixed expressions.
_ASIDE = re.compile(
    r"《[^》]*(?:》|$)|“[^”]*(?:”|$)|「[^」]*(?:」|$)|\"[^\"]*\"|今[天日](?:头条|说法|俄罗斯|美国|中国|印度|关注|国际)|昨日(?:重现|黄花|世界)"
    "|历史上的今天|[离距][^,，。?？!！]{0,12}最近"
)
# 今天, 昨天, with lookarounds for the other words that hold these characters.
_DAY = re.compile(
    r"(?<![如到至当])今(?:天(?!下|后|仍|依然|依旧)|日(?!后|仍)|早|晚(?!报(?![道导]))|晨|夜)|昨(?:天|日|晚|夜|晨)"
    r"|(?<![目之以提眼午饭生产])大?前天(?!气|然|空|才|生|花|下|津|使|窗|主|鹅)"
)
_DAYS_AGO = {"今": 0, "昨": 1, "前": 2, "大": 3}
_WEEK = re.compile(
    r"(?:(?<![晚早马网线史路身世街海船车床台桌地山以之加楼])(?P<last>上上?)|(?<![基日资成书根剧样标文版])本|这)(?:个|一)?"
    r"(?:周|星期|礼拜)(?![期边转围刊年密全遭折杰恩立星润])(?P<day>[一二三四五六日天末])?"
)
_WEEKDAYS = "一二三四五六日"
_COUNT = r"[0-9]{1,3}|[一二两三四五六七八九十]{1,3}|几|半"
# 两三天 counts as 三天.
_OR = "(?:[一二两三四五六七八九](?=[一二两三四五六七八九]个?[天日周星礼月年]))?"
_BACK = re.compile(
    rf"(?:(?:最近|过去)的?|(?:(?<![\u4e00-\u9fff])|(?<=[在从]))近|(?<![将附靠接临邻最])近(?= ?(?:{_COUNT}) ?个?"
    rf"(?:天|日|周|星期|礼拜|月|年)(?:内|里|以?来|有|发生|{_OF_NEWS})))"
    rf" ?{_OR}(?P<count>{_COUNT}) ?(?:(?P<unit>天|日|周)|个?(?P<week>星期|礼拜)|个(?P<month>月)"
    # A recent report may tell of the last three years: years count only where the question asks for reports.
    rf"|(?P<year>年)(?=(?:以?来|之?内)?{_OF_NEWS}))(?:以?来|之?内)?|这几[天日]"
)
_DATE = re.compile(
    # Not the end of a longer numeral, of 明年2月 or of 2月20日到25日: the beginning would be lost.
    r"(?<![0-9〇零一二三四五六七八九十年至到~—-])(?<![年至到~—-] )(?:"
    r"(?:(?P<year>[0-9〇零一二三四五六七八九]{4}) ?年|(?P<other>今|去|前)年) ?"
    r"(?:(?P<month>[0-9十一二三四五六七八九]{1,2}) ?月份? ?(?:(?P<day>[0-9十一二三四五六七八九]{1,3}) ?[日号])?)?"
    r"|(?P<only_month>[0-9十一二三四五六七八九]{1,2}) ?月份? ?"
    r"(?:(?P<day_of_it>[0-9十一二三四五六七八九]{1,3}) ?[日号])?"
    r"|(?P<before>(?<!上)上)个?月|(?:这个?|本)月)"
)
_LATEST = (
    "消息|新闻|报道|报导|进展|动态|情况|数据|通报|疫情|政策|规定|通知|公告|价格|行情|战况|局势|形势|伤亡|数字|统计|名单|天气|预报|排名|比分"
    "|赛果|结果|安排|措施"
)
_NOW = re.compile(
    r"(?<![表体呈实发出展浮重闪涌显再到至兑变凸])现在|(?<![截至止到])目前(?!为止|(?<=[项节栏题科数品剧曲书条账]目前)[期景后提置言瞻缀三])"
    r"|(?<!到)如今|眼下"
    rf"|最近(?!的? ?(?:{_COUNT}) ?(?:年|个?季度|个?小时)|的?[一几两二三]?次|历史|[邻亲点距路似]|的(?:邻|亲|恒?星|祖先)"
    r"|的[^,，。]{1,12}(?:在哪|在什么|怎么走|多远|位于))(?:的(?!吗))?"
    rf"|最新(?=的?[^,，。?？!！的]{{0,6}}(?:{_LATEST})(?!称|说|显示|表明|指出|透露|认为)|的?[吗呢]?\W*$)的?"
)


class Days(NamedTuple):
    """Both days inclusive; `until` is None for no end. `words` are the spans of the words that name the days."""

    since: date
    until: date | None
    words: tuple[Span, ...]


class _Named(NamedTuple):
    since: date
    until: date
    words: Span


def days_of(folded: str, today: date, *, is_exact: bool = False) -> Days | None:
    """The days that a folded question names, from the earliest to the latest; None when it names none.

    Unless they are to be exact, the day after them counts too where a morning paper tells of them.
    """
    searched = _ASIDE.sub(lambda match: "\0" * len(match.group()), folded)
    named = [*_days(searched, today, is_exact), *_weeks(searched, today, is_exact)]
    named += [*_spans(searched, today), *_dates(searched, today)]
    taken = {place for days in named for place in range(*days.words)}
    remaining = "".join("\0" if place in taken else letter for place, letter in enumerate(searched))
    now = [Span(*match.span()) for match in _NOW.finditer(remaining)]
    words = tuple(sorted([*(days.words for days in named), *now]))
    if named:
        return Days(min(days.since for days in named), max(days.until for days in named), words)
    return Days(today - timedelta(RECENT_DAYS), None, words) if now else None


def _days(text: str, today: date, is_exact: bool) -> Iterator[_Named]:
    for match in _DAY.finditer(text):
        day = today - timedelta(_DAYS_AGO[match.group()[0]])
        yield _with_the_morning_after(text, day, day, match, today, is_exact)


def _weeks(text: str, today: date, is_exact: bool) -> Iterator[_Named]:
    for match in _WEEK.finditer(text):
        monday = today - timedelta(today.weekday() + 7 * len(match["last"] or ""))
        first, last = monday, monday + timedelta(6)
        if match["day"] == "末":
            first = monday + timedelta(5)
        elif match["day"]:
            first = last = monday + timedelta(_WEEKDAYS.index(match["day"].replace("天", "日")))
        yield _with_the_morning_after(text, first, last, match, today, is_exact)


def _with_the_morning_after(
    text: str, first: date, last: date, match: re.Match[str], today: date, is_exact: bool
) -> _Named:
    """The days of reports about events of these days: a morning paper reports the day before.

    Where the question asks for the reports of the days (昨天的新闻), no day is added.
    """
    if not is_exact and not _BEFORE_NEWS.match(text, match.end()):
        last += timedelta(1)
    return _Named(first, max(first, min(last, today)), Span(*match.span()))


def _spans(text: str, today: date) -> Iterator[_Named]:
    """The days of 近三天 and the like; today is the last of them."""
    for match in _BACK.finditer(text):
        with suppress(ValueError):
            yield _Named(today - timedelta(max(1, _days_back(match)) - 1), today, Span(*match.span()))


def _days_back(match: re.Match[str]) -> int:
    """The number of days of a match of `_BACK`. Raises ValueError for a count that is no numeral."""
    count, some = match["count"], match["count"] == "几"
    if match["year"]:
        return 182 if count == "半" else 365 * (3 if some else _number(count))
    if match["month"]:
        return 15 if count == "半" else 30 * (3 if some else _number(count))
    if match["week"] or match["unit"] == "周":
        return 7 * (3 if some else 1 if count == "半" else _number(count))
    return _SOME if some or count is None else 1 if count == "半" else _number(count)


def _dates(text: str, today: date) -> Iterator[_Named]:
    for match in _DATE.finditer(text):
        if not _BEFORE_NEWS.match(text, match.end()):
            continue
        with suppress(ValueError):  # the 30th of February, the 13th month
            yield _Named(*_of_date(match, today), Span(*match.span()))


def _of_date(match: re.Match[str], today: date) -> tuple[date, date]:
    """The first and last day of a date, a month or a year; without a year, the latest one that is past.

    Raises ValueError for a date that does not exist.
    """
    month = match["month"] or match["only_month"]
    day = match["day"] or match["day_of_it"]
    if match["year"]:
        year = _number(match["year"], "年")
    elif match["other"]:
        year = today.year - "今去前".index(match["other"])
    else:
        year = today.year
        if month is None:
            last_of_it = today.replace(day=1) - timedelta(1) if match["before"] else today
            return last_of_it.replace(day=1), last_of_it
        if (_number(month), _number(day or "1")) > (today.month, today.day):
            year -= 1
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day is None:
        return date(year, _number(month), 1), date(year, _number(month), monthrange(year, _number(month))[1])
    return (only := date(year, _number(month), _number(day))), only


def _number(numeral: str, measure: str = "日") -> int:
    """The value of a numeral. Raises ValueError for characters that make none, such as 十一二."""
    return int(plain(numeral.replace("两", "二") + measure).removesuffix(measure))
