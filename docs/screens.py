"""Pictures of the bot in Telegram: conversations with the real bot, drawn to docs/screens/*.png.

    python -m docs.screens

The bot is `bot.serving.serve` over real HTTP, Telegram the tests' server, the articles the project's first one and some
written for this. Chromium draws docs/chat.py's pages. A tool of the documentation, no part of the product.
"""

import asyncio
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from bot.service.feed import Counts, Feed, LastPoll, Trouble
from bot.service.file_storage import file_memory
from bot.service.search_service import SearchService
from bot.serving.server import serve
from bot.settings import Settings
from bot.words import desk as words_of_desk
from bot.words import editors, readers
from docs.chat import WIDTH, Screen, page
from retrieval.article import Article
from retrieval.embedded import EmbeddedArchive
from retrieval.engine import SearchEngine
from retrieval.intake import read
from retrieval.text.analyzer import Analyzer
from tests.bot_api import BotApi, Chat, Message

try:
    from PIL import Image
except ImportError:  # the pictures are three times as large then
    Image = None  # type: ignore[assignment]

_ROOT = Path(__file__).resolve().parent.parent
_TOKEN = "123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ-abc"
_EDITOR = 5000000009
_QUIET = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync"
_FLAGS = [*_QUIET.split(), "--disable-component-update", "--hide-scrollbars", "--force-device-scale-factor=2"]

# Invented: there is no such city.
_METRO = (
    "青江地铁二号线11月21日早上六点开通运营，全长28.6公里，设22座车站，从城北客运站到青江东站只要41分钟。\n"
    "首班车6:00发车，末班车23:00发车，高峰时段每四分钟一班。开通首月，持市民卡乘车打八折。\n"
    "市轨道公司总经理周以宁说，二号线与一号线在人民广场换乘，三号线计划2028年底通车。"
)
_SCHOOLS = (
    "受寒潮和道路结冰影响，青江市中小学、幼儿园11月23日停课一天，各校改为线上答疑。\n"
    "市教育局要求，家里无人照看的学生可以到校，学校不得拒收，食堂照常供餐。\n"
    "市气象台预计，最低气温将降到零下9度，24日起回升。"
)
_FIRST_DAY = (
    "青江地铁二号线开通首日客流31万人次，人民广场站换乘客流最多。\n"
    "市轨道公司周六晚通报，二号线全天开行列车386列次，正点率99.8%，周日早高峰加开12列。"
)
_FIRST_WEEK = (
    "青江地铁二号线开通一周，日均客流26万人次，早高峰最挤的一段是客运站到人民广场。\n"
    "市轨道公司11月26日说，12月1日起二号线早高峰间隔缩短到三分半钟，末班车推迟到23:30。"
)
_LIBRARY = """青江市图书馆新馆月底开放
青江日报 2026-11-23 09:12 记者 沈一苇
青江市图书馆新馆11月30日起向公众开放，藏书260万册，阅览座位3200个。
开放时间为每天9:00至21:00，周一闭馆，凭身份证即可入馆，无需预约。
新馆位于滨江路18号，从地铁二号线图书馆站C口出站，步行三分钟。"""
_WRITTEN = [
    {"title": "青江地铁二号线周六开通", "text": _METRO, "source": "青江晚报", "published": "2026-11-20 08:30"},
    {
        "title": "受寒潮影响 青江市中小学周一停课",
        "text": _SCHOOLS,
        "source": "青江日报",
        "published": "2026-11-22 17:05",
    },
    {
        "title": "青江地铁二号线开通首日客流31万人次",
        "text": _FIRST_DAY,
        "source": "青江日报",
        "published": "2026-11-22 07:10",
    },
    {
        "title": "青江地铁二号线开通一周 早高峰将加密",
        "text": _FIRST_WEEK,
        "source": "青江晚报",
        "published": "2026-11-26 19:40",
    },
]


