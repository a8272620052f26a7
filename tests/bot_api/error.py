"""Refusals of Telegram: an exception that becomes `{"ok": false, ...}` with Telegram's own words."""

from typing import Any


class ApiError(Exception):
    """A refused request.

    `fault` is true for a bot's mistake (a message too long, bad HTML), which `api.faults` records. It is false for an
    error that any bot meets (a reader who has blocked it, a deleted message, a query too old), which is not recorded.
    """

    def __init__(
        self, description: str, code: int = 400, *, fault: bool = False, parameters: dict[str, Any] | None = None
    ) -> None:
        prefix = {400: "Bad Request: ", 403: "Forbidden: ", 409: "Conflict: "}.get(code, "")
        self.description = description if description.startswith(prefix) else prefix + description
        self.code, self.fault, self.parameters = code, fault, parameters
        super().__init__(self.description)

    def answer(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def mistake(description: str) -> ApiError:
    """A 400 that is the bot's own mistake."""
    return ApiError(description, fault=True)
