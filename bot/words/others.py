"""What do other papers say of what is shown? Who has it too, and who gives another figure: a line each."""

from datetime import date

from bot.words import wording
from retrieval.engine import Hit

_MOST_DIFFERING = 3


def others(hit: Hit, today: date) -> tuple[str, ...]:
    """Plain lines; none when no other paper has it."""
    said = wording.reprints(hit.passage.source, (one.source for one in hit.reprints))
    lines = [said] if said else []
    if hit.conflicting:
        lines.append(wording.DIFFERING)
        for one in hit.conflicting[:_MOST_DIFFERING]:
            lines.append(wording.conflicting(one.source, one.published, one.sentence, today))
    return tuple(lines)
