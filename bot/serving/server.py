"""The serving bot from start to stop: connection, polling or webhook, menu, notices for the operator."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.service.feed_poll import FeedPolls
from bot.service.fellows import Fellows
from bot.service.owner_link import LINK_MINUTES
from bot.service.search_service import SearchService
from bot.service.sharing import ALONE
from bot.serving import webhook
from bot.serving.feeds import FeedWatch
from bot.serving.log import notice_when_long
from bot.serving.polling import Link, Polling, UnusableError, reason
from bot.serving.updates import ALLOWED, Updates
from bot.settings import Settings
from bot.telegram.application import App, build
from bot.telegram.feeds import tell_owners
from bot.telegram.gate import Gate
from bot.telegram.menus import Menus
from bot.words import operators
from retrieval.intake import Fetcher
from retrieval.store.errors import StoreError

# How long a stop waits for updates that are being handled.
_FINISHING_SECONDS = 15.0
_LONGEST_PAUSE_SECONDS = 30.0
# Between two looks for the updates of a process that was killed.
_TAKING_OVER_SECONDS = 60.0
_log = logging.getLogger(__name__)
_T = TypeVar("_T")


async def serve(
    settings: Settings, service: SearchService, say: Callable[[str], None], fetcher: Fetcher | None = None
) -> None:
    """Serve until SIGINT or SIGTERM. Raises StoreError, and UnusableError when Telegram refuses the bot.

    Args:
        say: shows a sentence to the operator.
    """
    with notice_when_long(operators.PREPARING, say):
        await service.open(settings.admin_ids)
    serving = asyncio.create_task(_serve(settings, service, say, fetcher or Fetcher(proxy=settings.fetch_proxy)))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, serving.cancel)
    try:
        await serving
    except asyncio.CancelledError:
        _log.info(operators.STOPPED)
    finally:
        await service.close()


async def _serve(settings: Settings, service: SearchService, say: Callable[[str], None], fetcher: Fetcher) -> None:
    polls = FeedPolls(service, fetcher, settings.feed_minutes)
    (application, watch), link = build(settings, service, fetcher, polls), Link()
    # Telegram lets one process poll, and delivers nothing twice at once.
    updates = Updates(application, service.pending, service.fellows if settings.webhook_url else Fellows(ALONE))
    try:
        await _insist(application.initialize, link)
        bot = application.bot
        articles = (await service.statistics()).articles
        way = operators.WEBHOOK if settings.webhook_url else operators.POLLING
        say(operators.CONNECTED.format(username=bot.username, way=way, articles=articles))
        if bot.can_read_all_group_messages:
            say(operators.PRIVACY_OFF)
        if not service.staff.has_owner():
            say(operators.no_owner(service.staff.link.address(bot.username), LINK_MINUTES))
        await _begin_pending(service, updates)
        gate = Gate(service.staff)
        feeds = FeedWatch(service, polls, partial(tell_owners, bot, gate))
        menu = asyncio.create_task(Menus(gate).set_all(bot))
        watching = [asyncio.create_task(feeds.run()), asyncio.create_task(watch.run(bot))]
        if service.is_shared:
            watching.append(asyncio.create_task(_look_for_pending(service, updates)))
        try:
            if settings.webhook_url:
                await _by_webhook(settings, application, updates, link)
            else:
                await _by_polling(application, updates, link)
        finally:
            menu.cancel()
            for task in watching:
                task.cancel()
            await asyncio.wait(watching)
    finally:
        # Before the service closes: an update that fails on a closed file would count as done.
        await updates.finish(0)
        await application.shutdown()


async def _begin_pending(service: SearchService, updates: Updates) -> None:
    """Begin the updates that a process has left behind. Raises StoreError."""
    for raw in await service.pending.take():
        updates.begin(raw, stored=True)


async def _look_for_pending(service: SearchService, updates: Updates) -> None:
    """Begin what other processes leave behind while this one serves, until cancelled."""
    while True:
        await asyncio.sleep(_TAKING_OVER_SECONDS)
        try:
            await _begin_pending(service, updates)
        except StoreError as error:
            _log.warning("%s", error)


async def _by_polling(application: App, updates: Updates, link: Link) -> None:
    polling = Polling(application.bot, updates, link)
    await _insist(application.bot.delete_webhook, link)
    try:
        await polling.run()
    except asyncio.CancelledError:
        await updates.finish(_FINISHING_SECONDS)
        await polling.confirm()
        raise


async def _by_webhook(settings: Settings, application: App, updates: Updates, link: Link) -> None:
    assert settings.webhook_url is not None
    assert settings.webhook_secret is not None
    address, port = settings.webhook_listen, settings.webhook_port
    path = urlsplit(settings.webhook_url).path or "/"
    try:
        server = webhook.listen(updates, settings.webhook_secret, address, port, path)
    except OSError as error:
        why = error.strerror or str(error)
        raise UnusableError(operators.PORT_TAKEN.format(listen=address, port=port, reason=why)) from error
    try:
        await _insist(
            lambda: application.bot.set_webhook(
                settings.webhook_url or "", allowed_updates=ALLOWED, secret_token=settings.webhook_secret
            ),
            link,
        )
        await asyncio.Event().wait()
    finally:
        server.stop()
        await updates.finish(_FINISHING_SECONDS)
        await server.close_all_connections()


async def _insist(action: Callable[[], Awaitable[_T]], link: Link) -> _T:
    """Call until Telegram is reached. Raises UnusableError when Telegram refuses."""
    pause = 1.0
    while True:
        try:
            answer = await action()
        except InvalidToken:
            raise UnusableError(operators.WRONG_TOKEN) from None
        except (NetworkError, RetryAfter, TimedOut) as error:
            if type(error).__name__ == "BadRequest":  # an answer, although a NetworkError to the library
                raise UnusableError(operators.REFUSED.format(reason=error.message)) from None
            link.lost(error)
        except TelegramError as error:
            raise UnusableError(operators.REFUSED.format(reason=reason(error))) from None
        else:
            link.works()
            return answer
        await asyncio.sleep(pause)
        pause = min(_LONGEST_PAUSE_SECONDS, pause * 1.5)
