"""The robustness of a ranking: how its verdicts and first hits hold when questions are asked in other words."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache

from retrieval.evaluation.collection import Collection, Row
from retrieval.evaluation.details import is_held
from retrieval.evaluation.metrics import Figures, share
from retrieval.evaluation.rankings import Progress, Ranked
from retrieval.evaluation.variants import Variant, Variants, readable_row
from retrieval.text.parts_of_speech import PartsOfSpeech

KEYS = (
    *("polite_answered", "polite_refused", "polite_recall@1", "swapped_answered"),
    *("keyword_found", "keyword_recall@10", "typo_recall@1"),
)


def robustness(
    collection: Collection,
    passages: Sequence[Row],
    ask: Callable[[str], Ranked],
    parts: PartsOfSpeech,
    progress: Progress,
) -> Figures:
    """The shares of `KEYS` over the variants of a collection's questions; `passages` are all that are stored.

    polite_answered and polite_refused are the shares of polite variants with the status answered and none;
    polite_recall@1 and typo_recall@1 those whose first hit is relevant. swapped_answered is the share of swapped
    variants with the status answered and a first passage that, with title, source and day, lacks what was swapped in:
    each of them misleads. keyword_found is the share of keyword variants with at least one hit, keyword_recall@10 that
    with an article among the first ten hits that holds all the words.
    """
    variants = Variants(collection, parts)
    of_kind = {
        "polite": variants.polite(),
        "swapped": variants.swapped(),
        "keyword": variants.keywords(),
        "typo": variants.typos(),
    }
    asked = [variant for kind in of_kind.values() for variant in kind]
    responses = iter([ask(variant.text) for variant in progress(asked, len(asked), "换个问法再问")])
    polite, swapped, keyword, typo = (
        [(variant, next(responses)) for variant in variants_of_kind] for variants_of_kind in of_kind.values()
    )
    holds = _holds_in_article(passages)
    return {
        "polite_answered": share(response.status == "answered" for _, response in polite),
        "polite_refused": share(response.status == "none" for _, response in polite),
        "polite_recall@1": _recall_at_1(collection, polite),
        "swapped_answered": share(
            response.status == "answered" and not _first_holds(variant, response) for variant, response in swapped
        ),
        "keyword_found": share(bool(response.rows) for _, response in keyword),
        "keyword_recall@10": share(
            any(holds(row.article_id, variant.words) for row in response.rows) for variant, response in keyword
        ),
        "typo_recall@1": _recall_at_1(collection, typo),
    }


def _recall_at_1(collection: Collection, asked: Sequence[tuple[Variant, Ranked]]) -> float | None:
    return share(
        bool(response.rows) and response.rows[0].id in collection.relevant[variant.question.id]
        for variant, response in asked
    )


def _first_holds(variant: Variant, response: Ranked) -> bool:
    """Whether the first passage names every word of the variant."""
    return bool(response.rows) and all(is_held(word, readable_row(response.rows[0])) for word in variant.words)


def _holds_in_article(passages: Sequence[Row]) -> Callable[[str, Sequence[str]], bool]:
    """A function that tells whether the passages of an article together name all words."""
    rows_of_article: defaultdict[str, list[Row]] = defaultdict(list)
    for row in passages:
        rows_of_article[row.article_id].append(row)

    @cache
    def text_of(article_id: str) -> str:
        return "\n".join(map(readable_row, rows_of_article[article_id]))

    return lambda article_id, words: all(is_held(word, text_of(article_id)) for word in words)
