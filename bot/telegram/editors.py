"""Handlers of what editors do: push articles and take them down. Others get a refusal, and nothing changes."""

import hashlib
import logging
from collections.abc import Iterator, Sequence

from telegram import Message, Update
from telegram.constants import ChatType, ReactionEmoji
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ContextTypes

from bot.service.push_summary import EMPTY, PushSummary
from bot.service.pushed import Item, Pushed, with_post
from bot.service.search_service import SearchService
from bot.telegram import address, replies
from bot.telegram.editor_only import admits_editor
from bot.telegram.gate import Gate
from bot.telegram.inbox import Inbox, TooBigError
from bot.telegram.markup import shown
from bot.telegram.pacing import UNTIL_DONE
from bot.telegram.replies import Reply
from bot.telegram.sending import send, send_to
from bot.words import editors
from bot.words.language import said
from retrieval.intake import Fetcher, Refusal, read_link
from retrieval.store.errors import StoreError

Context = ContextTypes.DEFAULT_TYPE
_log = logging.getLogger(__name__)
# A message could hold more links, but each may take 20 seconds.
_MOST_LINKS, _LONGEST_LINKS = 10, 8_000


class Editors:
    def __init__(
        self,
        service: SearchService,
        gate: Gate,
        inbox: Inbox,
        fetcher: Fetcher,
    ) -> None:
        self._service = service
        self._gate = gate
        self._inbox = inbox
        self._fetcher = fetcher

    async def add(self, update: Update, _: Context) -> None:
        """/add with a text or a file, or as a reply to one; in private also without the command."""
        message = _message(update)
        if not await admits_editor(self._gate, update, said(editors.NOT_AN_EDITOR)):
            return
        text = message.text or message.caption or ""
        command = address.command(text, message.get_bot().username)
        try:
            # Nothing is awaited before this for an editor: the next part of a long text may come at once.
            async with self._inbox.collected(message, command.argument if command else text) as pushed:
                await self._push(message, pushed, _key(update))
        except TooBigError:
            await send(message, Reply(said(editors.TOO_BIG)))

    async def _push(self, message: Message, pushed: Pushed | None, key: int) -> None:
        if pushed is None:
            await send(
                message, Reply(said(editors.NOTHING_TO_ADD) if message.reply_to_message else said(editors.ADD_USAGE))
            )
            return
        try:
            card = replies.card(await self._service.receipt(key) or await self._store(pushed, key))
        except StoreError as error:  # a full disk, say: the editor must know why, and what was stored before
            card = _failure_card(error, await self._service.progress(key))
        await self._send_card(message, card)

    async def more(self, update: Update, _: Context) -> None:
        """A further part of a text that Telegram's app has cut."""
        await self._inbox.more(_message(update))

    async def remove(self, update: Update, _: Context) -> None:
        """/remove with the numbers of articles."""
        message = _message(update)
        if not await admits_editor(self._gate, update, said(editors.NOT_AN_EDITOR_REMOVES)):
            return
        if receipt := await self._service.receipt(_key(update)):
            await self._send_card(message, replies.card(receipt))
            return
        command = address.command(message.text or "", message.get_bot().username)
        words = (command.argument if command else "").replace("#", " ").replace("，", " ").replace(",", " ").split()
        if not words or not all(word.isdecimal() and len(word) < 19 for word in words):
            await send(message, Reply(said(editors.REMOVE_USAGE)))
            return
        numbers = list(dict.fromkeys(map(int, words)))
        try:
            card = replies.card(await self._service.remove(numbers, _key(update)))
        except StoreError as error:
            card = _failure_card(error)
        await self._send_card(message, card)

    async def _store(self, pushed: Pushed, key: int) -> PushSummary:
        links = _links(pushed)
        if not links:
            return await self._service.add_pushed(pushed, key)
        # Said here, because the thread that reads the items speaks no language of its own.
        items = self._linked(links, said(editors.MANY_LINKS, most=_MOST_LINKS))
        items = items if pushed.post is None else with_post(items, pushed.post)
        # A push of links is not resumed: the pages may have changed when they are fetched again.
        return await self._service.add(items, key, resumed=False)

    def _linked(self, links: Sequence[str], too_many: str) -> Iterator[Item]:
        """The articles of links, each fetched when the iterator reaches it; refusals beyond the most."""
        for link in links[:_MOST_LINKS]:
            yield from read_link(link, self._fetcher)
        for link in links[_MOST_LINKS:]:
            yield Refusal(link, too_many)

    async def _send_card(self, message: Message, card: str) -> None:
        """Send the card in private. A group gets a reaction only, or the card if the editor can't be written to."""
        if message.chat.type == ChatType.PRIVATE or message.from_user is None:
            await send(message, Reply(card), UNTIL_DONE)
            return
        try:
            await send_to(message.get_bot(), message.from_user.id, Reply(card), UNTIL_DONE)
        except (Forbidden, BadRequest):  # the editor has not pressed start
            await send(message, Reply(card), UNTIL_DONE)
            return
        try:
            await message.set_reaction(ReactionEmoji.OK_HAND_SIGN)
        except TelegramError:  # a group that allows no reactions
            await send(message, Reply("✅"))


def _failure_card(error: StoreError, stored: PushSummary = EMPTY) -> str:
    _log.error("%s", error)
    if stored.items:
        return shown(said(editors.PARTLY_STORED, counts=replies.counts(stored), reason=error))
    return shown(said(editors.UNSTORED, reason=error))


def _links(pushed: Pushed) -> list[str]:
    """The links of a push that consists of links only; an empty list for any other push."""
    words = pushed.data.decode(errors="replace").split() if len(pushed.data) <= _LONGEST_LINKS else []
    return words if all(word.lower().startswith(("http://", "https://")) for word in words) else []


def _key(update: Update) -> int:
    """The key of an update for its receipt: a digest of the whole update, because Telegram reuses numbers."""
    return int.from_bytes(hashlib.blake2b(update.to_json().encode(), digest_size=8).digest()) >> 1


def _message(update: Update) -> Message:
    assert update.message is not None, "the filters let only messages through"
    return update.message
