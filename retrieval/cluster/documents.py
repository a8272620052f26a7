"""Documents of an archive in a search server, each of a kind and with a number.

Outside a transaction, reads give what is stored. Inside one, they give what the transaction has written, and what is
stored besides.
"""

import heapq
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any, NamedTuple

from retrieval.cluster import errors
from retrieval.cluster.client import Client
from retrieval.cluster.indices import Names
from retrieval.cluster.log import Log
from retrieval.cluster.transaction import Body, Key, Transaction, values
from retrieval.store.errors import StoreError

# Documents of one answer of the server, which gives no more unless its settings are changed.
MOST = 10_000
# Values of one `terms` query; the server allows 65,536.
_VALUES_AT_ONCE = 30_000
# Chats have numbers below zero.
_LOWEST = -(2**63)


class Kind(NamedTuple):
    """A kind of documents, in the index of this name."""

    name: str
    index_name: str


# Documents of a kind whose field has one of these values.
Wanted = tuple[Kind, str, Collection[Any]]


class Documents:
    """All documents of an archive. Methods that write are for use inside `Log.write`."""

    def __init__(self, client: Client, names: Names, log: Log) -> None:
        self.client, self.names, self.log = client, names, log
        self._of_thread = threading.local()

    @property
    def is_partial(self) -> bool:
        """Whether a part of an index did not answer the calling thread, until it sets this to False again."""
        return getattr(self._of_thread, "is_partial", False)

    @is_partial.setter
    def is_partial(self, value: bool) -> None:
        self._of_thread.is_partial = value

    # Reading

    def get(self, kind: Kind, number: int, routing: int | None = None) -> Body | None:
        """The document of this number, as of now; None when there is none."""
        return self.get_all(kind, [(number, routing)]).get(number)

    def get_all(self, kind: Kind, numbers: Iterable[tuple[int, int | None]]) -> dict[int, Body]:
        """The documents of these numbers, as of now; `numbers` come with their routing, None for their own."""
        transaction, found = self.log.transaction, dict[int, Body]()
        known = dict[Key, Body | None]() if transaction is None else transaction.read
        asked = dict[Key, Body]()
        for number, routing in numbers:
            key = _key(kind, number)
            if transaction is not None and number in transaction.touched(kind.name):
                body = transaction.body(key)
            elif key in known:
                body = known[key]
            else:
                asked[key] = {"_index": key.index_name, "_id": key.id, "routing": _routing(number, routing)}
                continue
            if body is not None:
                found[number] = body
        if asked:
            answer = self.client.request("POST", "/_mget", {"docs": list(asked.values())}).body
            for key, item in zip(asked, answer["docs"], strict=True):
                self.look_for_error(item)
                known[key] = body = item["_source"] if item.get("found") else None
                if body is not None:
                    found[key.number] = body
        return found

    def find(self, kind: Kind, field: str, wanted: Collection[Any], limit: int = MOST) -> list[Body]:
        """The documents whose field has one of these values, by number; at most `limit`."""
        bodies = {body["number"]: body for _, body in self.holding(kind, field, wanted, limit)}
        return [bodies[number] for number in sorted(bodies)[:limit]]

    def holding(
        self, kind: Kind, field: str, wanted: Collection[Any], limit: int = MOST, *, descending: bool = False
    ) -> Iterator[tuple[Any, Body]]:
        """Each of these values with each document whose field has it.

        The server gives at most `limit` documents, by number.
        """
        if not wanted:
            return iter(())
        transaction = self.log.transaction
        touched = transaction.touched(kind.name) if transaction else frozenset[int]()
        known = transaction.expected.get((kind.name, field), {}) if transaction else {}
        if known and all(value in known for value in wanted):
            stored: Iterator[tuple[Any, Body]] = ((value, body) for value in wanted for body in known[value])
        else:
            clauses = [{"terms": {field: list(wanted)}}]
            query = {"query": _all(kind, clauses), "sort": [{"number": "desc" if descending else "asc"}]}
            each = set(wanted)
            stored = (
                (value, body)
                # Those that are left out below do not count.
                for body in self.pages(kind.index_name, query, limit + len(touched))
                for value in each.intersection(values(body, field))
            )
        if transaction is None:
            return stored
        if touched:
            stored = ((value, body) for value, body in stored if body["number"] not in touched)
        return chain(stored, transaction.holding(kind.name, field, wanted))

    def all(self, kind: Kind, batch: int = 1_000, fields: Sequence[str] | None = None) -> Iterator[Body]:
        """All documents of a kind by number, read in batches. Raises StoreError when a part of the index is missing."""
        stored = self._stored(kind, batch, fields)
        if (transaction := self.log.transaction) is None:
            return stored
        left = (body for body in stored if body["number"] not in transaction.touched(kind.name))
        return heapq.merge(left, sorted(transaction.puts(kind.name), key=_number), key=_number)

    def _stored(self, kind: Kind, batch: int, fields: Sequence[str] | None) -> Iterator[Body]:
        last = _LOWEST
        while True:
            query = _all(kind, [{"range": {"number": {"gt": last}}}])
            body: Body = {"query": query, "sort": [{"number": "asc"}], "size": batch}
            if fields is not None:
                body["_source"] = list(fields)
            self.log.keep()
            with self.whole():
                hits = self.search(kind.index_name, body)["hits"]["hits"]
            yield from (hit["_source"] for hit in hits)
            if len(hits) < batch:
                return
            last = hits[-1]["sort"][0]

    def search(self, index: str, body: Body, params: Mapping[str, Any] | None = None) -> Body:
        """The answer to a search of one index; outside a transaction, of the shards that are left: `is_partial`."""
        found: Body = self.client.request("POST", f"/{index}/_search", body, params=dict(params or {})).body
        self._look_for_parts(found)
        return found

    def pages(self, index: str, body: Body, limit: int) -> Iterator[Body]:
        """The first documents that a search finds, at most `limit`, whose order has no two alike; read in pages."""
        left, page = limit, body
        while left > 0:
            size = min(left, MOST)
            hits = self.search(index, page | {"size": size})["hits"]["hits"]
            yield from (hit["_source"] for hit in hits)
            if len(hits) < size:
                return
            left, page = left - size, body | {"search_after": hits[-1]["sort"]}

    def searches(self, pairs: Sequence[tuple[str, Body]], params: Mapping[str, Any] | None = None) -> list[Body]:
        """The answers to several searches, in one request."""
        lines = list[Body]()
        for index, body in pairs:
            lines += [{"index": index, "preference": "_local", **(params or {})}, body]
        answers: list[Body] = self.client.request("POST", "/_msearch", lines).body["responses"]
        for answer in answers:
            if "error" in answer:
                self._look_for_right(answer)
                raise StoreError("搜索服务器没有完成一次查询。")
            self._look_for_parts(answer)
        return answers

    # Writing

    def put(self, kind: Kind, number: int, body: Body, routing: int | None = None) -> None:
        """Store a document in place of the former one of this number."""
        body = {"kind": kind.name, "number": number, **body}
        self._transaction().write(_key(kind, number), _routing(number, routing), body)

    def delete(self, kind: Kind, number: int, routing: int | None = None) -> None:
        """Delete the document of this number, if there is one."""
        self._transaction().write(_key(kind, number), _routing(number, routing), None)

    def next(self, kind: Kind) -> int:
        """The next number of a kind: no number is given twice."""
        return self._transaction().number(kind.name)

    def expect(self, wanted: Iterable[Wanted]) -> None:
        """Look now, in one request, for what the running transaction will ask `find` for: many values at once.

        What has more than `MOST` documents is asked for again when it is needed.
        """
        asked = [(kind, field, list(dict.fromkeys(some))[:_VALUES_AT_ONCE]) for kind, field, some in wanted if some]
        pairs = [
            (kind.index_name, {"query": _all(kind, [{"terms": {field: some}}]), "size": MOST})
            for kind, field, some in asked
        ]
        if not pairs:
            return
        transaction = self._transaction()
        for (kind, field, some), answer in zip(asked, self.searches(pairs), strict=True):
            hits = answer["hits"]["hits"]
            if len(hits) == MOST:
                continue
            known: dict[Any, list[Body]] = {value: [] for value in some}
            for hit in hits:
                transaction.read[_key(kind, hit["_source"]["number"])] = hit["_source"]
                for value in dict.fromkeys(values(hit["_source"], field)):
                    if value in known:
                        known[value].append(hit["_source"])
            transaction.expected.setdefault((kind.name, field), {}).update(known)

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Let reads of the calling thread raise StoreError when a part does not answer."""
        before = getattr(self._of_thread, "needs_all", False)
        self._of_thread.needs_all = True
        try:
            yield
        finally:
            self._of_thread.needs_all = before

    def note_missing_part(self) -> None:
        """A part did not answer. Raises StoreError inside a transaction: what decides a change must be whole."""
        if self.log.transaction is not None or getattr(self._of_thread, "needs_all", False):
            raise StoreError("搜索服务器有一部分不能读取，没有改动；请等它恢复（见 docs/cluster.md）。")
        self.is_partial = True

    def look_for_error(self, item: Body) -> None:
        """Note that a part did not answer when this item is an error. Raises StoreError for a right that is missing."""
        if item.get("error"):
            self._look_for_right(item)
            self.note_missing_part()

    def _look_for_right(self, item: Body) -> None:
        if errors.is_forbidden(item):
            raise errors.forbidden(item, str(self.client.sender.hosts))

    def _look_for_parts(self, answer: Body) -> None:
        if answer.get("_shards", {}).get("failed") or answer.get("timed_out"):
            self.note_missing_part()

    def _transaction(self) -> Transaction:
        transaction = self.log.transaction
        assert transaction is not None, "documents change inside Log.write only"
        return transaction


def _key(kind: Kind, number: int) -> Key:
    return Key(kind.index_name, kind.name, number)


def _routing(number: int, routing: int | None) -> str:
    return str(number if routing is None else routing)


def _all(kind: Kind, clauses: Sequence[Body]) -> Body:
    return {"bool": {"filter": [{"term": {"kind": kind.name}}, *clauses]}}


def _number(body: Body) -> int:
    number: int = body["number"]
    return number
