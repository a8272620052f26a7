"""What is an editor told about something that was not taken in?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """`item` names the file, or the line of it, `reason` is a Chinese sentence fit to be shown to an editor."""

    item: str
    reason: str
