"""Files that a command writes: whole, or not at all."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.settings import OperatorError
from bot.words import operators


class TargetError(OperatorError):
    """The file can't be written."""


def target_of(name: str, database: Path, is_own: Callable[[Path], bool]) -> Path:
    """The path of a regular file to write; symbolic links are followed.

    A file that is there already must be empty or of the kind that the command writes, which `is_own` tells. Raises
    TargetError for any other file, an empty name, a device, a pipe, a folder, and the database itself.
    """
    if not Path(name).name:
        raise TargetError(operators.no_file_name(name))
    target = Path(os.path.realpath(name))
    if target.exists() and not target.is_file():
        raise TargetError(operators.no_regular_file(name))
    real = os.path.realpath(database)
    if any(_is_same(target, Path(f"{real}{suffix}")) for suffix in ("", "-wal", "-shm")):
        raise TargetError(operators.database_itself(name))
    try:
        if target.exists() and target.stat().st_size and not is_own(target):
            raise TargetError(operators.another_kind(name))
    except OSError as error:
        raise TargetError(operators.cannot_write(name, error)) from error
    return target


@contextmanager
def written_whole(name: str, target: Path) -> Iterator[Path]:
    """The path of a temporary file beside the target, renamed to the target at the end. Raises TargetError."""
    partial = target.with_name(target.name + ".partial")
    try:
        partial.unlink(missing_ok=True)
        yield partial
        partial.replace(target)
    except OSError as error:
        raise TargetError(operators.cannot_write(name, error)) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _is_same(path: Path, other: Path) -> bool:
    return path == other or (path.exists() and other.exists() and path.samefile(other))
