"""Labels in a line and the values behind them: 来源：兰州晚报, 编辑丨李明 校对丨王芳, 文/郭兰英, 记者 陈晓雨.

The byline below a title and the credits below a text share these labels. All patterns match folded lines.
"""

import re
from typing import NamedTuple

from retrieval.intake import lexicon
from retrieval.intake.lexicon import one_of, words
from retrieval.intake.prose.lines import Line

_GROUPS = [name for name in lexicon.names() if name.startswith("labels.")] + ["people.reporter"]
# For each kind of label its words, the first kind that fits being that of the label.
_KINDS = {
    "role": one_of("labels.role", spaced=True),
    "source": one_of("labels.source", spaced=True),
    "author": one_of("labels.author", "people.reporter", spaced=True)
    + rf"|(?<![\u4e00-\u9fff]){one_of('labels.author_of_text')}",
    "editor": one_of("labels.responsible", "labels.editor", spaced=True),
    "date": one_of("labels.date", "labels.other_date"),
    "other": one_of("labels.other"),
}
_FIRST = "".join(sorted({word[0] for word in words(*_GROUPS)} | set("第0123456789abcdefghijklmnopqrstuvwxyz原")))
_WORDS = "|".join(f"(?P<{kind}>{words})" for kind, words in _KINDS.items())
# With a colon a label may stand anywhere. Without one it stands behind a gap, and a blank or nothing follows it, or a
# name or letters and nothing else: 作者魏小星, 来源CBDN. A stroke or a bracket may stand for the colon: 编辑丨李明,
# 文/郭兰英, 【记者】陈晓雨; not the strokes of 文/图.
_LABEL = re.compile(
    # The first character decides fast that no label begins at most places.
    rf"(?=[{re.escape(_FIRST)}])(?:(?:{_WORDS})(?:\s?(?P<colon>:)[ :]{{0,9}}"
    r"|\s?(?P<stroke>[|丨│—](?!—)|/(?!\s?(?:[图文摄]|$))|[】\]](?=\s?[\u4e00-\u9fff]))|\s(?=\S)|$)"
    r"|(?P<glued_source>来源)(?=[a-z《])|(?P<glued_author>作者)(?=[\u4e00-\u9fff]{2,3}(?:[\s|]|$))"
    # An account's own article: 原创 陈晓雨 城北发布.
    r"|^(?P<original>原创|original)(?=\s)|(?P<page>第?[a-z]?\d{1,3}版)(?=\s|:|$))"
)
# In front of a role: 兰州晚报全媒体记者; of an editor: 值班编辑, 新华网编辑; behind a gap any short name: 每经记者.
_AT_GAP = r"(?:^|(?<=[\s|/(【\[]))[\u4e00-\u9fff]{2,6}"
_MEDIUM = rf"[\u4e00-\u9fff·]{{0,10}}{one_of('media.ending', 'media.sure_ending')}"
_IN_FRONT = {
    "author": re.compile(rf"(?:(?:{_MEDIUM})?{one_of('people.rank')}{{0,3}}|{_AT_GAP})$"),
    "editor": re.compile(rf"(?:{one_of('labels.editor_kind')}|[\u4e00-\u9fff]{{2,6}}[报网社闻]|{_AT_GAP})?$"),
}
_LONGEST_IN_FRONT = 20
# 来源：云泽日报作者：魏小星 ends with another label.
_NOBODY_IN_FRONT = frozenset(words("labels.author", "labels.author_of_text"))
_HAN = re.compile("[\u4e00-\u9fff]")
# Characters of the longest label with a value and neither colon nor blank nor stroke.
_LONGEST_GLUED = 20
_MARK = re.compile(r"[: |丨│—/】\]]")


class Label(NamedTuple):
    """A label in a line, from `start` to `end`; its value ends at `stop`, where the next label begins.

    `kind` is "role", "source", "author", "editor", "date", "original" (原创, before an author) or "other", `word` the
    label itself; `trusted` says that a colon follows it.
    """

    kind: str
    word: str
    start: int
    end: int
    stop: int
    trusted: bool

    @property
    def is_responsible(self) -> bool:
        """Whether the label is that of the editor of the page: 责任编辑."""
        return "责" in self.word


def find(folded: str) -> list[Label]:
    """The labels in a line, in order."""
    if len(folded) > _LONGEST_GLUED and not _MARK.search(folded):
        return []
    labels: list[Label] = []
    for match in _LABEL.finditer(folded):
        group = next(kind for kind, word in match.groupdict().items() if word is not None)
        kind, start = group.rpartition("_")[2], match.start()
        is_colon = match["stroke"] is not None and kind != "other" and not _HAN.match(folded[start - 1 : start])
        trusted = match["colon"] is not None or is_colon
        if kind in _IN_FRONT and match[group] not in _NOBODY_IN_FRONT:
            in_front = _IN_FRONT[kind].search(folded, max(0, start - _LONGEST_IN_FRONT), start)
            start = in_front.start() if in_front is not None else start
        if trusted or start == 0 or not folded[start - 1].isalnum():
            labels[-1:] = [label._replace(stop=start) for label in labels[-1:]]
            labels.append(Label(kind, folded[start : match.end(group)], start, match.end(), len(folded), trusted))
    return labels


def is_label(line: Line) -> bool:
    """Whether a line is a label without its value: 来源："""
    is_short = len(line.folded) <= _LONGEST_GLUED
    return is_short and any(label.start == 0 and label.end == len(line.folded) for label in find(line.folded))


def begins(line: Line) -> bool:
    """Whether a line begins with a label and a colon: 作者：张三, date: 2020-02-24."""
    return any(label.start == 0 and label.trusted for label in find(line.folded)[:1])
