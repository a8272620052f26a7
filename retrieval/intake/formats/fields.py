"""Fields beside the text of a record: each is converted to what an article holds, or left empty with a note."""

import re
from functools import lru_cache
from urllib.parse import urljoin

from retrieval.intake.formats import timestamps, value
from retrieval.intake.formats.field_names import field_of
from retrieval.intake.lexicon import one_of
from retrieval.intake.prose import byline, labels, lines, media, names, plain_text, url_line
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.lines import on_one_line
from retrieval.intake.prose.plain_text import Hints

LABELS = {"title": "标题", "source": "来源", "author": "作者", "editor": "编辑", "published": "时间", "url": "网址"}
_TITLE_LABEL = re.compile(rf"\s{{0,5}}{one_of('labels.title')}\s?[:：]\s?", re.IGNORECASE)
# Characters of a value that a note shows, and of an address.
_LONGEST_SHOWN, _LONGEST_URL = 40, 2_000
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
# The number of an account, which pandas writes as 1024.0.
_ACCOUNT = re.compile(r"\d{1,300}(?:\.0{1,9})?")
# A label that is a name of a field: 媒体：新华社, and 责任编辑：李明 in the field of the author.
_LABEL = re.compile(r"\s{0,9}(?P<label>[^\s:：]{1,10})\s?[:：]\s{0,9}(?=\S)")
_NO_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{0,20}:")


class Fields:
    """Reads the fields of one record. `notes` are sentences about those that were left empty."""

    def __init__(self, item: str, base: str = "") -> None:
        """`item` names the record; `base` is the address to which its own is relative, if that is known."""
        self._item, self._base = item, base
        self.notes: list[str] = []

    def hints(self, values: dict[str, object]) -> Hints:
        """All fields that are there."""
        title = self._words("title", values)
        title = title[label.end() :] or None if title and (label := _TITLE_LABEL.match(title)) else title
        own = Byline(published=self.moment(values.get("published")))
        read = {name: self._names(name, values) for name in ("source", "author", "editor")}
        # What a field says itself wins over what another one says beside its own.
        for name, found in read.items():
            own |= Byline(**{name: getattr(found, name)})
        for found in read.values():
            own |= found
        return Hints(title, own, self.url(values.get("url")))

    def moment(self, written: object) -> str | None:
        """The moment of publication; None, without a note, for words that name none, such as 不详."""
        parts = [] if value.is_nothing(written) else list(value.strings(written))
        text = on_one_line(" ".join(filter(None, parts)))
        moment = timestamps.normalise(text)
        why = None if moment else timestamps.fault(text) if None not in parts else timestamps.UNREADABLE
        if why is not None:
            self._note("published", text, why)
        return moment

    def url(self, written: object) -> str | None:
        """The address of the article, absolute; the first one that is one, when there are several."""
        parts = [] if value.is_nothing(written) else [part or "" for part in value.strings(written)]
        addresses = [self._absolute(part.strip()) for part in parts]
        address = next(filter(url_line.is_web, addresses), None)
        if address is None and parts:
            is_relative = not _NO_ADDRESS.match(parts[0].strip())
            self._note("url", parts[0], "不是完整的网址" if is_relative else "不是 http 或 https 网址")
        return address

    def _absolute(self, address: str) -> str:
        try:
            return urljoin(self._base, address) if self._base and len(address) <= _LONGEST_URL else address
        except ValueError:  # an open bracket
            return address

    def _words(self, name: str, values: dict[str, object]) -> str | None:
        """The words of a field on one line; None when it has none, or too many."""
        written = values.get(name)
        if value.is_nothing(written):
            return None
        parts = [part for part in value.strings(written) if part is not None]
        text = on_one_line(_TAG.sub("", " ".join(parts)))
        if not parts:
            self._note(name, "", "看不懂")
        if len(text) > plain_text.LONGEST_FIELD:
            self._note(name, text, f"超过 {plain_text.LONGEST_FIELD} 个字")
            return None
        return text or None

    def _names(self, name: str, values: dict[str, object]) -> Byline:
        """The byline of a field with a name, whose label (来源：, 记者) is no part of it."""
        text = self._words(name, values)
        if text is None:
            return Byline()
        if _ACCOUNT.fullmatch(text):
            self._note(name, text, "不是名称")
            return Byline()
        return _named(name, text)

    def _note(self, name: str, written: str, why: str) -> None:
        # A prefix is enough, because a written value may be very long.
        line = on_one_line(written[: _LONGEST_SHOWN * 2])
        shown = line if len(line) <= _LONGEST_SHOWN else f"{line[:_LONGEST_SHOWN]}…"
        self.notes.append(note(self._item, f"{LABELS[name]}{f'“{shown}”' if shown else ''}{why}"))


# Most articles of a file have the same source, and many the same author.
@lru_cache(maxsize=1_024)
def _named(name: str, text: str) -> Byline:
    """The byline of the words in the field `name`."""
    line = lines.from_texts([text])[0]
    if line.folded in names.NOBODY or labels.is_label(line):
        return Byline()
    found = labels.find(line.folded)
    read = byline.from_line(line, date_needed=False) if found else None
    if read is not None and getattr(read, name) is not None:
        return read
    label = _LABEL.match(text)
    field = field_of(label["label"]) if label else None
    if label and field in ("source", "author", "editor"):
        return _named(field, text[label.end() :])
    if found and found[0].start == 0 and found[0].kind == name:
        line = line.cut(found[0].end, found[1].start if len(found) > 1 else None)
    elif found and found[0].trusted:  # 李明 校对：张三
        line = line.cut(0, found[0].start)
    if line.folded in names.NOBODY:
        return Byline()
    people = names.after_role(line) if name != "source" else None
    return Byline(**{name: media.clean_source(line.shown) if name == "source" else people or line.shown or None})


def note(item: str, what: str) -> str:
    """A sentence about a part of `item` that was left out."""
    return f"{item}：{what}，没有记下。"
