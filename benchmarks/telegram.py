"""Waiting time of readers: questions and inline questions through the whole bot, over HTTP on the loopback.

    python benchmarks/telegram.py [--seconds N] [--rate N] [--database FILE] [--flood [N]] [--halt SECONDS] [--limits]
                                  [--push FILE | --push-mb N] [--import FILE.jsonl] [--press-every-ms N]

Starts the bot as a process against the tests' Bot API server, asks `rate` questions and `rate` inline questions a
second from 200 people in their chats, and prints a JSON object. Its fields are explained in README.md.

With --flood, one more person sends 200 questions, ten a second. With --halt, Telegram refuses for so many seconds every
message to one more group, in which people ask. With --limits, Telegram refuses more than 30 messages a second, and 20 a
minute in a group. With --push, an editor sends the bot this file a second after the first question, and asking ends
when it is stored, if that is later; --push-mb makes a file of this size. With --import, `python -m bot add` runs beside
it the whole time.
"""

import argparse
import asyncio
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import synthetic  # noqa: E402
from benchmarks.load import PATIENCE_SECONDS, Answers, Crowd, Wait  # noqa: E402
from bot.words import editors, readers  # noqa: E402
from tests.bot_api import BotApi  # noqa: E402
from tests.bot_api.people import Person  # noqa: E402

TOKEN = "123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ-abc"
# The pause in which an inline question waits for further typing, by design; see bot/telegram/inline.py.
PAUSE_MS = 250


@dataclass(frozen=True)
class Options:
    """One run. `flood` is a number of questions; `halt` is in seconds; 0 leaves a part out."""

    database: Path
    seconds: float = 60
    rate: float = 25
    flood: int = 0
    halt: float = 0
    limits: bool = False
    press_every_ms: float = 100
    pushed: Path | None = None
    imported: Path | None = None


async def run(options: Options) -> dict[str, object]:
    """Measure, and return the report."""
    cpu_before = _children_cpu()
    async with BotApi(TOKEN) as api:
        if options.limits:
            api.enforce_limits()
        editor = api.person("编辑")
        environment = os.environ | {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_BASE_URL": api.base_url,
            "DATABASE_PATH": str(options.database),
            "LOG_LEVEL": "ERROR",
            "ADMIN_IDS": str(editor.id),
        }
        with tempfile.TemporaryFile() as log:
            command = [sys.executable, "-m", "bot"]
            processes = [await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stderr=log)]
            try:
                await api.ready()
                if options.imported is not None:
                    command = [*command, "add", str(options.imported)]
                    processes.append(await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment))
                report = await _measured(api, editor, options)
                if options.imported is not None:
                    report["imported_throughout"] = processes[-1].returncode is None
            finally:
                for process in processes:
                    if process.returncode is None:
                        process.terminate()
                    await process.wait()
                log.seek(0)
                lines = log.read().decode(errors="replace").splitlines()
                print(*lines, sep="\n", end="\n" if lines else "", file=sys.stderr)
        logged = sum(line.startswith(("ERROR ", "CRITICAL ")) for line in lines)
        faults = api.take_faults()
        print(*faults, sep="\n", end="\n" if faults else "", file=sys.stderr)
        report["bot_cpu_s"] = round(_children_cpu() - cpu_before, 1)
        return report | {"logged_errors": logged, "faults": len(faults)}


async def _measured(api: BotApi, editor: Person, options: Options) -> dict[str, object]:
    push = asyncio.create_task(_push(api, editor, options.pushed))
    answers = Answers(api)
    crowd = Crowd(api, answers, options.seconds, [push])
    async with answers.watched(), asyncio.TaskGroup() as group:
        own_loop = group.create_task(crowd.own_loop())
        private = group.create_task(crowd.private(options.rate))
        inline = group.create_task(crowd.inline(options.rate))
        presses = group.create_task(crowd.press(options.press_every_ms)) if options.press_every_ms else None
        flood = group.create_task(crowd.flood(options.flood)) if options.flood else None
        halted = group.create_task(crowd.group(options.halt)) if options.halt else None
    asked = private.result() + inline.result() + (presses.result() if presses else [])
    report: dict[str, object] = {"private": _times(private.result()), "inline": _times(inline.result(), PAUSE_MS)}
    if presses:
        report["loop_ms"] = _loop(presses.result())
    report["own_loop_ms"] = _loop(own_loop.result())
    if flood:
        report["flood"] = _ends(flood.result())
    if halted:
        report["halted_group"] = _ends(halted.result()) | {"halt_s": options.halt}
    report["refused_calls"] = len(api.flood.refused)
    report["stored_after_s"] = await push
    return report | {"busy": _busy(api), "unanswered": asked.count(None)}


