"""Standard error of a running bot: its log, without token and secret, and notices of long waits."""

import logging
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

_LONG_SECONDS = 1.0


class _Redacting(logging.Formatter):
    """Replaces secrets in log records and tracebacks, also in percent-encoded form.

    Libraries put the token into addresses, and encode its colon or more of it. The part of a token behind the colon is
    a secret by itself.
    """

    def __init__(self, secrets: Iterable[str | None]) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")
        known = [secret for secret in secrets if secret]
        parts = {part for secret in known for part in (secret, secret.partition(":")[2]) if part}
        # The longest first, so that a token is replaced as a whole.
        patterns = [_spellings(part) for part in sorted(parts, key=len, reverse=True)]
        self._secrets = re.compile("|".join(patterns)) if patterns else None

    def format(self, record: logging.LogRecord) -> str:
        try:
            text = super().format(record)
        except Exception:
            # The arguments do not fit the message. The logging module would print them unredacted.
            text = f"{record.levelname} {record.name}: {record.msg!r} {record.args!r}"
        return self._secrets.sub("…", text) if self._secrets else text


def _spellings(secret: str) -> str:
    """A pattern of the secret with each character plain or percent-encoded, once or several times."""
    return "".join(f"(?:{re.escape(char)}|%(?:25)*(?i:{ord(char):02x}))" for char in secret)


def start(level: str, secrets: Iterable[str | None]) -> None:
    """Log to standard error from this level on, without these secrets."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacting(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    quiet = logging.WARNING if level != "DEBUG" else logging.DEBUG
    for library in ("httpx", "httpcore", "asyncio", "telegram", "tornado", "readability"):
        logging.getLogger(library).setLevel(quiet)
    if level != "DEBUG":
        # It logs an answer that is no JSON, with a traceback, before it raises an error, which the program tells.
        logging.getLogger("telegram.request.BaseRequest").setLevel(logging.CRITICAL)
    # DEBUG of numba lists every step of the compiler, thousands of lines, which would slow down the first search.
    logging.getLogger("numba").setLevel(logging.WARNING)


@contextmanager
def notice_when_long(sentence: str, say: Callable[[str], None], after: float = _LONG_SECONDS) -> Iterator[None]:
    """Say the sentence if the block takes more than `after` seconds; never after the end of the block."""
    timer = threading.Timer(after, say, [sentence])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
