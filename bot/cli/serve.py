"""The program without a command: it serves Telegram, or without a token a conversation in the terminal."""

import argparse
import asyncio
import sys

from bot.cli import terminal
from bot.cli.database import open_engine, open_with_memory
from bot.cli.output import FOUND, tell, tell_person
from bot.service.search_service import SearchService
from bot.serving import server
from bot.serving.garbage import collect_rarely
from bot.serving.log import notice_when_long
from bot.settings import Settings
from bot.words import operators
from retrieval.engine import Last, Result

# Results of an answer, and titles of a list, on a screen.
_HITS, _MOST_LISTED = 3, 10


def serve(settings: Settings, _: argparse.Namespace) -> int:
    collect_rarely()
    if settings.telegram_bot_token:
        service = SearchService(lambda: open_with_memory(settings))
        asyncio.run(server.serve(settings, service, tell))
        return FOUND
    tell(operators.NO_TOKEN)
    with notice_when_long(operators.PREPARING, tell_person):
        engine = open_engine(settings)
        engine.warm()

    last: Last | None = None

    def search(question: str) -> Result:
        nonlocal last
        today, most = settings.today(), _MOST_LISTED
        # Lines of a pipe are questions of their own.
        before = last if sys.stdin.isatty() else None
        result = engine.search_on(question, before, k=_HITS, today=today, most_listed=most) if before else None
        result = result or engine.search(question, k=_HITS, today=today, most_listed=most)
        if result.status != "none":
            last = result.as_last()
        return result

    terminal.chat(search, settings.today, sys.stdin, sys.stdout)
    return FOUND
