"""Lost line breaks of a page whose text came on one line: title, byline and paragraphs."""

from retrieval.intake.prose import byline, dates, headings, lines, names
from retrieval.intake.prose.line_kind import Kind, classify
from retrieval.intake.prose.lines import ends_sentence
from retrieval.text.folding import fold

# Characters within which the date of the byline must begin and end; title and byline are hardly ever longer.
_ZONE = 160


def split(page: list[str]) -> list[str]:
    """Title, byline and paragraphs of a page whose first line holds more than a header, cut at blanks.

    Any other page is returned as it is.
    """
    date = dates.find(fold(page[0][:_ZONE])) if page and len(page[0]) > lines.LONGEST_BYLINE else None
    # A word takes as much memory as a line.
    if date is None or sum(line.count(" ") for line in page) > lines.MOST_LINES:
        return page
    words = page[0].split(" ")
    # The numbers of the words in which the date begins and ends.
    first, last = page[0].count(" ", 0, date.span.start), page[0].count(" ", 0, date.span.end - 1)
    while first > 0 and _is_byline(words[first - 1 : last + 1]):
        first -= 1
    while last + 1 < len(words) and len(words[last + 1]) <= 30 and _is_byline(words[first : last + 2]):
        last += 1
    title = " ".join(words[:first])
    # A date may also stand in the first paragraph.
    if "。" in title or "，" in title or not _is_byline(words[first : last + 1]):
        return page
    body = [words[last + 1 :], *(line.split(" ") for line in page[1:])]
    return list(filter(None, [title, " ".join(words[first : last + 1]), *_paragraphs(body)]))


def _is_byline(words: list[str]) -> bool:
    return byline.from_line(lines.from_texts([" ".join(words)])[0]) is not None


def _paragraphs(body: list[list[str]]) -> list[str]:
    """The paragraphs of `body`, lines given as words: cut after a sentence and around headings, names and boxes."""
    paragraphs: list[list[str]] = []
    last_heading = 0
    for words in body:
        open_line = False
        for word in lines.from_texts(words):
            numbered = headings.numbered(word, last_heading)
            last_heading = (numbered[1] if numbered else 0) or last_heading
            alone = numbered or classify(word).kind is Kind.BOX or names.after_role(word)
            if open_line and not alone:
                paragraphs[-1].append(word.shown)
            else:
                paragraphs.append([word.shown])
            open_line = not alone and not ends_sentence(word.folded)
    return list(map(" ".join, paragraphs))
