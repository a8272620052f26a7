"""The table of fresh keys: those of the last articles, in blocks, until they are moved into `signature_keys`.

An article has fifty keys, and as rows of `signature_keys` they stand on fifty pages far apart. A block is one row with
the keys of one or more commits; some thousand articles at once are then moved in the order of the table.
"""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence

from retrieval.duplicates.key_pairs import PAIR_BYTES, KeyPairs
from retrieval.store.database import Database

# Pairs of a block to which the next commit still adds its own: a push of one article rewrites 16 KB at most.
_OPEN = 1_024
# Pairs that are moved at once: at least as many, and this share of those in `signature_keys`, whose pages are all
# written anew. At 1,000,000 passages these are 600,000 pairs, 10 MB.
_FEWEST_MOVED, _SHARE_MOVED = 1 << 18, 1 / 16
_KEYS_AN_ARTICLE = 50
# Pairs of one transaction of a move.
_AT_ONCE = 8_192
# Blocks that an instance searches one by one before it joins them.
_MOST_APART = 8
# Of the step from the number of one block to that of the next.
_NUMBER_BITS = 32


class FreshKeys:
    """The blocks of fresh keys. An instance remembers the blocks that it has read.

    All methods must run inside `Database.write`, except `is_due`, `move` and `count_spoilt`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        # What was read: joined blocks by their numbers, and the others.
        self._joined, self._large = frozenset[int](), KeyPairs.joined([])
        self._apart: dict[int, KeyPairs] = {}

    def find(self, keys: Sequence[int]) -> dict[int, list[int]]:
        """The articles of each of these keys; keys without one are left out."""
        self._refresh()
        found: dict[int, list[int]] = {}
        for block in (self._large, *self._apart.values()):
            for key, articles in block.find(keys):
                found.setdefault(key, []).extend(articles)
        return found

    def add(self, keys: Mapping[int, Sequence[int]]) -> None:
        """Add the keys of these articles."""
        pairs = KeyPairs.of(keys)
        last = self._database.rows("SELECT id, data FROM fresh_keys ORDER BY id DESC LIMIT 1")
        if last and len(last[0]["data"]) < _OPEN * PAIR_BYTES:
            pairs = KeyPairs.joined([KeyPairs.read(last[0]["data"]), pairs])
            self._delete([last[0]["id"]])
        self._insert(pairs)

    def remove(self, article_id: int) -> None:
        """Remove the keys of an article. Its blocks are written anew under other numbers, which tells all readers."""
        blocks = self._database.rows(
            "SELECT id, data FROM fresh_keys WHERE first <= ? AND final >= ?", [article_id, article_id]
        )
        for block in blocks:
            pairs = KeyPairs.read(block["data"])
            if pairs.holds(article_id):
                self._delete([block["id"]])
                self._insert(pairs.without(article_id))

    def clear(self) -> None:
        """Remove all keys."""
        self._database.execute("DELETE FROM fresh_keys")

    def count_spoilt(self) -> int:
        """The number of blocks of a wrong type or length. Raises StoreError."""
        return self._database.number(
            f"SELECT count(*) FROM fresh_keys WHERE typeof(data) <> 'blob' OR length(data) % {PAIR_BYTES}"
        )

    def is_due(self) -> bool:
        """Whether there are enough keys for `move`."""
        pairs = self._database.number("SELECT coalesce(sum(pairs), 0) FROM fresh_keys")
        if pairs < _FEWEST_MOVED:
            return False
        articles = self._database.number("SELECT articles FROM state")
        return pairs >= articles * _KEYS_AN_ARTICLE * _SHARE_MOVED

    def move(self) -> Iterator[None]:
        """Move all keys into `signature_keys`, in transactions of `_AT_ONCE` pairs; yields after each.

        A key stands in both tables until the last transaction. The move ends early, and may begin anew, when a block is
        no longer there: another process moves the keys too, or an article of the block was removed.
        """
        blocks = self._database.rows("SELECT id, data FROM fresh_keys ORDER BY id")
        numbers = [block["id"] for block in blocks]
        pairs = KeyPairs.joined([KeyPairs.read(block["data"]) for block in blocks])
        for start in range(0, len(pairs), _AT_ONCE):
            rows = pairs.rows(start, start + _AT_ONCE)
            with self._database.write():
                if not self._are_there(numbers):
                    return
                self._database.execute_many("INSERT OR IGNORE INTO signature_keys VALUES (?, ?)", rows)
            yield
        with self._database.write():
            if self._are_there(numbers):
                self._delete(numbers)

    def _are_there(self, numbers: Sequence[int]) -> bool:
        stored = self._numbers()
        return stored[: len(numbers)] == list(numbers)

    def _numbers(self) -> list[int]:
        return [number for (number,) in self._database.cells("SELECT id FROM fresh_keys ORDER BY id")]

    def _refresh(self) -> None:
        """Read the blocks that were added since the last call; all blocks when one of the joined ones is gone."""
        numbers = self._numbers()
        if not self._joined.issubset(numbers):
            self._joined, self._large = frozenset(), KeyPairs.joined([])
        self._apart = {number: self._apart[number] for number in numbers if number in self._apart}
        missing = [number for number in numbers if number not in self._joined and number not in self._apart]
        self._apart |= self._read(missing)
        if len(self._apart) > _MOST_APART:
            # The last block may still be open.
            settled = {number: block for number, block in self._apart.items() if number != numbers[-1]}
            self._large = KeyPairs.joined([self._large, *settled.values()])
            self._joined |= settled.keys()
            self._apart = {numbers[-1]: self._apart[numbers[-1]]}

    def _read(self, numbers: Iterable[int]) -> dict[int, KeyPairs]:
        found = {}
        for number in numbers:
            data = self._database.value("SELECT data FROM fresh_keys WHERE id = ?", [number])
            found[number] = KeyPairs.read(data)
        return found

    def _insert(self, pairs: KeyPairs) -> None:
        if len(pairs):
            last = self._database.number("SELECT coalesce(max(id), 0) FROM fresh_keys")
            # Not the next number: the one of a block whose transaction was taken back may be remembered.
            number = last + 1 + random.getrandbits(_NUMBER_BITS)
            first, final = pairs.articles.min(), pairs.articles.max()
            row = {"id": number, "first": int(first), "final": int(final), "pairs": len(pairs)}
            self._database.insert("fresh_keys", row | {"data": pairs.written()})

    def _delete(self, numbers: Iterable[int]) -> None:
        self._database.execute_many("DELETE FROM fresh_keys WHERE id = ?", [(number,) for number in numbers])
