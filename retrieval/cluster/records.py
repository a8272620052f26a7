"""Values under numbers in a search server: tables of the program around the library, each a kind of documents."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from retrieval.cluster.documents import Documents, Kind
from retrieval.cluster.log import Log
from retrieval.cluster.transaction import Body
from retrieval.store.article_rows import now


class Records:
    """One table: values under numbers, each with the moment at which it was stored.

    A table that is `followed` notes each transaction that changes it in the state: see `changes`.
    """

    def __init__(self, documents: Documents, table: str, *, followed: bool = False) -> None:
        self._documents, self._kind = documents, Kind(table, documents.names.records)
        self._followed = followed

    def value(self, number: int) -> str | None:
        """The value under this number; None when there is none. Raises StoreError when its part is missing."""
        with self._documents.whole():
            body = self._documents.get(self._kind, number)
        return None if body is None else _value(body)

    def items(self) -> list[tuple[int, str]]:
        """All values with their numbers, ascending. Raises StoreError when a part of the index is missing."""
        return [(body["number"], _value(body)) for body in self._documents.all(self._kind)]

    def values(self) -> list[str]:
        """All values, by ascending number."""
        return [value for _, value in self.items()]

    # Writing, inside `Log.write`

    def put(self, number: int, value: str) -> None:
        """Store a value, in place of the former one under this number."""
        self._documents.put(self._kind, number, {"at": now(), "value": {"text": value}})
        self._note()

    def renew(self, number: int) -> None:
        """Let the value under this number, if there is one, be stored as of now."""
        if (value := self.value(number)) is not None:
            self.put(number, value)

    def delete(self, number: int) -> None:
        """Delete the value under this number, if there is one."""
        self._documents.delete(self._kind, number)
        self._note()

    def delete_oldest(self, *, days: int, most: int | None = None, limit: int) -> int:
        """Delete values older than `days`, and the oldest ones beyond the `most` last.

        Deletes at most `limit` values, which may be 10,000; returns how many.
        """
        before = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
        transaction = self._documents.log.transaction
        assert transaction is not None, "values are deleted inside Log.write only"
        touched, new = transaction.touched(self._kind.name), transaction.puts(self._kind.name)
        stored: Body = {
            "filter": [{"term": {"kind": self._kind.name}}],
            "must_not": [{"terms": {"number": sorted(touched)}}],
        }
        search = {
            "query": {"bool": stored},
            "sort": [{"at": "asc"}, {"number": "asc"}],
            "size": limit,
            "_source": ["number", "at"],
            "track_total_hits": True,
        }
        found = self._documents.search(self._kind.index_name, search)["hits"]
        ages = sorted((body["at"], body["number"]) for body in (*(hit["_source"] for hit in found["hits"]), *new))
        old = sum(at < before for at, _ in ages)
        if most is not None:
            old = max(old, found["total"]["value"] + len(new) - most)
        oldest = ages[: min(old, limit)]
        for _, number in oldest:
            self.delete(number)
        return len(oldest)

    def _note(self) -> None:
        if self._followed:
            note(self._documents.log, self._kind.name)


def note(log: Log, subject: str) -> None:
    """Note in the state that the running transaction changes a subject that other processes follow."""
    transaction = log.transaction
    assert transaction is not None, "changes are noted inside Log.write only"
    # The state is a copy of its own, whose parts are not.
    transaction.state["changes"] = changes(transaction.state) | {subject: transaction.state["applied"] + 1}
    transaction.changed = True


def changes(state: Mapping[str, Any]) -> dict[str, int]:
    """The number of the last entry that changed each subject that processes follow."""
    return dict(state.get("changes", {}))


def _value(body: Body) -> str:
    text: str = body["value"]["text"]
    return text
