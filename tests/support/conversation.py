"""A conversation through the whole bot over real HTTP, with the Telegram of tests/bot_api."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.service.search_service import SearchService
from bot.serving.server import serve
from bot.settings import Settings
from bot.words import desk
from retrieval.article import Article
from retrieval.engine import SearchEngine
from retrieval.intake import Fetcher
from tests.bot_api.api import BotApi
from tests.bot_api.message import Message
from tests.bot_api.world import Chat, Person
from tests.support.articles import make_article
from tests.support.services import service_over

TOKEN = "123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ-abc"
EDITOR = 111
BRIDGE = make_article(
    "城北新桥今天正式通车。新桥全长一千二百米，投资三亿元，双向六车道，由城北建设公司承建。",
    "新桥的设计者陈明说，桥面可以抗八级地震，路灯由太阳能供电，夜里不用一度外来的电，这在全省还是第一次。",
    title="城北新桥通车",
    source="城北日报",
    published="2026-11-20 08:00",
    url="https://news.example.com/bridge",
)
MARKET = make_article(
    "城南菜市场下月搬到新桥以东，摊位增加一倍，停车位增加到三百个，搬迁期间旧市场照常营业。",
    title="菜市场搬迁",
    source="城南晚报",
    published="2026-11-21",
)
PUSH = (
    "/add 城西图书馆开馆\n城西日报 2026-11-22 09:30\n"
    "城西图书馆本周日正式开馆，藏书八十万册，座位两千个，每天开放到晚上十点。"
)


@dataclass
class Talk:
    api: BotApi
    reader: Person
    chat: Chat  # the reader's own with the bot
    editor: Person
    desk: Chat  # the editor's own with the bot
    printed: list[str]
    service: SearchService
    people: list[Person] = field(default_factory=list)

    async def count(self) -> int:
        return (await self.service.statistics()).articles


async def removed(talk: Talk, number: int) -> Message:
    """The editor removes an article, and confirms it; the card."""
    question = await talk.api.ask(talk.desk, talk.editor, f"/remove {number}")
    await talk.api.press(question, desk.REMOVE, talk.editor)
    return talk.api.now(question)


Start = Callable[..., "asynccontextmanager[Talk]"]


@asynccontextmanager
async def talking(
    path: Path, open_engine: Callable[..., SearchEngine], articles: Sequence[Article] = (BRIDGE, MARKET), **more: str
) -> AsyncIterator[Talk]:
    async with BotApi(TOKEN) as api, running(api, path, open_engine, articles, **more) as (service, printed):
        reader, editor = api.person("小李"), api.person("老王", id=EDITOR)
        yield Talk(api, reader, api.private(reader), editor, api.private(editor), printed, service)


@asynccontextmanager
async def running(
    api: BotApi,
    path: Path,
    open_engine: Callable[..., SearchEngine],
    articles: Sequence[Article] = (),
    fetcher: Fetcher | None = None,
    **more: str,
) -> AsyncIterator[tuple[SearchService, list[str]]]:
    """The bot as `python -m bot` starts it, but in this process."""
    settings = Settings.read(
        {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "ADMIN_IDS": str(EDITOR),
            "DATABASE_PATH": str(path),
            "TELEGRAM_BASE_URL": api.base_url,
            **more,
        }
    )
    printed: list[str] = []
    service = service_over(open_engine, first_articles=articles)
    bot = asyncio.create_task(serve(settings, service, printed.append, fetcher))
    ready = asyncio.create_task(api.ready())
    try:
        await asyncio.wait([bot, ready], return_when=asyncio.FIRST_COMPLETED)
        if bot.done():
            await bot
        await ready
        yield service, printed
    finally:
        ready.cancel()
        bot.cancel()
        with suppress(asyncio.CancelledError):
            await bot
