"""What can an editor do? Push an article, take one down. Everybody else is told that they can't; nothing changes."""

import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, islice
from zoneinfo import ZoneInfo

from telegram import Message, MessageOriginChannel, Update
from telegram.constants import ChatType, ReactionEmoji
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ContextTypes

from bot.service.pushes import Item
from bot.service.search_service import SearchService
from bot.service.tally import NOTHING, Tally
from bot.telegram import address, replies
from bot.telegram.gate import Gate, Role
from bot.telegram.inbox import Inbox, Pushed, TooBigError
from bot.telegram.markup import shown
from bot.telegram.replies import Reply
from bot.telegram.sending import NO_PREVIEW, send
from bot.words import editors
from retrieval.article import Article
from retrieval.intake import Fetcher, File, Lines, Refusal, read_in_pieces, read_link
from retrieval.store.errors import StoreError

Context = ContextTypes.DEFAULT_TYPE
# After each article of a file: as long as one is read, a question waits for Python to be free.
_BREATH_SECONDS = 0.002
_log = logging.getLogger(__name__)
# A message has room for more, but each may take 20 seconds.
_MOST_LINKS, _LONGEST_LINKS = 10, 8_000
# Bytes of a push that is large, of which two are read at a time.
_LARGE = 500_000


class Editors:
    def __init__(
        self,
        service: SearchService,
        gate: Gate,
        inbox: Inbox,
        today: Callable[[], date],
        zone: ZoneInfo,
        fetcher: Fetcher,
    ) -> None:
        self._newsroom = service
        self._gate = gate
        self._inbox = inbox
        self._today = today
        self._zone = zone
        self._fetcher = fetcher

    async def add(self, update: Update, _: Context) -> None:
        """/add with a text, a file, or as a reply to what is to be stored; in private without the command too."""
        message = _message(update)
        if not await self._let_in(update, editors.NOT_AN_EDITOR):
            return
        text = message.text or message.caption or ""
        command = address.command(text, message.get_bot().username)
        try:
            # Before anything is waited for: the next part of a long text may come at once.
            async with self._inbox.collected(message, command.argument if command else text) as pushed:
                await self._push(message, pushed, _key(update))
        except TooBigError:
            await send(message, Reply(editors.TOO_BIG))

    async def _push(self, message: Message, pushed: Pushed | None, key: int) -> None:
        if pushed is None:
            await send(message, Reply(editors.NOTHING_TO_ADD if message.reply_to_message else editors.ADD_USAGE))
            return
        try:
            said = await self._newsroom.receipt(key) or await self._store(pushed, key)
        except StoreError as error:  # a full disk, say: the editor must know why, and what was stored before
            said = _unstored(error, await self._newsroom.progress(key))
        await self._tell(message, said)

    async def more(self, update: Update, _: Context) -> None:
        """A further part of a text that Telegram's app has cut."""
        await self._inbox.more(_message(update))

    async def remove(self, update: Update, _: Context) -> None:
        """/remove with the numbers of articles."""
        message = _message(update)
        if not await self._let_in(update, editors.NOT_AN_EDITOR_REMOVES):
            return
        if said := await self._newsroom.receipt(_key(update)):
            await self._tell(message, said)
            return
        command = address.command(message.text or "", message.get_bot().username)
        words = (command.argument if command else "").replace("#", " ").replace("，", " ").replace(",", " ").split()
        if not words or not all(word.isdecimal() and len(word) < 19 for word in words):
            await send(message, Reply(editors.REMOVE_USAGE))
            return
        numbers = list(dict.fromkeys(map(int, words)))
        there = {number: await self._newsroom.article(number) for number in numbers}

        def say(gone: list[int]) -> str:
            articles = [article for number in gone if (article := there[number])]
            return replies.removed(articles, [number for number in numbers if number not in gone])

        try:
            told = await self._newsroom.remove(numbers, _key(update), say)
        except StoreError as error:
            told = _unstored(error)
        await self._tell(message, told)

    async def _let_in(self, update: Update, refusal: str) -> bool:
        """The gate. Who does not pass is told so, strangers with their number, but that in private only."""
        role, message = self._gate.role(update), _message(update)
        if role is Role.STRANGER:
            lines = [refusal]
            if message.chat.type == ChatType.PRIVATE and message.from_user is not None:
                lines += [f"{editors.YOUR_NUMBER}<code>{message.from_user.id}</code>", editors.TO_ASK]
            await send(message, Reply("\n".join(lines)))
        elif role is Role.ANONYMOUS:
            await send(message, Reply(editors.ANONYMOUS))
        elif role is Role.FORWARDED:
            await send(message, Reply(editors.FORWARDED_COMMAND))
        return role is Role.EDITOR

    async def _store(self, pushed: Pushed, key: int) -> str:
        links = _links(pushed)
        found = self._linked(links) if links else self._read(pushed)
        if pushed.channel is not None:
            found = self._from_channel(found, pushed.channel)

        def say(done: Tally) -> str:
            return replies.card(done, self._today())

        # What stands behind a link may have changed when it is read again.
        return await self._newsroom.add(found, key, say, large=_is_large(pushed), resumed=not links)

    def _linked(self, links: Sequence[str]) -> Iterator[Item]:
        """What stands behind links; read when it is asked for."""
        for link in links[:_MOST_LINKS]:
            yield from read_link(link, self._fetcher)
        for link in links[_MOST_LINKS:]:
            yield Refusal(link, editors.MANY_LINKS.format(most=_MOST_LINKS))

    def _read(self, pushed: Pushed) -> Iterator[Item]:
        """What a push holds, read when it is asked for; lines of JSON are left to be read in other processes."""
        for piece in read_in_pieces(pushed.data, pushed.name, pushed.content_type):
            found: Iterable[Item]
            # What a channel's post says is put into each article here.
            if isinstance(piece, File) or (isinstance(piece, Lines) and pushed.channel is not None):
                found = piece.read()
            else:
                found = [piece]
            for one in found:
                yield one
                time.sleep(_BREATH_SECONDS)

    def _from_channel(self, found: Iterator[Item], post: MessageOriginChannel) -> Iterator[Item]:
        """What an article does not say, the post does: its channel, when it was published there, and its address."""
        published = post.date.astimezone(self._zone).strftime("%Y-%m-%d %H:%M")
        first = list(islice(found, 2))
        # Several articles with one address would replace each other.
        alone = len(first) == 1 and post.chat.username
        url = f"https://t.me/{post.chat.username}/{post.message_id}" if alone else None
        for one in chain(first, found):
            yield (
                replace(
                    one,
                    source=one.source or post.chat.title,
                    published=one.published or published,
                    url=one.url or url,
                )
                if isinstance(one, Article)
                else one
            )

    async def _tell(self, message: Message, card: str) -> None:
        """The card, in private; a group sees only a sign that it was done, unless the editor can't be written to."""
        if message.chat.type == ChatType.PRIVATE or message.from_user is None:
            await send(message, Reply(card))
            return
        bot = message.get_bot()
        try:
            await bot.send_message(message.from_user.id, card, parse_mode="HTML", link_preview_options=NO_PREVIEW)
        except (Forbidden, BadRequest):  # the editor has not pressed start
            await send(message, Reply(card))
            return
        try:
            await message.set_reaction(ReactionEmoji.OK_HAND_SIGN)
        except TelegramError:  # a group that allows no reactions
            await send(message, Reply("✅"))


def _unstored(error: StoreError, before: Tally = NOTHING) -> str:
    _log.error("%s", error)
    if before.items:
        return shown(editors.PARTLY_STORED.format(counts=replies.counts(before), reason=error))
    return shown(editors.UNSTORED.format(reason=error))


def _links(pushed: Pushed) -> list[str]:
    """The links of a push that is nothing but links; none of any other."""
    words = pushed.data.decode(errors="replace").split() if len(pushed.data) <= _LONGEST_LINKS else []
    return words if all(word.lower().startswith(("http://", "https://")) for word in words) else []


def _is_large(pushed: Pushed) -> bool:
    """Whether it may hold more than a few articles' text; a ZIP may hold far more than it is large."""
    return len(pushed.data) > _LARGE or pushed.data.startswith(b"PK")


def _key(update: Update) -> int:
    """By which an update is known again when it is delivered a second time: all of it, as numbers alone come again."""
    return int.from_bytes(hashlib.blake2b(update.to_json().encode(), digest_size=8).digest()) >> 1


def _message(update: Update) -> Message:
    assert update.message is not None, "the filters let only messages through"
    return update.message
