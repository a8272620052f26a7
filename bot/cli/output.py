"""Output of the commands: exit codes, the JSON object, sentences on standard error, and streams that can't be written.

A command does its work, and returns its true exit code, whatever happens to its output: what can't be written is
dropped. A command that would only go on to write asks `require_reader`.
"""

import json
import sys
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import Any, TextIO

FOUND, NOT_FOUND, UNUSABLE = 0, 1, 2
INTERRUPTED = 130  # 128 + SIGINT, as shells have it
UNREAD = 141  # 128 + SIGPIPE: the reader has gone before the end


class _Dropping(FileIO):
    """A stream that drops everything from its first error on; `error` is that error."""

    error: OSError | None = None

    def write(self, data: Any, /) -> int:
        if self.error is None:
            try:
                return super().write(data)
            except OSError as error:
                self.error = error
        return memoryview(data).nbytes


def dropping(stream: TextIO) -> TextIO:
    """The stream in UTF-8, which drops what can't be written; a stream of no file as it is."""
    if not isinstance(stream, TextIOWrapper):
        return stream
    if not isinstance(getattr(stream.buffer, "raw", stream.buffer), FileIO):
        stream.reconfigure(encoding="utf-8", errors="replace")
        return stream
    raw = _Dropping(stream.fileno(), "w", closefd=False)
    each_line = stream.line_buffering or stream.write_through
    return TextIOWrapper(BufferedWriter(raw), encoding="utf-8", errors="replace", line_buffering=each_line)


def require_reader() -> None:
    """Raise the OSError that standard output has met: BrokenPipeError when its reader has gone."""
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    if isinstance(raw, _Dropping) and raw.error is not None:
        raise raw.error


def print_json(fields: dict[str, Any], *, flush: bool = False) -> None:
    print(json.dumps(fields, ensure_ascii=False), flush=flush)


def tell(sentence: str) -> None:
    """Print a sentence on standard error at once."""
    print(sentence, file=sys.stderr, flush=True)


def tell_person(sentence: str) -> None:
    """`tell` if standard error is a terminal, for a sentence that helps only a person who waits there."""
    if sys.stderr.isatty():
        tell(sentence)
