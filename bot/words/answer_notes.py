"""Lines beside an answer: its scope, a question that was cut, and what other papers say."""

from dataclasses import replace
from datetime import date
from typing import NamedTuple

from bot.words import answers, days
from bot.words.language import joined, said
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
_REPORTS, _RELATED = "报道", "相关报道"


def notes(result: Result, today: date) -> Notes:
    """Notes on the scope that the question itself names, on a question that was cut, and on a word that was misspelled.

    A scope that held is named below the answer; a scope without an answer is named above the answer from elsewhere.
    """
    above, below, _ = _scope_notes(result, today)
    if result.searched_as:
        above = joined(said(answers.SEARCHED_AS, word=result.searched_as), above)
    above = joined(_unread(result), above)
    lacking = said("{missing}，最接近的是：", missing=answers.missing(result.missing)) if result.missing else ""
    if result.is_list:
        return Notes(below=_partly_read(result))
    if not result.hits:
        return Notes(above, below)
    return Notes(above, joined(below, _partly_read(result)), lacking)


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
    return "\n".join(filter(None, (joined(_unread(result), _none(result, today)), _partly_read(result))))


def _unread(result: Result) -> str:
    return answers.unread(result.unread) if result.unread else ""


def _partly_read(result: Result) -> str:
    """What of the message was searched for, and in which articles, if not all."""
    if not result.articles:
        return ""
    further = said(answers.FURTHER, count=result.further) if result.further else ""
    cut = said(answers.CUT, limit=LONGEST_QUESTION) if result.is_cut else ""
    return joined(further, cut, said(answers.PARTIAL) if result.is_partial else "")


def _none(result: Result, today: date) -> str:
    scope = result.scope
    if result.reason == "no_terms" and result.articles:
        return said(answers.NO_WORDS)
    if scope is None or scope.rest or not result.articles:
        near = answers.lacking(result.missing) if result.missing else ""
        near = answers.nearest(result.nearest.title, result.missing) if result.nearest else near
        return answers.not_found(result.question, result.articles, result.newest, searched(result, today), near)
    which = _which(result.filters, scope.author, today) or said(_RELATED)
    # The hint proposes to ask for the latest news: it is left out when the question asked for nothing else.
    other = replace(scope.filters, since=None) != Filters()
    stock = answers.stock(result.articles, result.newest, today)
    return answers.none_there(which, stock, answers.try_it(said(answers.WHATS_NEW)) if other else None)


def listed(result: Result, today: date, most: int) -> str:
    """The heading of a list of at most `most` articles: “台风” 11月25日的报道，共 12 篇："""
    which = _which(result.filters, result.scope.author if result.scope else None, today).strip()
    if result.topic and which:
        which = said("“{topic}” {reports}", topic=result.topic, reports=which)
    elif result.topic:
        which = said("“{topic}”的报道", topic=result.topic)
    which = which or said(answers.LATEST)
    return joined(_unread(result), answers.listed(which, len(result.hits), is_all=len(result.hits) < most))


def widening(result: Result) -> str | None:
    """The label, in Chinese, of a button that searches without the scope of a result; None when it confined nothing."""
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
            lines += [said(heading), *(answers.report(own.source, own.published, own.sentence, today) for own in named)]
    return tuple(lines)


def searched(result: Result, today: date) -> str | None:
    """The articles in which nothing was found, as a sentence; None when these were all articles."""
    scope = result.scope
    if scope is not None and scope.is_unstored:
        return said("没有收录{paper}，查了其余的。", paper=scope.filters.source)
    if scope is not None and not result.is_confined and scope.filters != Filters():
        which = _which(scope.filters, scope.author, today)
        return said("先查了{which}，再查了其余的。", which=which)
    return _only(result.filters, scope.author if scope is not None else None, today)


def _only(filters: Filters, author: str | None, today: date) -> str | None:
    """只查了 11月22日至24日的报道。"""
    which = _which(filters, author, today)
    return said("只查了{which}。", which=which) if which else None


def _elsewhere(scope: Scope, used: Filters, best: StoredPassage, today: date) -> str:
    own, day = scope.filters, (best.published or "")[:10]
    if scope.is_unstored:
        return said("没有收录{paper}，下面是别处的：", paper=own.source)
    which = _which(own, scope.author, today, _RELATED)
    if own.since is None or own.source != used.source or own.include_ids != used.include_ids:
        return said("没有找到{which}，下面是别处的：", which=which)
    if own.until is not None and own.until < today:
        return said("没有找到{which}，下面是别的时间的：", which=which)
    if not day:
        return said("没有找到{which}，下面是日期不明的一篇：", which=which)
    is_old = (today - date.fromisoformat(day)).days > RECENT_DAYS
    days_alone = own.source is None and own.include_ids is None
    is_recent = days_alone and (today - own.since).days <= RECENT_DAYS
    return said(answers.OLD_NEWS) if is_old and is_recent else said("没有找到{which}，下面是较早的一篇：", which=which)


def _which(filters: Filters, author: str | None, today: date, reports: str = _REPORTS) -> str:
    """近 30 天的报道; 兰州晚报 11月22日至24日的报道; 某某写的报道. Empty without filters and author.

    It begins with a blank where a digit would touch the Chinese in front of it.
    """
    span, paper = days.span(filters.since, filters.until, today), filters.source or ""
    whose = said("{paper}{author}写", paper=paper, author=author).strip() if author else paper
    gap, what = " " if span[:1].isdigit() else "", said(reports)
    if whose and span:
        return said("{whose}{gap}{days}的{reports}", whose=whose, gap=gap, days=span, reports=what)
    if span:
        return said("{gap}{days}的{reports}", gap=gap, days=span, reports=what)
    return said("{whose}的{reports}", whose=whose, reports=what) if whose else ""
