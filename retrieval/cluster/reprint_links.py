"""Signatures of articles in a search server, and links between articles that are the same report."""

import base64
import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence

from retrieval.cluster.documents import Documents, Kind
from retrieval.cluster.transaction import Body
from retrieval.duplicates import signatures


class ReprintLinks:
    """Signatures of articles, and links between articles that are the same report."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self.signature_kind = Kind("signature", documents.names.records)
        self._links = links_kind(documents)

    def reprints(self, article_ids: Iterable[int]) -> dict[int, frozenset[int]]:
        """The articles that are linked with each of these; articles without a link are left out."""
        found = self._documents.get_all(self._links, [(number, None) for number in set(article_ids)])
        return {number: others_of(body) for number, body in found.items()}

    def signature_rules(self) -> str | None:
        """The rules by which the stored signatures were made; None before the first."""
        transaction = self._documents.log.transaction
        state = self._documents.log.state() if transaction is None else transaction.state
        rules: str | None = state["signature_rules"]
        return rules

    def similar(self, signature: bytes, keys: Sequence[int]) -> list[int]:
        """The stored articles that are the same report, the most similar first; at most `CLOSEST`."""
        bodies, holding = dict[int, Body](), defaultdict[str, set[int]](set)
        wanted = hexadecimal(set(keys))
        for key, body in self._documents.holding(self.signature_kind, "keys", wanted, descending=True):
            bodies[body["number"]] = body
            holding[key].add(body["number"])
        shared = Counter[int]()
        for numbers in holding.values():
            shared.update(heapq.nlargest(signatures.NEWEST, numbers))
        closest = heapq.nlargest(signatures.CLOSEST, ((count, number) for number, count in shared.items()))
        return [number for _, number in closest if signatures.alike(signature, _signed(bodies[number]))]

    def nearest(self, signature: bytes, similar: Sequence[int]) -> int | None:
        """The first of these articles whose text differs in few words only; None when there is none."""
        found = self._documents.get_all(self.signature_kind, [(number, None) for number in similar])
        near = {number for number, body in found.items() if signatures.nearly_same(signature, _signed(body))}
        return next((number for number in similar if number in near), None)

    def signature(self, article_id: int) -> bytes:
        """The signature of a stored article; empty when it has none."""
        body = self._documents.get(self.signature_kind, article_id)
        return b"" if body is None else _signed(body)

    # Writing, inside `Log.write`

    def add(self, article_id: int, signature: bytes, keys: Sequence[int], similar: Sequence[int]) -> None:
        """Store the signature of an article that has none, and link the article with the `similar` ones."""
        value = base64.b64encode(signature).decode()
        self._documents.put(self.signature_kind, article_id, {"keys": hexadecimal(keys), "value": {"signature": value}})
        others = [other for other in similar if other != article_id]
        if others:
            linked = self.reprints([article_id, *others])
            self._put(article_id, linked.get(article_id, frozenset()) | set(others))
            for other in others:
                self._put(other, linked.get(other, frozenset()) | {article_id})

    def forget(self, article_id: int) -> None:
        """Delete the signature and the links of an article."""
        self._documents.delete(self.signature_kind, article_id)
        others = self.reprints([article_id]).get(article_id, frozenset())
        if others:
            for other, linked in self.reprints(others).items():
                self._put(other, linked - {article_id})
            self._documents.delete(self._links, article_id)

    def _put(self, article_id: int, others: Collection[int]) -> None:
        if others:
            self._documents.put(self._links, article_id, {"value": {"others": sorted(others)}})
        else:
            self._documents.delete(self._links, article_id)


def links_kind(documents: Documents) -> Kind:
    return Kind("links", documents.names.records)


def others_of(body: Body) -> frozenset[int]:
    """The articles that the links of one lead to."""
    return frozenset(body["value"]["others"])


def hexadecimal(keys: Iterable[int]) -> list[str]:
    """The keys of a signature, as the index holds them."""
    return [f"{key & 0xFFFFFFFFFFFFFFFF:016x}" for key in keys]


def _signed(body: Body) -> bytes:
    return base64.b64decode(body["value"]["signature"])
