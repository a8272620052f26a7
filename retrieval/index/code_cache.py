"""Where is compiled code kept, so that nobody else can put other code in its place?"""

import hashlib
import logging
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_IFMT, S_IFREG, S_IWGRP, S_IWOTH

_DIGEST_BYTES = hashlib.sha256().digest_size
_log = logging.getLogger(__name__)


class CodeCache:
    """Bytes by name, a copy in each of these folders that takes one.

    Compiled code is run as it is read. A folder counts only when this user owns it and nobody else can write to it,
    a file likewise; a missing folder is made that way. The cache raises nothing and waits for nothing: a folder that
    can't be used, a full disk, a damaged file and what is no file mean that nothing is kept.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders

    def read(self, name: str) -> bytes | None:
        """What was written under the name, from the first folder that has it whole; None when none has."""
        for folder in self._folders:
            with suppress(OSError), _opened(folder) as place:
                data = _content(name, place)
                digest, kept = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
                if hashlib.sha256(kept).digest() == digest:
                    return kept
                _log.debug("%s in %s is damaged", name, folder)
        return None

    def write(self, name: str, data: bytes) -> None:
        for folder in self._folders:
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                with _opened(folder) as place:
                    _replace(name, hashlib.sha256(data).digest() + data, place)
            except OSError as error:
                _log.debug("no compiled code is kept in %s: %s", folder, error)


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    """The folder as a descriptor, which stays the folder that was looked at, whatever its path leads to later.

    Raises OSError for a folder that is missing or not this user's alone.
    """
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _refuse_foreign(place)
        yield place
    finally:
        os.close(place)


def _content(name: str, place: int) -> bytes:
    # A pipe would be waited for.
    descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK, dir_fd=place)
    try:
        _refuse_foreign(descriptor)
        if S_IFMT(os.fstat(descriptor).st_mode) != S_IFREG:
            raise FileNotFoundError(name)
        with open(descriptor, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)


def _replace(name: str, data: bytes, place: int) -> None:
    """Write the file beside its place and rename it: it is whole or not there."""
    partial = f"{name}.{secrets.token_hex(8)}"
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=place)
        with open(descriptor, "wb") as file:  # noqa: PTH123
            file.write(data)
        os.rename(partial, name, src_dir_fd=place, dst_dir_fd=place)
    except OSError:
        with suppress(OSError):
            os.unlink(partial, dir_fd=place)
        raise


def _refuse_foreign(descriptor: int) -> None:
    facts = os.fstat(descriptor)
    if facts.st_uid != os.geteuid() or facts.st_mode & (S_IWGRP | S_IWOTH):
        raise PermissionError("others can write to it")
