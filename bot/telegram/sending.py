"""How does a reply get into a chat? Quoting in groups, in its topic, with nothing previewed."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ChatType, ParseMode
from telegram.error import ChatMigrated

from bot.telegram.replies import Reply

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    if not reply.buttons:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(button.label, callback_data=button.data) for button in row] for row in reply.buttons]
    )


async def send(to: Message, reply: Reply) -> Message:
    """Answer a message: in a group as a reply to it, if it is still there; in the same topic."""
    chat_id, quoted = to.chat.id, None
    if to.chat.type != ChatType.PRIVATE:
        quoted = ReplyParameters(to.message_id, allow_sending_without_reply=True)
    try:
        return await _send(to, chat_id, reply, quoted)
    except ChatMigrated as moved:  # a group became a supergroup while the answer was made: no message to quote there
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
    """Give a message of the bot's other words and buttons."""
    await message.edit_text(
        reply.html, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW, reply_markup=keyboard(reply)
    )
