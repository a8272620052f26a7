"""The one-time link by which a person becomes the owner of a bot that has none."""

import hmac
import secrets
import time
from collections.abc import Callable

LINK_MINUTES = 10
# The beginning of the parameter of /start: core.telegram.org/bots/features#deep-linking
_PREFIX = "own_"


class OwnerLink:
    """At most one token, which is known to this process alone and forgotten once it is used or too old."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """`now` counts seconds, and never backwards."""
        self._now = now
        self._token: str | None = None
        self._until = 0.0

    def address(self, username: str) -> str:
        """A new link to the bot of this name, valid from now on; the former one is not valid any more."""
        self._token, self._until = secrets.token_urlsafe(), self._now() + LINK_MINUTES * 60
        return f"https://t.me/{username}?start={_PREFIX}{self._token}"

    def take(self, parameter: str) -> bool:
        """Whether this parameter of /start is the one of the link, in time. The link is used up by that."""
        if self._token is not None and self._now() >= self._until:
            self._token = None
        if self._token is None:
            return False
        # In constant time, so that nobody can guess the token piece by piece.
        is_right = hmac.compare_digest(parameter.encode(), f"{_PREFIX}{self._token}".encode())
        if is_right:
            self._token = None
        return is_right


def is_owner_link(parameter: str) -> bool:
    """Whether a parameter of /start looks like that of such a link, valid or not."""
    return parameter.startswith(_PREFIX)
