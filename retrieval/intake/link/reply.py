"""Replies to requests that a program repeats: status, body, and what the server says about the next request."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server sent with a file, by which it says later whether the file has changed; empty when it sent none."""

    etag: str = ""
    modified: str = ""


UNKNOWN = Validators()
_REFUSALS = (401, 403, 407, 412, 451)


@dataclass(frozen=True, slots=True)
class Reply:
    """The reply to a conditional request; `data` is empty unless the status is 200.

    `address` is where permanent redirects lead before any other one: the address to use from now on. `url` is the end
    of all redirects. `retry_after` is the header as it came.
    """

    status: int
    address: str
    url: str
    data: bytes = b""
    validators: Validators = UNKNOWN
    retry_after: str = ""


def fault(status: int) -> str:
    """What a status other than 200 means, without a full stop."""
    if status in (404, 410):
        return f"网页不存在或已被删除（{status}）"
    if status in _REFUSALS:
        return f"网站拒绝访问（{status}）"
    if status == 429:
        return "网站说访问太频繁（429）"
    return f"网站出错（{status}）" if status >= 500 else f"网站没有给出网页（{status}）"


def status_sentence(status: int) -> str:
    """The sentence about a status other than 200, with what an editor can do."""
    advice = ""
    if status in _REFUSALS:
        advice = "，请在浏览器里打开后复制正文再收录"
    elif status == 429 or status >= 500:
        advice = "，请稍后再试"
    return f"{fault(status)}{advice}。"
