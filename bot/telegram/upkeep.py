"""Handlers of what editors look at: the articles that were stored last, and the figures of the day."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from bot.service.feed import Feed, Trouble
from bot.service.search_service import SearchService
from bot.service.tally import Tally
from bot.telegram import replies
from bot.telegram.gate import Gate
from bot.telegram.markup import line, shown
from bot.telegram.replies import Reply
from bot.telegram.sending import send
from bot.words import answers, upkeep
from bot.words.language import said
from retrieval.catalogue import Stored

Context = ContextTypes.DEFAULT_TYPE
_RECENT = 10
_LONGEST_TITLE, _LONGEST_SOURCE = 80, 40


class Upkeep:
    def __init__(self, service: SearchService, gate: Gate, tally: Tally, zone: ZoneInfo) -> None:
        """`zone` is that of the operator, in which moments are shown."""
        self._service, self._gate, self._tally, self._zone = service, gate, tally, zone

    async def recent(self, update: Update, _: Context) -> None:
        """/recent, of an editor in private: the articles that were stored last, by any editor or process."""
        message = _message(update)
        if not self._gate.may_edit(update):
            await send(message, Reply(said(upkeep.NOT_AN_EDITOR)))
        elif message.chat.type != ChatType.PRIVATE:
            await send(message, Reply(said(upkeep.RECENT_IN_PRIVATE)))
        elif stored := await self._service.recent(_RECENT):
            entries = [entry for article in stored for entry in self._entry(article)]
            await send(message, Reply("\n".join([shown(upkeep.recent(len(stored))), *entries])))
        else:
            await send(message, Reply(said(upkeep.NOTHING_STORED)))

    async def statistics(self, update: Update, _: Context) -> None:
        """/stats: how much is stored; in private, editors also learn how the bot does."""
        message, totals = _message(update), await self._service.statistics()
        is_private = message.chat.type == ChatType.PRIVATE
        further = await self._figures() if is_private and self._gate.may_edit(update) else []
        await send(message, replies.statistics(totals, self._today(), further))

    async def _figures(self) -> list[str]:
        """Lines for editors; what else the bot knows of its own work gets a line of its own here."""
        today = self._tally.today()
        return [
            upkeep.asked_today(today.questions, today.unanswered, today.seconds),
            *([upkeep.since_start(today.since)] if today.since else []),
            upkeep.open_questions(await self._service.gaps.count(), len(self._service.waits.open())),
            *self._troubled(await self._service.feeds.all()),
        ]

    def _troubled(self, feeds: Sequence[Feed]) -> list[str]:
        """The feeds that are silent, fail or have ended, in one line."""
        names = [line(feed.name, _LONGEST_SOURCE) for feed in feeds if feed.told is not Trouble.NONE]
        return [upkeep.troubled_feeds(names)] if names else []

    def _entry(self, article: Stored) -> list[str]:
        source = line(article.source, _LONGEST_SOURCE) if article.source else said(answers.NO_SOURCE)
        added = datetime.fromisoformat(article.added).astimezone(self._zone).strftime("%Y-%m-%d %H:%M")
        return [
            "",
            f"#{article.id}《{line(article.title, _LONGEST_TITLE)}》",
            f"　{source} · {upkeep.stored(added, self._today())}",
        ]

    def _today(self) -> date:
        return datetime.now(self._zone).date()


def _message(update: Update) -> Message:
    assert update.message is not None, "the filters let only messages through"
    return update.message
