"""Sending of replies: quoted in groups, in their topic, without previews, and again after a lost connection."""

import asyncio
from typing import Any

import httpx
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ChatType, ParseMode
from telegram.error import ChatMigrated, NetworkError
from telegram.request import HTTPXRequest

from bot.telegram.replies import Reply

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# Calls that are repeated: a person waits for them. The calls at the start are repeated elsewhere, with a notice.
_ANSWERS = ("send", "edit", "answer")
_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)


def keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    if not reply.buttons:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(button.label, callback_data=button.data) for button in row] for row in reply.buttons]
    )


async def send(to: Message, reply: Reply) -> Message:
    """Answer a message: in the same topic, and in a group as a reply to it if it still exists."""
    chat_id, quoted = to.chat.id, None
    if to.chat.type != ChatType.PRIVATE:
        quoted = ReplyParameters(to.message_id, allow_sending_without_reply=True)
    try:
        return await _send(to, chat_id, reply, quoted)
    except ChatMigrated as moved:  # the group has become a supergroup meanwhile, which has no message to quote
        return await _send(to, moved.new_chat_id, reply, None)


async def _send(to: Message, chat_id: int, reply: Reply, quoted: ReplyParameters | None) -> Message:
    return await to.get_bot().send_message(
        chat_id,
        reply.html,
        parse_mode=ParseMode.HTML,
        link_preview_options=NO_PREVIEW,
        reply_parameters=quoted,
        message_thread_id=to.message_thread_id if to.is_topic_message and chat_id == to.chat.id else None,
        reply_markup=keyboard(reply),
    )


async def edit(message: Message, reply: Reply) -> None:
    """Replace the text and the buttons of a message of the bot."""
    await message.edit_text(
        reply.html, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW, reply_markup=keyboard(reply)
    )


class Request(HTTPXRequest):
    """Repeats an answer when no connection was made. An answer that may have arrived is never sent again.

    Proxies come from the environment (HTTPS_PROXY), as everywhere in httpx.
    """

    async def do_request(self, url: str, method: str, *args: Any, **keywords: Any) -> tuple[int, bytes]:
        for pause in _PAUSES if url.rpartition("/")[2].startswith(_ANSWERS) else ():
            try:
                return await super().do_request(url, method, *args, **keywords)
            except NetworkError as error:
                if not isinstance(error.__cause__, httpx.ConnectError):
                    raise
            await asyncio.sleep(pause)
        return await super().do_request(url, method, *args, **keywords)
