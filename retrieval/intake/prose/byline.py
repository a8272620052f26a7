"""Bylines: lines between title and body with source, date, author, editor and address.

Example: 2024-05-08 09:05 来源：城北日报 作者：陈晓雨 编辑：李明.
"""

import re
from dataclasses import dataclass

from retrieval.intake.lexicon import one_of
from retrieval.intake.prose import dates, labels, media, names, url_line
from retrieval.intake.prose.labels import Label
from retrieval.intake.prose.lines import Line, han
from retrieval.text.sentences import Span

_LONGEST = 110
# Chinese characters, and letters, beside the byline: a section or a breadcrumb. A line with more is a sentence.
_MOST_LEFT_OVER, _MOST_LETTERS_LEFT_OVER = 6, 20
# Characters of a source, and of any other value that is read without knowing its kind.
_LONGEST_SOURCE, _LONGEST_WORD = 24, 12
_WORD, _GAP = re.compile(r"[^\s|丨·;/\[\]【】()*]+"), re.compile(r"[\s|]")
_VALUE_END = re.compile(r"[|丨;【\[]|\s·\s")
_SENTENCE = re.compile("[。！？!?]")
# 石佳/中国青年报, 海外网 陈晓雨
_BETWEEN_TWO = re.compile(r"[\s/]")
# Buttons and words without meaning for a byline.
NOISE = re.compile(
    r"[【\[(]?[大中小](?:\s[大中小]){1,2}[】\])]?|(?<![\u4e00-\u9fff])发布|第?[a-z]?\d{1,3}\s?版|https?://\S{1,200}"
    # The rank of an account: 优质财经领域创作者.
    r"|[\u4e00-\u9fff]{2,8}(?:创作者|爱好者)"
    rf"|{one_of('page.buttons', 'time.weekday')}"
    rf"|{one_of('time.before_noon', 'time.after_noon', 'time.night')}(?=[\s\d]|$)"
)
# Text behind a name: _NB12556, （实习）, SF014, ，系城北大学教授, a label without a blank before it.
_BEHIND_NAME = re.compile(
    rf"[_\-()\[（|]|{one_of('labels.role')}|来源|作者|值班|\s?[a-z]{{1,4}}\d{{2,}}|\s|,(?=系|为|是|现任)"
)
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

    def with_credit(self, credit: "Byline", *, responsible: bool) -> "Byline":
        """This byline, its authors joined with those of `credit`, its missing fields filled from it.

        An editor who is `responsible` wins: in 编辑：张三 责任编辑：李明 the second.
        """
        people = dict.fromkeys(f"{self.author or ''} {credit.author or ''}".split())
        editor = credit.editor if responsible else None
        return Byline(author=" ".join(people) or None, editor=editor) | self | credit

    @property
    def starts_article(self) -> bool:
        """Whether a title must stand above such a byline: it has a full date with a source or with a time."""
        return self.published is not None and (self.source is not None or len(self.published) > 10)


def from_line(line: Line, date_needed: bool = True) -> Byline | None:
    """The byline in `line`; None when the line is not a byline.

    A byline has a full date, a day with a time or a 来源 (without `date_needed` any label is enough), no sentence, and
    hardly anything else. It may be empty: 阅读：23.
    """
    values, is_dated = read(line)
    return values if is_dated or not date_needed else None


def read(line: Line) -> tuple[Byline | None, bool]:
    """The byline in a line that has a label or a date, else None, and whether it has a date, a day or a 来源."""
    if len(line.folded) > _LONGEST or _SENTENCE.search(line.folded):
        return None, False
    line = Line(line.shown, url_line.mask_urls(line.folded))
    date = dates.find(line.folded)
    place = date.span if date is not None else dates.place(line.folded)
    found = labels.find(line.folded)
    if place is None and not found:
        return None, False
    # Each step fills fields of `collected` and strikes out what it has read: `rest` is as long as the line.
    collected, rest = _read_labels(line, found, place)
    collected |= Byline(published=date.value if date is not None else None)
    rest = NOISE.sub(lambda match: "|" * len(match[0]), rest)
    sources: list[str | None] = []
    people: dict[str, None] = {}
    for start, end in _words(rest):
        word = line.cut(start, end)
        # 城北日报记者陈晓雨; without a label only beside a date: 上报快讯／范姜佳钰 2020年3月12日.
        named = names.after_role(word) or (names.in_list(word, trusted=False) if place is not None else None)
        if media.is_media(word):
            sources.append(media.clean_source(word.shown))
        elif named is not None:
            people[named] = None
        else:
            continue
        rest = _struck(rest, start, end)
    collected |= Byline(next(iter(sources), None), " ".join(people) or None)
    if collected.source is None and place is not None and any(label.kind == "original" for label in found):
        # 原创 渡口老韩 河阳早知道 2024-05-08
        account = next(((start, end) for start, end in _words(rest[: place.start]) if end - start > 1), (0, 0))
        collected, rest = collected | Byline(line.shown[slice(*account)] or None), _struck(rest, *account)
    letters = sum(character.isalpha() and character.isascii() for character in rest)
    has_source = any(label.kind == "source" for label in found)
    # A line with a date and a labelled source is a byline, whatever buttons stand beside them.
    is_sure = place is not None and has_source and collected.source is not None
    if not is_sure and (han(rest) > _MOST_LEFT_OVER or letters > _MOST_LETTERS_LEFT_OVER):
        return None, False
    return collected, place is not None or has_source


