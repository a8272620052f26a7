"""What can an editor do? Push an article, take one down. Everybody else is told that they can't; nothing changes."""

import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from telegram import Message, Update
from telegram.constants import ChatType, ReactionEmoji
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ContextTypes

from bot import address, replies, wording
from bot.gate import Gate, Standing
from bot.inbox import Inbox, Pushed, TooBigError
from bot.markup import shown
from bot.newsroom import Newsroom
from bot.replies import Reply
from bot.sending import NO_PREVIEW, send
from retrieval.article import Article
from retrieval.engine import Outcome
from retrieval.intake import Fetcher, Refusal, read, read_link
from retrieval.store import StoreError

Context = ContextTypes.DEFAULT_TYPE
# After each article of a file: as long as one is read, a question waits for Python to be free.
_BREATH_SECONDS = 0.002
_log = logging.getLogger(__name__)
# A message has room for more, but each may take 20 seconds.
_MOST_LINKS, _LONGEST_LINKS = 10, 8_000


class Editors:
    def __init__(
        self,
        newsroom: Newsroom,
        gate: Gate,
        inbox: Inbox,
        today: Callable[[], date],
        zone: ZoneInfo,
        fetcher: Fetcher,
    ) -> None:
        self._newsroom = newsroom
        self._gate = gate
        self._inbox = inbox
        self._today = today
        self._zone = zone
        self._fetcher = fetcher

    async def add(self, update: Update, _: Context) -> None:
        """/add with a text, a file, or as a reply to what is to be stored; in private without the command too."""
        message = _message(update)
        if not await self._let_in(update, wording.NOT_AN_EDITOR):
            return
        text = message.text or message.caption or ""
        command = address.command(text, message.get_bot().username)
        try:
            # Before anything is waited for: the next part of a long text may come at once.
            pushed = await self._inbox.collect(message, command.argument if command else text)
        except TooBigError:
            await send(message, Reply(wording.TOO_BIG))
            return
        if pushed is None:
            await send(message, Reply(wording.NOTHING_TO_ADD if message.reply_to_message else wording.ADD_USAGE))
            return
        try:
            said = await self._newsroom.receipt(_key(update)) or await self._store(pushed, _key(update))
        except StoreError as error:  # a full disk, say: nothing was stored, and the editor must know why
            said = _unstored(error)
        await self._tell(message, said)

    async def more(self, update: Update, _: Context) -> None:
        """A further part of a text that Telegram's app has cut."""
        self._inbox.more(_message(update))

    async def remove(self, update: Update, _: Context) -> None:
        """/remove with the numbers of articles."""
        message = _message(update)
        if not await self._let_in(update, wording.NOT_AN_EDITOR_REMOVES):
            return
        if said := await self._newsroom.receipt(_key(update)):
            await self._tell(message, said)
            return
        command = address.command(message.text or "", message.get_bot().username)
        words = (command.argument if command else "").replace("#", " ").replace("，", " ").replace(",", " ").split()
        if not words or not all(word.isdecimal() and len(word) < 19 for word in words):
            await send(message, Reply(wording.REMOVE_USAGE))
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
        standing, message = self._gate.standing(update), _message(update)
        if standing is Standing.STRANGER:
            lines = [refusal]
            if message.chat.type == ChatType.PRIVATE and message.from_user is not None:
                lines += [f"{wording.YOUR_NUMBER}<code>{message.from_user.id}</code>", wording.TO_ASK]
            await send(message, Reply("\n".join(lines)))
        elif standing is Standing.ANONYMOUS:
            await send(message, Reply(wording.ANONYMOUS))
        elif standing is Standing.FORWARDED:
            await send(message, Reply(wording.FORWARDED_COMMAND))
        return standing is Standing.EDITOR

    async def _store(self, pushed: Pushed, key: int) -> str:
        found = await self._newsroom.read(lambda: self._read(pushed))
        articles = [self._from_channel(one, pushed) for one in found if isinstance(one, Article)]
        refusals = [one for one in found if isinstance(one, Refusal)]

        def say(outcomes: Sequence[Outcome]) -> str:
            return replies.card(outcomes, refusals, self._today())

        return await self._newsroom.add(articles, key, say)

    def _read(self, pushed: Pushed) -> list[Article | Refusal]:
        """What a push holds; one that is nothing but links is what stands behind them."""
        words = pushed.data.decode(errors="replace").split() if len(pushed.data) <= _LONGEST_LINKS else []
        if words and all(word.lower().startswith(("http://", "https://")) for word in words):
            return [one for word in words[:_MOST_LINKS] for one in read_link(word, self._fetcher)]
        found = []
        for one in read(pushed.data, pushed.name, pushed.content_type):
            found.append(one)
            time.sleep(_BREATH_SECONDS)
        return found

    def _from_channel(self, article: Article, pushed: Pushed) -> Article:
        """What the text does not say, the post does: its channel, when it was published there, and its address."""
        post = pushed.channel
        if post is None:
            return article
        published = post.date.astimezone(self._zone).strftime("%Y-%m-%d %H:%M")
        url = f"https://t.me/{post.chat.username}/{post.message_id}" if post.chat.username else None
        return replace(
            article,
            source=article.source or post.chat.title,
            published=article.published or published,
            url=article.url or url,
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


def _unstored(error: StoreError) -> str:
    _log.error("%s", error)
    return shown(wording.UNSTORED.format(reason=error))


def _key(update: Update) -> int:
    """By which an update is known again when it is delivered a second time: all of it, as numbers alone come again."""
    return int.from_bytes(hashlib.blake2b(update.to_json().encode(), digest_size=8).digest()) >> 1


def _message(update: Update) -> Message:
    assert update.message is not None, "the filters let only messages through"
    return update.message
