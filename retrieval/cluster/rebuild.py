"""Another analyzer: a second index of articles and passages is filled beside the one in use, and takes its name.

The name of the index in use is an alias. Each document of the second index has the version of the one that it was made
from, which is the number of the entry of the log that wrote it: documents that differ in it have changed meanwhile, and
are made again. The last of them are made while no process can write.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from retrieval.cluster import indices
from retrieval.cluster.counts import counts_of, with_counts
from retrieval.cluster.documents import Documents
from retrieval.cluster.message import Operation
from retrieval.cluster.transaction import Body
from retrieval.store.errors import StoreError

# Articles whose documents are made at once, and rounds in which changes are caught up with before writers must wait.
_AT_ONCE, _ROUNDS, _FEW = 200, 5, 100
Terms = Callable[[Sequence[tuple[str, Sequence[Body]]]], Iterable[Iterable[Mapping[str, int]]]]


def rebuild(documents: Documents, terms: Terms, fingerprint: str, rules: str) -> None:
    """Make the terms of all passages anew. `terms` gives those of the passages of several articles, by their titles.

    Raises StoreError; then the index in use stays. Questions and changes go on meanwhile.
    """
    rebuilding = _Rebuilding(documents, terms)
    rebuilding.make()
    for _ in range(_ROUNDS):
        if rebuilding.catch_up() <= _FEW:
            break
    with documents.log.write() as transaction:
        rebuilding.catch_up()
        indices.put_in_use(documents.client, documents.names, rebuilding.name)
        transaction.state |= rebuilding.counts() | {"fingerprint": fingerprint, "signature_rules": rules}
        transaction.state["generation"] += 1
        transaction.changed = True
    # What a process has written to the former index that was overtaken at the last moment.
    rebuilding.catch_up()
    rebuilding.delete_former()


class _Rebuilding:
    def __init__(self, documents: Documents, terms: Terms) -> None:
        self._documents, self._terms = documents, terms
        self._former = indices.in_use(documents.client, documents.names)
        self.name = indices.following(documents.names, self._former)

    def make(self) -> None:
        """Make the second index, empty."""
        indices.make_news(self._documents.client, self.name)

    def catch_up(self) -> int:
        """Make what has changed since the last round; how many articles."""
        stored, made = self._versions(self._former, "article"), self._versions(self.name, "article")
        gone = [number for number in made if number not in stored]
        new = [number for number, version in stored.items() if made.get(number) != version]
        for start in range(0, len(new), _AT_ONCE):
            self._copy(new[start : start + _AT_ONCE])
        if gone:
            self._drop(gone)
        self._documents.client.request("POST", f"/{self.name}/_refresh")
        return len(new) + len(gone)

    def counts(self) -> dict[str, int]:
        """The counts of the state, as the second index has them."""
        counts = {"articles": 0, "documents": 0, "length": 0, "with_documents": 0}
        for body in self._all(self.name, "article", ["passages", "length"]):
            counts["articles"] += 1
            counts["documents"] += len(body["_source"]["passages"])
            counts["length"] += body["_source"]["length"]
            counts["with_documents"] += bool(body["_source"]["passages"])
        return counts

    def delete_former(self) -> None:
        self._documents.client.request("DELETE", f"/{self._former}", ok=(200, 404))

    def _copy(self, numbers: Sequence[int]) -> None:
        """Make the documents of these articles, in place of those that the second index has of them."""
        articles = {hit["_source"]["number"]: hit for hit in self._of(self._former, "article", "number", numbers)}
        passages = dict[int, list[Body]]()
        for hit in self._of(self._former, "passage", "article", numbers):
            passages.setdefault(hit["_source"]["article"], []).append(hit)
        own = {number: passages.get(number, []) for number in articles}
        work = [(articles[number]["_source"]["title"], [hit["_source"] for hit in own[number]]) for number in articles]
        operations = list[Operation]()
        self._drop(numbers, keep={hit["_id"] for hits in own.values() for hit in hits})
        for (number, article), terms in zip(articles.items(), self._terms(work), strict=True):
            counted = list(terms)
            for hit, counts in zip(own[number], counted, strict=True):
                operations.append(self._operation(hit, with_counts(hit["_source"], counts)))
            operations.append(self._operation(article, article["_source"] | counts_of(counted)))
        self._documents.client.bulk(operations, ok=(200, 201, 409))

    def _operation(self, hit: Body, body: Body) -> Operation:
        # Not `external`: an article is made again with the same version when a round was broken off.
        target = {"_index": self.name, "_id": hit["_id"], "routing": hit["_routing"], "version": hit["_version"]}
        return Operation("index", target | {"version_type": "external_gte"}, body)

    def _drop(self, numbers: Sequence[int], keep: Iterable[str] = ()) -> None:
        """Delete what the second index has of these articles, but for the documents to keep."""
        kept = set(keep)
        hits = [*self._of(self.name, "passage", "article", numbers), *self._of(self.name, "article", "number", numbers)]
        old = [
            Operation("delete", {"_index": self.name, "_id": hit["_id"], "routing": hit["_routing"]})
            for hit in hits
            if hit["_id"] not in kept
        ]
        if old:
            self._documents.client.bulk(old, ok=(200, 404))

    def _versions(self, index: str, kind: str) -> dict[int, int]:
        return {hit["_source"]["number"]: hit["_version"] for hit in self._all(index, kind, ["number"])}

    def _all(self, index: str, kind: str, fields: Sequence[str]) -> Iterator[Body]:
        last, size = -1, 5_000
        while True:
            query = {"bool": {"filter": [{"term": {"kind": kind}}, {"range": {"number": {"gt": last}}}]}}
            body = {"query": query, "sort": [{"number": "asc"}], "size": size, "version": True, "_source": list(fields)}
            hits = self._hits(index, body)
            yield from hits
            if len(hits) < size:
                return
            last = hits[-1]["sort"][0]

    def _of(self, index: str, kind: str, field: str, numbers: Sequence[int]) -> list[Body]:
        """All documents of a kind whose field has one of these numbers, by their own, in batches."""
        found, last, size = list[Body](), -1, 5_000
        while True:
            clauses = [{"term": {"kind": kind}}, {"terms": {field: list(numbers)}}, {"range": {"number": {"gt": last}}}]
            query = {"bool": {"filter": clauses}}
            hits = self._hits(index, {"query": query, "sort": [{"number": "asc"}], "size": size, "version": True})
            found += hits
            if len(hits) < size:
                return found
            last = hits[-1]["sort"][0]

    def _hits(self, index: str, body: Body) -> list[Body]:
        self._documents.log.keep()
        answer = self._documents.client.request("POST", f"/{index}/_search", body).body
        if answer["_shards"]["failed"] or answer["timed_out"]:
            raise StoreError("搜索服务器有一部分不能读取，没有重建；请等它恢复（见 docs/cluster.md）。")
        hits: list[Body] = answer["hits"]["hits"]
        return hits
