"""Lines beside an answer: its scope, a question that was cut, and what other papers say."""

from calendar import monthrange
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from bot.words import answers
from retrieval.archive import StoredPassage
from retrieval.engine import LONGEST_QUESTION, Hit, Result, Scope
from retrieval.index.protocol import Filters
from retrieval.query.days import RECENT_DAYS


class Notes(NamedTuple):
    """Plain lines above and below an answer; empty where there is nothing to say.

    `lacking` names what the best passage lacks, and stands above that passage only.
    """

    above: str = ""
    below: str = ""
    lacking: str = ""


NO_NOTES = Notes()
_MOST_REPORTS = 3


def notes(result: Result, today: date) -> Notes:
    """Notes on the scope that the question itself names, on a question that was cut, and on a word that was misspelled.

    A scope that held is named below the answer; a scope without an answer is named above the answer from elsewhere.
    """
    above, below, _ = _scope_notes(result, today)
    if result.searched_as:
        above = answers.SEARCHED_AS.format(word=result.searched_as) + (above or "")
    lacking = f"{answers.missing(result.missing)}，最接近的是：" if result.missing else ""
    if result.is_list:
        return Notes(below=_partly_read(result))
    if not result.hits:
        return Notes(above, below)
    return Notes(above, below + _partly_read(result), lacking)


def _scope_notes(result: Result, today: date) -> Notes:
    scope = result.scope
    if scope is None or not result.hits or scope.filters == Filters():
        return NO_NOTES
    best = result.hits[0].passage
    if result.is_confined:
        return Notes(below=_only(scope.filters, scope.author, today) or "")
    return NO_NOTES if result.in_scope else Notes(above=_elsewhere(scope, result.filters, best, today))


def not_found(result: Result, today: date) -> str:
    """Plain lines for a question without an answer."""
    return "\n".join(filter(None, (_none(result, today), _partly_read(result))))


def _partly_read(result: Result) -> str:
    """What of the message was searched for, if not all of it."""
    if not result.articles:
        return ""
    further = answers.FURTHER.format(count=result.further) if result.further else ""
    cut = answers.CUT.format(limit=LONGEST_QUESTION) if result.is_cut else ""
    return further + cut


def _none(result: Result, today: date) -> str:
    scope = result.scope
    if result.reason == "no_terms" and result.articles:
        return answers.NO_WORDS
    if scope is None or scope.rest or not result.articles:
        near = answers.lacking(result.missing) if result.missing else ""
        near = answers.nearest(result.nearest.title, result.missing) if result.nearest else near
        return answers.not_found(result.question, result.articles, result.newest, searched(result, today), near)
    which = _which(result.filters, scope.author, today) or "相关报道"
    # The hint proposes to ask for the latest news: it is left out when the question asked for nothing else.
    other = replace(scope.filters, since=None) != Filters()
    stock = answers.stock(result.articles, result.newest, today)
    return answers.none_there(which, stock, answers.try_it(answers.WHATS_NEW) if other else None)


def listed(result: Result, today: date, most: int) -> str:
    """The heading of a list of at most `most` articles: “台风” 11月25日的报道，共 12 篇："""
    reports = _which(result.filters, result.scope.author if result.scope else None, today)
    if result.topic:
        # “台风”的报道; “台风” 11月25日的报道
        quoted = f"“{result.topic}”"
        which = f"{quoted} {reports.strip()}" if reports else f"{quoted}{answers.REPORTS}"
    else:
        which = reports.strip() or answers.LATEST
    unread = answers.unread(result.scope.unread) if result.scope and result.scope.unread else ""
    return unread + answers.listed(which, len(result.hits), is_all=len(result.hits) < most)


def widening(result: Result) -> str | None:
    """The label of a button that searches without the scope of a result; None when its scope confined nothing."""
    filters = result.scope.filters if result.scope and result.is_confined else Filters()
    has_days, has_source = bool(filters.since or filters.until), bool(filters.source or filters.include_ids is not None)
    if has_days and has_source:
        return answers.EVERYTHING
    return answers.ANY_TIME if has_days else answers.ALL_SOURCES if has_source else None


