"""What is written to standard error while the bot runs? And what never is: its token and its secret."""

import logging
import re
import sys
from collections.abc import Iterable


class _Redacting(logging.Formatter):
    """Replaces secrets in all that is logged, tracebacks included, also where they are percent-encoded.

    Libraries put the token into addresses, and encode its colon or more of it. The part of a token behind the colon is
    a secret by itself.
    """

    def __init__(self, secrets: Iterable[str | None]) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")
        known = [secret for secret in secrets if secret]
        parts = {part for secret in known for part in (secret, secret.partition(":")[2]) if part}
        # The longest first: a token is replaced as a whole.
        patterns = [_spellings(part) for part in sorted(parts, key=len, reverse=True)]
        self._secrets = re.compile("|".join(patterns)) if patterns else None

    def format(self, record: logging.LogRecord) -> str:
        try:
            text = super().format(record)
        except Exception:
            # logging itself would print the arguments of a message that they do not fit as they are.
            text = f"{record.levelname} {record.name}: {record.msg!r} {record.args!r}"
        return self._secrets.sub("…", text) if self._secrets else text


def _spellings(secret: str) -> str:
    """A pattern for the secret, each character as it is or percent-encoded, once or several times."""
    return "".join(f"(?:{re.escape(one)}|%(?:25)*(?i:{ord(one):02x}))" for one in secret)


def start(level: str, secrets: Iterable[str | None]) -> None:
    """Log to standard error from this level on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacting(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    quiet = logging.WARNING if level != "DEBUG" else logging.DEBUG
    for library in ("httpx", "httpcore", "asyncio", "telegram", "aiolimiter", "tornado"):
        logging.getLogger(library).setLevel(quiet)
    # Its DEBUG lines list every step of the compiler, thousands of them: the first search would take too long.
    logging.getLogger("numba").setLevel(logging.WARNING)
