"""The program: `main` runs one command and returns its exit code."""

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from bot.cli import commands
from bot.cli.output import FOUND, INTERRUPTED, UNUSABLE
from bot.cli.parser import parser
from bot.serving import log
from bot.settings import OperatorError, Settings, environment
from bot.words import operators
from retrieval.store.errors import StoreError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. A mistake of the operator is one sentence on standard error and exit code 2."""
    _prepare_streams()
    options = parser().parse_args(arguments)
    try:
        return _run(options)
    except MemoryError:
        pass  # its traceback holds the memory of the command until here
    print(operators.failure(operators.OUT_OF_MEMORY), file=sys.stderr)
    return UNUSABLE


def _run(options: argparse.Namespace) -> int:
    try:
        settings = Settings.read(environment())
        password = settings.archive_url.password if settings.archive_url else None
        log.start(settings.log_level, (settings.telegram_bot_token, settings.webhook_secret, password))
        code = commands.run(settings, options)
        sys.stdout.flush()
    except (OperatorError, StoreError) as error:
        print(operators.failure(str(error)), file=sys.stderr)
        return UNUSABLE
    except BrokenPipeError:
        # The reader of the pipe has read enough. The interpreter must not complain when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND
    except OSError as error:
        print(operators.failure(operators.system(error)), file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        print(f"\n{operators.INTERRUPTED}", file=sys.stderr)
        return INTERRUPTED
    return code


def _prepare_streams() -> None:
    """Set UTF-8 whatever the locale is, replace undecodable bytes, and open missing streams, as under cron or `>&-`."""
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


if __name__ == "__main__":
    sys.exit(main())