def other_papers(hit: Hit, today: date) -> tuple[str, ...]:
    """Plain lines about other reports: papers with the same, up to three that say something else, or said it before."""
    same = answers.reprints(hit.passage.source, (reprint.source for reprint in hit.reprints))
    lines = [same] if same else []
    for heading, reports in ((answers.DIFFERING, hit.conflicting), (answers.EARLIER, hit.earlier)):
        if reports:
            named = reports[:_MOST_REPORTS]
            lines += [heading, *(answers.report(own.source, own.published, own.sentence, today) for own in named)]
    return tuple(lines)


def searched(result: Result, today: date) -> str | None:
    """The articles in which nothing was found, as a sentence; None when these were all articles."""
    scope = result.scope
    if scope is not None and not result.is_confined and scope.filters != Filters():
        return f"先查了{_which(scope.filters, scope.author, today)}，再查了其余的。"
    return _only(result.filters, scope.author if scope is not None else None, today)


def _only(filters: Filters, author: str | None, today: date) -> str | None:
    """只查了 11月22日至24日。 只查了兰州晚报的报道。"""
    which = _which(filters, author, today)
    # 11月22日至24日 alone reads as a span of days; 的报道 is redundant.
    which = which.removesuffix("的报道") if which.endswith("日的报道") and which.startswith(" ") else which
    return f"只查了{which}。" if which else None


def _elsewhere(scope: Scope, used: Filters, best: StoredPassage, today: date) -> str:
    own, day = scope.filters, (best.published or "")[:10]
    none = f"没有找到{_which(own, scope.author, today, '相关报道')}，下面是"
    if own.since is None or own.source != used.source or own.include_ids != used.include_ids:
        return f"{none}别处的："
    if own.until is not None and own.until < today:
        return f"{none}别的时间的："
    if not day:
        return f"{none}日期不明的一篇："
    is_old = (today - date.fromisoformat(day)).days > RECENT_DAYS
    days_alone = own.source is None and own.include_ids is None
    is_recent = days_alone and (today - own.since).days <= RECENT_DAYS
    return answers.OLD_NEWS if is_old and is_recent else f"{none}较早的一篇："


def _which(filters: Filters, author: str | None, today: date, reports: str = "报道") -> str:
    """近 30 天的报道; 兰州晚报 11月22日至24日的报道; 某某写的报道. Empty without filters and author."""
    days = _days(filters.since, filters.until, today)
    source = "".join(filter(None, [filters.source, f"{author}写" if author else None]))
    if not days and not source:
        return ""
    return f"{source} {days}的{reports}" if days[:1].isdigit() else f"{source}{days}的{reports}"


def _days(since: date | None, until: date | None, today: date) -> str:
    if since is None:
        return f"{_day(until, today)}以前" if until else ""
    if until is None:
        return f"近 {RECENT_DAYS} 天" if (today - since).days == RECENT_DAYS else f"{_day(since, today)}以来"
    if since == until:
        return _day(since, today)
    if since < until and (since.year, since.month) == (until.year, until.month):
        if since.day == 1 and until.day == monthrange(until.year, until.month)[1]:
            return f"{since.year}年{since.month}月"
        return f"{_day(since, today)}至{until.day}日"
    if (since.month, since.day, until.month, until.day) == (1, 1, 12, 31) and since.year == until.year:
        return f"{since.year}年"
    return f"{_day(since, today)}至{_day(until, today) if until.year == since.year else _day(until, today, year=True)}"


def _day(day: date, today: date, *, year: bool = False) -> str:
    month_and_day = f"{day.month}月{day.day}日"
    return f"{day.year}年{month_and_day}" if year or day.year != today.year else month_and_day
