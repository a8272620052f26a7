"""How is memory that is no longer used given back to the system?"""

import ctypes
from contextlib import suppress


def trim_heap() -> None:
    """Do what is possible; where the C library knows no way, nothing.

    glibc keeps freed blocks below 32 MB for later, which is what segments are while they are joined: at 1,000,000
    passages several hundred MB that nothing needs any more.
    """
    with suppress(OSError, TypeError, AttributeError):  # no glibc
        ctypes.CDLL(None).malloc_trim(0)
