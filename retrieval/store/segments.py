"""Where do segments live, and what of them is new to a reader? Beside the articles, in the same transactions.

Passages are numbered in the order of the commits, so how far a reader has come is the number of the last passage that
it knows: a merge changes which rows hold the postings, but not what is new to anybody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from retrieval.store.database import DatabaseFile
from retrieval.store.errors import StoreError


@dataclass(frozen=True, slots=True)
class Position:
    """How far a reader has read: what is beyond it is new to it. The epoch changes when all postings are made anew."""

    generation: int = -1
    epoch: int = -1
    passage: int = -1
    removal: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """What an index lacks, and the position that it reaches with it; `from_scratch` when it must start empty.

    Of the segments, passages up to the number `after` are known to the reader.
    """

    position: Position
    segments: list[bytes]
    removed: list[int]
    after: int
    from_scratch: bool


class SegmentStore(DatabaseFile):
    """The tables of segments and removals, and the one row of state."""

    def generation(self) -> int:
        """A number that every change of articles raises, whichever process makes it."""
        return self._number("SELECT generation FROM state")

    def fingerprint(self) -> str | None:
        """Of the analyzer whose terms the segments hold, and of their format."""
        fingerprint: str | None = self._value("SELECT fingerprint FROM state")
        return fingerprint

    def changes(self, since: Position) -> Changes:
        """What was committed after `since`, from one consistent view of the file."""
        with self.view():
            state = self._row("SELECT generation, epoch FROM state")
            scratch = since.epoch != state["epoch"]
            start = Position(epoch=state["epoch"]) if scratch else since
            segments = self._rows(
                "SELECT last, data FROM segments WHERE epoch = ? AND last > ?", [start.epoch, start.passage]
            )
            removed = self._rows("SELECT id, passage_id FROM removals WHERE id > ? ORDER BY id", [start.removal])
        # SQLite would sort the rows with all their bytes: at 1,000,000 passages a second of a start of three.
        segments.sort(key=lambda row: row["last"])
        position = Position(
            generation=state["generation"],
            epoch=start.epoch,
            passage=segments[-1]["last"] if segments else start.passage,
            removal=removed[-1]["id"] if removed else start.removal,
        )
        passages = [row["passage_id"] for row in removed]
        return Changes(position, [row["data"] for row in segments], passages, start.passage, scratch)

    def segment_sizes(self) -> list[tuple[int, int]]:
        """Number and bytes of each segment, in the order of their passages."""
        rows = self._rows(
            "SELECT id, length(data) AS bytes FROM segments WHERE epoch = (SELECT epoch FROM state) ORDER BY last"
        )
        return [(row["id"], row["bytes"]) for row in rows]

    def segment(self, number: int) -> bytes | None:
        """None when it has been merged."""
        rows = self._rows("SELECT data FROM segments WHERE id = ?", [number])
        return rows[0]["data"] if rows else None

    def removed_passages(self) -> list[int]:
        """The passages that may still stand in segments, but no longer among the passages."""
        return [row["passage_id"] for row in self._rows("SELECT passage_id FROM removals")]

    def last_removal(self) -> int:
        return self._number("SELECT coalesce(max(id), 0) FROM removals")

    # Writing, inside `write`

    def raise_generation(self) -> None:
        self._db.execute("UPDATE state SET generation = generation + 1")

    def append_segment(self, data: bytes, last: int, epoch: int | None = None) -> None:
        """Add the segment of passages up to the number `last`, in use at once or with its epoch."""
        known = self._value("SELECT epoch FROM state") if epoch is None else epoch
        self._insert("segments", {"epoch": known, "last": last, "data": data})

    def replace_segments(self, numbers: Sequence[int], merged: bytes) -> bool:
        """Put one in place of these; False, and nothing is done, when another process has merged one of them."""
        marks = ", ".join("?" * len(numbers))
        rows = self._rows(f"SELECT epoch, last FROM segments WHERE id IN ({marks}) ORDER BY last", numbers)
        if len(rows) < len(numbers):
            return False
        self._db.execute(f"DELETE FROM segments WHERE id IN ({marks})", list(numbers))
        self.append_segment(merged, rows[-1]["last"], rows[-1]["epoch"])
        return True

    def new_epoch(self) -> int:
        """The number under which all postings are to be made anew, beside those in use; unfinished ones are dropped."""
        self._db.execute("UPDATE state SET epochs = epochs + 1")
        self._db.execute("DELETE FROM segments WHERE epoch <> (SELECT epoch FROM state)")
        return self._number("SELECT epochs FROM state")

    def begin_epoch(self, epoch: int, fingerprint: str, segments: int, removal: int) -> None:
        """Use the segments of this epoch, so many, from now on; they hold no passage of the removals up to this one.

        Raises StoreError when they are no longer all there.
        """
        written = self._value("SELECT count(*) FROM segments WHERE epoch = ?", [epoch])
        if written != segments:
            raise StoreError(f"另一个进程也在重建 {self.path} 的索引；这一次没有改动，请稍后再试。")
        self._db.execute("UPDATE state SET epoch = ?, fingerprint = ?", [epoch, fingerprint])
        self._db.execute("DELETE FROM removals WHERE id <= ?", [removal])
        self.raise_generation()

    def drop_old_segments(self) -> None:
        """One a transaction, outside `write`: to free hundreds of megabytes takes a while, and nobody should wait."""
        old = self._rows("SELECT id FROM segments WHERE epoch < (SELECT epoch FROM state)")
        for row in old:
            with self.write():
                self._db.execute("DELETE FROM segments WHERE id = ?", [row["id"]])

    def _remove_postings(self, passage_ids: Iterable[int]) -> None:
        self._db.table("removals").insert_all({"passage_id": number} for number in passage_ids)
