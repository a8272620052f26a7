"""The program: `main` runs one command and returns its exit code."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper

from bot.cli import commands
from bot.cli.output import INTERRUPTED, UNREAD, UNUSABLE, dropping, require_reader
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
        with suppress(BrokenPipeError):  # the reader has read enough; the code is known
            require_reader()
    except (OperatorError, StoreError) as error:
        print(operators.failure(str(error)), file=sys.stderr)
        return UNUSABLE
    except BrokenPipeError:
        return UNREAD
    except OSError as error:
        print(operators.failure(operators.system(error)), file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        print(f"\n{operators.INTERRUPTED}", file=sys.stderr)
        return INTERRUPTED
    return code


def _prepare_streams() -> None:
    """Set UTF-8 whatever the locale is, replace undecodable bytes, and open missing streams, as under cron or `>&-`.

    What can't be written is dropped.
    """
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123
    sys.stdout = dropping(sys.stdout) if sys.stdout else open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    sys.stderr = dropping(sys.stderr) if sys.stderr else open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")


if __name__ == "__main__":
    sys.exit(main())
