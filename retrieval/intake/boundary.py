"""Refusals, and the boundary that turns an unexpected exception into one.

One bad item must not take other items along. `file` puts the boundary around each file and each member of a ZIP,
readers put it around each row, entry, message, line and item.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

_T = TypeVar("_T")
_P = ParamSpec("_P")

_NO_MEMORY = "内存不够，没有读完；请把它分成几个小一些的文件再收录。"
_TOO_DEEP = "里面的嵌套太深，没有读完；请把正文存为纯文本再收录。"
_UNREADABLE = "程序没能读懂这一项，没有收录；请把正文存为纯文本再收录。"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An item that was not taken.

    `item` names the file or the part of it, `reason` is a Chinese sentence for an editor.
    """

    item: str
    reason: str


def result(item: str, read: Callable[_P, _T], *arguments: _P.args, **named: _P.kwargs) -> _T | Refusal:
    """The result of `read` for these arguments; a refusal of `item` when `read` raises any Exception."""
    try:
        return read(*arguments, **named)
    except Exception as error:
        return _refusal(item, error)


def results(
    item: str, read: Callable[_P, Iterable[_T]], *arguments: _P.args, **named: _P.kwargs
) -> Iterator[_T | Refusal]:
    """The results of `read` for these arguments, as they are asked for.

    When `read` raises an Exception halfway, its results so far stay, and a refusal of `item` replaces the rest.
    """
    try:
        yield from read(*arguments, **named)
        return
    except Exception as error:
        refusal = _refusal(item, error)
    # The traceback, and the memory that it holds, is freed by now.
    yield refusal


def _refusal(item: str, error: Exception) -> Refusal:
    """Log the traceback at DEBUG, for developers, and return the refusal for editors."""
    _log.debug("%s: a reader failed", item, exc_info=error)
    if isinstance(error, MemoryError):
        return Refusal(item, _NO_MEMORY)
    return Refusal(item, _TOO_DEEP if isinstance(error, RecursionError) else _UNREADABLE)
