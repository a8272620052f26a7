"""The search engine: a question becomes a result, and an article becomes searchable."""

import logging
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Never, TypeVar

from retrieval.archive import Archive, Batch, StoredPassage, Unread
from retrieval.archive import Outcome as Outcome
from retrieval.article import Article, Passage, passages
from retrieval.change import NO_CHANGE, Change
from retrieval.duplicates.collapse import ConflictingReport as ConflictingReport
from retrieval.duplicates.collapse import Reprint as Reprint
from retrieval.embedded import EmbeddedArchive
from retrieval.index.code_cache import CodeCache
from retrieval.index.protocol import Filters, Index
from retrieval.index.segmented import SegmentedIndex
from retrieval.query.courtesy import without_courtesy
from retrieval.query.follow_up import Completed, completed
from retrieval.query.follow_up import Last as Last
from retrieval.query.reading import LONGEST_QUESTION as LONGEST_QUESTION
from retrieval.query.reading import Reader
from retrieval.query.scope import Scope as Scope
from retrieval.query.spelling import Spelling
from retrieval.query.suggestion import suggestions
from retrieval.ranking.confidence import ANSWERED
from retrieval.ranking.hit import Hit as Hit
from retrieval.ranking.listing import Lister
from retrieval.ranking.search import Finder, Found
from retrieval.result import Result as Result
from retrieval.store.errors import StoreError
from retrieval.text.analyzer import Analyzer
from retrieval.text.folding import fold, printable
from retrieval.text.parts_of_speech import PartsOfSpeech

