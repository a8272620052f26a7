"""What is said about a feed in Telegram and in the terminal: its name, its state, and an alarm."""

from collections.abc import Callable, Sequence

from bot.service import feed_schedule as schedule
from bot.service.feed import Counts, Feed, Trouble
from bot.service.feed_list import Listing
from bot.service.feed_poll import Added
from bot.words import editors, feeds
from bot.words.language import joined, said

_LONGEST_NAME = 40
# The words of a moment in seconds since 1970.
Moment = Callable[[int], str]


def name(feed: Feed) -> str:
    """#2《城北公告》"""
    return feeds.named(feed.number, " ".join(feed.name.split())[:_LONGEST_NAME])


def counts(counted: Counts) -> str:
    return editors.counts(counted.added, counted.updated, counted.duplicates, counted.refused)


def added(result: Added) -> str:
    """The answer to an editor who added a feed."""
    feed = result.feed
    if not result.is_new or feed.last is None:
        return feeds.known(name(feed), feed.is_full)
    return joined(
        feeds.added(name(feed), feed.last.entries, counts(feed.last.counts), feed.left),
        feeds.decided(feed.is_full, by_itself=result.is_decided),
    )


def of_listing(listing: Listing) -> str:
    """What became of one feed of a list."""
    result = listing.result
    if isinstance(result, str):
        return feeds.listed_refused(listing.name, result)
    if not result.is_new:
        return feeds.listed_known(name(result.feed))
    return feeds.listed_added(name(result.feed), result.feed.last.entries if result.feed.last else 0)


def of_list(listings: Sequence[Listing]) -> str:
    """How many feeds of a list were added, known before and not added."""
    added = [listing.result for listing in listings if isinstance(listing.result, Added)]
    new = sum(result.is_new for result in added)
    return feeds.listed(new, len(added) - new, len(listings) - len(added))


def last_poll(feed: Feed, moment: Moment) -> str:
    """What the last poll came to."""
    last = feed.last
    if last is None:
        return feeds.never()
    at = moment(last.at)
    if last.code == "failed":
        return feeds.failed(at, feed.failures, last.reason.removesuffix("。"))
    if last.code == "ended":
        return feeds.ended(at)
    return feeds.polled(at, counts(last.counts)) if last.code == "new" else feeds.unchanged(at)


def state(feed: Feed, moment: Moment, now: float) -> str:
    """The last poll, how entries are read, what is left, when the next poll comes, and a silence."""
    parts = [last_poll(feed, moment), feeds.mode(feed.is_full)]
    if feed.left:
        parts.append(feeds.left(feed.left))
    if not feed.has_ended:
        parts.append(feeds.following(moment(feed.next_at)))
    if schedule.trouble(feed, now) is Trouble.SILENT:
        parts.append(feeds.silent(moment(feed.last_new_at)))
    return said("，").join(parts)


def alarm(feed: Feed, trouble: Trouble, now: float) -> str:
    """What owners are told when this trouble begins; that the feed has recovered when it is none."""
    if trouble is Trouble.ENDED:
        return feeds.alarm_ended(name(feed))
    if trouble is Trouble.FAILING:
        hours = int(now - feed.first_failure_at) // schedule.HOUR
        return feeds.alarm_failing(name(feed), hours, feed.last.reason if feed.last else "")
    if trouble is Trouble.SILENT:
        return feeds.alarm_silent(name(feed), int(now - feed.last_new_at) // schedule.HOUR)
    return feeds.recovered(name(feed))
