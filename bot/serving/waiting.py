"""What is said when something takes long?"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LONG_SECONDS = 1.0


@contextmanager
def told_when_long(sentence: str, say: Callable[[str], None], after: float = _LONG_SECONDS) -> Iterator[None]:
    """Say the sentence if the block takes longer than so many seconds; never after its end."""
    timer = threading.Timer(after, say, [sentence])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
