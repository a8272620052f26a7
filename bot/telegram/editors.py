"""Handlers of pushes: articles that editors send as text, link, forward or file. Others get a refusal."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence

from telegram import Message, Update
from telegram.constants import ChatType, ReactionEmoji
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ContextTypes

from bot.service.drafts import LARGEST, Draft
from bot.service.push_summary import EMPTY, ArticleFacts, PushSummary
from bot.service.pushed import Item, Pushed, with_post
from bot.service.search_service import SearchService
from bot.telegram import address, cards
from bot.telegram.batches import Batch, Batches
from bot.telegram.editor_only import admits_editor
from bot.telegram.gate import Gate, actor
from bot.telegram.inbox import Inbox, NoPushError, is_bare_text
from bot.telegram.markup import shown
from bot.telegram.pacing import UNTIL_DONE
from bot.telegram.replies import Button, Reply, Rows
from bot.telegram.sending import send, send_to
from bot.words import desk, editors
from bot.words.language import said
from retrieval.article import Article
from retrieval.change import Actor, Change
from retrieval.engine import Outcome
from retrieval.intake import Fetcher, Lines, Refusal, read_link
from retrieval.store.errors import StoreError

Context = ContextTypes.DEFAULT_TYPE
_log = logging.getLogger(__name__)
# A message could hold more links, but each may take 20 seconds.
_MOST_LINKS, _LONGEST_LINKS = 10, 8_000
# Articles whose facts /check shows.
_MOST_CHECKED = 5


class Editors:
    def __init__(
        self,
        service: SearchService,
        gate: Gate,
        inbox: Inbox,
        fetcher: Fetcher,
        batches: Batches,
    ) -> None:
        self._service = service
        self._gate = gate
        self._inbox = inbox
        self._fetcher = fetcher
        self._batches = batches

    async def add(self, update: Update, _: Context, *, is_certain: bool = False) -> None:
        """/add with a text or a file, or as a reply to one; in private also without the command.

        In private, /add alone opens a batch, and a text that names neither source nor time may be a question: the
        editor is asked, unless it `is_certain` to be an article.
        """
        message = message_of(update)
        if not await admits_editor(self._gate, update, said(editors.NOT_AN_EDITOR)):
            return
        text = message.text or message.caption or ""
        command = address.command(text, message.get_bot().username)
        is_certain = is_certain or command is not None or self._batches.is_open(message.chat.id)
        is_bare = not is_certain and is_bare_text(message)
        try:
            # Nothing is awaited before this for an editor: the next part of a long text may come at once.
            async with self._inbox.collected(message, command.argument if command else text) as pushed:
                if pushed is None:
                    await self._nothing(message, update)
                elif is_bare and not await asyncio.to_thread(_has_header, pushed):
                    await self._ask(message, pushed)
                else:
                    await self._push(message, pushed, key_of(update))
        except NoPushError as error:
            await send(message, Reply(said(error.sentence)))

    async def check(self, update: Update, _: Context) -> None:
        """/check, used as /add: the card of what would be stored, without storing it."""
        message = message_of(update)
        if not await admits_editor(self._gate, update, said(desk.ONLY_EDITORS)):
            return
        command = address.command(message.text or message.caption or "", message.get_bot().username)
        try:
            async with self._inbox.collected(message, command.argument if command else "") as pushed:
                reply = Reply(said(editors.CHECK_USAGE)) if pushed is None else await self._checked(message, pushed)
        except NoPushError as error:
            reply = Reply(said(error.sentence))
        await send(message, reply)

    async def _checked(self, message: Message, pushed: Pushed) -> Reply:
        """What a push would store, with a button that stores it."""
        summary, facts = await asyncio.to_thread(_read, pushed, self._linked)
        buttons: Rows = ()
        if summary.articles and len(pushed.data) <= LARGEST:
            draft = await self._service.changes.keep_draft(Draft(_person(message), pushed))
            buttons = ((Button(said(editors.STORE), f"y:{draft:x}"),),)
        refusals = [cards.refusals(summary)] if summary.refused else []
        return Reply("\n\n".join([said(editors.CHECKED), *facts, *refusals]), buttons)

    async def done(self, update: Update, _: Context) -> None:
        """/done ends the batch that /add has opened."""
        message = message_of(update)
        if not await admits_editor(self._gate, update, said(desk.ONLY_EDITORS)):
            return
        batch = self._batches.close(message.chat.id)
        if batch is None:
            await send(message, Reply(said(editors.BATCH_NOT_OPEN)))
        else:
            await self._batches.end(batch, message)

    async def more(self, update: Update, _: Context) -> None:
        """A further part of a text that Telegram's app has cut."""
        await self._inbox.more(message_of(update))

    async def push_draft(self, message: Message, draft: Draft, key: int, by: Actor) -> None:
        """Store a draft that an editor has confirmed; the card comes below its question."""
        if (pushed := draft.pushed) is None:
            return
        change, batch = Change(by, key=key, is_confirmed=draft.is_removed), Batch(key)
        batch.keep = self._keeping(draft.person, pushed)
        summary = await self._stored(message, batch, key, lambda: self.store(pushed, key, change))
        if message.reply_to_message is not None:
            await self.note(message.reply_to_message, pushed, summary)

    def _keeping(self, person: int, pushed: Pushed) -> Callable[[], Awaitable[int]]:
        """Keep a push that holds removed articles, until the editor confirms it."""
        return lambda: self._service.changes.keep_draft(Draft(person, pushed, is_removed=True))

    async def note(self, message: Message, pushed: Pushed, summary: PushSummary | None) -> None:
        """Remember which article a message has brought, for its edits and for replies to it."""
        if summary is not None and summary.articles == 1 and summary.last is not None:
            is_whole = pushed.is_own_text and pushed.parts == 1 and not _links(pushed)
            await self._service.changes.note_pushed(place_of(message), summary.last.number, is_whole=is_whole)

    async def _nothing(self, message: Message, update: Update) -> None:
        """/add alone opens a batch in private."""
        if message.reply_to_message is not None:
            await send(message, Reply(said(editors.NOTHING_TO_ADD)))
        elif message.chat.type == ChatType.PRIVATE:
            is_open = self._batches.is_open(message.chat.id)
            if not is_open:
                self._batches.open(message.chat.id, key_of(update))
            await send(message, Reply(said(editors.BATCH_STILL_OPEN if is_open else editors.BATCH_OPEN)))
        else:
            await send(message, Reply(said(editors.ADD_USAGE)))

    async def _ask(self, message: Message, pushed: Pushed) -> None:
        """Ask whether a text is an article or a question."""
        place = place_of(message) if pushed.parts == 1 else 0
        try:
            draft = await self._service.changes.keep_draft(Draft(_person(message), pushed, place=place))
        except StoreError as error:
            await send(message, Reply(failure(error)))
            return
        buttons = (Button(said(editors.STORE), f"y:{draft:x}"), Button(said(editors.ASK), f"q:{draft:x}"))
        await send(message, Reply(said(editors.ARTICLE_OR_QUESTION), (buttons,)), is_quoted=True)

    async def _push(self, message: Message, pushed: Pushed, key: int) -> None:
        """Store a push, and show it on the card of its batch; in a group the editor gets a card in private."""
        is_private = message.chat.type == ChatType.PRIVATE
        batch = self._batches.joined(message.chat.id, key) if is_private else Batch(key)
        change = Change(actor(message), key=batch.change)
        if len(pushed.data) <= LARGEST:
            batch.keep = self._keeping(_person(message), pushed)
        summary = await self._stored(message, batch, key, lambda: self.store(pushed, key, change))
        await self.note(message, pushed, summary)

    async def _stored(
        self, message: Message, batch: Batch, key: int, store: Callable[[], Awaitable[PushSummary]]
    ) -> PushSummary | None:
        """Store, and show the card; None after a failure, which is said."""
        is_private = message.chat.type == ChatType.PRIVATE
        try:
            receipt = await self._service.receipt(key)
            if isinstance(receipt, str):  # a card of a version before 0.2
                await send(message, Reply(receipt), UNTIL_DONE)
                return None
            if isinstance(receipt, PushSummary):
                summary = receipt
            elif is_private:
                async with self._batches.working(batch, key, message, lambda: self._service.progress(key)):
                    summary = await store()
            else:
                summary = await store()
        except StoreError as error:  # a full disk, say: the editor must know why, and what was stored before
            await send(message, Reply(failure(error, await self._service.progress(key))), UNTIL_DONE)
            return None
        if summary.withheld and batch.keep is not None:
            batch.draft = await batch.keep()
        if is_private:
            await self._batches.finish(batch, summary, message)
        else:
            draft = batch.draft if summary.items == summary.withheld == 1 else None
            await self._send_card(message, cards.push(summary, batch.change, draft=draft))
        return summary

    async def store(self, pushed: Pushed, key: int, change: Change) -> PushSummary:
        """Store a push; links are fetched. Raises StoreError."""
        links = _links(pushed)
        if not links:
            return await self._service.add_pushed(pushed, key, change)
        # Said here, because the thread that reads the items speaks no language of its own.
        items = self._linked(links, said(editors.MANY_LINKS, most=_MOST_LINKS))
        items = items if pushed.post is None else with_post(items, pushed.post)
        # A push of links is not resumed: the pages may have changed when they are fetched again.
        return await self._service.add(items, key, change, resumed=False)

    def _linked(self, links: Sequence[str], too_many: str) -> Iterator[Item]:
        """The articles of links, each fetched when the iterator reaches it; refusals beyond the most."""
        for link in links[:_MOST_LINKS]:
            yield from read_link(link, self._fetcher)
        for link in links[_MOST_LINKS:]:
            yield Refusal(link, too_many)

    async def _send_card(self, message: Message, card: Reply) -> None:
        """A group gets a reaction only, and the editor the card in private; in the group if that is not possible."""
        if message.from_user is None:
            return
        try:
            await send_to(message.get_bot(), message.from_user.id, card, UNTIL_DONE)
        except (Forbidden, BadRequest):  # the editor has not pressed start
            await send(message, card, UNTIL_DONE)
            return
        try:
            await message.set_reaction(ReactionEmoji.OK_HAND_SIGN)
        except TelegramError:  # a group that allows no reactions
            await send(message, Reply("✅"))


