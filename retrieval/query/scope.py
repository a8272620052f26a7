"""The scope of a question: the articles that its own words confine it to. 昨天的, 近三天, 据某报报道, 记者某某写的.

Scopes are recognised on the raw question: to jieba, 今天天气 and 最新消息 are one word each. The words of a scope are
removed from the query, since they are no part of what is asked.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from retrieval.archive import Archive
from retrieval.index.protocol import Filters
from retrieval.query.browsed_days import exactly, unread_day
from retrieval.query.bylines import AUTHOR_CUE, SOURCE_CUE, Named, author_names, author_of, source_names, source_of
from retrieval.query.days import NEWS, Days, days_of
from retrieval.query.topic import topic_of
from retrieval.text.analyzer import Analyzer
from retrieval.text.folding import fold, squeeze
from retrieval.text.sentences import Span

# Words after the days that belong to them: 昨天的新闻里说的.
_BEHIND_DAYS = re.compile(rf"的?{NEWS}(?:里面?|中|上)?(?:所?(?:说|提到|提及|写到|讲)的?|的)?|的")
# The end of a question for news: 兰州晚报有什么新闻.
_ASKS_FOR_NEWS = re.compile(rf"(?:有|有没有)?(?:什么|哪些|啥)?(?:新的?|重要的?|重大|相关的?|的)?{NEWS}[吗呢么]?$")
# The rest, without punctuation, of a question that names nothing but its scope: 某报最近报道了什么, 昨天发生了什么大事.
_NOTHING_ELSE = re.compile(
    r"(?:请问?|看看|说说|请?告诉我|我?想知道)?[都还又刚]?(?:有|出|发生)?[了过]?"
    r"(?:(?:什么|哪些|啥)(?:大事情?|新鲜事|事情?|新的?)?)?[吗呢么吧]?"
)
_NEWS_WORD = re.compile(NEWS)
_EVERYTHING = Filters()
_BARE_PAPER = re.compile(
    rf"\W*(?P<name>[\w·]{{2,20}}?)\W*(?P<news>的?(?:有|有没有)?(?:什么|哪些|啥)?(?:新的?|的)?{NEWS}[吗呢么]?)?\W*"
)
_LIKE_A_PAPER = re.compile(
    "[\u4e00-\u9fff]{2,8}?(?:日报|晚报|早报|晨报|时报|商报|都市报|青年报|周刊|周报|新闻网|电视台|通讯社|在线)"
)
# Cues beside which such a name is a paper, stored or not: 据北京日报报道.
_CITED = re.compile(
    rf"根?据《?(?P<cited>{_LIKE_A_PAPER.pattern})》?的?(?:{NEWS}|称|消息)|来自《?(?P<origin>{_LIKE_A_PAPER.pattern})》?的?{NEWS}"
)


class Attempt(NamedTuple):
    """A query and the filters to search it with. `query` is None for the newest articles.

    A passage that holds enough of `about`, a part of the query, answers as well as one that holds enough of it all.
    """

    query: str | None
    filters: Filters
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The articles that a question is confined to: `filters` hold the days, the source and the articles of the author.

    `rest` is the query inside the scope; it is empty when the question asks for the newest articles. `elsewhere` is the
    query outside: without names, but with words of time, which an article may hold itself. `about` is a part of it: a
    passage that covers its terms counts as an answer. The source and the `author` are spelled as in the question. A
    scope `is_unstored` when it cites a paper (据…报道) that no article is of. `unread` are words that look like a day
    and name none: 2月30日. A question for what happened on a date `may_tell_of_a_day` that no report is of: it is
    searched for everywhere then. A question `is_for_news` when it ends so: 上周的台风新闻.
    """

    filters: Filters
    rest: str
    elsewhere: str
    about: str
    author: str | None = None
    unread: str | None = None
    may_tell_of_a_day: bool = False
    is_unstored: bool = False
    is_for_news: bool = False

    def beside(self, filters: Filters) -> "Scope":
        """The scope without what a caller's filters replace: days, source, articles."""
        own = self.filters
        if filters.since or filters.until:
            own = replace(own, since=None, until=None)
        if filters.source is not None:
            own = replace(own, source=None)
        if filters.include_ids is not None:
            own = replace(own, include_ids=None)
        return replace(self, filters=own, author=self.author if own.include_ids is not None else None)

    def attempts(self, filters: Filters) -> list[Attempt]:
        """Attempts in order: inside the scope, then at any time, then everywhere; all keep the caller's filters.

        The newest articles are searched inside only; with 最新 and the like, also at any time. 11月20日发生了什么 may
        also be a question about that day.
        """
        own = self.beside(filters).filters
        at_any_time = replace(own, since=None, until=None)
        if not self.rest:
            inside = [own, at_any_time] if own.since and own.until is None else [own]
            outside = [Attempt(self.elsewhere, filters)] if self.may_tell_of_a_day else []
            return [*(Attempt(None, _both(filters, scope)) for scope in inside), *outside]
        inside = [own, at_any_time] if own != at_any_time != _EVERYTHING else [own]
        outside = [Attempt(self.elsewhere, filters, self.about)] if own != _EVERYTHING else []
        return [*(Attempt(self.rest, _both(filters, scope)) for scope in inside), *outside]