_NOTICES = (
    "青江大桥周日夜间检修\n青江日报 2026-11-26 16:20\n青江大桥11月29日23时至次日5时封闭检修，过江车辆请改走滨江隧道。",
    "滨江路菜市场搬迁\n青江晚报 2026-11-26 18:05\n滨江路菜市场12月5日搬到二号线图书馆站旁，有摊位420个，车位260个。",
    "青江市下周开始供暖\n青江日报 2026-11-27 08:00\n青江市12月1日零时起供暖，室温不低于18度，报修电话12319。",
)


def _articles() -> list[Article]:
    lines = [json.dumps(one | {"url": f"https://news.example.com/{n}"}) for n, one in enumerate(_WRITTEN, start=1)]
    pages = [("first.txt", (_ROOT / "data/lanzhou-2020-02-24.txt").read_bytes())]
    pages.append(("written.jsonl", "\n".join(lines).encode()))
    return [one for name, data in pages for one in read(data, name) if isinstance(one, Article)]


@asynccontextmanager
async def _running(api: BotApi, path: Path) -> AsyncIterator[SearchService]:
    """The bot as it is started, but for the process; its service."""
    settings = Settings.read(
        {"TELEGRAM_BOT_TOKEN": _TOKEN, "ADMIN_IDS": str(_EDITOR), "TELEGRAM_BASE_URL": api.base_url}
    )
    analyzer = Analyzer()
    archive = EmbeddedArchive.open(path, analyzer, first_articles=_articles())
    service = SearchService(lambda: (SearchEngine(archive, analyzer), file_memory(archive.database)))
    bot = asyncio.create_task(serve(settings, service, print))
    try:
        await api.ready()
        yield service
    finally:
        bot.cancel()
        with suppress(asyncio.CancelledError):
            await bot


