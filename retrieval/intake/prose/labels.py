"""Labels in a line and the values behind them: 来源：兰州晚报, 编辑丨李明 校对丨王芳, 文/郭兰英, 记者 陈晓雨.

The byline below a title and the credits below a text share these labels. All patterns match folded lines.
"""

import re
from typing import NamedTuple

from retrieval.intake.lexicon import one_of
from retrieval.intake.prose.lines import Line

_MEDIUM = rf"[\u4e00-\u9fff·]{{0,10}}{one_of('media.ending')}"
# 记者, 兰州晚报全媒体记者, 本报通讯员
_REPORTER = rf"(?:{_MEDIUM})?{one_of('people.rank')}{{0,3}}{one_of('people.reporter', spaced=True)}"
_RESPONSIBLE = one_of("labels.responsible", spaced=True)
_EDITOR_KIND = rf"(?:{one_of('labels.editor_kind')}|[\u4e00-\u9fff]{{2,6}}[报网社闻])"
_OF_TEXT = rf"(?<![\u4e00-\u9fff]){one_of('labels.author_of_text')}"
_AUTHOR = rf"{one_of('labels.author', spaced=True)}|{_REPORTER}|{_OF_TEXT}"
# For each kind of label its words, the first kind that fits being that of the label.
_KINDS = {
    "role": one_of("labels.role", spaced=True),
    "source": one_of("labels.source", spaced=True),
    "author": _AUTHOR,
    "editor": rf"{_EDITOR_KIND}?(?:{_RESPONSIBLE}|{one_of('labels.editor', spaced=True)})",
    "date": one_of("labels.date", "labels.other_date"),
    "other": one_of("labels.other"),
}


def _any_kind(prefix: str) -> str:
    """A pattern for a label, in the group of its kind behind `prefix`."""
    return "|".join(f"(?P<{prefix}{kind}>{words})" for kind, words in _KINDS.items())


_LABEL = re.compile(
    # With a colon a label may stand anywhere; with a blank behind it, at the beginning or behind a gap.
    rf"(?:{_any_kind('')})\s?:\s?|(?:^|(?<=[\s\W_]))(?:{_any_kind('bare_')})(?:\s(?=\S)|$)"
    # Without a gap, when a name or letters follow and nothing else: 作者魏小星, 来源CBDN.
    r"|(?:^|(?<=[\s|]))(?:(?P<glued_source>来源)(?=[a-z《])|(?P<glued_author>作者)(?=[\u4e00-\u9fff]{2,3}(?:[\s|]|$)))"
    # An account's own article: 原创 陈晓雨 城北发布.
    r"|(?P<bare_original>^(?:原创|original))(?=\s)|(?:^|(?<=[\s|·;/()\[\]]))(?P<bare_page>第?[a-z]?\d{1,3}版)(?=\s|:|$)"
)
# A stroke that stands for a colon: 编辑丨李明, 文/郭兰英. Not the strokes of 文/图 and 来源 | 2024-05-08 | 打印.
_STROKE = re.compile(
    rf"(?<![\u4e00-\u9fff])(?:{'|'.join(words for kind, words in _KINDS.items() if kind != 'other')})"
    r"\s?(?:[|丨│—](?!—)|/(?![图文摄\s]))"
)
# 【记者】陈晓雨
_BRACKETED = re.compile(
    rf"[【\[]({'|'.join(words for kind, words in _KINDS.items() if kind not in ('date', 'other'))})[】\]]"
    r"(?=\s?[\u4e00-\u9fff])"
)
# Characters of the longest line that `with_colons` changes, and of a label with a value and neither colon nor blank.
_LONGEST, _LONGEST_GLUED = 110, 20
_MARK = re.compile(r"[|丨│—/【\[]")


class Label(NamedTuple):
    """A label in a line, from `start` to `end`.

    `kind` is "role", "source", "author", "editor", "date", "original" (原创, before an author) or "other", `word` the
    label itself; `trusted` says that a colon follows it.
    """

    kind: str
    word: str
    start: int
    end: int
    trusted: bool


def with_colons(line: Line) -> Line:
    """The line with colons in `folded` where strokes or brackets stand for them: 编辑丨李明, 【记者】陈晓雨."""
    if len(line.folded) > _LONGEST or not _MARK.search(line.folded):
        return line
    folded = _BRACKETED.sub(lambda match: f" {match[1]}:", line.folded)
    return Line(line.shown, _STROKE.sub(lambda match: match[0][:-1] + ":", folded))


def find(folded: str) -> list[Label]:
    """The labels in a line, in order."""
    if len(folded) > _LONGEST_GLUED and ":" not in folded and " " not in folded:
        return []
    labels = []
    for match in _LABEL.finditer(folded):
        group = match.lastgroup or ""
        kind = group.rpartition("_")[2]
        labels.append(Label(kind, match[group], match.start(), match.end(), kind == group))
    return labels


def is_label(line: Line) -> bool:
    """Whether a line is a label without its value: 来源："""
    label = _LABEL.match(line.folded)
    return label is not None and label.end() == len(line.folded)
