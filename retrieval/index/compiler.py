"""Compilation of kernels by numba, with the compiled code cached between processes.

numba's own cache stands next to the source or under the home directory, and trusts the files that it finds. This one
reads and writes through a `CodeCache`, which uses a folder only if no other user can write to it.
"""

import hashlib
import logging
import pickle
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from llvmlite.binding import add_symbol
from numba.core.compiler import CompileResult
from numba.core.runtime._nrt_python import c_helpers
from numba.core.serialize import dumps

from retrieval.index.code_cache import CodeCache

# The version of numba whose runtime `_name_runtime` names whole. In another one a name may be missing, and LLVM would
# end the process.
_KNOWN_RUNTIME = "0.68."
_Function = TypeVar("_Function", bound=Callable[..., object])
_log = logging.getLogger(__name__)


def compiled(function: _Function) -> _Function:
    """The function as a kernel, which `prepare` or its first call compiles. It runs without Python's lock."""
    return cast(_Function, numba.njit(nogil=True)(function))


def prepare(kernel: Any, arguments: Sequence[Any], sources: Sequence[Path], cache: CodeCache) -> None:
    """Load the kernel's code for arguments of these numba types from the cache, or compile and cache it.

    `sources` are the files that hold the kernel and every function that it calls. The cached code is valid for this
    text of the files only.
    """
    signature = tuple(arguments)
    if signature not in kernel.overloads:
        kernel._cache = _KernelCache(kernel.py_func.__name__, sources, cache)
        kernel.compile(signature)


def direct(kernel: Any, arguments: Sequence[Any]) -> Callable[..., Any]:
    """The kernel's code for arguments of these numba types, compiled now if it is not prepared.

    A call of the kernel itself first finds out the types of the arguments, which takes longer than a small search. The
    code takes them for granted: arrays must be contiguous.
    """
    signature = tuple(arguments)
    if signature not in kernel.overloads:
        kernel.compile(signature)
    return cast(Callable[..., Any], kernel.overloads[signature].entry_point)


def _name_runtime() -> None:
    """Tell LLVM the addresses of numba's runtime, which the kernels call for the memory of their arrays.

    `refresh` of numba's context does so too. It also compiles the rest of the runtime and registers what a compilation
    needs, which takes 0.1 s and 25 MB; cached code holds all of it that it calls.
    """
    for name, address in c_helpers.items():
        add_symbol(name if name.startswith("_") else f"NRT_{name}", address)


class _KernelCache:
    """The cache object of one kernel: numba loads code from it before it compiles, and saves code to it afterwards.

    No error in here may do more harm than a compilation that could have been avoided.
    """

    cache_path = None

    def __init__(self, name: str, sources: Sequence[Path], cache: CodeCache) -> None:
        self._name, self._sources, self._cache = name, sources, cache

    def load_overload(self, signature: object, target: Any) -> Any:
        try:
            data = self._cache.read(self._key(signature, target.codegen()))
            if data is None:
                return None
            if numba.__version__.startswith(_KNOWN_RUNTIME):
                _name_runtime()
            else:
                target.refresh()
            return CompileResult._rebuild(target, *pickle.loads(data))
        except Exception:
            _log.debug("the cached code of %s can't be used", self._name, exc_info=True)
            return None

    def save_overload(self, signature: object, compiled_code: Any) -> None:
        try:
            # Code with dynamic globals holds memory addresses of this process.
            if not compiled_code.lifted and not compiled_code.library.has_dynamic_globals:
                key = self._key(signature, compiled_code.library.codegen)
                self._cache.write(key, dumps(compiled_code._reduce()))
        except Exception:
            _log.debug("the code of %s can't be cached", self._name, exc_info=True)

    def _key(self, signature: object, codegen: Any) -> str:
        """The name of the cache entry, made from all that the code depends on: versions, processor, types, source."""
        versions = (numba.__version__, sys.version, codegen.magic_tuple(), signature)
        texts = [source.read_bytes() for source in self._sources]
        digest = hashlib.sha256(b"".join((repr(versions).encode(), *texts)))
        return f"{self._name.strip('_')}-{digest.hexdigest()[:32]}"
