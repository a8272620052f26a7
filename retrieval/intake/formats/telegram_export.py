"""Exports of Telegram Desktop: an article for each message of result.json, or of a page that was read as one."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeGuard

from retrieval.article import Article
from retrieval.intake import boundary
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats import document
from retrieval.intake.formats.fields import Fields
from retrieval.intake.prose import dates, plain_text, url_line
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.lines import han, on_one_line
from retrieval.intake.prose.plain_text import Hints
from retrieval.text.folding import printable

# Keys of the chats in the export of an account: those of today, and those that it has left.
_LISTS = ("chats", "left_chats")
# Channels publish, people in groups chat: a short message in a group is hardly ever news.
_FEWEST_HAN = {"public_channel": 20, "private_channel": 20}
_FEWEST_HAN_IN_A_CHAT = 40
# Conversations that the export of a whole account holds beside its channels, and that nobody meant to publish.
_PRIVATE = frozenset(
    ("personal_chat", "private_group", "private_supergroup", "saved_messages", "bot_chat", "verify_codes")
)
_LONGEST_TITLE, _SHORTEST_TITLE = 45, 4
_LONGEST_UNIXTIME = 10


def is_export(value: Mapping[str, object]) -> bool:
    """Whether an object is the result.json of one chat or of a whole account."""
    is_account = "about" in value and any(isinstance(value.get(key), dict) for key in _LISTS)
    return _has_messages(value) or is_account or any(map(_has_messages, _listed(value)))


def articles(value: Mapping[str, object], name: str) -> Iterator[Article | Refusal]:
    """An article for each message that reads like one, in order; refusals at the end count the others and empty chats.

    Pictures and other messages without a text are no failure: a note of the first article counts them. Of an account,
    private conversations are left out: people export all of it for its channels. Notices of Telegram itself, such as
    those of pinned messages, are no messages here.
    """
    yield from document.noted(_articles(value, name), name, _wordless(value))


def _articles(value: Mapping[str, object], name: str) -> Iterator[Article | Refusal]:
    skipped = taken = empty = private = wordless = 0
    is_account = not _has_messages(value)
    for chat in _listed(value) if is_account else [value]:
        if not _has_messages(chat):
            empty += 1
            continue
        if is_account and chat.get("type") in _PRIVATE:
            private += 1
            continue
        for message in _messages(chat):
            if not _has_words(message):
                wordless += 1
                continue
            item = f"{name} 消息 {message.get('id')!s:.20}"
            result = boundary.result(item, _article, chat, message, item)
            if result is None:
                skipped += 1
            else:
                taken += isinstance(result, Article)
                yield result
    if private:
        yield Refusal(name, f"有 {private:,} 个私人对话没有读取；要收录其中的消息，请单独导出那个对话。")
    if skipped:
        yield Refusal(name, f"{'另' if taken else ''}有 {skipped:,} 条消息太短，不是文章。")
    if empty and (skipped or taken or wordless):
        yield Refusal(name, f"有 {empty:,} 个对话没有消息，没有读取。")
    elif not skipped and not taken and not private and not wordless:
        yield Refusal(name, "Telegram 导出文件里没有消息。")


def _wordless(value: Mapping[str, object]) -> str:
    """A sentence that counts the messages without a text; empty when there is none."""
    is_account = not _has_messages(value)
    chats = filter(_has_messages, _listed(value) if is_account else [value])
    read = (chat for chat in chats if not is_account or chat.get("type") not in _PRIVATE)
    count = sum(not _has_words(message) for chat in read for message in _messages(chat))
    return f"有 {count:,} 条消息没有文字，没有收录。" if count else ""


def _messages(chat: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The messages of a chat without the notices of Telegram itself."""
    for message in chat["messages"]:
        if isinstance(message, dict) and message.get("type", "message") == "message":
            yield message


def _has_words(message: Mapping[str, Any]) -> bool:
    return bool(_pieces(message.get("text")) or _pieces(message.get("text_entities")))


def _listed(value: Mapping[str, object]) -> list[Any]:
    """The chats in the export of an account."""
    held = [inside.get("list") for key in _LISTS if isinstance(inside := value.get(key), dict)]
    return [chat for listed in held if isinstance(listed, list) for chat in listed]


def _has_messages(chat: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether a value is a chat with its messages."""
    if not isinstance(chat, Mapping) or not isinstance(chat.get("messages"), list):
        return False
    return bool(chat.get("type") or "name" in chat or "id" in chat)


def _article(chat: Mapping[str, Any], message: Mapping[str, Any], item: str) -> Article | None:
    pieces = _pieces(message.get("text")) or _pieces(message.get("text_entities"))
    fields = Fields(item)
    text = "".join(piece for piece, _ in pieces)
    if han(text) < _FEWEST_HAN.get(str(chat.get("type")), _FEWEST_HAN_IN_A_CHAT):
        return None
    title = _bold_title(pieces)
    if title is not None:
        text = text[len(pieces[0][0]) :]
    result = plain_text.article(text, item, Hints(title))
    if isinstance(result, Refusal):
        return None
    byline = Byline(
        source=_line(message.get("forwarded_from")) or _line(chat.get("name")),
        author=_line(message.get("author")),
        published=_published(message, fields),
    )
    read = document.with_fallback(result, Hints(byline=byline, url=_url(chat, message)))
    return replace(read, notes=tuple(fields.notes))


def _pieces(text: object) -> list[tuple[str, bool]]:
    """The pieces of a text, and whether each is bold; a text without formatting is one string."""
    pieces: list[tuple[str, bool]] = []
    for piece in text if isinstance(text, list) else [text]:
        inside = piece.get("text") if isinstance(piece, dict) else piece
        if isinstance(inside, str) and (inside.strip() or pieces):
            pieces.append((printable(inside), isinstance(piece, dict) and piece.get("type") == "bold"))
    return pieces


def _bold_title(pieces: list[tuple[str, bool]]) -> str | None:
    """The bold words at the beginning of a message, if they fill its first line or stand in 【】."""
    if not pieces or not pieces[0][1]:
        return None
    bold, rest = pieces[0][0], pieces[1][0] if len(pieces) > 1 else ""
    bracketed = bold.strip().startswith("【") and bold.strip().endswith("】")
    if not bracketed and not bold.endswith("\n") and not rest.startswith("\n"):
        return None
    title = on_one_line(bold.strip().strip("【】"))
    return title if _SHORTEST_TITLE <= han(title) <= _LONGEST_TITLE and "\n" not in bold.strip() else None


def _published(message: Mapping[str, Any], fields: Fields) -> str | None:
    """The moment in Chinese time; `date` alone, of older exports, is the time of the computer that wrote the file."""
    seconds = message.get("date_unixtime")
    if isinstance(seconds, str) and seconds.isdecimal() and len(seconds) <= _LONGEST_UNIXTIME:
        return dates.of_timestamp(int(seconds))
    return fields.moment(message.get("date"))


def _line(value: object) -> str | None:
    return on_one_line(value) or None if isinstance(value, str) else None


def _url(chat: Mapping[str, Any], message: Mapping[str, Any]) -> str | None:
    username, number = _line(chat.get("username")), message.get("id")
    url = f"https://t.me/{username.lstrip('@')}/{number}" if username and isinstance(number, int) else ""
    return url if url_line.is_web(url) else None
