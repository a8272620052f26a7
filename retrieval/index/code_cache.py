"""A cache of compiled code in folders that no other user can write to."""

import hashlib
import logging
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from mmap import ACCESS_READ, mmap
from pathlib import Path
from stat import S_IFMT, S_IFREG, S_IWGRP, S_IWOTH

_DIGEST_BYTES = hashlib.sha256().digest_size
_log = logging.getLogger(__name__)


class CodeCache:
    """Bytes by name, with a copy in each usable folder.

    Compiled code is executed as it is read. A folder or file is therefore used only if this user owns it and nobody
    else can write to it; a missing folder is created that way. The cache never raises and never blocks: an unusable
    folder, a full disk, a damaged file or a pipe in its place mean that nothing is cached.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders

    def read(self, name: str) -> bytes | None:
        """The bytes of this name from the first folder that has them undamaged; None when no folder has."""
        for folder in self._folders:
            with suppress(OSError), _opened(folder) as place:
                with _opened_file(name, place) as descriptor, open(descriptor, "rb", closefd=False) as file:
                    data = file.read()
                digest, content = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
                if hashlib.sha256(content).digest() == digest:
                    return content
                _log.debug("%s in %s is damaged", name, folder)
        return None

    def is_usable(self) -> bool:
        """Whether a folder can be written to now; one that is missing is made."""
        for folder in self._folders:
            with suppress(OSError):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                with _opened(folder):
                    return os.access(folder, os.W_OK)
        return False

    def mapped(self, name: str) -> mmap | None:
        """The bytes of this name mapped into memory, from the first folder that has them; they are not checked.

        Processes that map the same file share its pages, and the system reads or forgets them as it needs memory.
        """
        for folder in self._folders:
            with suppress(OSError, ValueError), _opened(folder) as place, _opened_file(name, place) as descriptor:
                return mmap(descriptor, 0, access=ACCESS_READ)
        return None

    def delete(self, prefix: str, but: str | None = None) -> None:
        """Delete the files whose names begin with the prefix, except one. A process that has mapped one keeps it."""
        for folder in self._folders:
            with suppress(OSError), _opened(folder) as place:
                # The folder that was checked, not its path.
                for name in os.listdir(place):  # noqa: PTH208
                    if name.startswith(prefix) and name != but:
                        with suppress(OSError):
                            os.unlink(name, dir_fd=place)

    def write(self, name: str, data: bytes) -> None:
        """Store the bytes in every usable folder, in place of earlier bytes of this name."""
        self._store(name, [hashlib.sha256(data).digest(), data])

    def write_unchecked(self, name: str, pieces: Sequence[bytes | memoryview]) -> None:
        """Store the bytes of these pieces for `mapped`, whose format has a checksum of its own."""
        self._store(name, pieces)

    def _store(self, name: str, pieces: Sequence[bytes | memoryview]) -> None:
        for folder in self._folders:
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                with _opened(folder) as place:
                    _replace(name, pieces, place)
            except OSError as error:
                _log.debug("%s is not kept in %s: %s", name, folder, error)


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    """The folder as a descriptor. It stays the folder that was checked, even if its path is replaced later.

    Raises OSError when the folder is missing or another user can write to it.
    """
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _refuse_foreign(place)
        yield place
    finally:
        os.close(place)


@contextmanager
def _opened_file(name: str, place: int) -> Iterator[int]:
    """A file of the folder as a descriptor. Raises OSError when it is missing or another user can write to it."""
    # O_NONBLOCK: opening a pipe would block.
    descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK, dir_fd=place)
    try:
        _refuse_foreign(descriptor)
        if S_IFMT(os.fstat(descriptor).st_mode) != S_IFREG:
            raise FileNotFoundError(name)
        yield descriptor
    finally:
        os.close(descriptor)


def _replace(name: str, pieces: Sequence[bytes | memoryview], place: int) -> None:
    """Write a temporary file and rename it, so that readers see the whole file or none."""
    partial = f"{name}.{secrets.token_hex(8)}"
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=place)
        with open(descriptor, "wb") as file:  # noqa: PTH123
            file.writelines(pieces)
        os.rename(partial, name, src_dir_fd=place, dst_dir_fd=place)
    except OSError:
        with suppress(OSError):
            os.unlink(partial, dir_fd=place)
        raise


def _refuse_foreign(descriptor: int) -> None:
    facts = os.fstat(descriptor)
    if facts.st_uid != os.geteuid() or facts.st_mode & (S_IWGRP | S_IWOTH):
        raise PermissionError("others can write to it")
