"""Is a message for this bot, and what does it ask?

Telegram marks no command and no mention that touches a Chinese character (`/ask台风`, `请问@NewsQABot`), so both are
read from the text itself. A name ends before whatever is no ASCII letter, digit or underscore: `\\w` takes Chinese too.
"""

import re
from dataclasses import dataclass

_COMMAND = re.compile(r"\s*/(?P<name>[A-Za-z0-9_]{1,32})(?:@(?P<bot>[A-Za-z0-9_]+))?(?![A-Za-z0-9_@])")
_BETWEEN = " \t\r\n\u3000,，、:：;；"


@dataclass(frozen=True, slots=True)
class Command:
    """A command, lower case and without its slash, and what stands behind it."""

    name: str
    argument: str


def command(text: str, username: str) -> Command | None:
    """The command with which a text begins; None when there is none or it is another bot's."""
    found = _COMMAND.match(text)
    if found is None or (found["bot"] or username).lower() != username.lower():
        return None
    return Command(found["name"].lower(), text[found.end() :].strip().lstrip(_BETWEEN))


def is_command(text: str) -> bool:
    """Whether a text begins like a command, whichever bot's."""
    return _COMMAND.match(text) is not None


def mentions(text: str, username: str) -> bool:
    return _mention(username).search(text) is not None


def without_mention(text: str, username: str) -> str:
    """What is asked beside the bot's name."""
    return _mention(username).sub(" ", text).strip(_BETWEEN)


def _mention(username: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9_])@{re.escape(username)}(?![A-Za-z0-9_])", re.IGNORECASE)
