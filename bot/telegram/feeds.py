"""Handlers of feeds: editors list, add and remove them in private, one or a file of them; owners hear of trouble."""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from telegram import Bot, Message, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.service import feed_lines
from bot.service.feed import Feed
from bot.service.feed_list import add_listed
from bot.service.feed_poll import FeedError, FeedPolls
from bot.service.search_service import SearchService
from bot.telegram import address
from bot.telegram.editor_only import admits_editor
from bot.telegram.gate import Gate, actor
from bot.telegram.inbox import Inbox, NoPushError
from bot.telegram.markup import link, shown
from bot.telegram.pacing import UNTIL_DONE
from bot.telegram.replies import Reply
from bot.telegram.sending import send, send_to
from bot.words import days, editors, feeds
from bot.words.language import said
from retrieval.intake import OpmlError, is_whole_opml, read_opml
from retrieval.store.errors import StoreError

Context = ContextTypes.DEFAULT_TYPE
_log = logging.getLogger(__name__)
# Feeds of one message, each a line of a title and one of at most so many units.
_AT_ONCE, _LONGEST_STATE = 10, 300
# Lines of one message about a list of feeds, each of at most so many units too.
_LINES_AT_ONCE = 12


class FeedHandlers:
    def __init__(
        self,
        service: SearchService,
        gate: Gate,
        polls: FeedPolls,
        zone: ZoneInfo,
        today: Callable[[], date],
        inbox: Inbox,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`zone` is that of the operator, in which moments are shown."""
        self._service, self._gate, self._polls = service, gate, polls
        self._zone, self._today, self._inbox, self._clock = zone, today, inbox, clock

    async def list(self, update: Update, _: Context) -> None:
        """/feeds: all feeds, with what their last poll came to."""
        message = _message(update)
        if not await self._admits(update):
            return
        known = await self._service.feeds.all()
        if not known:
            await send(message, Reply(said(feeds.NONE)))
            return
        lines = [self._line(feed) for feed in known]
        for start in range(0, len(known), _AT_ONCE):
            head = [feeds.count(len(known))] if start == 0 else []
            tail = [said(feeds.HOW)] if start + _AT_ONCE >= len(known) else []
            await send(message, Reply("\n".join([*head, *lines[start : start + _AT_ONCE], *tail])))

    async def add(self, update: Update, _: Context) -> None:
        """/feed_add with an address, and whether the pages of the entries are read."""
        message = _message(update)
        if not await self._admits(update):
            return
        words = _argument(message).split()
        is_full = feeds.MODES.get(words[1].lower()) if len(words) == 2 else None
        if not words or len(words) > 2 or (len(words) == 2 and is_full is None):
            await send(message, Reply(said(feeds.ADD_USAGE)))
            return
        try:
            answer = feed_lines.added(await self._polls.add(words[0], is_full, actor(message)))
        except FeedError as error:
            answer = feeds.not_added(str(error))
        except StoreError as error:
            _log.error("%s", error)
            answer = said(editors.UNSTORED, reason=error)
        await send(message, Reply(shown(answer)), UNTIL_DONE)

    async def add_list(self, update: Update, _: Context) -> None:
        """An .opml file, whose caption may say whether the pages of the entries are read: all of its feeds."""
        message = _message(update)
        if not await self._admits(update):
            return
        words = (message.caption or "").lower().split()
        is_full = next((feeds.MODES[word] for word in words if word in feeds.MODES), None)
        try:
            async with self._inbox.collected(message, "") as pushed:
                data = pushed.data if pushed else b""
            listed = read_opml(data)
            sentences = [feeds.adding(len(listed)), *([] if is_whole_opml(data) else [feeds.torn(len(listed))])]
            await send(message, Reply("\n".join(sentences)))
            listings = await add_listed(self._polls, self._service.feeds, listed, is_full, actor(message))
        except (NoPushError, OpmlError, StoreError) as error:
            await send(message, Reply(shown(feeds.not_added(_sentence(error)))), UNTIL_DONE)
            return
        lines = [feed_lines.of_listing(listing) for listing in listings]
        for start in range(0, len(lines), _LINES_AT_ONCE):
            head = [feed_lines.of_list(listings)] if start == 0 else []
            part = [shown(line, _LONGEST_STATE) for line in lines[start : start + _LINES_AT_ONCE]]
            await send(message, Reply("\n".join([*head, *part])), UNTIL_DONE)

    async def remove(self, update: Update, _: Context) -> None:
        """/feed_remove with the number of a feed."""
        message = _message(update)
        if not await self._admits(update):
            return
        number = _argument(message).removeprefix("#")
        if not number.isdecimal() or len(number) > 15:
            await send(message, Reply(said(feeds.REMOVE_USAGE)))
            return
        try:
            gone = await self._service.feeds.remove(int(number), actor(message))
            answer = feeds.removed(feed_lines.name(gone)) if gone else feeds.no_such_feed(int(number))
        except StoreError as error:
            _log.error("%s", error)
            answer = said(editors.UNSTORED, reason=error)
        await send(message, Reply(shown(answer)))

    async def _admits(self, update: Update) -> bool:
        """Whether an editor writes in private; anybody else is told why not."""
        if not await admits_editor(self._gate, update, said(feeds.NOT_AN_EDITOR)):
            return False
        message = _message(update)
        if message.chat.type != ChatType.PRIVATE:
            await send(message, Reply(said(feeds.IN_PRIVATE)))
            return False
        return True

    def _line(self, feed: Feed) -> str:
        title = link(feed.address, feed.title or feed.address)
        return f"#{feed.number} {title}\n{shown(feed_lines.state(feed, self._moment, self._clock()), _LONGEST_STATE)}"

    def _moment(self, seconds: int) -> str:
        return days.moment(f"{datetime.fromtimestamp(seconds, self._zone):%Y-%m-%d %H:%M}", self._today())


async def tell_owners(bot: Bot, gate: Gate, sentence: str) -> None:
    """Send a sentence to each owner; one who can't be written to is left out."""
    await tell_each(bot, gate, Reply(shown(sentence)))


async def tell_each(bot: Bot, gate: Gate, reply: Reply) -> None:
    """Send a reply to each owner; one who can't be written to is left out."""

    async def tell(owner: int) -> None:
        try:
            await send_to(bot, owner, reply, UNTIL_DONE)
        except TelegramError as error:  # the owner has blocked the bot, or has not pressed start
            _log.info("没能告知管理者 %s：%s", owner, error.message)

    await asyncio.gather(*map(tell, gate.owners()))


def is_list(message: Message) -> bool:
    """Whether a message brings a list of feeds: an .opml file, whatever its caption says."""
    name = message.document.file_name if message.document is not None else None
    return name is not None and name.lower().endswith(".opml")


def _sentence(error: Exception) -> str:
    if isinstance(error, NoPushError):
        return said(error.sentence)
    if isinstance(error, StoreError):
        _log.error("%s", error)
    return str(error)


def _argument(message: Message) -> str:
    command = address.command(message.text or "", message.get_bot().username)
    return command.argument if command else ""


def _message(update: Update) -> Message:
    assert update.message is not None, "the filters let only messages through"
    return update.message
