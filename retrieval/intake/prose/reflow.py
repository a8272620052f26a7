"""Where were the line breaks of a page that came on one line?"""

from retrieval.intake.prose import boilerplate, byline, dates, headings, lines, names
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.lines import Line, ends_sentence

# The title and the meta line of a page are hardly ever longer.
_ZONE = 160


def split(page: list[str]) -> list[str]:
    """Title, meta line and, as far as blanks tell, the paragraphs of a page whose first line holds more than a header.

    Any other page is given back as it is.
    """
    date = dates.find(page[0][:_ZONE]) if page and len(page[0]) > lines.LONGEST_BYLINE else None
    # A word takes as much as a line.
    if date is None or sum(line.count(" ") for line in page) > lines.MOST_LINES:
        return page
    words = page[0].split(" ")
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
    title = " ".join(words[:first])
    # A first paragraph may speak of a date, too.
    if "。" in title or "，" in title or not _is_meta(words[first : last + 1]):
        return page
    body = [words[last + 1 :], *(line.split(" ") for line in page[1:])]
    return list(filter(None, [title, " ".join(words[first : last + 1]), *_paragraphs(body)]))


def _is_meta(words: list[str]) -> bool:
    line = lines.from_texts([" ".join(words)])[0]
    return byline.from_line(line) is not None


def _is_meta_name_only(word: str) -> bool:
    """Whether a word before the date is part of the title: it names no medium and has no label."""
    said = byline.from_line(lines.from_texts([f"{word} 2000-01-01"])[0])
    return said is None or (said == Byline(published="2000-01-01") and ":" not in word and "：" not in word)


def _paragraphs(body: list[list[str]]) -> list[str]:
    """Each line of `body`, given as its words, cut after a sentence and around headings, bylines and markers."""
    found: list[list[str]] = []
    last_heading = 0
    for words in body:
        open_line = False
        for word in lines.from_texts(words):
            numbered = headings.numbered(word, last_heading)
            alone = numbered is not None or _stands_alone(word)
            last_heading = (numbered[1] if numbered else 0) or last_heading
            if open_line and not alone:
                found[-1].append(word.shown)
            else:
                found.append([word.shown])
            open_line = not alone and not ends_sentence(word.folded)
    return list(map(" ".join, found))


def _stands_alone(line: Line) -> bool:
    return boilerplate.is_marker(line) or names.after_role(line) is not None
