"""Which articles does a question confine itself to, in its own words? 昨天的, 近三天, 据某报报道, 记者某某写的.

Recognised on the raw question, before jieba, to which 今天天气 and 最新消息 are one word each. The words that confine a
question say nothing of what is asked: they are taken out of what is searched for.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from retrieval.archive import Archive
from retrieval.index.protocol import Filters
from retrieval.query.bylines import AUTHOR_CUE, SOURCE_CUE, author_names, author_of, source_names, source_of
from retrieval.query.days import NEWS, days_of
from retrieval.text.folding import fold, squeeze
from retrieval.text.sentences import Span

# Behind 昨天: 昨天的新闻里说的.
_BEHIND_DAYS = re.compile(rf"的?{NEWS}(?:里面?|中|上)?(?:所?(?:说|提到|提及|写到|讲)的?|的)?|的")
# At the end of a question that is confined: 兰州有什么新闻 asks for what there is of 兰州.
_ASKS_FOR_NEWS = re.compile(rf"(?:有|有没有)?(?:什么|哪些|啥)?(?:新的?|重要的?|重大|相关的?|的)?{NEWS}[吗呢么]?$")


# What is left, without punctuation, of 今天有什么新闻, 某报最近报道了什么 and 昨天发生了什么大事: nothing is named.
_NOTHING_ELSE = re.compile(
    r"(?:请问?|看看|说说|请?告诉我|我?想知道)?[都还又刚]?(?:有|出|发生)?[了过]?"
    r"(?:(?:什么|哪些|啥)(?:大事情?|新鲜事|事情?|新的?)?)?[吗呢么吧]?"
)
_EVERYTHING = Filters()


class Attempt(NamedTuple):
    """What to search for, and among which articles; to hold what it is `about` is enough for an answer."""

    query: str | None  # None for the newest articles
    filters: Filters
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question confines itself to. `filters` hold the days, the source and the author's articles.

    `rest` is what is asked inside, empty when it is what there is new. `elsewhere` is what other articles are ranked by
    when nothing is found inside: without the names, but with the words of time, which may be an article's own; to hold
    what it is `about` is enough. The source and the `author` are spelt as in the question. `kept` tells whether the
    answer comes from inside.
    """

    filters: Filters
    rest: str
    elsewhere: str
    about: str
    author: str | None = None
    kept: bool = True

    def beside(self, filters: Filters) -> "Scope":
        """What is left of it beside a caller's own filters, each of which stands in place of what is said."""
        own = self.filters
        if filters.since or filters.until:
            own = replace(own, since=None, until=None)
        if filters.source is not None:
            own = replace(own, source=None)
        if filters.include_ids is not None:
            own = replace(own, include_ids=None)
        return replace(self, filters=own, author=self.author if own.include_ids is not None else None)

    def attempts(self, filters: Filters) -> list[Attempt]:
        """Where to look, one after the other: inside, then at any time, then everywhere; the caller's filters hold.

        What there is new is looked for inside alone, but that 最新 may be old.
        """
        own = self.beside(filters).filters
        at_any_time = replace(own, since=None, until=None)
        if not self.rest:
            tried = [own, at_any_time] if own.since and own.until is None else [own]
            return [Attempt(None, _both(filters, one)) for one in tried]
        inside = [own, at_any_time] if own != at_any_time != _EVERYTHING else [own]
        outside = [Attempt(self.elsewhere, filters, self.about)] if own != _EVERYTHING else []
        return [*(Attempt(self.rest, _both(filters, one)) for one in inside), *outside]


class Scopes:
    """Recognises scopes by the names in an archive, which are read when a question may name one, once a generation."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._sources: tuple[int, frozenset[str]] = (-1, frozenset())
        self._authors: tuple[int, dict[str, frozenset[str]]] = (-1, {})

    def of(self, question: str, today: date | None, generation: int) -> Scope | None:
        """The scope of a question asked on this day; None when it has none.

        Without a day, no words of time are looked for.
        """
        folded = fold(question)
        days = days_of(folded, today) if today else None
        when = _places(days.words) if days else set()
        # What is confined in time may stand between a name and its cue: 某报昨天的报道.
        left = [place for place in range(len(folded)) if place not in when]
        rest = "".join(folded[place] for place in left)
        source = source_of(rest, self._source_names(generation)) if SOURCE_CUE.search(rest) else None
        author = None
        if AUTHOR_CUE.search(rest):
            names = self._author_names(generation)
            author = author_of(rest, names)
        who = {left[place] for one in (source, author) if one for place in _places(one.words)}
        for words in days.words if days else ():
            if (behind := _BEHIND_DAYS.match(folded, words.end)) and behind.start() not in who:
                when |= set(range(*behind.span()))
        asked = _without(question, when | who)
        asked = asked[: _end(asked)]
        news = _ASKS_FOR_NEWS.search(fold(asked))
        asked = asked[: news.start()] if news else asked
        if not (days or source or author or (news and "文章" not in news.group())):
            return None
        if _NOTHING_ELSE.fullmatch(squeeze(asked)):
            asked = ""
        elif not (days or source or author):
            return None
        elsewhere = _without(question, who)
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
            # 现在 and 目前 are said as often as meant: where only they confine, they stay part of what is asked.
            about=elsewhere if days and days.until is None else asked,
            author="".join(question[left[place]] for place in range(*author.name)) if author else None,
        )

    def _source_names(self, generation: int) -> frozenset[str]:
        if self._sources[0] != generation:
            self._sources = generation, source_names(self._archive.sources())
        return self._sources[1]

    def _author_names(self, generation: int) -> dict[str, frozenset[str]]:
        if self._authors[0] != generation:
            self._authors = generation, author_names(self._archive.authors())
        return self._authors[1]


def _both(filters: Filters, own: Filters) -> Filters:
    """A caller's filters, and where it says nothing what the question does."""
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
    """Where the last letter or digit ends."""
    return next((place + 1 for place in range(len(text) - 1, -1, -1) if text[place].isalnum()), 0)


def _without(question: str, places: set[int]) -> str:
    """Blanks in these places: what stood on either side of them does not become one word."""
    return "".join(" " if place in places else letter for place, letter in enumerate(question)) if places else question
