"""The best passages of a search server, in the order and with the scores of `retrieval.index.segmented`.

The server finds a few passages more than are wanted, by its own BM25, which keeps a length in one byte and knows the
statistics of the moment. Their term frequencies and those of their articles come with them, and the formula of
`retrieval.index.bm25` scores them again, exactly.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from retrieval.archive import StoredPassage
from retrieval.cluster.articles import article_kind, passage_kind
from retrieval.cluster.counts import count_in, count_of
from retrieval.cluster.documents import MOST, Documents
from retrieval.cluster.reprint_links import links_kind, others_of
from retrieval.cluster.transaction import Body
from retrieval.index import bm25
from retrieval.index.protocol import Expansions, Filters, Matches, first_minute, last_minute
from retrieval.text.folding import fold

# Passages that the server gives beyond those that are wanted. At 192,316 passages, 30 gave the 100 best in the same
# order on each question of six sets and on 300 more.
SURPLUS = 30
# Clauses of a search; the server takes 1,024 (indices.query.bool.max_clause_count). Two words have a thousand compounds
# at most, and the last ones are the least frequent.
_MOST_CLAUSES = 1_000
# Document frequencies of one request.
_COUNTED_AT_ONCE = 1_000
_SHOWN = ["number", "article", "title", "source", "author", "published", "url", "text", "heading", "minute"]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many passages there are, the sum of their lengths, and how many articles have one."""

    documents: int
    length: int
    articles: int

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> "Counts":
        return cls(state["documents"], state["length"], state["with_documents"])

    @property
    def averages(self) -> tuple[float, float]:
        """The average lengths of passages and of articles; 1 when there is none."""
        if not self.documents:
            return 1.0, 1.0
        return self.length / self.documents, self.length / self.articles


@dataclass(frozen=True, slots=True)
class Weighted:
    """A term of a query or of its expansions, its weight, and in how many passages it stands."""

    term: str
    weight: float
    frequency: int


def frequencies(documents: Documents, terms: Collection[str]) -> dict[str, int]:
    """The number of passages that hold each of these terms."""
    wanted, found = list(dict.fromkeys(terms)), dict[str, int]()
    for start in range(0, len(wanted), _COUNTED_AT_ONCE):
        some = wanted[start : start + _COUNTED_AT_ONCE]
        filters = {str(number): {"term": {"terms": term}} for number, term in enumerate(some)}
        body: Body = {"size": 0, "track_total_hits": False, "aggs": {"held": {"filters": {"filters": filters}}}}
        buckets = documents.search(documents.names.news, body)["aggregations"]["held"]["buckets"]
        found |= {term: buckets[str(number)]["doc_count"] for number, term in enumerate(some)}
    return found


def weighted(terms: Sequence[str], expansions: Expansions, held: Mapping[str, int], counts: Counts) -> list[Weighted]:
    """The terms and behind them their expansions, each with the weight that `Index.search` gives it."""
    own, lighter = list[Weighted](), list[Weighted]()
    for term in terms:
        count, others = held[term], expansions.get(term, ())
        if others:
            count = min(counts.documents, count + sum(held[other] for other in others))
            weight = bm25.EXPANSION * bm25.idf(count, counts.documents)
            lighter += [Weighted(other, weight, held[other]) for other in others]
        own.append(Weighted(term, bm25.idf(count, counts.documents), held[term]))
    return [*own, *lighter]


def query(terms: Sequence[Weighted], limit: int, conditions: Sequence[Body], counts: Counts) -> Body:
    """The search for the best `limit` passages, and a few more, by these terms."""
    clauses = [
        {"term": {"terms": {"value": one.term, "boost": one.weight / _servers_idf(one.frequency, counts.documents)}}}
        for one in terms
        if one.frequency and one.weight > 0
    ][:_MOST_CLAUSES]
    return {
        "query": {"bool": {"should": clauses, "minimum_should_match": 1, "filter": list(conditions)}},
        "size": min(MOST, limit + SURPLUS),
        "sort": [{"_score": "desc"}, {"minute": "desc"}, {"number": "asc"}],
        "_source": [*_SHOWN, "terms", "length"],
        "track_total_hits": False,
        "track_scores": True,
    }


