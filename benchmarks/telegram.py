"""Waiting time of readers: questions and inline questions through the whole bot, over HTTP on the loopback.

    python benchmarks/telegram.py [--seconds N] [--rate N] [--database FILE] [--import FILE.jsonl] [--push FILE]

Starts the bot as a process against the tests' Bot API server, asks `rate` questions and `rate` inline questions a
second from many people in many chats, and prints a JSON object: the share answered, p50, p95 and the longest wait in
milliseconds, of each kind. With --import, `python -m bot add` runs beside it the whole time; with --push, an editor
sends the bot this file a second after the first question, and asking ends when it is stored, if that is later.
"""

import argparse
import asyncio
import itertools
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.bot_api import BotApi  # noqa: E402
from tests.bot_api.people import Person  # noqa: E402

TOKEN = "123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ-abc"
QUESTIONS = [
    "易华录在兰州投资约多少亿元？",
    "兰州招商引资有什么新做法",
    "全影汇打算投资多少",
    "2020年要引进省外到位资金多少",
    "谁说网上签以后应该成为常态",
    "台风什么时候登陆",
]
PEOPLE = 200
# The pause in which an inline question waits for further typing, by design; see bot/telegram/inline.py.
PAUSE_MS = 250


async def run(
    seconds: float, rate: float, database: Path, imported: Path | None, pushed: Path | None
) -> dict[str, object]:
    async with BotApi(TOKEN) as api:
        environment = os.environ | {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_BASE_URL": api.base_url,
            "DATABASE_PATH": str(database),
            "LOG_LEVEL": "ERROR",
        }
        editor = api.person("编辑")
        environment["ADMIN_IDS"] = str(editor.id)
        processes = [await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", cwd=ROOT, env=environment)]
        try:
            await api.ready()
            if imported is not None:
                command = [sys.executable, "-m", "bot", "add", str(imported)]
                processes.append(await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment))
            people = [api.person(f"读者{number}") for number in range(PEOPLE)]
            push = asyncio.create_task(_push(api, editor, pushed))
            asked = [asyncio.create_task(_ask(api, people, seconds, rate, push)) for _ask in (_private, _inline)]
            private, inline = await asyncio.gather(*asked)
            busy = imported is None or processes[-1].returncode is None
        finally:
            for process in processes:
                if process.returncode is None:
                    process.terminate()
                await process.wait()
        report: dict[str, object] = {"private": _report(private, 0), "inline": _report(inline, PAUSE_MS)}
        return report | {"imported_throughout": busy, "stored_after_s": await push}


async def _push(api: BotApi, editor: Person, file: Path | None) -> float | None:
    """Seconds from an editor's file to its card."""
    if file is None:
        return None
    await asyncio.sleep(1)
    started = time.perf_counter()
    card = await api.ask(api.private(editor), editor, "", timeout=600, document=(file.name, file.read_bytes()))
    print(card.text.split("\n")[0], file=sys.stderr)
    return round(time.perf_counter() - started, 1)


async def _private(
    api: BotApi, people: Sequence[Person], seconds: float, rate: float, push: asyncio.Task[float | None]
) -> list[float | None]:
    async def one(person: Person, question: str) -> float:
        chat = api.private(person)
        started = time.perf_counter()
        await api.ask(chat, person, question, timeout=30)
        return time.perf_counter() - started

    return await _paced(one, people, seconds, rate, push)


async def _inline(
    api: BotApi, people: Sequence[Person], seconds: float, rate: float, push: asyncio.Task[float | None]
) -> list[float | None]:
    async def one(person: Person, question: str) -> float:
        started = time.perf_counter()
        await api.inline(person, question, timeout=30)
        return time.perf_counter() - started

    return await _paced(one, people, seconds, rate, push)


async def _paced(
    one: Callable[["Person", str], Coroutine[None, None, float]],
    people: Sequence["Person"],
    seconds: float,
    rate: float,
    push: asyncio.Task[float | None],
) -> list[float | None]:
    """Begin a question every 1/rate seconds, whether earlier ones are answered or not; None for an unanswered one."""
    asked, started = [], time.perf_counter()
    for number, person, question in zip(itertools.count(), itertools.cycle(people), itertools.cycle(QUESTIONS)):
        due = started + number / rate
        if due - started >= seconds and push.done():
            break
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        asked.append(asyncio.create_task(one(person, question)))
    found = await asyncio.gather(*asked, return_exceptions=True)
    return [wait if isinstance(wait, float) else None for wait in found]


def _report(waits: list[float | None], pause_ms: float) -> dict[str, float]:
    answered = sorted(wait * 1000 - pause_ms for wait in waits if wait is not None)

    def at(share: float) -> float:
        return round(answered[min(len(answered) - 1, int(share * len(answered)))], 1)

    return {
        "asked": len(waits),
        "answered": len(answered),
        "p50_ms": at(0.5),
        "p95_ms": at(0.95),
        "longest_ms": at(1.0),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=25)
    parser.add_argument("--database", type=Path)
    parser.add_argument("--import", dest="imported", type=Path)
    parser.add_argument("--push", dest="pushed", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = options.database or Path(folder) / "news.db"
        found = run(options.seconds, options.rate, database, options.imported, options.pushed)
        print(json.dumps(asyncio.run(found), indent=2))
