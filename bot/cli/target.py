"""Where is a file written, so that it is whole or not there?"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.words import operators


class TargetError(Exception):
    """Nothing can be written there; the message is a sentence for the operator."""


def target_of(name: str, database: Path) -> Path:
    """The regular file, old or new, that is to be written; a symbolic link is followed.

    Raises TargetError for what is no file name, for a device, a pipe or a folder, and for the database itself.
    """
    if not Path(name).name:
        raise TargetError(operators.no_file_name(name))
    target = Path(os.path.realpath(name))
    if target.exists() and not target.is_file():
        raise TargetError(operators.no_regular_file(name))
    real = os.path.realpath(database)
    if any(_is_same(target, Path(f"{real}{suffix}")) for suffix in ("", "-wal", "-shm")):
        raise TargetError(operators.database_itself(name))
    return target


@contextmanager
def written_whole(name: str, target: Path) -> Iterator[Path]:
    """A file to write beside the target, in whose place it is put at the end. Raises TargetError when that fails."""
    partial = target.with_name(target.name + ".partial")
    try:
        partial.unlink(missing_ok=True)
        yield partial
        partial.replace(target)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise TargetError(operators.cannot_write(name, error)) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _is_same(one: Path, other: Path) -> bool:
    return one == other or (one.exists() and other.exists() and one.samefile(other))
