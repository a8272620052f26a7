"""Output of the commands: exit codes, the JSON object, and sentences on standard error."""

import json
import sys
from typing import Any

FOUND, NOT_FOUND, UNUSABLE = 0, 1, 2
INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def print_json(fields: dict[str, Any], *, flush: bool = False) -> None:
    print(json.dumps(fields, ensure_ascii=False), flush=flush)


def tell(sentence: str) -> None:
    """Print a sentence on standard error at once."""
    print(sentence, file=sys.stderr, flush=True)


def tell_person(sentence: str) -> None:
    """`tell` if standard error is a terminal, for a sentence that helps only a person who waits there."""
    if sys.stderr.isatty():
        tell(sentence)
