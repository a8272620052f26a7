"""Reading of entries: the article that the feed shows, or that of the page to which the entry links."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from retrieval.article import Article
from retrieval.intake import Entry, Fetcher, Refusal, read_link

# Seconds between two pages of a site that names no pause itself, and between two entries, so that questions that wait
# for the interpreter get it.
_BETWEEN_PAGES, _BETWEEN_ENTRIES = 0.5, 0.002


@dataclass(frozen=True, slots=True)
class Reading:
    """How entries are read in a thread: until the deadline of the monotonic clock, or until `stop` is set.

    `pause` is the seconds for which the site of an address asks a program to wait between two requests.
    """

    fetcher: Fetcher
    pause: Callable[[str], float]
    deadline: float
    stop: threading.Event = field(default_factory=threading.Event)

    def read(self, entries: Sequence[Entry], *, is_full: bool) -> list[Article | Refusal]:
        """The articles and refusals of the first entries, in order; of one entry at least unless stopped."""
        items: list[Article | Refusal] = []
        pages = 0
        for entry in entries:
            if self.stop.is_set() or (items and time.monotonic() >= self.deadline):
                break
            shown = entry.read()
            if is_full and entry.link:
                if pages and self.stop.wait(max(_BETWEEN_PAGES, self.pause(entry.link))):
                    break
                pages += 1
                items.append(_whole(entry, entry.link, shown, self.fetcher))
            else:
                items.append(shown)
                time.sleep(_BETWEEN_ENTRIES)
        return items


def _whole(entry: Entry, link: str, shown: Article | Refusal, fetcher: Fetcher) -> Article | Refusal:
    """The article of the page, with the fields of the entry where it has them; what the feed shows when that is more.

    A page that is refused leaves what the feed shows, or the reason.
    """
    pages = read_link(link, fetcher)
    page = pages[0] if len(pages) == 1 else Refusal(shown_item(shown), "网页里不止一篇文章。")
    if isinstance(page, Refusal):
        return replace(page, item=shown_item(shown)) if isinstance(shown, Refusal) else shown
    if isinstance(shown, Refusal):
        return replace(page, title=entry.title or page.title, url=link)
    if len(page.text) <= len(shown.text):
        return shown
    return replace(
        page,
        title=shown.title,
        source=page.source or shown.source,
        author=page.author or shown.author,
        published=shown.published or page.published,
        url=link,
    )


def shown_item(shown: Article | Refusal) -> str:
    """The name of an entry in a refusal."""
    return shown.item if isinstance(shown, Refusal) else f"《{shown.title}》"
