"""Methods of the Bot API, by their names in snake case; the parameters have been checked."""

import json
import time
from typing import Any

from tests.bot_api import limits
from tests.bot_api.content import inline_message
from tests.bot_api.error import ApiError, mistake
from tests.bot_api.message import Message
from tests.bot_api.updates import Bell, Updates
from tests.bot_api.validation import Files
from tests.bot_api.world import Chat, World, membership

Json = dict[str, Any]

_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content"
    " and reply markup of the message"
)
_EMOJI = set(
    "👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾🤷😡"
)


class Query:
    """A question that waits for answerCallbackQuery, answerInlineQuery or answerGuestQuery."""

    def __init__(self, seconds: float, chat: Chat | None = None) -> None:
        self.until = time.monotonic() + seconds
        self.chat = chat  # where the answer is shown, for a guest
        self.answer: Json | None = None


class Methods:
    """The methods that the bot can call; `shown` is every message it has sent or edited, in order."""

    def __init__(self, world: World, updates: Updates, bell: Bell, faults: list[str]) -> None:
        self.world, self.updates = world, updates
        self.shown: list[Message] = []
        self.queries: dict[str, Query] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.reactions: dict[tuple[int, int], list[Json]] = {}
        self.actions: list[tuple[int, str]] = []
        self.can_read_all = False
        self._bell, self._faults = bell, faults

    def get_me(self, params: Json, files: Files) -> Json:
        able = {"can_join_groups": True, "supports_inline_queries": True, "supports_guest_queries": True}
        return self.world.bot.user() | able | {"can_read_all_group_messages": self.can_read_all}

    async def get_updates(self, params: Json, files: Files) -> list[Json]:
        return await self.updates.poll(params)

    def set_webhook(self, params: Json, files: Files) -> bool:
        self.updates.set_webhook(params)
        return True

    def delete_webhook(self, params: Json, files: Files) -> bool:
        self.updates.set_webhook({**params, "url": ""})
        return True

    def get_webhook_info(self, params: Json, files: Files) -> Json:
        return self.updates.webhook_info()

    def log_out(self, params: Json, files: Files) -> bool:
        return True

    close = set_my_description = set_my_short_description = log_out

    def send_message(self, params: Json, files: Files) -> Json:
        chat = self.world.reach(params["chat_id"])
        return self._send(chat, params, self._formatted(params, "text"))

    def send_document(self, params: Json, files: Files) -> Json:
        chat = self.world.reach(params["chat_id"])
        name, stored = self._received(params, files, "document")
        content: Json = {"document": stored | {"file_name": name}}
        return self._send(chat, params, content | self._formatted(params, "caption"))

    def send_photo(self, params: Json, files: Files) -> Json:
        chat = self.world.reach(params["chat_id"])
        _, stored = self._received(params, files, "photo")
        content: Json = {"photo": [stored | {"width": 1280, "height": 853}]}
        return self._send(chat, params, content | self._formatted(params, "caption"))

    def edit_message_text(self, params: Json, files: Files) -> Json | bool:
        message = self._own(params)
        formatted = self._formatted(params, "text")
        if "text" not in message:
            raise ApiError("there is no text in the message to edit")
        # A text without a keyboard takes the keyboard away.
        return self._edit(message, params, {"entities": [], **formatted, "reply_markup": params.get("reply_markup")})

    def edit_message_reply_markup(self, params: Json, files: Files) -> Json | bool:
        return self._edit(self._own(params), params, {"reply_markup": params.get("reply_markup")})

    def delete_message(self, params: Json, files: Files) -> bool:
        chat = self.world.reach(params["chat_id"])
        message = chat.history.get(params["message_id"])
        if message is None:
            raise ApiError("message to delete not found")
        mine = message.get("from", {}).get("id") == self.world.bot.id
        if not mine and chat.type != "private" and chat.bot != "administrator":
            raise ApiError("message can't be deleted")
        del chat.history[params["message_id"]]
        self._bell.ring()
        return True

    def answer_callback_query(self, params: Json, files: Files) -> bool:
        limits.toast(params.get("text", ""))
        return self._answer(params["callback_query_id"], params)

    def answer_inline_query(self, params: Json, files: Files) -> bool:
        self._faults.extend(f"answerInlineQuery: {fault}" for fault in limits.inline_results(params))
        return self._answer(params["inline_query_id"], params)

    def answer_guest_query(self, params: Json, files: Files) -> Json:
        formatted = limits.result_content(params["result"])
        self._faults.extend(f"answerGuestQuery: {fault}" for fault in formatted.faults)
        self._answer(params["guest_query_id"], params)
        chat, identity = self.queries[params["guest_query_id"]].chat, f"inline-guest-{params['guest_query_id']}"
        assert chat
        content = inline_message(params["result"], {"from": self.world.bot.user()})
        self.world.inline_messages[identity] = self.world.add(chat, content)
        self._show(self.world.inline_messages[identity])
        return {"inline_message_id": identity}

    def send_chat_action(self, params: Json, files: Files) -> bool:
        self.actions.append((self.world.reach(params["chat_id"]).id, params["action"]))
        return True

    def set_my_commands(self, params: Json, files: Files) -> bool:
        limits.commands(params["commands"])
        self.commands[self._scope(params)] = params["commands"]
        return True

    def delete_my_commands(self, params: Json, files: Files) -> bool:
        self.commands.pop(self._scope(params), None)
        return True

    def get_my_commands(self, params: Json, files: Files) -> list[Json]:
        return self.commands.get(self._scope(params), [])

    def get_chat(self, params: Json, files: Files) -> Json:
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
        full = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, True)}
        return self.world.reach(params["chat_id"]).brief() | full

    def get_chat_member(self, params: Json, files: Files) -> Json:
        return self.world.member(self.world.reach(params["chat_id"]), params["user_id"])

    def get_chat_administrators(self, params: Json, files: Files) -> list[Json]:
        chat = self.world.reach(params["chat_id"])
        if chat.type == "private":
            raise mistake("there are no administrators in the private chat")
        statuses = {**chat.members, self.world.bot.id: chat.bot}
        return [
            membership(self.world.people[number], status)
            for number, status in statuses.items()
            if status in ("administrator", "creator")
        ]

    def leave_chat(self, params: Json, files: Files) -> bool:
        self.world.reach(params["chat_id"]).bot = "left"
        return True

    def get_file(self, params: Json, files: Files) -> Json:
        stored = self.world.files.get(params["file_id"])
        if stored is None:
            raise ApiError("wrong file_id or the file is temporarily unavailable")
        path, _, size = stored
        if size > limits.MOST_DOWNLOAD:
            raise ApiError("file is too big")
        unique = f"unique-{params['file_id'].split('-')[1]}"
        return {"file_id": params["file_id"], "file_unique_id": unique, "file_size": size, "file_path": path}

    def set_message_reaction(self, params: Json, files: Files) -> bool:
        chat = self.world.reach(params["chat_id"])
        if params["message_id"] not in chat.history:
            raise ApiError("message to react not found")
        for reaction in params.get("reaction") or []:
            if reaction["type"] != "emoji" or reaction["emoji"].rstrip("\ufe0f") not in _EMOJI:
                raise mistake("REACTION_INVALID")
        self.reactions[chat.id, params["message_id"]] = params.get("reaction") or []
        self._bell.ring()
        return True

    def _formatted(self, params: Json, name: str) -> Json:
        formatted = limits.text_of(params, name)
        self._faults.extend(f"{name}: {fault}" for fault in formatted.faults)
        entities = "entities" if name == "text" else "caption_entities"
        fields: Json = {name: formatted.text} if formatted.text else {}
        return fields | ({entities: formatted.entities} if formatted.entities else {})

    def _send(self, chat: Chat, params: Json, content: Json) -> Json:
        keyboard = limits.keyboard(params.get("reply_markup")) or {}
        place = self.world.place(chat, params)
        if chat.type == "channel" and chat.bot != "administrator":
            raise ApiError("need administrator rights in the channel chat", 403)
        sender = {"sender_chat": chat.brief()} if chat.type == "channel" else {"from": self.world.bot.user()}
        # An inline keyboard becomes part of the message; the other three kinds of markup don't.
        shown = {"reply_markup": keyboard} if "inline_keyboard" in keyboard else {}
        message = self.world.add(chat, {**sender, **content, **place, **shown})
        self._show(message)
        return message

    def _show(self, message: Json) -> None:
        self.shown.append(Message.of(message, len(self.shown) + 1))
        self._bell.ring()

    def _own(self, params: Json) -> Json:
        """The bot's message that is to be edited."""
        if "inline_message_id" in params:
            if params["inline_message_id"] not in self.world.inline_messages:
                raise ApiError("MESSAGE_ID_INVALID")
            return self.world.inline_messages[params["inline_message_id"]]
        message = self.world.reach(params["chat_id"]).history.get(params["message_id"])
        if message is None:
            raise ApiError("message to edit not found")
        if "from" in message and message["from"]["id"] != self.world.bot.id:  # posts of a channel have no author
            raise mistake("message can't be edited")
        return message

    def _edit(self, message: Json, params: Json, changes: Json) -> Json | bool:
        changes["reply_markup"] = limits.keyboard(changes["reply_markup"])
        edited = {name: value for name, value in {**message, **changes}.items() if value not in (None, [])}
        if edited == {name: value for name, value in message.items() if value not in (None, [])}:
            raise ApiError(_NOT_MODIFIED)
        message.clear()
        message.update(edited)
        if "inline_message_id" not in params:
            message["edit_date"] = int(time.time())
        self._show(message)
        return True if "inline_message_id" in params else message

    def _answer(self, identity: str, params: Json) -> bool:
        query = self.queries.get(identity)
        if query is None or query.answer is not None or time.monotonic() > query.until:
            raise ApiError(_TOO_OLD)
        query.answer = params
        self._bell.ring()
        return True

    def _scope(self, params: Json) -> tuple[str, str]:
        scope = params.get("scope") or {"type": "default"}
        if "chat_id" in scope:
            self.world.reach(scope["chat_id"])
        return json.dumps(scope, sort_keys=True), params.get("language_code") or ""

    def _received(self, params: Json, files: Files, name: str) -> tuple[str, Json]:
        """The name of a file that the bot sends, by upload or by id, and its object in messages."""
        given = params.get(name, "")
        upload = files.get(given.removeprefix("attach://") if given else name)
        if upload:
            if not upload[1]:
                raise mistake("file must be non-empty")
            if len(upload[1]) > limits.MOST_UPLOAD:
                raise ApiError("Request Entity Too Large", 413, fault=True)
            return upload[0], self.world.store(*upload)
        if given not in self.world.files:
            raise mistake("wrong remote file identifier specified: Wrong string length")
        path, _, size = self.world.files[given]
        unique = f"unique-{given.split('-')[1]}"
        return path.rpartition("/")[2], {"file_id": given, "file_unique_id": unique, "file_size": size}
