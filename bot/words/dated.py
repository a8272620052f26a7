"""Words of time in a printed passage, with the day, month or year that they mean: 文中“今年”指 2020 年。"""

import re
from contextlib import suppress
from datetime import date, timedelta

from bot.words.language import said

_MOST = 3
# Without 前年, 前天 and 后天, which mostly are parts of other words (目前天津, 以前年度); without names.
_WORDS = re.compile(
    "(?P<year>今年(?!轻)|(?<!失)去年(?!轻|代)|(?<![光文])明年)(?!度)|(?P<month>本月|上个?月|下个?月)"
    "|(?P<day>今[天日](?!下|俄罗斯|头条|美国)|昨[天日](?!重现)|(?<![光文])明[天日](?!之星|系|黄花)|今[早晚晨]|昨[晚夜])"
)
_YEARS = {"今": 0, "去": -1, "明": 1}
_DAYS = {"今": 0, "昨": -1, "明": 1}
_MONTHS = {"本": 0, "上": -1, "下": 1}


def explained(text: str, published: str | None, today: date) -> str:
    """The first three words of time of a passage with what they mean; empty where that is as good as today's.

    A year is dated once it is another one than a reader takes it for, a month and a day when the passage is older than
    that month or day. A passage without a date of its own dates nothing.
    """
    if published is None:
        return ""
    then = date.fromisoformat(published[:10])
    meant = dict[str, str]()
    for match in _WORDS.finditer(text):
        word = match.group()
        if match["year"] and then.year != today.year:
            meant.setdefault(word, said("{year} 年", year=then.year + _YEARS[word[0]]))
        elif match["month"] and (then.year, then.month) != (today.year, today.month):
            year, month = divmod(then.year * 12 + then.month - 1 + _MONTHS[word[0]], 12)
            meant.setdefault(word, said("{year} 年 {month} 月", year=year, month=month + 1))
        elif match["day"] and then != today:
            with suppress(OverflowError):  # the day before the first of the calendar
                day = then + timedelta(_DAYS[word[0]])
                meant.setdefault(
                    word, said("{year} 年 {month} 月 {day} 日", year=day.year, month=day.month, day=day.day)
                )
    named = [said("“{word}”指 {what}", word=word, what=what) for word, what in list(meant.items())[:_MOST]]
    return said("文中{words}。", words=said("，").join(named)) if named else ""
