"""Days and spans of days, as a reader reads them."""

from calendar import monthrange
from datetime import date

from bot.words.language import said
from retrieval.query.days import RECENT_DAYS

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def dated(published: str | None, today: date) -> str:
    """2020-02-24（6 年前）"""
    if published is None:
        return said("日期不明")
    then = date.fromisoformat(published[:10])
    years = today.year - then.year - ((today.month, today.day) < (then.month, then.day))
    if years == 1:
        return published[:10] + said("（1 年前）")
    return published[:10] + (said("（{years} 年前）", years=years) if years > 1 else "")


def moment(published: str, today: date) -> str:
    """11月24日 09:12; for another year the ISO date; without the time if that is unknown."""
    then = date.fromisoformat(published[:10])
    return (day(then, today) if then.year == today.year else published[:10]) + published[10:]


def day(when: date, today: date) -> str:
    """11月24日; with the year if that is not the current one."""
    named = said("{month}月{day}日", month=when.month, day=when.day, name=_MONTHS[when.month - 1])
    return named if when.year == today.year else said("{year}年{day}", year=when.year, day=named)


def span(since: date | None, until: date | None, today: date) -> str:
    """近 30 天, 11月22日至24日, 2020年, 11月20日以来; empty for all days."""
    if since is None:
        return said("{day}以前", day=day(until, today)) if until else ""
    if until is None:
        if (today - since).days == RECENT_DAYS:
            return recent(RECENT_DAYS)
        return said("{day}以来", day=day(since, today))
    if since == until:
        return day(since, today)
    if since < until and (since.year, since.month) == (until.year, until.month):
        if since.day == 1 and until.day == monthrange(until.year, until.month)[1]:
            return said("{year}年{month}月", year=since.year, month=since.month, name=_MONTHS[since.month - 1])
        # The English names both days whole.
        return said("{since}至{day}日", since=day(since, today), day=until.day, until=day(until, today))
    if (since.month, since.day, until.month, until.day) == (1, 1, 12, 31) and since.year == until.year:
        return said("{year}年", year=since.year)
    return said("{since}至{until}", since=day(since, today), until=day(until, since))


def recent(days: int) -> str:
    """近 30 天"""
    return said("近 {days} 天", days=days)
