"""The table of tombstones: what is known of removed articles, so that they do not come back unnoticed.

A tombstone has the keys and the signature of an article, and none of its words.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from retrieval.archive import Identity
from retrieval.article import Article
from retrieval.change import Actor, Tombstone
from retrieval.duplicates import signatures
from retrieval.duplicates.removed import is_removed_version
from retrieval.store.article_rows import now
from retrieval.store.database import Database
from retrieval.store.versions import Versions

# Tombstones that share the most keys with a new article are compared with it.
_CLOSEST = 20
_SIMILAR = f"""
    SELECT t.*, count(*) AS shared FROM json_each(?) wanted JOIN tombstone_keys k ON k.key = wanted.value
    JOIN tombstones t ON t.article_id = k.article_id GROUP BY t.article_id ORDER BY shared DESC LIMIT {_CLOSEST}
"""


class Tombstones:
    def __init__(self, database: Database) -> None:
        self._database, self._versions = database, Versions(database)

    def exist(self) -> bool:
        """Whether there is any."""
        return bool(self._database.rows("SELECT 1 FROM tombstones LIMIT 1"))

    def of_article(self, article_id: int) -> Tombstone | None:
        """The tombstone of the article that had this number."""
        rows = self._database.rows("SELECT * FROM tombstones WHERE article_id = ?", [article_id])
        return _tombstone(rows[0]) if rows else None

    def find(self, article: Article, identity: Identity, signature: bytes, keys: Sequence[int]) -> Tombstone | None:
        """The tombstone of an article at the same address, with the same text, or of which this one is a version."""
        same = self._database.rows(
            "SELECT * FROM tombstones WHERE url_key = ? UNION SELECT * FROM tombstones WHERE text_key = ? LIMIT 1",
            [identity.url, identity.text],
        )
        if same:
            return _tombstone(same[0])
        for row in self._database.rows(_SIMILAR, [json.dumps(list(keys))]) if keys else ():
            if signatures.is_signature(row["signature"]) and self._is_version(article, signature, row):
                return _tombstone(row)
        return None

    def _is_version(self, article: Article, signature: bytes, row: Mapping[str, Any]) -> bool:
        last = self._versions.last([row["article_id"]]).get(row["article_id"])
        former = self._versions.article(last) if last is not None else None
        return is_removed_version(article, signature, row["signature"], former)

    # Writing, inside `Database.write`

    def add(self, article_id: int, identity: Identity, signature: bytes, by: Actor) -> None:
        """Remember that a person, or a program, removed this article."""
        self.forget(article_id)
        self._database.insert(
            "tombstones",
            {
                "article_id": article_id,
                "url_key": identity.url,
                "text_key": identity.text,
                "signature": signature,
                "person": by.number,
                "name": by.name,
                "at": now(),
            },
        )
        rows = [(key, article_id) for key in signatures.keys(signature)]
        self._database.execute_many("INSERT OR IGNORE INTO tombstone_keys VALUES (?, ?)", rows)

    def forget(self, article_id: int) -> None:
        """Delete the tombstone of an article that comes back."""
        for row in self._database.rows("SELECT signature FROM tombstones WHERE article_id = ?", [article_id]):
            keys = signatures.keys(row["signature"]) if signatures.is_signature(row["signature"]) else []
            rows = [(key, article_id) for key in keys]
            self._database.execute_many("DELETE FROM tombstone_keys WHERE key = ? AND article_id = ?", rows)
        self._database.execute("DELETE FROM tombstones WHERE article_id = ?", [article_id])


def _tombstone(row: dict[str, object]) -> Tombstone:
    number, person = row["article_id"], row["person"]
    assert isinstance(number, int)
    return Tombstone(number, Actor(str(row["name"]), person if isinstance(person, int) else None), str(row["at"]))
