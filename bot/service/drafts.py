"""Drafts: what waits for the press of a button, such as a text that may be an article or a question."""

import base64
import json
import secrets
from dataclasses import asdict, dataclass, replace

from bot.service.memory import Memory
from bot.service.pushed import ChannelPost, Pushed

# Days for which a draft waits.
DAYS = 1
# Bytes of a push that is kept: larger ones must be sent again.
LARGEST = 500_000
_VERSION, _LARGEST_NUMBER = 1, 2**63 - 1


@dataclass(frozen=True, slots=True)
class Draft:
    """A push that is not stored yet, or numbers of articles that are still to be removed; of one person.

    `place` is the key of the message that brought the text: an edit of it changes the draft. A push `is_removed` when
    its article was removed before, so that its confirmation brings it back.
    """

    person: int
    pushed: Pushed | None = None
    numbers: tuple[int, ...] = ()
    is_removed: bool = False
    place: int = 0


class Drafts:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def keep(self, draft: Draft) -> int:
        """Store a draft; its number. Raises StoreError."""
        number = secrets.randbits(62)
        with self._memory.write():
            self._memory.drafts.put(number, _to_row(draft))
        return number

    def draft(self, number: int) -> Draft | None:
        """The draft of this number; None when it is unknown, or was forgotten as too old."""
        row = self._memory.drafts.value(number) if number <= _LARGEST_NUMBER else None
        return None if row is None else from_row(row)

    def redraft(self, place: int, text: str) -> bool:
        """Give the draft of an edited message its new text; False when it has none. Raises StoreError."""
        for number, row in self._memory.drafts.items():
            draft = from_row(row)
            if draft is not None and draft.pushed is not None and draft.place == place and text:
                pushed = replace(draft.pushed, data=text.encode(errors="replace"))
                with self._memory.write():
                    self._memory.drafts.put(number, _to_row(replace(draft, pushed=pushed)))
                return True
        return False

    def drop(self, number: int) -> None:
        """Forget a draft that is done. Raises StoreError."""
        with self._memory.write():
            self._memory.drafts.delete(number)


def _to_row(draft: Draft) -> str:
    pushed = None
    if draft.pushed is not None:
        pushed = {
            "data": base64.b64encode(draft.pushed.data).decode(),
            "name": draft.pushed.name,
            "type": draft.pushed.content_type,
            "post": asdict(draft.pushed.post) if draft.pushed.post else None,
            "parts": draft.pushed.parts,
            "own": draft.pushed.is_own_text,
        }
    fields = {"person": draft.person, "pushed": pushed, "numbers": draft.numbers, "removed": draft.is_removed}
    fields["place"] = draft.place
    return json.dumps({"version": _VERSION, **fields})


def from_row(row: str) -> Draft | None:
    """The draft of a row; None for a broken row, and for a row of another version."""
    try:
        fields = json.loads(row)
        if fields["version"] != _VERSION:
            return None
        pushed = fields["pushed"]
        return Draft(
            int(fields["person"]),
            Pushed(
                base64.b64decode(pushed["data"]),
                str(pushed["name"]),
                pushed["type"],
                ChannelPost(**pushed["post"]) if pushed["post"] else None,
                int(pushed["parts"]),
                pushed["own"] is True,
            )
            if pushed
            else None,
            tuple(map(int, fields["numbers"])),
            fields["removed"] is True,
            int(fields["place"]),
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
