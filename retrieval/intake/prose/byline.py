"""Bylines: lines between title and body with source, date, author, editor and address.

Example: 2024-05-08 09:05 来源：城北日报 作者：陈晓雨 编辑：李明.
"""

import re
from dataclasses import dataclass

from retrieval.intake.prose import byline_label, dates, labels, names, url_line
from retrieval.intake.prose.byline_label import NOISE, Label
from retrieval.intake.prose.lines import Line, han
from retrieval.text.sentences import Span

_LONGEST = 110
# Chinese characters, and letters, beside the byline: a section or a breadcrumb. A line with more is a sentence.
_MOST_LEFT_OVER, _MOST_LETTERS_LEFT_OVER = 6, 20
_GAP = re.compile(r"[\s|丨·;/\[\]【】()]+")
# 体育新闻 is a section, not a medium.
_SECTION = "(?!(?:社会|国内|国际|体育|娱乐|财经|科技|时政|本地|综合|军事|图片|焦点|滚动|头条|最新|热点|民生)新闻)"
# 兰州晚报, 城北发布, 澎湃新闻
_MEDIA = re.compile(
    rf"{_SECTION}"
    r"[\u4e00-\u9fff《》a-z0-9+·\-.]{1,14}(?:报|网|社|刊|台|卫视|广播|频道|客户端|周刊|杂志|在线|新闻|发布|传媒|融媒体?|中心|电讯|时报|观察|早班车)》?"
    r"|澎湃新闻|澎湃|央视|光明日报|求是|财新|环球时报|第一财经|南方周末|半月谈|36氪|虎嗅|it之家|快科技|中新经纬"
)
# The medium in 城北日报记者陈晓雨; 本报记者 and 全媒体记者 name none.
_REPORTERS_MEDIUM = re.compile(
    r"((?!本)[\u4e00-\u9fff]{2,8}?(?:日报|晚报|早报|时报|报|新闻|新闻网|电视台|新华社))(?=[\u4e00-\u9fff]{0,4}记者)"
)
# The title in the source, at the end of a line: （原标题：…）.
_ORIGINAL_TITLE = re.compile(r"(?<=\s)[(【]?原(?:标题|题)\s?:")
_SENTENCE = re.compile("[。！？!?]")
# The field of a Byline for each kind of label that has one.
_FIELDS = {"source": "source", "author": "author", "original": "author", "editor": "editor"}


@dataclass(frozen=True, slots=True)
class Byline:
    """Source, author, editor, date and address in one or several lines; None where they name none.

    `published` is 'YYYY-MM-DD HH:MM' or 'YYYY-MM-DD'. Several names are joined by blanks.
    """

    source: str | None = None
    author: str | None = None
    editor: str | None = None
    published: str | None = None
    url: str | None = None

    def __or__(self, later: "Byline") -> "Byline":
        """This byline, its missing fields filled from `later`: a second 来源 names the source of the source."""
        return Byline(
            self.source or later.source,
            self.author or later.author,
            self.editor or later.editor,
            self.published or later.published,
            self.url or later.url,
        )

    @property
    def starts_article(self) -> bool:
        """Whether a title must stand above such a byline: it has a full date with a source or with a time."""
        return self.published is not None and (self.source is not None or len(self.published) > 10)


def from_line(line: Line, date_needed: bool = True) -> Byline | None:
    """The byline in `line`; None when the line is not a byline.

    A byline has a full date, a day with a time or a 来源 (without `date_needed` any label is enough), no sentence, and
    hardly anything else. It may be empty: 阅读：23.
    """
    original = _ORIGINAL_TITLE.search(line.folded)
    line = labels.with_colons(line.cut(0, original.start()) if original is not None else line)
    if not line.folded or len(line.folded) > _LONGEST or _SENTENCE.search(line.folded):
        return None
    url = url_line.first_url(line)
    line = Line(line.shown, url_line.mask_urls(line.folded))
    date = dates.find(line.folded) or dates.find_day(line.folded)
    marks = byline_label.find(line.folded)
    if date is None and not any(label.kind == "source" or not date_needed for label in marks):
        return None
    collected = Byline(published=date.value if isinstance(date, dates.Date) else None)
    # Each step fills fields of `collected` and strikes out what it has read: `rest` is as long as the line.
    labelled, rest = _read_labels(line, marks, date.span if date is not None else None)
    collected |= labelled
    rest = NOISE.sub(lambda match: "|" * len(match[0]), rest)
    if collected.author is None:
        reporters, rest = _read_reporters(line, rest)
        collected |= reporters
    if collected.source is None:
        source, rest = _read_medium(line, rest)
        collected |= Byline(source=source)
    if date is not None:
        rest = _strike_name(line, rest)
    letters = sum(character.isalpha() and character.isascii() for character in rest)
    return collected | Byline(url=url) if han(rest) <= _MOST_LEFT_OVER and letters <= _MOST_LETTERS_LEFT_OVER else None


def _struck(text: str, start: int, end: int) -> str:
    """`text` with the characters from `start` to `end` struck out."""
    return text[:start] + "|" * (end - start) + text[end:]


def _read_labels(line: Line, marks: list[Label], date: Span | None) -> tuple[Byline, str]:
    """The byline of the values behind the labels `marks`, and the line without date, labels and values."""
    collected, rest = Byline(), line.folded
    starts = [label.start for label in marks]
    if date is not None:
        rest = _struck(rest, date.start, date.end)
        starts.append(date.start)
    for label in marks:
        end = min((start for start in starts if start >= label.end), default=len(line.folded))
        value, used = byline_label.value(label, line, end)
        labelled = Byline(**{_FIELDS[label.kind]: value}) if label.kind in _FIELDS else Byline()
        rest = _struck(rest, label.start, used)
        # In 编辑：张三 责任编辑：李明 the second is responsible for the page.
        collected = labelled | collected if "责" in label.text and labelled.editor else collected | labelled
    return collected, rest


def _read_reporters(line: Line, rest: str) -> tuple[Byline, str]:
    """The author behind a role and the medium before it (城北日报记者陈晓雨), and `rest` without both."""
    collected = Byline()
    for start, end in _words(rest):
        author = names.after_role(line.cut(start, end))
        if author is not None:
            medium = _REPORTERS_MEDIUM.match(rest, start, end)
            collected |= Byline(author=author, source=line.shown[slice(*medium.span(1))] if medium else None)
            rest = _struck(rest, start, end)
    return collected, rest


def _read_medium(line: Line, rest: str) -> tuple[str | None, str]:
    """The first medium that is a word of its own, and `rest` without it."""
    for start, end in _words(rest):
        if _MEDIA.fullmatch(rest, start, end):
            return byline_label.clean_source(line.shown[start:end]), _struck(rest, start, end)
    return None, rest


def _strike_name(line: Line, rest: str) -> str:
    """`rest` without its first name: a name without a label is hardly ever the author's, nor part of a sentence."""
    for start, end in _words(rest):
        if names.in_list(line.cut(start, end), trusted=False):
            return _struck(rest, start, end)
    return rest


def is_media(line: Line) -> bool:
    """Whether a line is the name of a medium and nothing else: 兰州晚报, 新华社, 澎湃新闻."""
    return _MEDIA.fullmatch(line.folded) is not None


def _words(rest: str) -> list[tuple[int, int]]:
    """Start and end of each run of characters between gaps."""
    words, position = [], 0
    for gap in _GAP.finditer(rest):
        words.append((position, gap.start()))
        position = gap.end()
    return [(start, end) for start, end in [*words, (position, len(rest))] if start < end]
