"""A message as it is searched for: without courtesy, one question of several, in the scope that its words name."""

from dataclasses import dataclass, replace
from datetime import date

from retrieval.archive import Archive
from retrieval.index.protocol import Filters
from retrieval.query.browsed_days import impossible_day
from retrieval.query.courtesy import without_courtesy
from retrieval.query.names import Name, names_of
from retrieval.query.scope import Attempt, Scope, Scopes
from retrieval.query.several import asked_after_story, asking_clause, first_question, stands_alone
from retrieval.text.analyzer import Analyzer
from retrieval.text.folding import fold
from retrieval.text.numbers import plain
from retrieval.text.parts_of_speech import PartsOfSpeech

# Characters of a question that are searched for, and that are read for its scope. The work grows with each character,
# and other questions wait meanwhile. A pasted passage has 350; a message of Telegram has 4,096.
LONGEST_QUESTION, _LONGEST_MESSAGE = 1_000, 4_096
# Letters of a Latin word that may be slang.
_SHORT = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """The `question` of a message, its scope beside the caller's filters, and the attempts to answer it, in order.

    `further` is the number of other questions. A message `is_cut` when not all of it is searched for. `unread` are
    words that look like a day and name none: 2月30日.
    """

    question: str
    scope: Scope | None
    attempts: list[Attempt]
    further: int
    is_cut: bool
    unread: str | None = None


class Reader:
    """Reads messages by the names in an archive."""

    def __init__(self, archive: Archive, analyzer: Analyzer, parts_of_speech: PartsOfSpeech) -> None:
        self._analyzer, self._scopes, self._parts_of_speech = analyzer, Scopes(archive, analyzer), parts_of_speech

    def read(
        self, message: str, filters: Filters, today: date | None, generation: int, *, is_widened: bool = False
    ) -> Reading:
        """The reading of a message of the day `today`; `generation` is that of `Archive.refresh`.

        A question that `is_widened` is asked without its scope: its words are left out, and confine nothing.
        """
        question, further = first_question(without_courtesy(message[:_LONGEST_MESSAGE], self._analyzer))
        reading = self.asked_as(question, filters, today, generation)
        if is_widened and reading.scope is not None:
            scope = replace(reading.scope, filters=Filters(), author=None)
            reading = replace(reading, scope=scope, attempts=scope.attempts(filters))
        return replace(reading, further=further, is_cut=reading.is_cut or len(message) > _LONGEST_MESSAGE)

    def asked_as(self, question: str, filters: Filters, today: date | None, generation: int) -> Reading:
        """The reading of a question without courtesy."""
        scope, asked = self._attempts(question, filters, today, generation)
        attempts = [one._replace(query=_shortened(one.query), about=_shortened(one.about)) for one in asked]
        scope = scope.beside(filters) if scope else None
        unread = (scope.unread if scope else None) or impossible_day(plain(fold(question)))
        return Reading(question, scope, attempts, further=0, is_cut=attempts != asked, unread=unread)

    def _attempts(
        self, query: str, filters: Filters, today: date | None, generation: int
    ) -> tuple[Scope | None, list[Attempt]]:
        scope = self._scopes.of(query, today, generation)
        names_byline = scope is not None and (scope.filters.source is not None or scope.author is not None)
        question = None if names_byline else asked_after_story(query)
        if question is None:
            return scope, scope.attempts(filters) if scope else [Attempt(query, filters), *self._clause(query, filters)]
        # The story tells what 这座桥 is, but only the question must be answered, and only its days confine.
        whole = Attempt(query, filters, question)
        if not stands_alone(question):
            return None, [whole]
        scope = self._scopes.of(question, today, generation)
        return scope, [*scope.attempts(filters), whole] if scope else [whole, Attempt(question, filters)]

    def _clause(self, query: str, filters: Filters) -> list[Attempt]:
        """The attempt with the asking clause alone, where the others name nothing and so may be chatter."""
        found = asking_clause(query)
        if found is None or any(map(self._is_meant, names_of(found[1], self._parts_of_speech))):
            return []
        return [Attempt(found[0], filters)] if stands_alone(found[0]) else []

    def _is_meant(self, name: Name) -> bool:
        """Whether a name beside the question belongs to it, as far as the dictionary tells: 哈儿 and emo are none."""
        if name.kind == "latin":
            return len(name.word) > _SHORT
        return name.kind != "nr" or self._parts_of_speech.flag(name.word) is not None


def _shortened(query: str | None) -> str | None:
    """The first `LONGEST_QUESTION` characters of a longer query, in which each row of blanks is one."""
    if query is None or len(query) <= LONGEST_QUESTION:
        return query
    written = " ".join(query.split())
    return written[:LONGEST_QUESTION] if len(written) > LONGEST_QUESTION else query
