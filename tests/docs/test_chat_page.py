"""The drawn conversations: all text of a message is shown, and none of it is executed."""

from docs.chat import Screen, page
from tests.bot_api import InlinePage, Message

HOSTILE = '<script>alert("&")</script>'


def message(text: str = HOSTILE, **fields: object) -> Message:
    chat = {"id": -1, "type": "supergroup", "title": "群"}
    return Message(
        {"message_id": 1, "date": 0, "chat": chat, "from": {"id": 2, "first_name": HOSTILE}} | {"text": text, **fields},
        0,
    )


def test_text_in_a_drawn_conversation_is_shown_and_not_executed() -> None:
    answered = message("/ask", reply_to_message=message().raw, via_bot={"username": HOSTILE})
    keyboard = {"inline_keyboard": [[{"text": HOSTILE}]]}
    results = [{"title": HOSTILE, "description": HOSTILE}]
    typed = InlinePage(HOSTILE, results, "", 0, False, None)
    messages = [message(reply_markup=keyboard), answered]
    drawn = page(Screen("x", 1, HOSTILE, HOSTILE, messages, typed=typed, bot=HOSTILE))
    assert drawn.count("<script>") == 1  # the script that measures the page
    assert drawn.count("alert") >= 10


def test_a_quote_is_folded_until_it_is_opened_and_a_command_looks_clickable() -> None:
    entities = [
        {"type": "bot_command", "offset": 0, "length": 4},
        {"type": "expandable_blockquote", "offset": 5, "length": 2},
    ]
    messages = [message("/ask\n全文\n出处", entities=entities)]
    folded, opened = (page(Screen("x", 1, "群", "", messages, opened=opened)) for opened in (False, True))
    assert '<a href="#">/ask</a>' in folded
    assert '<blockquote><div class="fold">全文</div>' in folded
    assert '<blockquote class="open"><div>全文</div>' in opened
