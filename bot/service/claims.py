"""Claims in a search server: which of several processes carries out an update.

A claim is a document outside the log, because a transaction would cost each answer several requests. One process can
create it. It holds for some seconds, so that another process carries out the update of one that was killed.
"""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.service.sharing import Share
from retrieval.cluster.documents import MOST, Documents
from retrieval.cluster.message import Operation
from retrieval.store.article_rows import now

# Longer than a process needs to carry out an update or to store it as pending, on machines whose clocks differ.
HELD = 30.0
# An answer does not wait longer for a claim: a server that takes no writes can still be asked.
_SECONDS, _SERVER_WAIT = 2.0, "1s"
# Telegram delivers an update again for a day at most.
_DAYS = 2
# A copy of a shard may say for a moment that a document is missing which another copy refuses to create again.
_LOOKS, _PAUSE = 20, 0.03
_KIND = "bot_claims"


class Claims:
    """All methods raise StoreError."""

    def __init__(self, documents: Documents, clock: Callable[[], float] = time.time) -> None:
        """`clock` tells seconds since 1970."""
        self._documents, self._clock, self._own = documents, clock, secrets.token_hex(8)

    def take(self, number: int) -> Share:
        """Claim the update of this number, unless another process has."""
        for _ in range(_LOOKS):
            if self._write("_create", number, HELD, ok=(201, 409)) == 201:
                return Share.OURS
            path = f"/{self._documents.names.records}/_doc/{_id(number)}"
            found = self._documents.client.request("GET", path, params=_routing(number), ok=(200, 404))
            if found.status == 200:
                return self._take_over(number, found.body)
            time.sleep(_PAUSE)
        return Share.OTHERS

    def settle(self, number: int) -> None:
        """Note that the update is carried out."""
        self._write("_doc", number, None)

    def release(self, number: int) -> None:
        """Leave the update to other processes."""
        self._write("_doc", number, 0.0)

    def prune(self) -> None:
        """Forget the updates that Telegram no longer delivers."""
        before = (datetime.now(UTC) - timedelta(days=_DAYS)).isoformat(timespec="seconds")
        query = {"bool": {"filter": [{"term": {"kind": _KIND}}, {"range": {"at": {"lt": before}}}]}}
        body = {"query": query, "sort": [{"number": "asc"}], "_source": ["number"], "size": MOST}
        index = self._documents.names.records
        found = self._documents.search(index, body)["hits"]["hits"]
        if old := [hit["_source"]["number"] for hit in found]:
            targets = ({"_index": index, "_id": _id(number), **_routing(number)} for number in old)
            self._documents.client.bulk([Operation("delete", target) for target in targets], ok=(200, 404))

    def _take_over(self, number: int, found: dict[str, Any]) -> Share:
        value = found["_source"]["value"]
        if value["until"] is None:
            return Share.DONE
        if value["by"] == self._own and value["until"] > 0:  # the first try was carried out, and its answer was lost
            return Share.OURS
        if value["until"] > self._clock():
            return Share.OTHERS
        as_read = {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
        taken = self._write("_doc", number, HELD, as_read, ok=(200, 409)) == 200
        return Share.OURS if taken else Share.OTHERS

    def _write(
        self, how: str, number: int, seconds: float | None, condition: Any = None, ok: tuple[int, ...] = (200, 201)
    ) -> int:
        until = None if seconds is None else self._clock() + seconds if seconds else 0.0
        body = {"kind": _KIND, "number": number, "at": now(), "value": {"by": self._own, "until": until}}
        path = f"/{self._documents.names.records}/{how}/{_id(number)}"
        params = {**_routing(number), "timeout": _SERVER_WAIT, **(condition or {})}
        return self._documents.client.request("PUT", path, body, params=params, ok=ok, total=_SECONDS).status


def _id(number: int) -> str:
    return f"{_KIND}-{number}"


def _routing(number: int) -> dict[str, str]:
    return {"routing": str(number)}
