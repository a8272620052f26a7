"""The command `feeds`: lists feeds, adds one or a list of them, removes one, and polls all of them once."""

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.cli import terminal
from bot.cli.database import open_with_memory
from bot.cli.desk import OPERATOR
from bot.cli.output import FOUND, NOT_FOUND, print_json
from bot.service import feed_lines
from bot.service.feed import Feed
from bot.service.feed_lines import Moment
from bot.service.feed_list import add_listed
from bot.service.feed_poll import Added, FeedError, FeedPolls
from bot.service.feed_schedule import trouble
from bot.service.feeds import Feeds
from bot.service.search_service import SearchService
from bot.service.storage import storage_of
from bot.settings import OperatorError, Settings
from bot.words import feeds as words
from bot.words import operators
from retrieval.intake import Fetcher, ListedFeed, OpmlError, is_whole_opml, read_opml, write_opml


def feeds(settings: Settings, options: argparse.Namespace) -> int:
    if options.add is None and options.is_full is not None:
        raise OperatorError(operators.ONLY_WITH_ADD)
    if options.add is not None:
        return asyncio.run((_add_listed if _is_file(options.add) else _add)(settings, options))
    storage = storage_of(settings)
    if not options.poll and options.remove is None and not storage.exists():  # nothing was added yet
        return _write_opml(options, []) if options.opml else _list(settings, options, [])
    # A missing archive is a mistake of the operator: there is nothing to poll or to remove.
    if options.poll:
        storage.catalogue().close()
        return asyncio.run(_poll(settings, options))
    memory = storage.memory()
    with ThreadPoolExecutor(1) as thread:
        stored = Feeds(memory, thread)
        if options.remove is not None:
            return asyncio.run(_remove(options, stored))
        known = asyncio.run(stored.all())
        return _write_opml(options, known) if options.opml else _list(settings, options, known)


def _is_file(item: str) -> bool:
    """Whether an item names a file, whatever its name: its content tells whether it is a list of feeds."""
    if item.lower().startswith(("http://", "https://")):
        return False
    try:
        return item.lower().endswith(".opml") or Path(item).is_file()
    except (OSError, ValueError):  # an impossible name
        return False


def _list(settings: Settings, options: argparse.Namespace, known: Sequence[Feed]) -> int:
    moment, now = _moments(settings), time.time()
    if options.json:
        print_json({"feeds": [_object(feed, moment, now) for feed in known]})
    for feed in () if options.json else known:
        _print(feed, feed.address, feed_lines.state(feed, moment, now))
    if not known:
        print(operators.NO_FEEDS, file=sys.stderr)
    return FOUND


async def _remove(options: argparse.Namespace, stored: Feeds) -> int:
    removed = await stored.remove(options.remove, OPERATOR)
    if options.json:
        print_json({"removed": removed.number if removed else None})
    elif removed:
        print(terminal.strip_controls(words.removed(feed_lines.name(removed))))
    if removed is None:
        print(words.no_such_feed(options.remove), file=sys.stderr)
    return FOUND if removed else NOT_FOUND


async def _add(settings: Settings, options: argparse.Namespace) -> int:
    async with _polls(settings) as (_, polls):
        try:
            added = await polls.add(options.add, options.is_full, OPERATOR)
        except FeedError as error:
            print(words.not_added(str(error)), file=sys.stderr)
            return NOT_FOUND
    if options.json:
        print_json({"added": added.is_new, "feed": _object(added.feed, _moments(settings), time.time())})
    else:
        print(terminal.strip_controls(feed_lines.added(added)))
    return FOUND


async def _add_listed(settings: Settings, options: argparse.Namespace) -> int:
    """Add the feeds of an OPML file: a line for each, and for one that was not added on standard error."""
    try:
        data = Path(options.add).read_bytes()
        listed = read_opml(data)
    except OSError as error:
        raise OperatorError(operators.cannot_read(error)) from None
    except OpmlError as error:
        print(words.not_added(str(error)), file=sys.stderr)
        return NOT_FOUND
    async with _polls(settings) as (stored, polls):
        listings = await add_listed(polls, stored, listed, options.is_full, OPERATOR)
    refused = [(one.name, one.result) for one in listings if isinstance(one.result, str)]
    if not is_whole_opml(data):
        refused.append((options.add, words.torn(len(listed))))
    added = [listing.result for listing in listings if isinstance(listing.result, Added)]
    if options.json:
        moment, now = _moments(settings), time.time()
        feeds = [{"added": one.is_new, "feed": _object(one.feed, moment, now)} for one in added]
        print_json({"feeds": feeds, "refused": [{"item": name, "reason": reason} for name, reason in refused]})
    for one in () if options.json else added:
        print(terminal.strip_controls(feed_lines.added(one)))
    for name, reason in refused:
        print(terminal.strip_controls(words.listed_refused(name, reason)), file=sys.stderr)
    return NOT_FOUND if refused else FOUND


def _write_opml(options: argparse.Namespace, known: Sequence[Feed]) -> int:
    written = write_opml(ListedFeed(feed.address, feed.name) for feed in known)
    if options.json:
        print_json({"opml": written})
    else:
        print(written, end="")
    return FOUND


async def _poll(settings: Settings, options: argparse.Namespace) -> int:
    """Poll each feed that has not ended, whether it is due or not, and print a line for each as it is done."""
    moment, polled, is_failed = _moments(settings), list[dict[str, object]](), False
    async with _polls(settings) as (stored, polls):
        for known in await stored.all():
            if known.has_ended:
                continue
            feed = await polls.poll(known.number)
            is_failed |= feed is not None and feed.last is not None and feed.last.code in ("failed", "ended")
            if options.json:
                fields = _object(feed or known, moment, time.time())
                polled.append(fields | {"polled": feed is not None})
            else:
                line = feed_lines.last_poll(feed, moment) if feed else words.not_polled()
                _print(feed or known, line)
    if options.json:
        print_json({"feeds": polled})
    return NOT_FOUND if is_failed else FOUND


@asynccontextmanager
async def _polls(settings: Settings) -> AsyncIterator[tuple[Feeds, FeedPolls]]:
    service = SearchService(lambda: open_with_memory(settings))
    await service.open()
    try:
        yield service.feeds, FeedPolls(service, Fetcher(proxy=settings.fetch_proxy), settings.feed_minutes)
    finally:
        await service.close()


def _object(feed: Feed, moment: Moment, now: float) -> dict[str, Any]:
    """The JSON of a feed: an unknown value is null, never absent; `trouble` is silent, failing, ended or null."""
    last = feed.last
    return {
        "id": feed.number,
        "address": feed.address,
        "title": feed.title or None,
        "full_text": feed.is_full,
        "next": None if feed.has_ended else moment(feed.next_at),
        "failures": feed.failures,
        "trouble": trouble(feed, now) or None,
        "entries": last.entries if last else None,
        "left": feed.left,
        "last": {"result": last.code, "at": moment(last.at), "reason": last.reason or None, **asdict(last.counts)}
        if last
        else None,
    }


def _moments(settings: Settings) -> Moment:
    return lambda seconds: f"{datetime.fromtimestamp(seconds, settings.timezone):%Y-%m-%d %H:%M}"


def _print(feed: Feed, *fields: str) -> None:
    columns = (str(feed.number), feed.name, *fields)
    print("\t".join(terminal.strip_controls(" ".join(column.split())) for column in columns), flush=True)
