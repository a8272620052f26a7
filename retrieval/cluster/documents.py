"""Documents of an archive in a search server, each of a kind and with a number.

Outside a transaction, reads give what is stored. Inside one, they give what the transaction has written, and what is
stored besides.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from retrieval.cluster.client import Client
from retrieval.cluster.indices import Names
from retrieval.cluster.log import Key, Log, Transaction
from retrieval.store.errors import StoreError

# Documents of one answer of the server, which gives no more unless its settings are changed.
MOST = 10_000
# Values of one `terms` query; the server allows 65,536.
_VALUES_AT_ONCE = 30_000
Body = dict[str, Any]


class Kind(NamedTuple):
    """A kind of documents, in the index of this name."""

    name: str
    index_name: str


class Documents:
    """All documents of an archive. Methods that write are for use inside `Log.write`."""

    def __init__(self, client: Client, names: Names, log: Log) -> None:
        self.client, self.names, self.log = client, names, log

    # Reading

    def get(self, kind: Kind, number: int, routing: int | None = None) -> Body | None:
        """The document of this number, as of now; None when there is none."""
        return self.get_all(kind, [(number, routing)]).get(number)

    def get_all(self, kind: Kind, numbers: Iterable[tuple[int, int | None]]) -> dict[int, Body]:
        """The documents of these numbers, as of now; `numbers` come with their routing, None for their own."""
        keys = {number: _key(kind, number, routing) for number, routing in numbers}
        written = self._written()
        missing = [key for key in keys.values() if key not in written]
        asked = [{"_index": key.index_name, "_id": key.id, "routing": key.routing} for key in missing]
        found = dict[int, Body]()
        if asked:
            answer = self.client.request("POST", "/_mget", {"docs": asked}).body
            for item in answer["docs"]:
                if item.get("error"):
                    raise StoreError("搜索服务器没有答全：有一个分片不能读取。")
                if item.get("found"):
                    found[item["_source"]["number"]] = item["_source"]
        for number, key in keys.items():
            if (body := written.get(key)) is not None:
                found[number] = body
        return found

    def find(
        self,
        kind: Kind,
        field: str,
        values: Collection[Any],
        limit: int = MOST,
        *,
        descending: bool = False,
        only: Mapping[str, Any] | None = None,
    ) -> list[Body]:
        """The documents whose field has one of these values, by number; at most `limit`. `only` are further values."""
        transaction = self.log.transaction
        if transaction is not None and not only and (kind.name, field) in transaction.expected:
            known = transaction.expected[kind.name, field]
            if all(value in known for value in values):
                bodies = {body["number"]: body for value in values for body in known[value]}
                return self._overlaid(kind, list(bodies.values()), field, values, only, limit, descending)
        order = "desc" if descending else "asc"
        clauses = [{"terms": {field: list(values)}}, *({"term": {name: value}} for name, value in (only or {}).items())]
        body = {"query": _all(kind, clauses), "sort": [{"number": order}], "size": min(limit, MOST)}
        hits = self.search(kind.index_name, body)["hits"]["hits"] if values else []
        return self._overlaid(kind, [hit["_source"] for hit in hits], field, values, only, limit, descending)

    def all(self, kind: Kind, batch: int = 1_000, fields: Sequence[str] | None = None) -> Iterator[Body]:
        """All documents of a kind by number, read in batches. Not for use inside a transaction."""
        last = -1
        while True:
            query = _all(kind, [{"range": {"number": {"gt": last}}}])
            body: Body = {"query": query, "sort": [{"number": "asc"}], "size": batch}
            if fields is not None:
                body["_source"] = list(fields)
            hits = self.search(kind.index_name, body)["hits"]["hits"]
            yield from (hit["_source"] for hit in hits)
            if len(hits) < batch:
                return
            last = hits[-1]["sort"][0]

    def count(self, kind: Kind) -> int:
        """The number of stored documents of a kind."""
        found = self.client.request("POST", f"/{kind.index_name}/_count", {"query": _all(kind, [])}).body
        _raise_for_part(found)
        return int(found["count"])

    def search(self, index: str, body: Body, params: Mapping[str, Any] | None = None) -> Body:
        """The answer to a search of one index, whole or with what is left of its shards: see `is_partial`."""
        found: Body = self.client.request("POST", f"/{index}/_search", body, params=dict(params or {})).body
        if self.log.transaction is not None:
            _raise_for_part(found)
        return found

    def searches(self, pairs: Sequence[tuple[str, Body]], params: Mapping[str, Any] | None = None) -> list[Body]:
        """The answers to several searches, in one request."""
        lines = list[Body]()
        for index, body in pairs:
            lines += [{"index": index, **(params or {})}, body]
        answers: list[Body] = self.client.request("POST", "/_msearch", lines).body["responses"]
        for answer in answers:
            if "error" in answer:
                raise StoreError("搜索服务器没有完成一次查询。")
            if self.log.transaction is not None:
                _raise_for_part(answer)
        return answers

    # Writing

    def put(self, kind: Kind, number: int, body: Body, routing: int | None = None) -> None:
        """Store a document in place of the former one of this number."""
        body = {"kind": kind.name, "number": number, **body}
        self._transaction().written[_key(kind, number, routing)] = body

    def delete(self, kind: Kind, number: int, routing: int | None = None) -> None:
        """Delete the document of this number, if there is one."""
        self._transaction().written[_key(kind, number, routing)] = None

    def next(self, kind: Kind) -> int:
        """The next number of a kind: no number is given twice."""
        return self._transaction().number(kind.name)

    def expect(self, wanted: Iterable[tuple[Kind, str, Collection[Any]]]) -> None:
        """Look now, in one request, for what the running transaction will ask `find` for: many values at once.

        What has more than `MOST` documents is asked for again when it is needed.
        """
        wanted = [(kind, field, list(dict.fromkeys(values))[:_VALUES_AT_ONCE]) for kind, field, values in wanted]
        wanted = [one for one in wanted if one[2]]
        pairs = [
            (kind.index_name, {"query": _all(kind, [{"terms": {field: values}}]), "size": MOST})
            for kind, field, values in wanted
        ]
        if not pairs:
            return
        expected = self._transaction().expected
        for (kind, field, values), answer in zip(wanted, self.searches(pairs), strict=True):
            hits = answer["hits"]["hits"]
            if len(hits) == MOST:
                continue
            known: dict[Any, list[Body]] = {value: [] for value in values}
            for hit in hits:
                for value in _values(hit["_source"], field):
                    if value in known:
                        known[value].append(hit["_source"])
            expected.setdefault((kind.name, field), {}).update(known)

    def _transaction(self) -> Transaction:
        transaction = self.log.transaction
        assert transaction is not None, "documents change inside Log.write only"
        return transaction

    def _written(self) -> dict[Key, Body | None]:
        return {} if self.log.transaction is None else self.log.transaction.written

    def _overlaid(
        self,
        kind: Kind,
        bodies: list[Body],
        field: str,
        values: Collection[Any],
        only: Mapping[str, Any] | None,
        limit: int,
        descending: bool,
    ) -> list[Body]:
        written = self._written()
        if written:
            changed = {key.id: body for key, body in written.items() if key.index_name == kind.index_name}
            wanted = set(values)
            bodies = [body for body in bodies if _id(kind, body["number"]) not in changed]
            bodies += [
                body
                for body in changed.values()
                if body is not None
                and body["kind"] == kind.name
                and not wanted.isdisjoint(_values(body, field))
                and all(value in _values(body, name) for name, value in (only or {}).items())
            ]
        return sorted(bodies, key=lambda body: body["number"], reverse=descending)[:limit]


def is_partial(answer: Body) -> bool:
    """Whether a part of the index did not answer."""
    return bool(answer.get("_shards", {}).get("failed")) or bool(answer.get("timed_out"))


def _raise_for_part(answer: Body) -> None:
    """What a change is decided by must be whole. Raises StoreError."""
    if is_partial(answer):
        raise StoreError("搜索服务器有一部分不能读取，没有改动；请等它恢复（见 docs/cluster.md）。")


def _key(kind: Kind, number: int, routing: int | None) -> Key:
    return Key(kind.index_name, _id(kind, number), str(number if routing is None else routing))


def _id(kind: Kind, number: int) -> str:
    return f"{kind.name}-{number}"


def _all(kind: Kind, clauses: Sequence[Body]) -> Body:
    return {"bool": {"filter": [{"term": {"kind": kind.name}}, *clauses]}}


def _values(body: Body, field: str) -> Collection[Any]:
    value = body.get(field)
    return value if isinstance(value, list) else () if value is None else (value,)
