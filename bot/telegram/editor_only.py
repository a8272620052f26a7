"""The refusal of a command that only editors may give."""

from telegram import Update
from telegram.constants import ChatType

from bot.telegram.gate import Gate, Role
from bot.telegram.replies import Reply
from bot.telegram.sending import send
from bot.words import editors
from bot.words.language import said


async def admits_editor(gate: Gate, update: Update, refusal: str) -> bool:
    """Ask the gate. Others than editors get the refusal; in private, strangers also get their own number."""
    role, message = gate.role(update), update.message
    if message is None:
        return False
    if role is Role.STRANGER:
        lines = [refusal]
        if message.chat.type == ChatType.PRIVATE and message.from_user is not None:
            lines += [f"{said(editors.YOUR_NUMBER)}<code>{message.from_user.id}</code>", said(editors.TO_ASK)]
        await send(message, Reply("\n".join(lines)))
    elif role is Role.ANONYMOUS:
        await send(message, Reply(said(editors.ANONYMOUS)))
    elif role is Role.FORWARDED:
        await send(message, Reply(said(editors.FORWARDED_COMMAND)))
    return role is Role.EDITOR
