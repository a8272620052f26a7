"""Which lines does a piece of HTML show, such as the content of an item of a feed?"""

import re

from retrieval.intake.page import markup

_MARKUP = re.compile(r"<[a-zA-Z/!]|&[#a-zA-Z]")


def lines(html: str) -> list[str]:
    """A line for each block that shows something; the cells of a row of a table stand on one line."""
    if not _MARKUP.search(html):
        return [line for part in html.splitlines() if (line := part.strip())]
    try:
        return [one.line.shown for one in markup.parse(html).shown]
    except markup.PageError:
        return []
