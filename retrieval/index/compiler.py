"""How is the search compiled, and how is that spared the next time?

numba's own cache lies beside the source or under the home directory, and trusts what it finds there. This one lies in
the folders that are handed in, each read only when no other user can have written to it (see `code_cache`).
"""

import hashlib
import logging
import pickle
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps

from retrieval.index.code_cache import CodeCache

_Function = TypeVar("_Function", bound=Callable[..., object])
_log = logging.getLogger(__name__)


def compiled(function: _Function) -> _Function:
    """A kernel: the function, compiled at its first call or by `prepare`. It runs without Python's lock."""
    return cast(_Function, numba.njit(nogil=True)(function))


def prepare(kernel: Any, arguments: Sequence[Any], source: Path, cache: CodeCache) -> None:
    """Have the kernel ready for arguments of these types: from the cache, or compiled and put there.

    `source` is the file that holds the kernel and all that it calls: other text, other code.
    """
    signature = tuple(arguments)
    if signature not in kernel.overloads:
        kernel._cache = _Kept(kernel.py_func.__name__, source, cache)
        kernel.compile(signature)


class _Kept:
    """What numba asks for the code of a kernel before it compiles, and hands the code to afterwards.

    Nothing that goes wrong here may cost more than the time to compile.
    """

    cache_path = None

    def __init__(self, name: str, source: Path, cache: CodeCache) -> None:
        self._name, self._source, self._cache = name, source, cache

    def load_overload(self, signature: object, target: Any) -> Any:
        target.refresh()
        try:
            data = self._cache.read(self._key(signature, target.codegen()))
            return None if data is None else CompileResult._rebuild(target, *pickle.loads(data))
        except Exception:
            _log.debug("kept code of %s can't be used", self._name, exc_info=True)
            return None

    def save_overload(self, signature: object, found: Any) -> None:
        try:
            # An address in the code would be another process's.
            if not found.lifted and not found.library.has_dynamic_globals:
                self._cache.write(self._key(signature, found.library.codegen), dumps(found._reduce()))
        except Exception:
            _log.debug("the code of %s can't be kept", self._name, exc_info=True)

    def _key(self, signature: object, codegen: Any) -> str:
        """The name of the file: it differs wherever the code may, another processor's included."""
        versions = (numba.__version__, sys.version, codegen.magic_tuple(), signature)
        digest = hashlib.sha256(repr(versions).encode() + self._source.read_bytes())
        return f"{self._name.strip('_')}-{digest.hexdigest()[:32]}"