def scored(
    terms: Sequence[Weighted], passages: Sequence[Body], articles: Mapping[int, Body], counts: Counts
) -> Matches:
    """The passages as matches, best first; equal scores newest first, then lowest id.

    Sums in float64, of the terms in their order. A passage whose article is not among `articles`, or no longer has it,
    is left out: it is being replaced or removed.
    """
    of_passages, of_articles = (bm25.coefficients(average) for average in counts.averages)
    found = list[tuple[float, int, int, float]]()
    for passage in passages:
        article = articles.get(passage["article"])
        if article is None or passage["number"] not in article["passages"]:
            continue
        score = article_score = 0.0
        for one in terms:
            if not one.frequency:
                continue
            weight = one.weight * bm25.coefficients(1.0)[0]
            frequency = count_of(passage["terms"], one.term)
            if frequency:
                score += weight * frequency / (frequency + (of_passages[1] + of_passages[2] * passage["length"]))
            total = count_in(article["totals"], one.term)
            if total:
                article_score += weight * total / (total + (of_articles[1] + of_articles[2] * article["length"]))
        found.append((-score, -passage["minute"], passage["number"], article_score))
    return Matches.of(
        (number, -score, article_score, -minute) for score, minute, number, article_score in sorted(found)
    )


def conditions(filters: Filters, sources: Collection[str]) -> list[Body]:
    """The conditions of filters on passages; `sources` are those that are stored, as printed."""
    found, minutes = list[Body](), dict[str, int]()
    if filters.since is not None:
        minutes["gte"] = first_minute(filters.since)
    if filters.until is not None:
        minutes |= {"lte": last_minute(filters.until)}
        minutes.setdefault("gt", 0)
    if minutes:
        found.append({"range": {"minute": minutes}})
    if filters.source is not None:
        names = [name.strip() for name in fold(filters.source).split("、") if name.strip()]
        fitting = [source for source in sources if any(name in fold(source) for name in names)]
        found.append({"terms": {"source": fitting}})
    if filters.exclude_ids:
        found.append({"bool": {"must_not": [{"terms": {"article": sorted(filters.exclude_ids)}}]}})
    if filters.include_ids is not None:
        found.append({"terms": {"article": sorted(filters.include_ids)}})
    if filters.within is not None:
        found += conditions(filters.within, sources)
    return found


def articles_of(
    documents: Documents, article_ids: Collection[int]
) -> tuple[dict[int, Body], dict[int, frozenset[int]]]:
    """The term frequencies and passages of these articles, as searches see them now, and the links of some of them."""
    if not article_ids:
        return {}, {}
    ids = [
        {"_index": kind.index_name, "_id": f"{kind.name}-{number}", "routing": str(number)}
        for kind in (article_kind(documents), links_kind(documents))
        for number in article_ids
    ]
    params: dict[str, str | bool] = {"realtime": False, "_source_includes": "kind,number,passages,length,totals,value"}
    answer = documents.client.request("POST", "/_mget", {"docs": ids}, params=params).body
    for item in answer["docs"]:
        documents.look_for_error(item)
    found = [item["_source"] for item in answer["docs"] if item.get("found")]
    articles = {body["number"]: body for body in found if body["kind"] == "article"}
    return articles, {body["number"]: others_of(body) for body in found if body["kind"] != "article"}


def listed(documents: Documents, where: Sequence[Body], limit: int, order: Sequence[Body]) -> list[StoredPassage]:
    """The passages that fulfil these conditions, in this order, at most `limit`."""
    query = {"bool": {"filter": [{"term": {"kind": "passage"}}, *where]}}
    body: Body = {"query": query, "sort": list(order), "_source": _SHOWN, "track_total_hits": False}
    return [stored(source) for source in documents.pages(documents.names.news, body, limit)]


def by_number(documents: Documents, passage_ids: Collection[int]) -> dict[int, StoredPassage]:
    """The passages of these numbers that are still stored."""
    kind, wanted = passage_kind(documents), list(passage_ids)
    found = dict[int, StoredPassage]()
    for start in range(0, len(wanted), MOST):
        some = wanted[start : start + MOST]
        found |= {body["number"]: stored(body) for body in documents.find(kind, "number", some)}
    return found


def stored(body: Body) -> StoredPassage:
    """The passage of a document."""
    return StoredPassage(
        body["number"],
        body["article"],
        body["text"],
        body["heading"],
        body["title"],
        body["source"],
        body["author"],
        body["published"],
        body["url"],
    )


def all_terms(terms: Sequence[str], expansions: Expansions) -> list[str]:
    """The terms and their expansions."""
    return list(dict.fromkeys(chain(terms, *(expansions.get(term, ()) for term in terms))))


def _servers_idf(frequency: int, documents: int) -> float:
    """What the server multiplies a term with, before its boost: Lucene's BM25Similarity."""
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))
