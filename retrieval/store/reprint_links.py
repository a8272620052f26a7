"""Which stored articles are the same report? Their signatures, and links between them, in the articles' transactions.

Links are between two articles, never of groups: one that goes takes its own along, and nothing else changes.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from retrieval.duplicates import signatures
from retrieval.store.database import DatabaseFile

# Of the articles that share a key, so many of the newest are looked at, and of all these so many that share the most:
# a sentence that stands under ten thousand articles must not make the next one slow.
_NEWEST, _CLOSEST = 50, 50
# A hundred articles, each linked with the 50 before it and the 50 behind it, have half as many.
_MOST_LINKS = 20_000
_CANDIDATES = f"""
    SELECT s.article_id, s.data FROM signatures s JOIN (
        SELECT k.article_id, count(*) AS shared FROM json_each(?) wanted JOIN signature_keys k ON k.key = wanted.value
        AND k.article_id IN
            (SELECT article_id FROM signature_keys WHERE key = wanted.value ORDER BY article_id DESC LIMIT {_NEWEST})
        GROUP BY k.article_id ORDER BY shared DESC, k.article_id DESC LIMIT {_CLOSEST}
    ) found ON found.article_id = s.article_id ORDER BY found.shared DESC, s.article_id DESC
"""


class ReprintStore(DatabaseFile):
    """The tables of signatures, their keys and the links."""

    def linked(self, article_ids: Iterable[int]) -> Mapping[int, frozenset[int]]:
        """Which articles are reprints of each of these; an article without any is left out.

        At most `_MOST_LINKS` pairs are looked at.
        """
        rows = self._rows(
            "SELECT article_id, other_id FROM reprints WHERE article_id IN (SELECT value FROM json_each(?))"
            " ORDER BY article_id, other_id LIMIT ?",
            [json.dumps(sorted(set(article_ids))), _MOST_LINKS],
        )
        found = defaultdict(set)
        for row in rows:
            found[row["article_id"]].add(row["other_id"])
        return {number: frozenset(others) for number, others in found.items()}

    def signature_rules(self) -> str | None:
        """By which the stored signatures were made; None before the first."""
        rules: str | None = self._value("SELECT signature_rules FROM state")
        return rules

    def compared(self) -> int | None:
        """The number up to which articles have a signature; None when all have, as each new one brings its own."""
        reached: int | None = self._value("SELECT compared FROM state")
        return reached

    def uncompared(self, after: int, limit: int) -> list[int]:
        """The next articles by number that have no signature."""
        rows = self._rows(
            "SELECT a.id FROM articles a LEFT JOIN signatures s ON s.article_id = a.id"
            " WHERE a.id > ? AND s.article_id IS NULL ORDER BY a.id LIMIT ?",
            [after, limit],
        )
        return [row["id"] for row in rows]

    def count_uncompared(self) -> int:
        return self._number("SELECT (SELECT count(*) FROM articles) - (SELECT count(*) FROM signatures)")

    def count_spoilt_signatures(self) -> int:
        """How many are not bytes, or not as many as a signature has. Raises StoreError."""
        length = f"length(data) - {signatures.DIGEST_BYTES}"
        return self._number(
            "SELECT count(*) FROM signatures WHERE typeof(data) <> 'blob'"
            f" OR (data <> x'' AND ({length} < 0 OR ({length}) % 8))"
        )

    # Writing, inside `write`

    def begin_signatures(self) -> None:
        """Forget the signatures that were made by other rules than those of this version."""
        if self.signature_rules() != signatures.RULES:
            self.forget_signatures()

    def forget_signatures(self) -> None:
        """Begin anew, by the rules of this version: every article is to be compared again."""
        for table in ("reprints", "signature_keys", "signatures"):
            self._db.execute(f"DELETE FROM {table}")
        self._db.execute("UPDATE state SET signature_rules = ?", [signatures.RULES])
        self.set_compared(-1 if self._rows("SELECT 1 FROM articles LIMIT 1") else None)

    def set_compared(self, reached: int | None) -> None:
        self._db.execute("UPDATE state SET compared = ?", [reached])

    def alike(self, signature: bytes, keys: Sequence[int]) -> list[int]:
        """The stored articles that are the same report, the most similar first; at most fifty.

        `keys` are those of the signature. An empty signature is like no other.
        """
        rows = self._rows(_CANDIDATES, [json.dumps(keys)]) if keys else []
        sound = (row for row in rows if signatures.is_signature(row["data"]))
        return [row["article_id"] for row in sound if signatures.alike(signature, row["data"])]

    def compare(self, article_id: int, signature: bytes, keys: Sequence[int], alike: Sequence[int]) -> None:
        """Keep the signature of a stored article that has none, and link it with those that are `alike`."""
        self._db.execute("INSERT INTO signatures VALUES (?, ?)", [article_id, signature])
        self._many("INSERT OR IGNORE INTO signature_keys VALUES (?, ?)", [(key, article_id) for key in keys])
        others = [other for other in alike if other != article_id]
        pairs = [(article_id, other) for other in others] + [(other, article_id) for other in others]
        self._many("INSERT OR IGNORE INTO reprints VALUES (?, ?)", pairs)

    def _forget_signature(self, article_id: int) -> None:
        for row in self._rows("SELECT data FROM signatures WHERE article_id = ?", [article_id]):
            keys = signatures.keys(row["data"]) if signatures.is_signature(row["data"]) else []
            self._many("DELETE FROM signature_keys WHERE key = ? AND article_id = ?", [(k, article_id) for k in keys])
        self._db.execute("DELETE FROM signatures WHERE article_id = ?", [article_id])
        others = self._rows("SELECT other_id FROM reprints WHERE article_id = ?", [article_id])
        pairs = [(row["other_id"], article_id) for row in others]
        self._many("DELETE FROM reprints WHERE article_id = ? AND other_id = ?", pairs)
        self._db.execute("DELETE FROM reprints WHERE article_id = ?", [article_id])

    def _many(self, sql: str, rows: Sequence[tuple[int, int]]) -> None:
        self._db.conn.executemany(sql, rows)