async def _edit(api: BotApi, service: SearchService, card: Message, take: Callable[..., None]) -> None:
    """The editor's morning: a correction, a batch, a removal, feeds, and what readers asked in vain."""
    editor = next(person for person in api.world.people.values() if person.id == _EDITOR)
    desk = api.private(editor)
    await api.ask(desk, editor, "来源：青江晚报\n记者：沈一苇、何川", reply_to=card)
    take("correction", desk, editor.id)
    await api.ask(desk, editor, "/add")
    for notice in _NOTICES:
        sent = await api.send(desk, editor, notice)
        await api.reply(desk, sent)
    await api.ask(desk, editor, "/done")
    await api.until(lambda: any(one.text == editors.BATCH_CLOSED for one in map(api.now, api.sent)))
    take("batch", desk, editor.id)
    removed = await api.ask(desk, editor, "/remove 8")
    await api.press(removed, words_of_desk.REMOVE, editor)
    await api.ask(desk, editor, "/remove 7、9")
    take("removal", desk, editor.id)
    now = int(time.time())
    for number, (title, counts, silent) in enumerate((("青江日报", Counts(added=6), 0), ("青江晚报", Counts(), 40))):
        await service.feeds.add(
            Feed(
                0,
                f"https://news.example.com/rss/{number}",
                title,
                is_full=True,
                next_at=now + 600,
                last_new_at=now - 3600 * silent,
                days=tuple(range(now // 86_400 - 9, now // 86_400 - 1)) if silent else (),
                told=Trouble.SILENT if silent else Trouble.NONE,
                last=LastPoll("same" if silent else "new", now - 300, counts=counts, entries=30),
            )
        )
    await api.ask(desk, editor, "/feeds")
    take("feeds", desk, editor.id)
    await api.ask(desk, editor, "/gaps")
    take("gaps", desk, editor.id)


async def _play(api: BotApi, service: SearchService) -> list[Screen]:
    """The conversations, each screen with what has been said in its chat since the screen before."""
    li, zhang, editor = api.person("小李"), api.person("张晓"), api.person("王编辑", id=_EDITOR)
    bot, seen, screens = api.world.bot, dict[int, int](), list[Screen]()

    def take(name: str, chat: Chat, viewer: int, **more: object) -> None:
        said = [Message.of(one, 0) for number, one in chat.history.items() if number > seen.get(chat.id, 0)]
        seen[chat.id] = chat.last_id
        private = chat.type == "private"
        title, subtitle = (bot.first_name, "机器人") if private else (chat.title, f"{len(chat.members) + 1} 位成员")
        screens.append(Screen(name, viewer, title, subtitle, said, **more))  # type: ignore[arg-type]

    mine, desk = api.private(li), api.private(editor)
    await api.ask(mine, li, "/start")
    take("start", mine, li.id)
    await api.ask(mine, li, "易华录在兰州投资约多少亿元？")
    take("answer", mine, li.id)
    await api.ask(mine, li, "二号线和一号线在哪里换乘")
    take("opened", mine, li.id, opened=True)
    await api.ask(mine, li, "二号线票价多少")
    await api.ask(mine, li, "火星探测器什么时候返回地球")
    take("not-found", mine, li.id)

    await api.ask(mine, li, "最近有什么新闻")
    take("list", mine, li.id)
    await api.ask(mine, li, "青江中小学哪天停课")
    await api.ask(mine, li, "那最低气温呢")
    take("follow-up", mine, li.id)
    metro = await api.ask(mine, li, "青江地铁二号线开通首日客流多少")
    await api.reply(mine, await api.press(metro, readers.TIMELINE, li))
    take("timeline", mine, li.id)

    chen = api.person("陳小姐", language="zh-hant")
    hers = api.private(chen)
    await api.ask(hers, chen, "/start")
    await api.ask(hers, chen, "地鐵二號線全長多少公里")
    await api.ask(hers, chen, "二號線票價多少")
    take("traditional", hers, chen.id)

    group = api.group("三年二班家长群", [li, zhang, editor])
    await api.send(group, zhang, "听说明天不上课？")
    await api.ask(group, li, "/ask 青江中小学停课吗")
    await api.send(group, zhang, "那明天在家")
    await api.quiet()
    take("group", group, zhang.id)

    card = await api.ask(desk, editor, f"/add {_LIBRARY}")
    await api.ask(desk, editor, "图书馆新馆藏书多少册？")
    take("add", desk, editor.id)
    await _edit(api, service, card, take)
    await api.ask(mine, li, f"/add {_LIBRARY}")
    take("stranger", mine, li.id)

    await api.send(group, zhang, "周末坐二号线带孩子出去转转？")
    found = await api.inline(li, "地铁二号线")
    take("inline", group, li.id, typed=found, bot=bot.username)
    await api.choose(found, 0, group, li)
    take("inline-sent", group, zhang.id)
    query = next(
        button["switch_inline_query"] for row in metro.keyboard for button in row if button["text"] == readers.SHARE
    )
    await api.choose(await api.inline(li, query), 0, group, li)
    take("shared", group, zhang.id)
    return screens


def _picture(chromium: str, screen: Screen, target: Path) -> None:
    """Drawn twice: for its height, then as large as that."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "page.html")
        source.write_text(page(screen), "utf-8")

        def draw(*flags: str) -> str:
            command = [chromium, *_FLAGS, f"--user-data-dir={folder}/profile", *flags, source.as_uri()]
            return subprocess.run(command, capture_output=True, check=True, text=True, timeout=120).stdout

        laid_out = re.search(r'data-height="(\d+)"', draw("--dump-dom", f"--window-size={WIDTH},800"))
        assert laid_out is not None, "the page says how high it is"
        draw(f"--window-size={WIDTH},{laid_out[1]}", f"--screenshot={target}")
    if Image is not None:
        Image.open(target).convert("RGB").quantize(64, dither=Image.Dither.NONE).save(target, optimize=True)


async def _screens() -> list[Screen]:
    with tempfile.TemporaryDirectory() as folder:
        async with BotApi(_TOKEN) as api, _running(api, Path(folder, "news.db")) as service:
            return await _play(api, service)


def main() -> int:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        print("There is no chromium in PATH to draw the pictures with.", file=sys.stderr)
        return 2
    folder = _ROOT / "docs/screens"
    folder.mkdir(exist_ok=True)
    for screen in asyncio.run(_screens()):
        target = folder / f"{screen.name}.png"
        _picture(chromium, screen, target)
        print(f"{target.relative_to(_ROOT)}: {target.stat().st_size // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
