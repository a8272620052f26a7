"""Commands and mentions, read from the text of a message.

Telegram marks no command and no mention that touches a Chinese character (`/ask台风`, `请问@NewsQABot`). A name has
ASCII letters, digits and underscores only; `\\w` would match Chinese characters too.
"""

import re
from dataclasses import dataclass

_COMMAND = re.compile(r"\s*/(?P<name>[A-Za-z0-9_]{1,32})(?:@(?P<bot>[A-Za-z0-9_]+))?(?![A-Za-z0-9_@])")
_BETWEEN = " \t\r\n\u3000,，、:：;；"


@dataclass(frozen=True, slots=True)
class Command:
    """A command in lower case, without its slash, and the text behind it."""

    name: str
    argument: str


def command(text: str, username: str) -> Command | None:
    """The command at the beginning of a text; None without one, and for a command to another bot."""
    match = _COMMAND.match(text)
    if match is None or (match["bot"] or username).lower() != username.lower():
        return None
    return Command(match["name"].lower(), text[match.end() :].strip().lstrip(_BETWEEN))


def is_command(text: str) -> bool:
    """Whether a text begins with a command to this bot or another one."""
    return _COMMAND.match(text) is not None


def mentions(text: str, username: str) -> bool:
    return _mention(username).search(text) is not None


def without_mention(text: str, username: str) -> str:
    """The text without the bot's name."""
    return _mention(username).sub(" ", text).strip(_BETWEEN)


def _mention(username: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9_])@{re.escape(username)}(?![A-Za-z0-9_])", re.IGNORECASE)
