"""The answer to a question, as the engine gives it."""

from dataclasses import dataclass

from retrieval.archive import StoredPassage
from retrieval.index.protocol import Filters
from retrieval.query.follow_up import Last
from retrieval.query.scope import Scope
from retrieval.ranking.hit import Hit


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to a question, best hit first. Hits may be there when the status is none.

    `question` is as it was asked; when it `is_cut`, its first `LONGEST_QUESTION` characters were searched for.
    Of several questions the first is answered; `further` is the number of the others. `searched_as` is the word that a
    misspelled one was taken for, when only that gave an answer. `reason` is a code that says why
    the status is not "answered", and `missing` are the names of the question that the best hit lacks: see `Verdict`.
    `nearest` is a passage that has something to do with a question whose status is none.
    `filters` are those that were used; `scope` is what was recognised in the question's own words, if anything was.
    The result `is_confined` when only the scope was searched; it is `in_scope` when the best hit is one of the articles
    that the scope names, wherever it was searched for.
    `unread` are words of the question that look like a day and name none: 2月30日.
    A result `is_partial` when some of the archive could not be read: a better hit may stand there.
    A plain answer `has_timeline` when other hits are reports of its affair; only where lists are asked for.
    A result that `is_list` has the articles that tell of a `topic`, or the newest ones of a scope, and answers nothing.
    """

    question: str
    filters: Filters
    status: str
    confidence: float
    hits: list[Hit]
    weights: dict[str, float]
    articles: int
    newest: str | None
    took_ms: float
    scope: Scope | None = None
    is_confined: bool = False
    in_scope: bool = True
    is_cut: bool = False
    further: int = 0
    searched_as: str | None = None
    reason: str | None = None
    missing: tuple[str, ...] = ()
    nearest: StoredPassage | None = None
    is_list: bool = False
    topic: str | None = None
    unread: str | None = None
    has_timeline: bool = False
    is_partial: bool = False

    def as_last(self) -> Last:
        """This result as the one that a follow-up leans on; a list gives only its question."""
        best = self.hits[0] if self.hits and not self.is_list else None
        if best is None:
            return Last(self.question)
        return Last(
            self.question, best.passage.text[slice(*best.answer)] if best.answer else "", best.passage.article_id
        )
