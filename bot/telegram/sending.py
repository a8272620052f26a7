"""Sending of replies: quoted in groups, in their topic, without previews."""

from typing import cast

from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest, ChatMigrated
from telegram.ext import ExtBot

from bot.telegram.pacing import ANSWER_SECONDS
from bot.telegram.replies import Button, Reply

# For the largest file on a slow line
_FILE_SECONDS = 600.0
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    if not reply.buttons:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in reply.buttons])


def _button(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        button.label, callback_data=button.data or None, url=button.url, switch_inline_query=button.query
    )


async def send(to: Message, reply: Reply, seconds: float = ANSWER_SECONDS, *, is_quoted: bool = False) -> Message:
    """Answer a message: in the same topic, and in a group as a reply to it if it still exists.

    Args:
        seconds: how long it is tried again; see `Pacing`.
        is_quoted: whether the answer is a reply to the message in private too.
    """
    chat_id, quoted = to.chat.id, None
    if is_quoted or to.chat.type != ChatType.PRIVATE:
        quoted = ReplyParameters(to.message_id, allow_sending_without_reply=True)
    thread = to.message_thread_id if to.is_topic_message else None
    try:
        return await send_to(to.get_bot(), chat_id, reply, seconds, quoted=quoted, thread=thread)
    except ChatMigrated as moved:  # the group has become a supergroup meanwhile, which has no message to quote
        return await send_to(to.get_bot(), moved.new_chat_id, reply, seconds)


async def send_to(
    bot: Bot,
    chat_id: int,
    reply: Reply,
    seconds: float = ANSWER_SECONDS,
    *,
    quoted: ReplyParameters | None = None,
    thread: int | None = None,
) -> Message:
    """Send a message to a chat, tried again as in `send`."""
    return await cast("ExtBot[float]", bot).send_message(
        chat_id,
        reply.html,
        parse_mode=ParseMode.HTML,
        link_preview_options=NO_PREVIEW,
        reply_parameters=quoted,
        message_thread_id=thread,
        reply_markup=ForceReply(selective=True) if reply.is_forced else keyboard(reply),
        rate_limit_args=seconds,
    )


async def send_file(to: Message, data: bytes, name: str, caption: str) -> Message:
    """Answer a message with a file of this name; the caption is HTML of at most 1024 UTF-16 units."""
    return await cast("ExtBot[float]", to.get_bot()).send_document(
        to.chat.id,
        data,
        filename=name,
        caption=caption,
        parse_mode=ParseMode.HTML,
        read_timeout=_FILE_SECONDS,
        write_timeout=_FILE_SECONDS,
        rate_limit_args=ANSWER_SECONDS,
    )


async def relabel(message: Message, data: str | None, button: Button) -> None:
    """Put a button in the place of the one with this data; the text and the other buttons stay."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    changed = [[_button(button) if one.callback_data == data else one for one in row] for row in rows]
    try:
        await message.edit_reply_markup(InlineKeyboardMarkup(changed))
    except BadRequest as error:
        if "not modified" not in error.message:  # pressed twice: the button is there already
            raise


async def edit(message: Message, reply: Reply) -> None:
    """Replace the text and the buttons of a message of the bot."""
    try:
        await message.edit_text(
            reply.html, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW, reply_markup=keyboard(reply)
        )
    except BadRequest as error:
        if "not modified" not in error.message:  # a button that was pressed twice: this is shown already
            raise
