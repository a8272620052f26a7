"""Notes in a search server: documents beside the log, which several processes of a bot write and read at once.

A transaction of the log would cost each answer several requests. A note is one document and one request: it is created
once, whoever tries, or put in the place of the note that was read.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from retrieval.cluster.documents import Documents
from retrieval.cluster.message import Operation, Place
from retrieval.store.article_rows import now
from retrieval.store.errors import StoreError

# An answer does not wait longer for a note: a server that takes no writes can still be asked.
_SECONDS, _SERVER_WAIT = 2.0, "1s"
# A copy of a shard may say for a moment that a document is missing which another copy refuses to create again.
_LOOKS, _PAUSE = 20, 0.03
# More than a bot's updates of an hour, between two prunings.
_PRUNED = 1_000_000


class Note(NamedTuple):
    """The value of a note, and the place of its document, which a conditional write names."""

    value: Mapping[str, Any]
    place: Place


class Notes:
    """The notes of one kind, by number. All methods raise StoreError."""

    def __init__(self, documents: Documents, kind: str) -> None:
        self._client, self._index, self._kind = documents.client, documents.names.records, kind
        self._documents = documents

    def get(self, number: int) -> Note | None:
        """The note of this number; None when there is none."""
        path, named = f"/{self._index}/_doc/{self._id(number)}", _routing(number)
        found = self._client.request("GET", path, params=named, ok=(200, 404), total=_SECONDS)
        if found.status == 404:
            return None
        return Note(found.body["_source"]["value"], Place.of(found.body))

    def create(self, number: int, value: Mapping[str, Any]) -> Note | None:
        """Write the first note of this number. Returns None when it is written, otherwise the note that was there.

        Raises StoreError also when the server says that there is one and does not give it.
        """
        for _ in range(_LOOKS):
            if self._write("_create", number, value, (201, 409)) == 201:
                return None
            if (found := self.get(number)) is not None:
                return found
            time.sleep(_PAUSE)
        raise StoreError("搜索服务器没有给出它已有的一个文档。")

    def put(self, number: int, value: Mapping[str, Any]) -> None:
        """Write a note in the place of any other."""
        self._write("_doc", number, value, (200, 201))

    def replace(self, number: int, note: Note, value: Mapping[str, Any]) -> bool:
        """Write a note in the place of this one; False when another one has taken its place."""
        return self._write("_doc", number, value, (200, 409), note.place.condition) == 200

    def prune(self, older: timedelta) -> None:
        """Delete what was written so long ago, at most `_PRUNED` notes."""
        before = (datetime.now(UTC) - older).isoformat(timespec="seconds")
        query = {"bool": {"filter": [{"term": {"kind": self._kind}}, {"range": {"at": {"lt": before}}}]}}
        body = {"query": query, "sort": [{"number": "asc"}], "_source": ["number"]}
        old = [found["number"] for found in self._documents.pages(self._index, body, _PRUNED)]
        targets = ({"_index": self._index, "_id": self._id(number), **_routing(number)} for number in old)
        self._client.bulk([Operation("delete", target) for target in targets], ok=(200, 404))

    def _write(
        self, how: str, number: int, value: Mapping[str, Any], ok: tuple[int, ...], condition: Mapping[str, int] = {}
    ) -> int:
        body = {"kind": self._kind, "number": number, "at": now(), "value": dict(value)}
        params: dict[str, str | int | bool] = {**_routing(number), "timeout": _SERVER_WAIT, **condition}
        path = f"/{self._index}/{how}/{self._id(number)}"
        return self._client.request("PUT", path, body, params=params, ok=ok, total=_SECONDS).status

    def _id(self, number: int) -> str:
        return f"{self._kind}-{number}"


def _routing(number: int) -> dict[str, str]:
    return {"routing": str(number)}