def _struck(text: str, start: int, end: int) -> str:
    """`text` with the characters from `start` to `end` struck out."""
    return text[:start] + "|" * (end - start) + text[end:]


def _words(rest: str) -> list[tuple[int, int]]:
    """Start and end of each run of characters between gaps."""
    return [match.span() for match in _WORD.finditer(rest)]


def _read_labels(line: Line, found: list[Label], date: Span | None) -> tuple[Byline, str]:
    """The byline of the values behind the labels, and the line without date, labels and values."""
    collected = Byline()
    rest = line.folded if date is None else _struck(line.folded, *date)
    for label in found:
        end = date.start if date is not None and label.end <= date.start < label.stop else label.stop
        stop = _VALUE_END.search(line.folded, label.end, end)
        value, used = value_of(label, line.cut(label.end, stop.start() if stop is not None else end))
        rest = _struck(rest, label.start, label.end + used)
        collected = collected.with_credit(labelled(label, value), responsible=label.is_responsible)
    return collected, rest


def labelled(label: Label, value: str | None) -> Byline:
    """The byline with the value of a label; an empty one for a label without a field in it."""
    return Byline(**{_FIELDS[label.kind]: value}) if label.kind in _FIELDS else Byline()


def value_of(label: Label, value: Line, trusted: bool = True) -> tuple[str | None, int]:
    """The source or the names in the text behind a label, None for any other text, and the offset where they end.

    `trusted` says that names need not begin with a common surname.
    """
    if label.kind in ("author", "editor"):
        return _people(label, value, trusted)
    gap = _GAP.search(value.folded)
    end = gap.start() if gap is not None else len(value.folded)
    first = value.cut(0, end)
    if label.kind == "source" and end <= _LONGEST_SOURCE:
        return None if first.folded in names.NOBODY else media.clean_source(first.shown), end
    if label.kind == "original":
        # Author and account. A single word is the author's name, or the account.
        has_account = bool(value.cut(end).shown.strip(" *"))
        people = first.shown if has_account and first.folded.isalnum() else names.in_list(first, trusted=False)
        return people, 0 if people is None else end
    # In 第03版：要闻 兰州晚报 only the first word belongs to the label.
    return None, end if label.kind not in ("date", "source") and end <= _LONGEST_WORD else 0


def _people(label: Label, value: Line, trusted: bool) -> tuple[str | None, int]:
    """The names of authors or editors in the text behind a label, and the offset where they end."""
    whole = names.without_medium(value)
    before = len(value.folded) - len(whole.folded)
    noise = NOISE.search(whole.folded)
    whole = whole.cut(0, noise.start()) if noise is not None else whole
    mark = _BEHIND_NAME.search(whole.folded)
    first = whole.cut(0, mark.start()) if mark is not None else whole
    # 作者:新华每日电讯记者宋常青 范培珅; an invented name only when nothing else fits.
    for part, is_whole in ((whole, False), (first, False), (whole, label.trusted), (first, label.trusted)):
        if part.shown and (found := names.of_label(part, trusted=trusted, is_whole=is_whole)) is not None:
            return found, before + len(part.folded)
    return None, 0


def medium_and_name(line: Line) -> Byline:
    """Source and author of a line that is a medium (中国青年报) or a medium and a name (石佳/中国青年报).

    Any other line gives an empty Byline.
    """
    if media.is_media(line):
        return Byline(source=line.shown)
    mark = _BETWEEN_TWO.search(line.folded)
    if mark is None:
        return Byline()
    first, second = line.cut(0, mark.start()), line.cut(mark.end())
    if media.is_media(second) and mark[0] == "/":
        return Byline(second.shown, names.in_list(first, trusted=False))
    people = names.in_list(second, trusted=False) if media.is_media(first) else None
    return Byline(first.shown, people) if people is not None else Byline()
