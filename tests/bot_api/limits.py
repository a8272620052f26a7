"""Limits of well-formed requests: lengths, buttons, commands, addresses, with Telegram's words."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from tests.bot_api import markup
from tests.bot_api.error import mistake

MOST_TEXT, MOST_CAPTION = 4096, 1024  # UTF-16 units, after parsing
MOST_DOWNLOAD, MOST_UPLOAD = 20 * 2**20, 50 * 2**20  # bytes
_MOST_BUTTONS, _MOST_DATA, _MOST_COPIED = 100, 64, 256
_MOST_RESULTS, _MOST_ID, _MOST_OFFSET, _MOST_TOAST = 50, 64, 64, 200
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
# Actions of a button of an inline keyboard: a button has exactly one.
_ACTIONS = {
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
}

Json = dict[str, Any]


def text_of(params: Json, name: str = "text") -> markup.Formatted:
    """The text or the caption of a request as a person sees it."""
    given = params.get(name) or ""
    entities = params.get("entities" if name != "caption" else "caption_entities")
    formatted = markup.read(given, params.get("parse_mode"), entities)
    if name == "caption":
        if markup.units(formatted.text) > MOST_CAPTION:
            raise mistake("message caption is too long")
    elif not given:
        raise mistake("message text is empty")
    elif not formatted.text.strip().strip(_INVISIBLE):
        raise mistake("text must be non-empty")
    elif markup.units(formatted.text) > MOST_TEXT:
        raise mistake("message is too long")
    return formatted


def keyboard(markup_given: Json | None) -> Json | None:
    """The stored keyboard without empty rows; None when no row is left."""
    if not markup_given or "inline_keyboard" not in markup_given:
        return markup_given
    rows = [row for row in markup_given["inline_keyboard"] if row]
    buttons = [button for row in rows for button in row]
    if len(buttons) > _MOST_BUTTONS:
        raise mistake("REPLY_MARKUP_TOO_LONG")
    for button in buttons:
        if not button["text"].strip():
            raise mistake("inline keyboard button text must be non-empty")
        action = _ACTIONS & set(button)
        if not action:
            raise mistake("Text buttons are unallowed in the inline keyboard")
        if len(action) > 1:
            raise mistake(f"inline keyboard button must have exactly one action, not {sorted(action)}")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= _MOST_DATA:
            raise mistake("BUTTON_DATA_INVALID")
        if "url" in button and not markup.valid_url(button["url"]):
            raise mistake(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
        if "copy_text" in button and not 1 <= len(button["copy_text"]["text"]) <= _MOST_COPIED:
            raise mistake("BUTTON_COPY_TEXT_INVALID")
    return {"inline_keyboard": rows} if rows else None


def toast(text: str) -> None:
    if len(text) > _MOST_TOAST:
        raise mistake("MESSAGE_TOO_LONG")


def commands(given: list[Json]) -> None:
    if len(given) > _MOST_BUTTONS:
        raise mistake("BOT_COMMANDS_TOO_MUCH")
    for command in given:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"].removeprefix("/")):
            raise mistake("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise mistake("BOT_COMMAND_DESCRIPTION_INVALID")
    if len({command["command"] for command in given}) < len(given):
        raise mistake("BOT_COMMAND_DUPLICATE")


def inline_results(params: Json) -> Iterator[str]:
    """Mistakes in answerInlineQuery that Telegram forgives. Raises `ApiError` for those that it doesn't."""
    results, offset = params["results"], params.get("next_offset", "")
    if len(results) > _MOST_RESULTS:
        raise mistake("RESULTS_TOO_MUCH")
    ids = [result["id"] for result in results]
    if not all(1 <= len(identifier.encode()) <= _MOST_ID for identifier in ids):
        raise mistake("RESULT_ID_INVALID")
    if len(set(ids)) < len(ids):
        raise mistake("RESULT_ID_DUPLICATE")
    if len(offset.encode()) > _MOST_OFFSET:
        raise mistake("NEXT_OFFSET_INVALID")
    if offset == "[]":
        yield 'next_offset is "[]", which comes back as the offset of the next query'
    button = params.get("button")
    if (
        button
        and "web_app" not in button
        and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", button.get("start_parameter") or "")
    ):
        raise mistake("START_PARAM_INVALID")
    for result in results:
        yield from result_content(result).faults


def result_content(result: Json) -> markup.Formatted:
    """The message that an inline result becomes."""
    keyboard(result.get("reply_markup"))
    if not result.get("title") and result["type"] == "article":
        raise mistake("ARTICLE_TITLE_EMPTY")
    content = result.get("input_message_content", result)
    if "message_text" in content:
        return text_of(content, "message_text")
    return text_of(content, "caption")


def webhook(params: Json) -> None:
    address = urlsplit(params["url"])
    if address.scheme != "https" or not address.hostname:
        raise mistake("bad webhook: An HTTPS URL must be provided for webhook")
    if (address.port or 443) not in (443, 80, 88, 8443):
        raise mistake("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", params.get("secret_token") or "x"):
        raise mistake("secret token contains unallowed characters")
    if not 1 <= params.get("max_connections", 40) <= 100:
        raise mistake("max_connections must be between 1 and 100")
