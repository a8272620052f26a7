"""Questions to the archive in a search server: what `Archive` promises for the way from a question to its reply."""

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from retrieval.archive import Size, StoredPassage
from retrieval.cluster import candidates
from retrieval.cluster.articles import Articles, article_kind
from retrieval.cluster.candidates import Counts
from retrieval.cluster.documents import Documents
from retrieval.cluster.indices import MOST_TERMS
from retrieval.cluster.reprint_links import ReprintLinks
from retrieval.cluster.transaction import Body
from retrieval.index import bm25
from retrieval.index.protocol import NO_EXPANSIONS, NO_MATCHES, Expansions, Filters, Matches

# Distinct names of sources or authors in one answer of the server.
_MOST_NAMES = 60_000
# Terms whose document frequencies are kept for a generation.
_MOST_TERMS = 100_000
# The order of `Index.newest`, of passages article by article.
_NEWEST_FIRST: list[Body] = [{"minute": "desc"}, {"article": "desc"}, {"number": "asc"}]


class Searching:
    """Reads what is stored, and keeps what it knows of a generation, for which it asks before each question."""

    def __init__(self, documents: Documents) -> None:
        self.documents, self.log = documents, documents.log
        self._articles, self._links = Articles(documents), ReprintLinks(documents)
        self._state: Mapping[str, Any] = {}
        self._size = Size(-1, 0, None)
        self._known, self._read = _Known(-1), _Read()
        self._refreshing = threading.Lock()

    def warm(self) -> None:
        """Nothing is compiled here."""

    def refresh(self) -> Size:
        self.documents.is_partial = False
        self._read.forget()
        state = self.log.latest()
        with self._refreshing:
            self._state = state
            if state["generation"] == self._size.generation:
                return self._size
            self._known = _Known(state["generation"])
            size = Size(state["generation"], state["articles"], self._articles.newest_day())
            # With a part missing, the newest day may be another one: it is asked for again.
            self._size = self._size if self.documents.is_partial else size
            return size

    def is_partial(self) -> bool:
        return self.documents.is_partial

    def weights(self, terms: Iterable[str]) -> dict[str, float]:
        wanted = list(dict.fromkeys(terms))
        counts = Counts.of(self._state)
        held = self._frequencies(wanted, counts)
        return {term: bm25.idf(max(1, held[term]), counts.documents) for term in wanted}

    def candidates(
        self, terms: Sequence[str], limit: int, filters: Filters, expansions: Expansions = NO_EXPANSIONS
    ) -> Matches:
        if limit < 1:
            return NO_MATCHES
        counts = Counts.of(self._state)
        held = self._frequencies(candidates.all_terms(terms, expansions), counts)
        weighted = candidates.weighted(terms, expansions, held, counts)
        if not any(one.frequency for one in weighted):
            return NO_MATCHES
        body = candidates.query(weighted, limit, self._conditions(filters), counts)
        found = self.documents.search(self.documents.names.news, body, {"search_type": "dfs_query_then_fetch"})
        passages = [hit["_source"] for hit in found["hits"]["hits"]]
        articles, links = candidates.articles_of(self.documents, {passage["article"] for passage in passages})
        self._read.rows = {passage["number"]: candidates.stored(passage) for passage in passages}
        self._read.links = {number: links.get(number, frozenset()) for number in articles}
        return candidates.scored(weighted, passages, articles, counts)[:limit]

    def newest(self, limit: int, filters: Filters) -> list[StoredPassage]:
        conditions = [*self._conditions(filters), {"term": {"is_first": True}}]
        return candidates.listed(self.documents, conditions, limit, _NEWEST_FIRST)

    def passages(self, passage_ids: Iterable[int]) -> dict[int, StoredPassage]:
        wanted = list(passage_ids)
        known = self._read.rows
        found = {number: known[number] for number in wanted if number in known}
        missing = [number for number in wanted if number not in found]
        return found | (candidates.by_number(self.documents, missing) if missing else {})

    def passages_of(self, article_ids: Collection[int], limit: int, filters: Filters) -> list[StoredPassage]:
        conditions = [*self._conditions(filters), {"terms": {"article": sorted(article_ids)}}]
        return candidates.listed(self.documents, conditions, max(0, limit), _NEWEST_FIRST) if article_ids else []

    def reprints(self, article_ids: Iterable[int]) -> Mapping[int, frozenset[int]]:
        wanted, known = set(article_ids), self._read.links
        if not wanted <= known.keys():
            return self._links.reprints(wanted)
        return {number: linked for number in wanted if (linked := known[number])}

    def copies(self, article_ids: Collection[int], limit: int) -> frozenset[int]:
        return self._articles.copies(article_ids, limit)

    def sources(self) -> list[str]:
        return self._names_of("source")

    def authors(self) -> list[str]:
        return self._names_of("author")

    def written_by(self, authors: Iterable[str]) -> frozenset[int]:
        kind, wanted = article_kind(self.documents), {"terms": {"author": sorted(set(authors))}}
        query = {"bool": {"filter": [{"term": {"kind": kind.name}}, wanted]}}
        body: Body = {"query": query, "sort": [{"number": "asc"}], "_source": ["number"]}
        return frozenset(one["number"] for one in self.documents.pages(kind.index_name, body, MOST_TERMS))

    def _frequencies(self, terms: Collection[str], counts: Counts) -> dict[str, int]:
        """The number of passages that hold each term, at most that of all passages.

        Searches find the passages of a change a moment before the state counts them: in a small archive, their terms
        would have no weight.
        """
        known = self._known.frequencies
        if len(known) > _MOST_TERMS:
            known = self._known.frequencies = {}
        missing = [term for term in terms if term not in known]
        found = candidates.frequencies(self.documents, missing) if missing else {}
        if not self.documents.is_partial:
            known |= found
        return {term: min(known.get(term, found.get(term, 0)), counts.documents) for term in terms}

    def _conditions(self, filters: Filters) -> list[Body]:
        uses_sources = filters.source is not None or (filters.within is not None and filters.within.source is not None)
        return candidates.conditions(filters, self.sources() if uses_sources else ())

    def _names_of(self, field: str) -> list[str]:
        known = self._known.names
        if field not in known:
            body: Body = {
                "size": 0,
                "query": {"term": {"kind": "article"}},
                "aggs": {"names": {"terms": {"field": field, "size": _MOST_NAMES, "order": {"_key": "asc"}}}},
            }
            buckets = self.documents.search(self.documents.names.news, body)["aggregations"]["names"]["buckets"]
            names = [bucket["key"] for bucket in buckets]
            if self.documents.is_partial:
                return names
            known[field] = names
        return known[field]


class _Known:
    """What a process knows of one generation: document frequencies of terms, and names."""

    def __init__(self, generation: int) -> None:
        self.generation = generation
        self.frequencies: dict[str, int] = {}
        self.names: dict[str, list[str]] = {}


class _Read(threading.local):
    """What a thread has read with the candidates of its question, for those who ask for it next.

    It lasts until the next question of the thread: a thread that only reads rows reads them anew each time.
    """

    def __init__(self) -> None:
        self.rows: dict[int, StoredPassage] = {}
        self.links: dict[int, frozenset[int]] = {}

    def forget(self) -> None:
        self.rows, self.links = {}, {}
