"""What is written to standard error while the bot runs? And what never is: its token and its secret."""

import logging
import sys
from collections.abc import Iterable


class _Redacting(logging.Formatter):
    """Leaves secrets out of whatever is logged, tracebacks included: libraries put the token into addresses."""

    def __init__(self, secrets: Iterable[str | None]) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return text


def start(level: str, secrets: Iterable[str | None]) -> None:
    """Log to standard error from this level on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacting(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    quiet = logging.WARNING if level != "DEBUG" else logging.DEBUG
    for library in ("httpx", "httpcore", "asyncio", "telegram", "aiolimiter", "tornado"):
        logging.getLogger(library).setLevel(quiet)
