"""Signatures of articles, and links between articles that are the same report.

A link joins two articles; there are no groups. The removal of an article removes its links and changes nothing else.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from heapq import nlargest, nsmallest
from itertools import groupby
from operator import itemgetter

from retrieval.duplicates import signatures
from retrieval.store.database import Database
from retrieval.store.fresh_keys import FreshKeys

# Twice as many as a hundred articles have when each is linked with the 50 before it and the 50 after it.
_MOST_LINKS = 20_000
_SHARING = f"""
    SELECT k.key, k.article_id FROM json_each(?) wanted JOIN signature_keys k ON k.key = wanted.value
    AND k.article_id IN
        (SELECT article_id FROM signature_keys WHERE key = wanted.value
         ORDER BY article_id DESC LIMIT {signatures.NEWEST})
"""


class ReprintLinks:
    """The tables of signatures, signature keys and links.

    `add` must run inside `adding`, which writes the keys of the articles that were added.
    """

    def __init__(self, database: Database, fresh: FreshKeys | None = None) -> None:
        """`fresh` is what several transactions of one thread at a time have read of the fresh keys."""
        self._database, self._fresh = database, fresh or FreshKeys(database)
        # The keys of the articles that this transaction has added, and the articles of these keys.
        self._added: dict[int, Sequence[int]] = {}
        self._sharing: defaultdict[int, set[int]] = defaultdict(set)
        # The stored articles of the keys that were looked up.
        self._looked_up: dict[int, set[int]] = {}

    def reprints(self, article_ids: Iterable[int]) -> Mapping[int, frozenset[int]]:
        """The articles that are linked with each of these; articles without a link are left out.

        Reads at most `_MOST_LINKS` pairs.
        """
        pairs = self._database.cells(
            "SELECT article_id, other_id FROM reprints WHERE article_id IN (SELECT value FROM json_each(?))"
            " ORDER BY article_id, other_id LIMIT ?",
            [json.dumps(sorted(set(article_ids))), _MOST_LINKS],
        )
        by_article = groupby(pairs, itemgetter(0))
        return {number: frozenset([other for _, other in linked]) for number, linked in by_article}

    def signature_rules(self) -> str | None:
        """The rules by which the stored signatures were made; None before the first."""
        rules: str | None = self._database.value("SELECT signature_rules FROM state")
        return rules

    def compared(self) -> int | None:
        """The article number up to which older articles have been compared; None when all articles have a signature."""
        last: int | None = self._database.value("SELECT compared FROM state")
        return last

    def uncompared(self, after: int, limit: int) -> list[int]:
        """The next articles by number that have no signature."""
        rows = self._database.rows(
            "SELECT a.id FROM articles a LEFT JOIN signatures s ON s.article_id = a.id"
            " WHERE a.id > ? AND s.article_id IS NULL ORDER BY a.id LIMIT ?",
            [after, limit],
        )
        return [row["id"] for row in rows]

    def count_uncompared(self) -> int:
        """The number of articles without a signature. Raises StoreError."""
        return self._database.number("SELECT (SELECT count(*) FROM articles) - (SELECT count(*) FROM signatures)")

    def count_spoilt_signatures(self) -> int:
        """The number of signatures of a wrong type or length. Raises StoreError."""
        length = f"length(data) - {signatures.DIGEST_BYTES}"
        return (
            self._database.number(
                "SELECT count(*) FROM signatures WHERE typeof(data) <> 'blob'"
                f" OR (data <> x'' AND ({length} < 0 OR ({length}) % 8))"
            )
            + self._fresh.count_spoilt()
        )

    # Writing, inside `Database.write`

    def forget_all(self) -> None:
        """Delete all signatures and links, so that every article is compared again, by the rules of this version."""
        for table in ("reprints", "signature_keys", "signatures"):
            self._database.execute(f"DELETE FROM {table}")
        self._fresh.clear()
        self._database.execute("UPDATE state SET signature_rules = ?", [signatures.RULES])
        self.set_compared(-1 if self._database.rows("SELECT 1 FROM articles LIMIT 1") else None)

    def set_compared(self, last: int | None) -> None:
        """Set what `compared` returns."""
        self._database.execute("UPDATE state SET compared = ?", [last])

    @contextmanager
    def adding(self) -> Iterator[None]:
        """The part of a transaction that adds articles; their keys are written at its end."""
        # A former transaction may have been taken back.
        self._forget_transaction()
        yield
        if any(self._added.values()):
            self._fresh.add(self._added)
        self._forget_transaction()

    def _forget_transaction(self) -> None:
        self._added, self._looked_up = {}, {}
        self._sharing.clear()

    def expect(self, keys: Iterable[int]) -> None:
        """Look up all keys that `similar` will be asked for, in one go."""
        wanted = sorted(set(keys).difference(self._looked_up))
        if not wanted:
            return
        found: dict[int, set[int]] = {key: set() for key in wanted}
        for key, number in self._database.cells(_SHARING, [json.dumps(wanted)]):
            found[key].add(number)
        for key, numbers in self._fresh.find(wanted).items():
            found[key].update(numbers)
        self._looked_up |= found

    def similar(self, signature: bytes, keys: Sequence[int]) -> list[int]:
        """The stored articles that are the same report, the most similar first; at most `signatures.CLOSEST`.

        `keys` are those of the signature. An empty signature is like no other.
        """
        closest = self._closest(keys)
        if not closest:
            return []
        rows = self._database.cells(
            "SELECT article_id, data FROM signatures WHERE article_id IN (SELECT value FROM json_each(?))",
            [json.dumps(closest)],
        )
        stored = {number: data for number, data in rows if signatures.is_signature(data)}
        return [number for number in closest if number in stored and signatures.alike(signature, stored[number])]

    def _closest(self, keys: Sequence[int]) -> list[int]:
        """The articles that share the most keys, of equals the newest first."""
        self.expect(keys)
        shared: Counter[int] = Counter()
        for key in keys:
            numbers = self._looked_up[key]
            if key in self._sharing:
                numbers = numbers | self._sharing[key]
            shared.update(numbers if len(numbers) <= signatures.NEWEST else nlargest(signatures.NEWEST, numbers))
        return nsmallest(signatures.CLOSEST, shared, key=lambda number: (-shared[number], -number))

    def nearest(self, signature: bytes, similar: Sequence[int]) -> int | None:
        """The first of these articles whose text differs in few words only; None when there is none."""
        rows = self._database.rows(
            "SELECT article_id, data FROM signatures WHERE article_id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(similar))],
        )
        near = {row["article_id"] for row in rows if signatures.nearly_same(signature, row["data"])}
        return next((number for number in similar if number in near), None)

    def add(self, article_id: int, signature: bytes, keys: Sequence[int], similar: Sequence[int]) -> None:
        """Store the signature of an article that has none, and link the article with the `similar` ones."""
        self._database.execute("INSERT INTO signatures VALUES (?, ?)", [article_id, signature])
        self._added[article_id] = keys
        for key in keys:
            self._sharing[key].add(article_id)
        others = [other for other in similar if other != article_id]
        pairs = [(article_id, other) for other in others] + [(other, article_id) for other in others]
        self._database.execute_many("INSERT OR IGNORE INTO reprints VALUES (?, ?)", pairs)

    def signature(self, article_id: int) -> bytes:
        """The signature of a stored article; empty when it has none, or a damaged one."""
        rows = self._database.rows("SELECT data FROM signatures WHERE article_id = ?", [article_id])
        return next((row["data"] for row in rows if signatures.is_signature(row["data"])), b"")

    def forget(self, article_id: int) -> None:
        """Delete the signature and the links of an article."""
        self._looked_up = {}
        for key in self._added.pop(article_id, ()):
            self._sharing[key].discard(article_id)
        self._fresh.remove(article_id)
        for row in self._database.rows("SELECT data FROM signatures WHERE article_id = ?", [article_id]):
            keys = signatures.keys(row["data"]) if signatures.is_signature(row["data"]) else []
            rows = [(key, article_id) for key in keys]
            self._database.execute_many("DELETE FROM signature_keys WHERE key = ? AND article_id = ?", rows)
        self._database.execute("DELETE FROM signatures WHERE article_id = ?", [article_id])
        others = self._database.rows("SELECT other_id FROM reprints WHERE article_id = ?", [article_id])
        pairs = [(row["other_id"], article_id) for row in others]
        self._database.execute_many("DELETE FROM reprints WHERE article_id = ? AND other_id = ?", pairs)
        self._database.execute("DELETE FROM reprints WHERE article_id = ?", [article_id])
