"""The journal: one entry for each transaction that changes articles, and for changes of the program around the library.

An entry names articles by their numbers and holds none of their words, so that nothing of a deleted text stays in it.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from retrieval.change import Actor, Change, Entry, Touch
from retrieval.store.article_rows import now
from retrieval.store.database import Database


class Journal:
    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(self, limit: int, before: int | None = None) -> list[Entry]:
        """The last entries, at most `limit`, the newest first; those before the number `before`, if it is given."""
        return self._read("WHERE id < ? ORDER BY id DESC LIMIT ?", [2**63 - 1 if before is None else before, limit])

    def entry(self, number: int) -> Entry | None:
        """The entry of this number; None when there is none."""
        return next(iter(self._read("WHERE id = ?", [number])), None)

    def of_change(self, key: int) -> list[Entry]:
        """The entries of a change by its key, in order: a large push has one for each of its transactions."""
        return self._read("WHERE change_key = ? ORDER BY id", [key])

    def last_of(self, person: int, since: str) -> Entry | None:
        """The last entry of a person since a moment that can be undone and was not."""
        return next(
            iter(
                self._read(
                    "WHERE person = ? AND at >= ? AND change_key IS NOT NULL AND undoes IS NULL"
                    " AND what NOT IN ('undo', 'erase')"
                    " AND change_key NOT IN (SELECT undoes FROM journal WHERE undoes IS NOT NULL)"
                    " ORDER BY id DESC LIMIT 1",
                    [person, since],
                )
            ),
            None,
        )

    def undone(self, key: int) -> Entry | None:
        """The entry that undid the change of this key; None when it stands."""
        return next(iter(self._read("WHERE undoes = ?", [key])), None)

    def merged_into(self, article_id: int) -> set[int]:
        """The articles that became parts of this one."""
        merges = self._read("WHERE what = 'merge' ORDER BY id", [])
        touched = [entry.touched for entry in merges if any(touch.article == article_id for touch in entry.touched)]
        return {touch.article for touches in touched for touch in touches if touch.what == "removed"} - {article_id}

    # Writing, inside `Database.write`

    def next(self) -> int:
        """The number of the entry that the running transaction may append."""
        return self._database.number("SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'journal'")

    def append(self, change: Change, touched: Sequence[Touch] = ()) -> None:
        """Add the entry of a change."""
        self._database.insert(
            "journal",
            {
                "at": now(),
                "person": change.by.number,
                "name": change.by.name,
                "what": change.what,
                "touched": json.dumps(touched),
                "change_key": change.key,
                "undoes": change.undoes,
                "note": change.note,
            },
        )

    def _read(self, where: str, values: Iterable[Any]) -> list[Entry]:
        return [
            Entry(
                row["id"],
                row["at"],
                Actor(row["name"], row["person"]),
                row["what"],
                _touched(row["touched"]),
                row["change_key"],
                row["undoes"],
                row["note"],
            )
            for row in self._database.rows(f"SELECT * FROM journal {where}", values)
        ]


def _touched(cell: str) -> tuple[Touch, ...]:
    """The articles of an entry; none for a damaged cell, so that the other entries can be read."""
    try:
        return tuple(Touch(str(what), int(article), version) for what, article, version in json.loads(cell))
    except (ValueError, TypeError, RecursionError):
        return ()
