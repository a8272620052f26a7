"""Pushes out of messages: the text, the replied message or the file, as bytes with a name for intake.

Telegram's apps cut a text of more than 4096 units into several messages. The parts that follow at once belong to the
first message. Their updates are done when the whole push is done, so that after a kill Telegram delivers all of them.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from telegram import Message, MessageOriginChannel, MessageOriginUser
from telegram.constants import ChatType, FileSizeLimit
from telegram.error import BadRequest

from bot.service.pushed import ChannelPost, Pushed
from bot.telegram import address
from bot.telegram.markup import units
from bot.telegram.pacing import tried_again
from bot.words import editors
from bot.words.language import said
from retrieval.article import Article
from retrieval.intake import Refusal

# UTF-16 units. The apps cut at the last line end or blank before 4096.
_NEARLY_FULL = 3500
# The apps send the parts one after the other; on a slow network one takes some seconds.
NEXT_PART_SECONDS = 10.0
# Characters from which an editor's own message in private may be an article; with so many line ends, fewer are enough.
_LONG, _WITH_LINES, _LINE_ENDS = 200, 40, 2


class NoPushError(Exception):
    """A message that cannot be pushed; `sentence` tells the editor why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def is_article(message: Message) -> bool:
    """Whether a message without a command is a push, when an editor sends it in private."""
    text = message.text or message.caption or ""
    if address.is_command(text):
        return False
    if text.lower().startswith(("http://", "https://")) and len(text.split()) == 1:
        return True
    is_forward = message.forward_origin is not None and bool(text)
    has_lines = len(text) >= _WITH_LINES and text.count("\n") >= _LINE_ENDS
    return message.document is not None or is_forward or has_lines or len(text) >= _LONG


def is_bare_text(message: Message) -> bool:
    """Whether a message is a person's words, and so perhaps no article: no channel's post, file or lone link."""
    text = message.text or message.caption or ""
    is_link = text.lower().startswith(("http://", "https://")) and len(text.split()) == 1
    is_of_channel = isinstance(message.forward_origin, MessageOriginChannel)
    return bool(text) and message.document is None and not is_of_channel and not is_link


@dataclass(frozen=True, slots=True)
class _Text:
    """A text whose parts are being collected."""

    parts: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)
    done: asyncio.Event = field(default_factory=asyncio.Event)


class Inbox:
    """Collects pushes, and the parts of texts that an app has cut."""

    def __init__(self, zone: ZoneInfo, next_part_seconds: float = NEXT_PART_SECONDS) -> None:
        """`zone` is that of the operator, in which a channel's post is dated."""
        self._zone, self._next_part_seconds = zone, next_part_seconds
        self._open: dict[tuple[int, int], _Text] = {}

    def expects(self, message: Message) -> bool:
        """Whether a message is a further part of a text that is being collected."""
        return message.text is not None and not address.is_command(message.text) and _writer(message) in self._open

    async def more(self, message: Message) -> None:
        """Add a further part, and wait until the push that it belongs to is done."""
        text = self._open[_writer(message)]
        text.parts.put_nowait(message)
        if not _is_nearly_full(message):
            # The next message is another text, even if it comes at once.
            del self._open[_writer(message)]
        await text.done.wait()

    @asynccontextmanager
    async def collected(self, message: Message, argument: str) -> AsyncIterator[Pushed | None]:
        """The push of a command's argument, of a file, or of the replied message; None when all are empty.

        The updates of its parts end with the block. Raises NoPushError.
        """
        text = _Text()
        try:
            yield await self._collect(message, argument, text)
        finally:
            text.done.set()

    def read(self, message: Message, text: str) -> Article | Refusal:
        """The article of a message's text, or why it is none."""
        pushed = Pushed(_bytes(text), said(editors.THIS_MESSAGE), post=self._post(message))
        item = next(pushed.items(), None)
        return item if isinstance(item, Article | Refusal) else Refusal(pushed.name, said(editors.NOTHING_TO_ADD))

    async def _collect(self, message: Message, argument: str, text: _Text) -> Pushed | None:
        replied = message.reply_to_message
        if message.document is not None:
            return await self._file(message)
        if argument:
            if _is_own(message):
                raise NoPushError(editors.OWN_ANSWER)
            parts = await self._whole(message, argument, text)
            return Pushed(
                _bytes("\n".join(parts)),
                said(editors.THIS_MESSAGE),
                post=self._post(message),
                parts=len(parts),
                is_own_text=True,
            )
        if replied is None:
            return None
        if _is_own(replied):
            raise NoPushError(editors.OWN_ANSWER)
        if replied.document is not None:
            return await self._file(replied)
        words = replied.text or replied.caption or ""
        return Pushed(_bytes(words), said(editors.THIS_MESSAGE), post=self._post(replied)) if words else None

    async def _whole(self, message: Message, argument: str, text: _Text) -> list[str]:
        """The argument of a message, and the parts that follow it, by the numbers of their messages."""
        writer, parts, last = _writer(message), list[Message](), message
        if not _is_nearly_full(message) or writer in self._open:
            return [argument]
        self._open[writer] = text
        try:
            while _is_nearly_full(last):
                async with asyncio.timeout(self._next_part_seconds):
                    last = await text.parts.get()
                parts.append(last)
        except TimeoutError:
            pass
        finally:
            if self._open.get(writer) is text:
                del self._open[writer]
        return [argument, *(part.text or "" for part in sorted(parts, key=lambda part: part.message_id))]

    async def _file(self, message: Message) -> Pushed:
        document = message.document
        assert document is not None
        if (document.file_size or 0) > FileSizeLimit.FILESIZE_DOWNLOAD:
            raise NoPushError(editors.TOO_BIG)
        try:
            file = await document.get_file()
        except BadRequest as error:
            raise NoPushError(editors.TOO_BIG if "too big" in error.message else editors.OUT_OF_REACH) from error
        data = bytes(await tried_again(file.download_as_bytearray))
        return Pushed(data, document.file_name or said(editors.A_FILE), document.mime_type, self._post(message))

    def _post(self, message: Message) -> ChannelPost | None:
        """The channel's post that a message is or forwards; None for any other message."""
        origin = message.forward_origin
        if isinstance(origin, MessageOriginChannel):
            chat, number, at = origin.chat, origin.message_id, origin.date
        elif message.chat.type == ChatType.CHANNEL:
            chat, number, at = message.chat, message.message_id, message.date
        else:
            return None
        url = f"https://t.me/{chat.username}/{number}" if chat.username else None
        return ChannelPost(chat.title, at.astimezone(self._zone).strftime("%Y-%m-%d %H:%M"), url)


def _is_nearly_full(message: Message) -> bool:
    """Whether the app may have cut the text after this message."""
    return units(message.text or "") >= _NEARLY_FULL


def _is_own(message: Message) -> bool:
    """Whether the bot wrote a message, or the one that it forwards, also inline."""
    origin = message.forward_origin
    writers = [
        message.from_user,
        message.via_bot,
        origin.sender_user if isinstance(origin, MessageOriginUser) else None,
    ]
    return any(writer is not None and writer.is_bot and writer.id == message.get_bot().id for writer in writers)


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")  # half a character is possible in JSON


def _writer(message: Message) -> tuple[int, int]:
    return message.chat.id, message.from_user.id if message.from_user else 0