def failure(error: StoreError, stored: PushSummary = EMPTY) -> str:
    """HTML about a change that was not made, or not whole."""
    _log.error("%s", error)
    if stored.items:
        return shown(said(editors.PARTLY_STORED, counts=cards.counts(stored), reason=error))
    return shown(said(editors.UNSTORED, reason=error))


def _links(pushed: Pushed) -> list[str]:
    """The links of a push that consists of links only; an empty list for any other push."""
    words = pushed.data.decode(errors="replace").split() if len(pushed.data) <= _LONGEST_LINKS else []
    return words if all(word.lower().startswith(("http://", "https://")) for word in words) else []


def key_of(update: Update) -> int:
    """The key of an update for its receipt: a digest of the whole update, because Telegram reuses numbers."""
    return int.from_bytes(hashlib.blake2b(update.to_json().encode(), digest_size=8).digest()) >> 1


def message_of(update: Update) -> Message:
    assert update.message is not None, "the filters let only messages through"
    return update.message


def place_of(message: Message) -> int:
    """A key of the chat and the number of a message."""
    digest = hashlib.blake2b(f"{message.chat.id}:{message.message_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def _person(message: Message) -> int:
    return message.from_user.id if message.from_user else 0


def _has_header(pushed: Pushed) -> bool:
    """Whether a text reads as an article: it names its source, its author or its time."""
    first = next(pushed.items(), None)
    return isinstance(first, Article) and any((first.source, first.author, first.published))


def _read(pushed: Pushed, linked: Callable[[Sequence[str], str], Iterator[Item]]) -> tuple[PushSummary, list[str]]:
    """What a push would store, with HTML about its first articles; nothing is stored."""
    links = _links(pushed)
    items = linked(links, "") if links else pushed.items()
    summary, facts = EMPTY, list[str]()
    for item in items:
        for piece in item.read() if isinstance(item, Lines) else [item]:
            if isinstance(piece, Article):
                outcome = Outcome(0, "added", piece)
                summary = summary.plus([outcome])
                if len(facts) < _MOST_CHECKED:
                    facts.append("\n".join(cards.facts(ArticleFacts.of(outcome))))
            else:
                summary = summary.plus([piece])
    if summary.articles > len(facts):
        facts.append(editors.and_more(summary.articles - len(facts)))
    return summary, facts
