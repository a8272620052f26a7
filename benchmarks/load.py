"""People who use the bot at once, and their waits: readers, one who floods, a halted group, a pressed button."""

import asyncio
import itertools
import math
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from tests.bot_api import BotApi
from tests.bot_api.message import Message
from tests.bot_api.methods import Query
from tests.bot_api.people import Person

QUESTIONS = [
    "易华录在兰州投资约多少亿元？",
    "兰州招商引资有什么新做法",
    "全影汇打算投资多少",
    "2020年要引进省外到位资金多少",
    "谁说网上签以后应该成为常态",
    "台风什么时候登陆",
]
PEOPLE = 200
# An answer after that is none. The bot and Telegram give up an inline question and a press earlier.
PATIENCE_SECONDS = 30.0
FLOOD_PER_SECOND = 10.0
# 15 questions a minute: Telegram allows 20 messages a minute in a group.
GROUP_EVERY_SECONDS = 4.0
HALT_AFTER_SECONDS = 1.0
# Milliseconds between two wake-ups by which this process measures its own event loop.
_OWN_MS = 20.0

Wait = float | None  # seconds; None for a question without an answer
Other = asyncio.Task[object]


class Answers:
    """The answers as they come, all seen by one task.

    `BotApi.until` wakes a task for each open question at each call of the bot. With the thousands that are open while
    a bot is stuck, this process would spend its time on that and not on serving the bot.
    """

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._seen = len(api.sent)
        self._open: defaultdict[tuple[int, int | None], deque[asyncio.Future[None]]] = defaultdict(deque)
        self._queries: list[tuple[Query, asyncio.Future[None]]] = []

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Look for answers while the block runs."""
        task = asyncio.create_task(self._api.bell.until(self._look, None))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task  # an error in _look would look like a bot that answers nothing

    async def reply(self, question: Message, *, quoted: bool = False, patience: float = PATIENCE_SECONDS) -> Wait:
        """The wait for the reply to a question that was sent just now.

        Private replies quote nothing: a chat's first reply belongs to its first question, and so on. An answer that
        came too late to count is nobody else's.
        """
        key = question.chat_id, question.id if quoted else None
        answered: asyncio.Future[None] = asyncio.Future()
        self._open[key].append(answered)
        return await _wait(answered, patience)

    async def answer(self, query: Query) -> Wait:
        """The wait for the answer to an inline question or a press."""
        answered: asyncio.Future[None] = asyncio.Future()
        self._queries.append((query, answered))
        return await _wait(answered, PATIENCE_SECONDS)

    def _look(self) -> None:
        for message in self._api.sent[self._seen :]:
            self._seen += 1
            quoting, plain = (message.chat_id, message.reply_to), (message.chat_id, None)
            waiting = self._open.get(quoting) or self._open.get(plain)
            if waiting:
                _resolve(waiting.popleft())
        for query, answered in self._queries:
            if query.answer is not None:
                _resolve(answered)
        self._queries = [(query, answered) for query, answered in self._queries if not answered.done()]


class Crowd:
    """Everybody who uses the bot in one run; each method ends when all its questions are answered or given up."""

    def __init__(self, api: BotApi, answers: Answers, seconds: float, others: Sequence[Other] = ()) -> None:
        self._api = api
        self._answers = answers
        self._seconds = seconds
        self._others = others
        self._people = [api.person(f"读者{number}") for number in range(PEOPLE)]
        self._started = time.perf_counter()

    async def private(self, rate: float) -> list[Wait]:
        """Readers ask in their private chats, `rate` questions a second."""
        people = itertools.cycle(self._people)
        return await self._paced(lambda question: self._ask(next(people), question), rate)

    async def inline(self, rate: float) -> list[Wait]:
        """Readers ask inline, `rate` questions a second."""
        people = itertools.cycle(self._people)
        return await self._paced(
            lambda question: self._answers.answer(self._api.type_inline(next(people), question)), rate
        )

    async def flood(self, count: int) -> list[Wait]:
        """One person sends this many questions, ten a second."""
        person = self._api.person("刷屏者")
        return await self._paced(lambda question: self._ask(person, question), FLOOD_PER_SECOND, count)

    async def group(self, halt: float) -> list[Wait]:
        """A group asks now and then; a second after the first question Telegram halts it for `halt` seconds."""
        reader = self._api.person("群友")
        group = self._api.group("值班群", [reader])

        async def ask(question: str) -> Wait:
            sent = await self._api.send(group, reader, f"/ask {question}")
            return await self._answers.reply(sent, quoted=True, patience=halt + PATIENCE_SECONDS)

        first = asyncio.create_task(ask(QUESTIONS[0]))
        await asyncio.sleep(HALT_AFTER_SECONDS)
        self._api.halt(group, halt)
        return [await first, *await self._paced(ask, 1 / GROUP_EVERY_SECONDS)]

    async def press(self, every_ms: float) -> list[Wait]:
        """One person presses a button that the bot doesn't know: the bot answers without a search."""
        person = self._api.person("按键者")
        keyboard = {"inline_keyboard": [[{"text": "›", "callback_data": "another:version"}]]}
        content = {"from": self._api.world.bot.user(), "text": "旧消息", "reply_markup": keyboard}
        stored = self._api.world.add(self._api.private(person), content)
        message = Message.of(stored, self._api.mark)
        return await self._paced(
            lambda _: self._answers.answer(self._api.begin_press(message, "›", person)), 1000 / every_ms
        )

    async def own_loop(self) -> list[float]:
        """Seconds by which a sleep of this process, which also serves the bot, is too long."""
        found = []
        while not self._over():
            before = time.perf_counter()
            await asyncio.sleep(_OWN_MS / 1000)
            found.append(time.perf_counter() - before - _OWN_MS / 1000)
        return found

    async def _ask(self, person: Person, question: str) -> Wait:
        return await self._answers.reply(await self._api.send(self._api.private(person), person, question))

    def _over(self) -> bool:
        return time.perf_counter() - self._started >= self._seconds and all(other.done() for other in self._others)

    async def _paced(self, ask: Callable[[str], Awaitable[Wait]], rate: float, most: float = math.inf) -> list[Wait]:
        """Begin a question every 1/rate seconds, whether earlier ones are answered or not, until the run is over."""
        asked: list[asyncio.Task[Wait]] = []
        started = time.perf_counter()
        for number, question in zip(itertools.count(), itertools.cycle(QUESTIONS)):
            await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
            if number >= most or self._over():
                break
            asked.append(asyncio.ensure_future(ask(question)))
        return await asyncio.gather(*asked)


async def _wait(answered: "asyncio.Future[None]", patience: float) -> Wait:
    started = time.perf_counter()
    try:
        await asyncio.wait_for(answered, patience)
    except TimeoutError:
        return None
    return time.perf_counter() - started


def _resolve(answered: "asyncio.Future[None]") -> None:
    if not answered.done():
        answered.set_result(None)
