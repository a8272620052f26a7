"""Plain text files: the smallest reader of a format."""

import re
from collections.abc import Iterator
from dataclasses import replace

from retrieval.article import Article
from retrieval.intake import charset
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats.field_names import field_of
from retrieval.intake.formats.fields import Fields
from retrieval.intake.prose import plain_text

# A line near the top that a label begins: 时间：昨天下午.
_LABELLED = re.compile(r"[ \t\u3000]{0,9}(?P<label>[^\s:：]{1,8})[ \t]?[:：](?P<value>[^\n]{1,60})")
_FIRST_LINES, _LOOKED_AT = 6, 4_000


def articles(data: bytes, name: str) -> Iterator[Article | Refusal]:
    """The articles of a text in order; one alone has a note of a time that is not understood. Raises NotTextError."""
    text = charset.decode(data)
    results = list(plain_text.articles(text, name))
    if len(results) == 1 and isinstance(only := results[0], Article) and only.published is None:
        results = [replace(only, notes=(*only.notes, *_notes(text, name)))]
    yield from results


def _notes(text: str, name: str) -> list[str]:
    """The note about a labelled time above the text, such as a table has for a cell."""
    fields = Fields(name)
    lines = [line for line in text[:_LOOKED_AT].splitlines() if line.strip()]
    for line in lines[:_FIRST_LINES]:
        labelled = _LABELLED.fullmatch(line)
        if labelled and field_of(labelled["label"]) == "published" and fields.moment(labelled["value"]) is None:
            return fields.notes
    return []
