"""Widgets of a WeChat page in a Markdown copy: the line of the account, buttons, panels below the text."""

import re

from retrieval.intake.prose import lines, unlabelled
from retrieval.intake.prose.byline import Byline

# [ 城北周知 ](javascript:void\(0\);), [取消](javascript:;)
_SCRIPT_LINK = re.compile(
    r"\[([^\[\]\n]{0,60})\]\(\s?<?javascript:[^\s)(\n\\]{0,40}(?:\\?\([^()\n]{0,20}\))?[^\s)\n]{0,20}\)"
)
# 原创 我是小河, before the account.
_ORIGINAL = re.compile(r"(?:原创|original)\s+(?P<author>\S{2,16})", re.IGNORECASE)
# The first line of the panels; 赞 ，轻点两下取消赞 stands in the last.
_PANEL = re.compile(
    r"[\W_]{0,9}(?:预览时标签不可点|微信扫一扫|继续滑动看下一个|轻触阅读原文|scan (?:to|with)|.{0,60}轻点两下取消)",
    re.IGNORECASE,
)
# Lines above the text in which the account stands, and Chinese characters of the longest line in a panel.
_HEADER_LINES, _LONGEST_IN_PANEL = 30, 24


def read(text: str) -> tuple[Byline, str]:
    """The byline in the line of the account, and the text without this line and the widgets.

    A text without links to scripts stays as it is.
    """
    if "](javascript:" not in text:
        return Byline(), text
    collected, written = Byline(), text.split("\n")
    for index, line in enumerate(written[:_HEADER_LINES]):
        if (collected := _byline(line)) != Byline():
            del written[index]
            break
    return collected, "\n".join(line for line in written[: _panels(written)] if not _is_button(line))


def _byline(written: str) -> Byline:
    """The account in a line that is a link to a script, and the author before it.

    Example: 原创 我是小河 [城北周知](javascript:;).
    """
    match = _SCRIPT_LINK.search(written)
    if match is None or written[match.end() :].strip():
        return Byline()
    account, before = lines.from_texts([" ".join(match[1].split())])[0], written[: match.start()].strip()
    original = _ORIGINAL.fullmatch(before)
    if not unlabelled.is_account(account) or (before and original is None):
        return Byline()
    return Byline(source=account.shown, author=original["author"] if original is not None else None)


def _is_button(written: str) -> bool:
    """Whether a line holds links to scripts and nothing else: [取消](javascript:;) [允许](javascript:;)."""
    return "](javascript:" in written and not any(map(str.isalnum, _SCRIPT_LINK.sub("", written)))


def _panels(written: list[str]) -> int:
    """The index of the first line of the panels that end a copy; the number of lines when it has none."""
    start = len(written)
    while start > 0 and lines.han(written[start - 1]) <= _LONGEST_IN_PANEL:
        start -= 1
    return next((index for index in range(start, len(written)) if _PANEL.match(written[index])), len(written))