_NO_FILTERS = Filters()
_REMOVAL = Change(what="remove")
_ANYTHING = "今天有什么新闻"
# Of the newest articles, those that are looked through for a question that one of them answers.
_SUGGESTING = 50
_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class SearchEngine:
    """Articles in, answers out, over one archive. Safe to use from several threads: writers wait for each other."""

    def __init__(self, archive: Archive, analyzer: Analyzer) -> None:
        self.archive, self._analyzer = archive, analyzer
        self._parts_of_speech = parts_of_speech = PartsOfSpeech(analyzer)
        self._finder = Finder(archive, analyzer, parts_of_speech)
        self._lister = Lister(self._finder, analyzer, parts_of_speech)
        self._reader = Reader(archive, analyzer, parts_of_speech)
        self._spelling = Spelling(archive, analyzer)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        analyzer: Analyzer | None = None,
        new_index: Callable[[], Index] = SegmentedIndex,
        must_exist: bool = False,
        first_articles: Iterable[Article] = (),
        load: bool = True,
        code: Sequence[Path] | None = None,
    ) -> "SearchEngine":
        """Open the file, or create it with these first articles, both or neither. Raises StoreError.

        Without `load`, the first search reads the postings: a process that only writes does not need them. The first
        search also compiles itself, which takes some seconds; the folders `code` keep the compiled code for the next
        process, and what the analyzer makes of its dictionary. Their default is `cache/code` beside the file. See
        `CodeCache`.
        """
        code = [path.parent / "cache" / "code"] if code is None else code
        analyzer = analyzer or Analyzer(CodeCache(code))
        archive = EmbeddedArchive.open(
            path, analyzer, new_index, must_exist=must_exist, first_articles=first_articles, code=code
        )
        engine = cls(archive, analyzer)
        if load:
            archive.refresh()
        return engine

    def warm(self) -> None:
        """Answer a question, so that the first one of a person is answered as fast as all others.

        A part of the file that cannot be read is left for the question that needs it.
        """
        try:
            self.archive.refresh()
            newest = self.archive.newest(1, _NO_FILTERS)
            self.search(newest[0].title if newest else _ANYTHING, today=date.today())
            self._spelling.warm()
        except StoreError as error:
            _log.warning("%s", error)

    # Push → searchable

    def add(self, article: Article) -> Outcome:
        """Store one article; the next search finds it."""
        return self.add_all([article])[0]

    def add_all(
        self,
        articles: Sequence[Article],
        *,
        cut: Callable[[Article], list[Passage]] = passages,
        distinct: bool = False,
        record: Callable[[list[Outcome]], None] = lambda _: None,
        change: Change = NO_CHANGE,
    ) -> list[Outcome]:
        """Store these articles in one transaction, all of them or none, and publish them; their outcomes in order.

        `distinct` articles are not compared with others: they update and duplicate none. `record` is called inside the
        transaction, to store what belongs to it.
        """
        batches: list[Batch[Never]] = self.archive.prepare_together(articles, cut, distinct=distinct)
        return self.archive.write(batches, record, change)

    def add_many(
        self, items: Iterable[Article | Unread[_T] | _T], change: Change = NO_CHANGE
    ) -> Generator[list[Outcome | _T], None, None]:
        """Store any number of articles on every core; outcomes in order, a batch at a time, after its commit.

        An item that is neither an article nor unread, for example a refusal, is returned in its place. Each batch is a
        transaction of its own: to go on after an interruption, add all items again.
        """
        self.archive.expect_many()
        with closing(self.archive.prepare(items)) as batches:
            for batch in batches:
                yield self.archive.write([batch], _no_record, change)

    def prepare(self, items: Iterable[Article | Unread[_T] | _T]) -> Generator[Batch[_T], None, None]:
        """Batches for `add_batch`, as `add_many` makes them; in any thread, few batches ahead."""
        return self.archive.prepare(items, ahead=True)

    def add_batch(
        self,
        batch: Batch[_T],
        *,
        record: Callable[[list[Outcome | _T]], None] = lambda _: None,
        change: Change = NO_CHANGE,
    ) -> list[Outcome | _T]:
        """Store a prepared batch in one transaction; outcomes in order. `record` as in `add_all`."""
        return self.archive.write([batch], record, change)

    def remove(
        self,
        article_ids: Iterable[int],
        *,
        record: Callable[[list[int]], None] = lambda _: None,
        change: Change = _REMOVAL,
    ) -> list[int]:
        """Remove articles; the numbers of those that were stored. `record` as in `add_all`.

        They are withheld when they are added again, unless by whom removed them or in a confirmed change.
        """
        return self.archive.remove(article_ids, record, change)

    def rebuild(self) -> None:
        """Rebuild all postings from the stored passages, and compare all articles anew for reprints."""
        self.archive.rebuild()

    def check(self) -> list[str]:
        """The faults of the file, a sentence each."""
        return self.archive.faults()

    def close(self) -> None:
        """Wait for background maintenance, and close the connection of the calling thread."""
        self.archive.close()

    # Question → answer

    def search(
        self,
        question: str,
        k: int = 5,
        filters: Filters = _NO_FILTERS,
        *,
        today: date | None = None,
        explain: bool = False,
        most_listed: int = 0,
        is_widened: bool = False,
    ) -> Result:
        """The k best passages for a question, and whether the first one answers it.

        The scope that the question names (昨天的, 据某报报道) is searched first; `today` is the day of the question.
        All articles are searched when no article of the scope answers. The caller's own filters always hold.

        A long question is searched for by its first `LONGEST_QUESTION` characters; words that name its scope, and runs
        of blanks, do not count. Passages that several papers print alike are one hit, except for articles that were
        added as distinct. With `explain`, each hit says what every piece of the question gave it; that takes longer.

        With `most_listed`, a question for the news of a scope or of a topic gets a list of up to so many articles. A
        question that `is_widened` is searched for everywhere, without the words of its scope.
        """
        self.archive.warm()
        started = time.perf_counter()
        generation, articles, newest = self.archive.refresh()
        question = printable(question)
        reading = self._reader.read(question.strip(), filters, today, generation, is_widened=is_widened)
        searched_as = None
        is_list, topic = False, None
        if listed := self._lister.listed(reading, today, most_listed, k, explain=explain):
            found, topic, is_list = listed
        else:
            found = self._finder.first_good(reading.attempts, today, k=k, explain=explain)
        if found.status != "answered" and (
            correction := self._spelling.correction(reading.question, found.verdict.missing, filters)
        ):
            corrected = self._reader.asked_as(correction.query, filters, today, generation)
            again = self._finder.first_good(corrected.attempts, today, k=k, explain=explain)
            if _is_better(again, found):
                found, searched_as = again, correction.word
                reading = replace(corrected, further=reading.further, is_cut=reading.is_cut)
        scope, is_answered = reading.scope, found.status == "answered" and bool(most_listed) and not is_list
        is_confined = scope is not None and found.filters == reading.attempts[0].filters
        return Result(
            question=question,
            filters=found.filters,
            status=found.status,
            confidence=found.verdict.confidence,
            reason=found.verdict.reason,
            missing=found.verdict.missing,
            nearest=found.hits[0].passage if found.status == "none" and found.verdict.is_near and found.hits else None,
            hits=found.hits,
            weights=found.weights,
            articles=articles,
            newest=newest,
            took_ms=(time.perf_counter() - started) * 1000,
            scope=scope,
            is_confined=is_confined,
            in_scope=is_confined or scope is None or self._is_inside(scope, found.hits),
            further=reading.further,
            is_cut=reading.is_cut,
            searched_as=searched_as,
            is_list=is_list,
            topic=topic,
            unread=reading.unread,
            has_timeline=is_answered and self._lister.has_timeline(found.hits),
            is_partial=self.archive.is_partial(),
        )

    def search_on(
        self,
        question: str,
        last: Last,
        k: int = 5,
        filters: Filters = _NO_FILTERS,
        *,
        today: date | None = None,
        most_listed: int = 0,
    ) -> Result | None:
        """The answer to a question that leans on the last one; None for one that stands alone.

        It is searched for in the article that answered the last question, and then everywhere. A short question that
        names nothing leans on the last one only when that article answers it plainly.
        """
        written = printable(question).strip()
        bare = without_courtesy(written, self._analyzer)
        if "呢" in written[-2:] and not bare.endswith("呢"):
            bare += "呢"  # courtesy elsewhere, the mark of a follow-up here
        before = replace(last, question=without_courtesy(printable(last.question), self._analyzer))
        whole = completed(bare, before, self._parts_of_speech, today)
        if whole is None:
            return None
        only_there = replace(filters, include_ids=frozenset((last.article_id,) if last.article_id else ()))
        inside = self._told(self.search(whole.query, k, only_there, today=today), whole)
        if inside.status == "answered":
            return inside
        if whole.is_guess:
            return None
        anywhere = self._told(self.search(whole.query, k, filters, today=today, most_listed=most_listed), whole)
        # Another article that may have something to do with it is a stranger to the conversation.
        return anywhere if anywhere.status == "answered" else inside

    def _told(self, result: Result, whole: Completed) -> Result:
        """The result, possible at best when its passage lacks what the follow-up says itself: 他老婆是谁.

        One word of it is enough where the follow-up can't be read alone; of a guess, the passage must hold them all.
        """
        wanted = self._analyzer.query_terms(whole.own)
        if result.status != "answered" or result.is_list or not wanted:
            return result
        passage = result.hits[0].passage
        held = fold(f"{passage.title}\n{passage.source or ''}\n{passage.published or ''}\n{passage.text}")
        terms = set(self._analyzer.terms(held))
        lacking = [word for word in wanted if word not in terms and word not in held]
        if not lacking or (len(lacking) < len(wanted) and not whole.is_guess):
            return result
        return replace(result, status="possible", reason=f"missing: {lacking[0]}", missing=(lacking[0],))

    def terms(self, question: str) -> frozenset[str]:
        """The terms of what a question asks, without its courtesy: two questions that share most of them are alike."""
        return frozenset(self._analyzer.query_terms(without_courtesy(printable(question), self._analyzer)))

    def timeline(self, passage: StoredPassage, filters: Filters = _NO_FILTERS, *, most: int) -> list[Hit]:
        """The reports of the affair that a passage tells of, at most `most`: see `Lister.timeline`."""
        return self._lister.timeline(passage, filters, most)

    def suggestion(self, *, today: date | None = None) -> tuple[int, str] | None:
        """The first of the newest articles that answers a question of its own plainly: its number, and the question."""
        newest = (passage.article_id for passage in self.archive.newest(_SUGGESTING, _NO_FILTERS))
        return next(((number, own) for number in newest if (own := self.suggestion_of(number, today=today))), None)

    def suggestion_of(self, article_id: int, *, today: date | None = None) -> str | None:
        """A question that this article answers plainly, before all others; None when it suggests none."""
        article = self.archive.article(article_id)
        for question in suggestions(article, self._parts_of_speech) if article else ():
            result = self.search(question, 1, today=today)
            if result.status == "answered" and result.hits[0].passage.article_id == article_id:
                return question
        return None

    def _is_inside(self, scope: Scope, hits: Sequence[Hit]) -> bool:
        """Whether the article of the first hit passes the filters of the scope; False without hits."""
        return bool(hits and self.archive.passages_of([hits[0].passage.article_id], 1, scope.filters))


def _is_better(again: Found, found: Found) -> bool:
    """Whether a corrected question has an answer, or a possible one that is as sure, unlike the question as written."""
    is_likely = again.status == "possible" and again.verdict.confidence >= ANSWERED > found.verdict.confidence
    return again.status == "answered" or is_likely


def _no_record(_: object) -> None:
    """Record nothing in the transaction."""
