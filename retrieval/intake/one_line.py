"""Where were the line breaks of a page that came on one line?"""

from retrieval.intake import boilerplate, dates, headings, lines, meta, names
from retrieval.intake.lines import Line, ends_sentence
from retrieval.intake.meta import Meta


def split(page: str) -> list[str]:
    """Title, meta line and, as far as blanks tell, the paragraphs of `page`."""
    date = dates.find(page[:160])
    if date is None:
        return [page]
    words = page.split(" ")
    position, first, last = 0, 0, 0
    for index, word in enumerate(words):
        if position <= date.span.start < position + len(word) + 1:
            first = index
        if position < date.span.end:
            last = index
        position += len(word) + 1
    while first > 0 and _is_meta([*words[first - 1 : last + 1]]) and not _is_meta_name_only(words[first - 1]):
        first -= 1
    while last + 1 < len(words) and len(words[last + 1]) <= 30 and _is_meta(words[first : last + 2]):
        last += 1
    return [" ".join(words[:first]), " ".join(words[first : last + 1]), *_paragraphs(words[last + 1 :])]


def _is_meta(words: list[str]) -> bool:
    line = lines.of([" ".join(words)])[0]
    return meta.of(line) is not None


def _is_meta_name_only(word: str) -> bool:
    """Whether a word before the date is part of the title: it names no medium and has no label."""
    said = meta.of(lines.of([f"{word} 2000-01-01"])[0])
    return said is None or (said == Meta(published="2000-01-01") and ":" not in word and "：" not in word)


def _paragraphs(words: list[str]) -> list[str]:
    found: list[str] = []
    open_line = False
    last_heading = 0
    for line in lines.of(words):
        numbered = headings.numbered(line, last_heading)
        alone = numbered is not None or _stands_alone(line)
        if numbered is not None:
            last_heading = numbered[1] or last_heading
        if open_line and not alone and found:
            found[-1] += " " + line.shown
        else:
            found.append(line.shown)
        open_line = not alone and not ends_sentence(line.folded)
    return found


def _stands_alone(line: Line) -> bool:
    return boilerplate.is_marker(line) or names.in_byline(line) is not None