async def _push(api: BotApi, editor: Person, file: Path | None) -> float | None:
    """Seconds from an editor's file to its card."""
    if file is None:
        return None
    await asyncio.sleep(1)
    started = time.perf_counter()
    card = await api.ask(api.private(editor), editor, "", timeout=600, document=(file.name, file.read_bytes()))
    # The first card shows how far the push is.
    await api.until(lambda: editors.WORKING not in api.now(card).text, timeout=600)
    print(api.now(card).text.split("\n")[0], file=sys.stderr)
    return round(time.perf_counter() - started, 1)


def _busy(api: BotApi) -> int:
    """The answers that only say that the bot is too busy, to everybody."""
    sentences = (readers.BUSY, readers.SLOW)
    messages = sum(message.text in sentences for message in api.sent)
    buttons = [(params.get("button") or {}).get("text") for name, params in api.calls if name == "answerInlineQuery"]
    return messages + buttons.count(readers.INLINE_BUSY)


def _children_cpu() -> float:
    """Processor seconds of the processes that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _times(waits: Sequence[Wait], pause_ms: float = 0) -> dict[str, float]:
    return {
        "asked": len(waits),
        "answered": len(waits) - waits.count(None),
        "p50_ms": _at(waits, 0.5, pause_ms),
        "p95_ms": _at(waits, 0.95, pause_ms),
        "longest_ms": _at(waits, 1, pause_ms),
    }


def _loop(waits: Sequence[Wait]) -> dict[str, float]:
    shares = {"p50": 0.5, "p99": 0.99, "longest": 1.0}
    return {"measured": len(waits)} | {name: _at(waits, share) for name, share in shares.items()}


def _ends(waits: Sequence[Wait]) -> dict[str, float | None]:
    """How questions ended that count in no wait of the readers."""
    answered = [wait for wait in waits if wait is not None]
    longest = round(max(answered), 1) if answered else None
    return {"asked": len(waits), "answered": len(answered), "longest_wait_s": longest}


def _at(waits: Sequence[Wait], share: float, pause_ms: float = 0) -> float:
    """The milliseconds below which this share of the waits lies; a wait without an answer counts in full length."""
    ordered = sorted(PATIENCE_SECONDS * 1000 if wait is None else wait * 1000 - pause_ms for wait in waits)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)


def _main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=25)
    parser.add_argument("--database", type=Path)
    parser.add_argument("--flood", type=int, nargs="?", const=200, default=0, metavar="QUESTIONS")
    parser.add_argument("--halt", type=float, default=0, metavar="SECONDS")
    parser.add_argument("--limits", action="store_true")
    parser.add_argument("--press-every-ms", type=float, default=100)
    parser.add_argument("--import", dest="imported", type=Path)
    file = parser.add_mutually_exclusive_group()
    file.add_argument("--push", dest="pushed", type=Path)
    file.add_argument("--push-mb", type=float)
    given = vars(parser.parse_args())
    with tempfile.TemporaryDirectory() as folder:
        megabytes = given.pop("push_mb")
        if megabytes:
            given["pushed"] = Path(folder) / "articles.jsonl"
            given["pushed"].write_text("".join(synthetic.articles(megabytes)), "utf-8")
        given["database"] = given["database"] or Path(folder) / "news.db"
        print(json.dumps(asyncio.run(run(Options(**given))), indent=2))


if __name__ == "__main__":
    _main()
