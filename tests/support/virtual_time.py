"""An event loop whose clock jumps to the next timer, so that a minute of waiting takes no time."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")


class _Jumping(selectors.SelectSelector):
    """A selector that never waits: it tells the loop how long it would have."""

    skipped = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everything waits for something that no timer brings"
        self.skipped += max(0.0, timeout)
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._clock = _Jumping()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.skipped


def run(main: Coroutine[Any, Any, _T]) -> _T:
    """Run on a loop of virtual time, which begins at 0; nothing in it may wait for a socket or a thread."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(main)
