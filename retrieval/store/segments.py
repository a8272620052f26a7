"""The tables of segments and removals, written in the transactions of the articles.

Passages are numbered in the order of the commits. The position of a reader is therefore the number of the last passage
that it has loaded: a merge changes the rows that hold the postings, but not what is new to a reader.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from retrieval.index.segment_format import CHECKED
from retrieval.store.database import Database
from retrieval.store.errors import StoreError

# Removed passages are left out of the settled segments in steps of this share of all passages, and at least so many: a
# search counts the removed ones among the postings of each new term.
_REMOVED_SHARE, _FEWEST_REMOVED = 0.02, 1_000


@dataclass(frozen=True, slots=True)
class Position:
    """How far a reader has loaded the index. A rebuild of all postings begins a new epoch."""

    generation: int = -1
    epoch: int = -1
    passage: int = -1
    removal: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """Segments and removals that an index lacks, and the position that it has with them.

    With `from_scratch` the index must start empty. The reader knows the segments' passages up to the number `after`.
    """

    position: Position
    segments: list[bytes]
    removed: list[int]
    after: int
    from_scratch: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """Segments in front of all others that no merge will replace, up to the passage `last` of this epoch.

    `removed` are passages that they hold and that may be left out of them. `key` names what is left: it changes with
    any byte of the segments, with their numbers and with `removed`.
    """

    numbers: list[int]
    removed: list[int]
    epoch: int
    last: int
    key: str


class Segments:
    """The tables of segments and removals, and what the one row of state says of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def generation(self) -> int:
        """A number that every change of articles raises, in any process."""
        return self._database.number("SELECT generation FROM state")

    def fingerprint(self) -> str | None:
        """The fingerprint of the segments' analyzer and format; None for a new file."""
        fingerprint: str | None = self._database.value("SELECT fingerprint FROM state")
        return fingerprint

    def changes(self, since: Position) -> Changes:
        """Segments and removals that were committed after `since`, read from one snapshot."""
        with self._database.view():
            state = self._database.row("SELECT generation, epoch FROM state")
            scratch = since.epoch != state["epoch"]
            start = Position(epoch=state["epoch"]) if scratch else since
            segments = self._database.rows(
                "SELECT last, data FROM segments WHERE epoch = ? AND last > ?", [start.epoch, start.passage]
            )
            removed = self._database.rows(
                "SELECT id, passage_id FROM removals WHERE id > ? ORDER BY id", [start.removal]
            )
        # Not ORDER BY: SQLite would sort the rows with all their bytes. At 1,000,000 passages this takes 1 of the 3
        # seconds of a start.
        segments.sort(key=lambda row: row["last"])
        position = Position(
            generation=state["generation"],
            epoch=start.epoch,
            passage=segments[-1]["last"] if segments else start.passage,
            removal=removed[-1]["id"] if removed else start.removal,
        )
        passages = [row["passage_id"] for row in removed]
        return Changes(position, [row["data"] for row in segments], passages, start.passage, scratch)

    def sizes(self) -> list[tuple[int, int]]:
        """Number and size in bytes of each segment, in the order of their passages."""
        rows = self._database.rows(
            "SELECT id, length(data) AS bytes FROM segments WHERE epoch = (SELECT epoch FROM state) ORDER BY last"
        )
        return [(row["id"], row["bytes"]) for row in rows]

    def settled(self, size: int) -> Settled | None:
        """The segments up to the last that has at least `size` bytes; None when none has."""
        with self._database.view():
            rows = self._database.rows(
                "SELECT id, epoch, last, length(data) AS bytes FROM segments WHERE epoch = (SELECT epoch FROM state)"
                " ORDER BY last"
            )
            while rows and rows[-1]["bytes"] < size:
                rows.pop()
            # The beginning of a segment has its checksum.
            heads = [self._database.beginning("segments", "data", row["id"], CHECKED) for row in rows]
            removals = self._database.rows("SELECT id, passage_id FROM removals ORDER BY id")
        if not rows:
            return None
        last = rows[-1]["last"]
        # Not all of them: the key would change with each removal.
        step = max(_FEWEST_REMOVED, int(last * _REMOVED_SHARE))
        gone = removals[: len(removals) // step * step]
        facts = repr([*(tuple(row.values()) for row in [*rows, *gone]), heads])
        key = hashlib.sha256(facts.encode()).hexdigest()[:32]
        numbers, removed = [row["id"] for row in rows], [row["passage_id"] for row in gone]
        return Settled(numbers, removed, rows[-1]["epoch"], last, key)

    def data(self, number: int) -> bytes | None:
        """The bytes of a segment; None when it has been merged into another."""
        rows = self._database.rows("SELECT data FROM segments WHERE id = ?", [number])
        return rows[0]["data"] if rows else None

    def removed(self) -> list[int]:
        """Removed passages that segments may still hold."""
        return [row["passage_id"] for row in self._database.rows("SELECT passage_id FROM removals")]

    def last_removal(self) -> int:
        """The number of the last removal; 0 when there is none."""
        return self._database.number("SELECT coalesce(max(id), 0) FROM removals")

    # Writing, inside `Database.write`

    def raise_generation(self) -> None:
        """Tell all readers that articles have changed."""
        self._database.execute("UPDATE state SET generation = generation + 1")

    def append(self, data: bytes, last: int, epoch: int | None = None) -> None:
        """Add the segment of passages up to the number `last`, to the epoch in use or to another one."""
        epoch = self._database.number("SELECT epoch FROM state") if epoch is None else epoch
        self._database.insert("segments", {"epoch": epoch, "last": last, "data": data})

    def replace(self, numbers: Sequence[int], merged: bytes) -> bool:
        """Put one segment in place of these; False, without a change, when another process has merged one of them."""
        marks = ", ".join("?" * len(numbers))
        rows = self._database.rows(f"SELECT epoch, last FROM segments WHERE id IN ({marks}) ORDER BY last", numbers)
        if len(rows) < len(numbers):
            return False
        self._database.execute(f"DELETE FROM segments WHERE id IN ({marks})", list(numbers))
        self.append(merged, rows[-1]["last"], rows[-1]["epoch"])
        return True

    def start_rebuild(self) -> int:
        """Return the epoch of a rebuild, and delete the segments of unfinished rebuilds."""
        self._database.execute("UPDATE state SET epochs = epochs + 1")
        self._database.execute("DELETE FROM segments WHERE epoch <> (SELECT epoch FROM state)")
        return self._database.number("SELECT epochs FROM state")

    def finish_rebuild(self, epoch: int, fingerprint: str, *, segments: int, removal: int) -> None:
        """Put the segments of this epoch in use.

        `segments` is their count; they hold no passage of the removals up to the number `removal`. Raises StoreError
        when another rebuild has deleted some of them.
        """
        written = self._database.value("SELECT count(*) FROM segments WHERE epoch = ?", [epoch])
        if written != segments:
            raise StoreError(f"另一个进程也在重建 {self._database.path} 的索引；这一次没有改动，请稍后再试。")
        self._database.execute("UPDATE state SET epoch = ?, fingerprint = ?", [epoch, fingerprint])
        self._database.execute("DELETE FROM removals WHERE id <= ?", [removal])
        self.raise_generation()

    def delete_old_epochs(self) -> None:
        """Delete the segments of former epochs; called outside `write`.

        Each has a transaction of its own: freeing hundreds of megabytes takes long, and other writers should not wait.
        """
        old = self._database.rows("SELECT id FROM segments WHERE epoch < (SELECT epoch FROM state)")
        for row in old:
            with self._database.write():
                self._database.execute("DELETE FROM segments WHERE id = ?", [row["id"]])

    def remove(self, passage_ids: Iterable[int]) -> None:
        """Note the removal of passages, whose postings stay until the next merge."""
        rows = [(number,) for number in passage_ids]
        self._database.execute_many("INSERT INTO removals (passage_id) VALUES (?)", rows)
