"""People, chats, and their actions that make updates."""

import itertools
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from tests.bot_api.content import KINDS, inline_message, origin, sender, words
from tests.bot_api.message import InlinePage, Message, Toast
from tests.bot_api.methods import Query
from tests.bot_api.server import Server
from tests.bot_api.world import Chat, Person, membership

Json = dict[str, Any]
_T = TypeVar("_T")

TIMEOUT = 10.0  # seconds; a bound for waits that end much sooner, never what a test measures
_FIRST_PERSON, _FIRST_GROUP, _FIRST_SUPERGROUP = 5_000_000_001, -4_000_000_001, -1_002_000_000_001


class People(Server):
    """The people around one bot."""

    def __init__(
        self, token: str = "123456789:TEST", username: str = "NewsQABot", *, can_read_all: bool = False
    ) -> None:
        super().__init__(token, username)
        self.methods.can_read_all = can_read_all
        # Telegram's limits in seconds: a later answer is refused as too old.
        self.inline_limit, self.callback_limit, self.guest_limit = 10.0, 15.0, 30.0
        self.inline_feedback = True  # BotFather's /setinlinefeedback switches this
        self._people = itertools.count(_FIRST_PERSON)
        self._groups = itertools.count(_FIRST_GROUP, -1)
        self._supergroups = itertools.count(_FIRST_SUPERGROUP, -1)
        self._numbers = itertools.count(1)

    # People and chats

    def person(
        self, first_name: str, *, id: int | None = None, username: str | None = None, language: str | None = "zh-hans"
    ) -> Person:
        person = Person(next(self._people) if id is None else id, first_name, username, language)
        self.world.people[person.id] = person
        return person

    def private(self, person: Person, *, started: bool = True) -> Chat:
        """The one chat of a person with the bot; the bot can't find it before the person has pressed start."""
        if known := self.world.chats.get(person.id):
            return known
        bot = "member" if started else "unknown"
        return self._chat(Chat(person.id, "private", person.first_name, person.username, bot=bot))

    def group(
        self,
        title: str,
        members: Iterable[Person] = (),
        *,
        privacy: bool = True,
        topics: bool = False,
        basic: bool = False,
        admins: Iterable[Person] = (),
        bot: str = "member",
        username: str | None = None,
    ) -> Chat:
        """A group with the bot in it; `bot` may also be administrator, left or kicked.

        `privacy` is the mode the bot joined with: Telegram keeps it until the bot is added again.
        """
        number = next(self._groups if basic else self._supergroups)
        statuses = {person.id: "member" for person in members} | {person.id: "administrator" for person in admins}
        kind = "group" if basic else "supergroup"
        return self._chat(Chat(number, kind, title, username, topics, statuses, privacy, bot))

    def channel(self, title: str, *, bot: str = "administrator", username: str | None = None) -> Chat:
        return self._chat(Chat(next(self._supergroups), "channel", title, username, bot=bot))

    def topic(self, group: Chat, name: str, by: Person) -> int:
        """Makes a topic in a group; returns its thread id."""
        created = {"forum_topic_created": {"name": name, "icon_color": 7322096}, "is_topic_message": True}
        message = self.world.add(group, sender(group, by) | created)
        message["message_thread_id"] = message["message_id"]
        group.threads.add(message["message_id"])
        self._deliver(group, message)
        return int(message["message_id"])

    def _chat(self, chat: Chat) -> Chat:
        self.world.chats[chat.id] = chat
        return chat

    # Actions of people

    async def send(
        self,
        chat: Chat,
        by: Person | None,
        text: str = "",
        *,
        reply_to: Message | None = None,
        topic: int | None = None,
        anonymous: bool = False,
        as_channel: Chat | None = None,
        automatic_from: Chat | None = None,
        forwarded_from: Person | Chat | str | None = None,
        document: tuple[str, bytes] | tuple[str, bytes, int] | None = None,
        photo: bool | bytes = False,
        caption: str = "",
        kind: str | None = None,
        via_bot: bool = False,
        date: int | None = None,
        **fields: Any,
    ) -> Message:
        """Sends a message of a person; a channel's post has no author (`by=None`).

        `document` is (name, content) or (name, content, declared size). `kind` is one of `KINDS` (sticker, voice,
        poll, ...). A name in `forwarded_from` stands for a person who hides their account. `automatic_from` is the
        channel whose posts are forwarded into its discussion group. `fields` are copied into the message.
        """
        content = dict(fields)
        if text:
            content |= words(text)
        if caption:
            content |= words(caption, "caption")
        if document:
            content["document"] = self.world.store(*document) | {"file_name": document[0]}
        if photo:
            content["photo"] = [self.world.store("a.jpg", photo if photo is not True else b"\xff\xd8\xff\xd9")]
            content["photo"][0] |= {"width": 1280, "height": 853}
        if kind:
            content[kind] = KINDS[kind]
        if via_bot:
            content["via_bot"] = self.world.bot.user()
        if reply_to:
            content |= self.world.reply(chat, chat.history.get(reply_to.id, reply_to.raw))
        elif topic:
            content |= self.world.in_topic(chat, topic)
        if forwarded_from:
            content["forward_origin"] = origin(forwarded_from)
        if automatic_from:
            content |= {"is_automatic_forward": True, "forward_origin": origin(automatic_from)}
        if chat.type == "private" and chat.bot == "unknown":
            chat.bot = "member"
        content |= sender(chat, by, anonymous, as_channel or automatic_from, automatic=bool(automatic_from))
        return self._deliver(chat, self.world.add(chat, content, date))

    async def edit(self, message: Message, text: str) -> Message:
        """The author edits a message: its text, or its caption if it has one."""
        chat = self.world.chats[message.chat_id]
        stored = chat.history[message.id]
        name = "text" if "text" in stored else "caption"
        for old in ("entities", "caption_entities"):
            stored.pop(old, None)
        stored |= words(text, name) | {"edit_date": int(time.time())}
        return self._deliver(chat, stored, "edited_")

    def delete(self, message: Message) -> None:
        """Someone deletes a message; bots aren't told."""
        del self.world.chats[message.chat_id].history[message.id]

    async def press(self, message: Message, label: str, by: Person, timeout: float = TIMEOUT) -> Toast:
        """Press the button with this label; waits for answerCallbackQuery and returns the toast it showed.

        Anonymous admins press under their own name: Telegram shows it to the bot.
        """
        mark = self.mark
        query = self.begin_press(message, label, by)
        answer = await self.until(lambda: query.answer, timeout, f"the button {label!r} was not answered") or {}
        toast = Toast(answer.get("text", ""))
        toast.alert, toast.url, toast.mark = answer.get("show_alert", False), answer.get("url"), mark
        return toast

    def begin_press(self, message: Message, label: str, by: Person) -> Query:
        """A press without waiting; `query.answer` holds answerCallbackQuery's parameters."""
        pressed = [button for row in message.keyboard for button in row if button["text"] == label]
        assert pressed, f"no button {label!r} among {message.buttons}"
        assert "callback_data" in pressed[0], f"the button {label!r} asks the bot nothing: {pressed[0]}"
        shown = self.now(message)
        stored = self.world.chats[message.chat_id].history[message.id]
        identity = next((key for key, content in self.world.inline_messages.items() if content is stored), None)
        where = {"inline_message_id": identity} if identity else {"message": shown.raw}
        press = {"from": by.user(), "chat_instance": str(message.chat_id), "data": pressed[0]["callback_data"], **where}
        return self._ask("callback_query", press, self.callback_limit)

    def type_inline(self, by: Person, text: str, offset: str = "", chat_type: str = "private") -> Query:
        """A keystroke after the bot's name, without waiting; `query.answer` holds answerInlineQuery's parameters."""
        typed = {"from": by.user(), "query": text, "offset": offset, "chat_type": chat_type}
        return self._ask("inline_query", typed, self.inline_limit)

    async def inline(self, by: Person, text: str, offset: str = "", timeout: float = TIMEOUT) -> InlinePage:
        """Type after the bot's name in any chat, and wait for the results."""
        query = self.type_inline(by, text, offset)
        answer = await self.until(lambda: query.answer, timeout, f"the inline query {text!r} was not answered") or {}
        next_offset, seconds = answer.get("next_offset", ""), answer.get("cache_time", 300)
        personal, button = answer.get("is_personal", False), answer.get("button")
        return InlinePage(text, answer["results"], next_offset, seconds, personal, button)

    async def choose(self, page: InlinePage, number: int, chat: Chat, by: Person) -> Message:
        """Send a result into a chat; it comes back to the bot where it is a member, and as chosen_inline_result."""
        result = page.results[number]
        content = inline_message(result, {**sender(chat, by), "via_bot": self.world.bot.user()})
        message = self._deliver(chat, self.world.add(chat, content))
        chosen = {"result_id": result["id"], "from": by.user(), "query": page.query}
        if "reply_markup" in content:  # only then can the bot edit it
            chosen["inline_message_id"] = f"inline-{next(self._numbers)}"
            self.world.inline_messages[chosen["inline_message_id"]] = self.world.chats[chat.id].history[message.id]
        if self.inline_feedback:
            self.updates.put("chosen_inline_result", chosen)
        return message

    async def guest(self, by: Person, text: str, reply_to: Message | None = None, timeout: float = TIMEOUT) -> Message:
        """Mention the bot in a group without it; returns the message that answerGuestQuery makes there."""
        chat = self.group("别人的群", [by], bot="left")
        replied = {"reply_to_message": reply_to.raw} if reply_to else {}
        message = self.world.add(chat, {**sender(chat, by), **words(text), **replied})
        self._ask("guest_message", message, self.guest_limit, "guest_query_id", chat)
        return await self.reply(chat, self.mark, timeout)

    def business(self, by: Person, text: str) -> bool:
        """A customer writes to a person whose business chats the bot serves; returns whether the bot was told."""
        message = self.world.add(Chat(by.id, "private", by.first_name), {**sender(None, by), **words(text)})
        return self.updates.put("business_message", {**message, "business_connection_id": "business-1"})

    def react(self, message: Message, by: Person, emoji: str) -> bool:
        """Returns whether the bot is told of a reaction: if it has subscribed and, in a group, is an admin."""
        chat = self.world.chats[message.chat_id]
        reaction = {"chat": chat.brief(), "message_id": message.id, "user": by.user(), "date": int(time.time())}
        change = {"old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": emoji}]}
        allowed = chat.type == "private" or chat.bot == "administrator"
        return allowed and self.updates.put("message_reaction", reaction | change)

    def service(self, chat: Chat, by: Person | None, **fields: Any) -> Message:
        """A service message, by its fields: `new_chat_members=[...]`, `pinned_message=...`, `new_chat_title=...`."""
        return self._deliver(chat, self.world.add(chat, sender(chat, by) | fields))

    def bot_becomes(self, chat: Chat, status: str, by: Person) -> None:
        """The bot is added (member), promoted (administrator), thrown out or blocked (kicked)."""
        old, chat.bot = membership(self.world.bot, "left" if chat.bot == "unknown" else chat.bot), status
        change = {"old_chat_member": old, "new_chat_member": membership(self.world.bot, status)}
        about = {"chat": chat.brief(), "from": by.user(), "date": int(time.time())}
        self.updates.put("my_chat_member", about | change)

    def blocked(self, person: Person) -> None:
        self.bot_becomes(self.private(person), "kicked", person)

    def unblocked(self, person: Person) -> None:
        self.bot_becomes(self.world.chats[person.id], "member", person)

    def migrate(self, group: Chat, by: Person) -> Chat:
        """A basic group becomes a supergroup with another id; the old one refuses everything from then on."""
        new = self.group(group.title, basic=False, privacy=group.privacy, bot=group.bot)
        new.members = group.members
        self.service(group, by, migrate_to_chat_id=new.id)
        self.service(new, by, migrate_from_chat_id=group.id)
        group.migrated_to = new.id
        return new

    @property
    def mark(self) -> int:
        """The number of messages that the bot has sent or edited so far."""
        return len(self.methods.shown)

    def now(self, message: Message) -> Message:
        """The message as it stands now."""
        stored = self.world.chats[message.chat_id].history.get(message.id)
        assert stored, f"message {message.id} has been deleted"
        return Message.of(stored, message.mark, message.delivered)

    async def reply(self, chat: Chat, after: Message | Toast | int = 0, timeout: float = TIMEOUT) -> Message:
        """The next message that the bot sends or edits in a chat after something happened."""
        mark, shown = after if isinstance(after, int) else after.mark, self.methods.shown
        new = lambda: next((message for message in shown[mark:] if message.chat_id == chat.id), None)  # noqa: E731
        message = await self.until(new, timeout, f"the bot showed nothing in {chat.title!r}")
        assert message
        return message

    async def until(self, condition: Callable[[], _T], timeout: float = TIMEOUT, what: str = "it never happened") -> _T:
        """Waits for the first true value of the condition. Raises AssertionError with `what` at a timeout."""
        try:
            return await self.bell.until(condition, timeout)
        except TimeoutError:
            last = ", ".join(name for name, _ in self.calls[-5:]) or "none"
            problems = "".join(f"\n{fault}" for fault in self.faults)
            raise AssertionError(f"{what} within {timeout} s; the bot's last calls: {last}{problems}") from None

    def _ask(self, kind: str, content: Json, seconds: float, name: str = "id", chat: Chat | None = None) -> Query:
        identity = str(1000 + next(self._numbers))
        query = self.methods.queries[identity] = Query(seconds, chat)
        delivered = self.updates.put(kind, {**content, name: identity})
        assert delivered, f"the bot has not subscribed to {kind}: allowed_updates is {sorted(self.updates.allowed)}"
        return query

    def _deliver(self, chat: Chat, message: Json, prefix: str = "") -> Message:
        kind = prefix + ("channel_post" if chat.type == "channel" else "message")
        delivered = self.world.delivered(chat, message) and self.updates.put(kind, message)
        return Message.of(message, self.mark, delivered)