class Scopes:
    """Recognises scopes by the names in an archive.

    Names are read at the first question of a generation that may hold one.
    """

    def __init__(self, archive: Archive, analyzer: Analyzer) -> None:
        self._archive, self._analyzer = archive, analyzer
        self._sources: tuple[int, frozenset[str]] = (-1, frozenset())
        self._authors: tuple[int, dict[str, frozenset[str]]] = (-1, {})

    def of(self, question: str, today: date | None, generation: int) -> Scope | None:
        """The scope of a question asked on the day `today`; None when it has none. Without a day, it names no days.

        `generation` is that of `Archive.refresh`.
        """
        folded = fold(question)
        if today is not None:
            # In a question for news the days are exact. In any other question they may be the days of events.
            browsed = self._scope(question, folded, exactly(folded, today), generation, is_browsing=True)
            if browsed is not None and (not browsed.rest or self._asks_for_a_topic(browsed)):
                return browsed
        return self._scope(question, folded, days_of(folded, today) if today else None, generation)

    def _asks_for_a_topic(self, scope: Scope) -> bool:
        return scope.is_for_news and topic_of(f"{scope.rest}新闻", self._analyzer) is not None

    def _scope(
        self, question: str, folded: str, days: Days | None, generation: int, *, is_browsing: bool = False
    ) -> Scope | None:
        time_places = _places(days.words) if days else set()
        # Words of time may stand between a name and its cue: 某报昨天的报道.
        left = [place for place in range(len(folded)) if place not in time_places]
        rest = "".join(folded[place] for place in left)
        source = source_of(rest, self._source_names(generation)) if SOURCE_CUE.search(rest) else None
        if source is None and is_browsing:
            source = _bare_paper(rest, self._source_names(generation), has_days=days is not None)
        is_unstored = source is None and (source := _cited(rest)) is not None
        author = None
        if AUTHOR_CUE.search(rest):
            names = self._author_names(generation)
            author = author_of(rest, names)
        name_places = {left[place] for named in (source, author) if named for place in _places(named.words)}
        for words in days.words if days else ():
            if (behind := _BEHIND_DAYS.match(folded, words.end)) and behind.start() not in name_places:
                time_places |= set(range(*behind.span()))
        asked = _without(question, time_places | name_places)
        asked = asked[: _end(asked)]
        news = _ASKS_FOR_NEWS.search(fold(asked))
        asked = asked[: news.start()] if news else asked
        if not (days or source or author or (news and "文章" not in news.group())):
            return None
        unread = unread_day(asked) if is_browsing and news else None
        if _NOTHING_ELSE.fullmatch(squeeze(asked)) or unread:
            asked = ""
        elif not (days or source or author):
            return None
        elsewhere = _without(question, name_places)
        written = rest[slice(*author.name)] if author else None
        return Scope(
            Filters(
                since=days.since if days else None,
                until=days.until if days else None,
                source="".join(question[left[place]] for place in range(*source.name)) if source else None,
                include_ids=self._archive.written_by(names[written]) if written else None,
            ),
            rest=asked,
            elsewhere=elsewhere,
            # People often write 现在 and 目前 without meaning them: as the only words of time they stay in the query.
            about=elsewhere if days and days.until is None else asked,
            author="".join(question[left[place]] for place in range(*author.name)) if author else None,
            unread=unread,
            may_tell_of_a_day=is_browsing and days is not None and _may_tell_of(days, folded),
            is_unstored=is_unstored,
            is_for_news=news is not None,
        )

    def _source_names(self, generation: int) -> frozenset[str]:
        if self._sources[0] != generation:
            self._sources = generation, source_names(self._archive.sources())
        return self._sources[1]

    def _author_names(self, generation: int) -> dict[str, frozenset[str]]:
        if self._authors[0] != generation:
            self._authors = generation, author_names(self._archive.authors())
        return self._authors[1]


def _may_tell_of(days: Days, folded: str) -> bool:
    """Whether a question may ask for what happened on a date: it has one, and no word for news."""
    return not _NEWS_WORD.search(folded) and any(
        letter.isdigit() for words in days.words for letter in folded[slice(*words)]
    )


def _bare_paper(rest: str, names: frozenset[str], *, has_days: bool) -> Named | None:
    """The paper that is all that a question for news names beside its days: 兰州晚报 昨天.

    It need not be stored where the question says 新闻: nothing is found of it then, and the reply says so.
    """
    match = _BARE_PAPER.fullmatch(rest)
    if match is None or not (match["name"] in names or (_LIKE_A_PAPER.fullmatch(match["name"]) and match["news"])):
        return None
    if not has_days and not match["news"]:
        return None
    name = Span(*match.span("name"))
    return Named(name, (name,))


def _cited(rest: str) -> Named | None:
    """The paper that a question cites, stored or not."""
    match = _CITED.search(rest)
    if match is None:
        return None
    return Named(Span(*match.span("cited" if match["cited"] else "origin")), (Span(*match.span()),))


def _both(filters: Filters, own: Filters) -> Filters:
    """A caller's filters, completed by those of the question."""
    return replace(
        filters,
        since=filters.since or own.since,
        until=filters.until or own.until,
        source=own.source if filters.source is None else filters.source,
        include_ids=own.include_ids if filters.include_ids is None else filters.include_ids,
    )


def _places(spans: Iterable[Span]) -> set[int]:
    return {place for span in spans for place in range(*span)}


def _end(text: str) -> int:
    """The end of the last letter or digit; 0 when there is none."""
    return next((place + 1 for place in range(len(text) - 1, -1, -1) if text[place].isalnum()), 0)


def _without(question: str, places: set[int]) -> str:
    """The question with blanks in these places, so that the words on both sides do not become one."""
    return "".join(" " if place in places else letter for place, letter in enumerate(question)) if places else question
