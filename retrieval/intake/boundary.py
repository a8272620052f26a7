"""What becomes of an exception that no reader expects? A refusal, so that one bad item takes no other along.

`file` holds each file and each member of a ZIP by it, readers hold each row, entry, message, line and item.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import ParamSpec, TypeVar

from retrieval.intake.refusal import Refusal

_T = TypeVar("_T")
_P = ParamSpec("_P")

_NO_MEMORY = "内存不够，没有读完；请把它分成几个小一些的文件再收录。"
_TOO_DEEP = "里面的嵌套太深，没有读完；请把正文存为纯文本再收录。"
_UNREADABLE = "程序没能读懂这一项，没有收录；请把正文存为纯文本再收录。"
_log = logging.getLogger(__name__)


def result(item: str, read: Callable[_P, _T], *arguments: _P.args, **named: _P.kwargs) -> _T | Refusal:
    """What `read` returns for these arguments; a refusal that names `item` when it raises any Exception."""
    try:
        return read(*arguments, **named)
    except Exception as error:
        return _refusal(item, error)


def results(
    item: str, read: Callable[_P, Iterable[_T]], *arguments: _P.args, **named: _P.kwargs
) -> Iterator[_T | Refusal]:
    """What `read` gives for these arguments, as it is asked for.

    When it raises halfway, what it gave before stays, and a refusal that names `item` stands in place of the rest.
    """
    try:
        yield from read(*arguments, **named)
        return
    except Exception as error:
        refusal = _refusal(item, error)
    # Here the traceback, and whatever memory it holds, is gone.
    yield refusal


def _refusal(item: str, error: Exception) -> Refusal:
    """Logs the traceback at DEBUG: an editor can do nothing with it, a developer nothing without it."""
    _log.debug("%s: a reader failed", item, exc_info=error)
    if isinstance(error, MemoryError):
        return Refusal(item, _NO_MEMORY)
    return Refusal(item, _TOO_DEEP if isinstance(error, RecursionError) else _UNREADABLE)
