"""Which articles does an export of Telegram Desktop hold, a message an article?"""

from collections.abc import Iterator, Mapping
from typing import Any

from retrieval.article import Article
from retrieval.intake import boundary
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats import document
from retrieval.intake.prose import dates, plain_text, url_line
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.lines import han, on_one_line
from retrieval.intake.prose.plain_text import Hints
from retrieval.text.folding import printable

# A channel publishes, people in a group chat: a short message there is hardly ever news.
_FEWEST_HAN = {"public_channel": 20, "private_channel": 20}
_FEWEST_HAN_IN_A_CHAT = 40
_LONGEST_TITLE, _SHORTEST_TITLE = 45, 4


def is_export(value: Mapping[str, object]) -> bool:
    """Whether an object is the result.json of one chat or of a whole account."""
    return bool(list(_chats(value)))


def articles(value: Mapping[str, object], name: str) -> Iterator[Article | Refusal]:
    """An article for each message that reads like one, in order; what is none is counted in one refusal at the end."""
    passed_over = taken = 0
    for chat in _chats(value):
        for message in chat["messages"]:
            if not isinstance(message, dict) or message.get("type", "message") != "message":
                continue
            item = f"{name} 消息 {message.get('id')!s:.20}"
            read = boundary.result(item, _article, chat, message, item)
            if read is None:
                passed_over += 1
            else:
                taken += isinstance(read, Article)
                yield read
    if passed_over:
        yield Refusal(name, f"{'另' if taken else ''}有 {passed_over:,} 条消息太短或没有文字，不是文章。")
    elif not taken:
        yield Refusal(name, "Telegram 导出文件里没有消息。")


def _chats(value: Mapping[str, object]) -> Iterator[dict[str, Any]]:
    listed = value.get("chats")
    inside = listed.get("list") if isinstance(listed, dict) else None
    for chat in [value, *(inside if isinstance(inside, list) else [])]:
        messages = chat.get("messages") if isinstance(chat, dict) else None
        if isinstance(messages, list) and (chat.get("type") or "name" in chat or "id" in chat):
            yield dict(chat)


def _article(chat: Mapping[str, Any], message: Mapping[str, Any], item: str) -> Article | None:
    parts = _parts(message.get("text"))
    text = "".join(part for part, _ in parts)
    if han(text) < _FEWEST_HAN.get(str(chat.get("type")), _FEWEST_HAN_IN_A_CHAT):
        return None
    title = _bold_title(parts)
    if title is not None:
        text = text[len(parts[0][0]) :]
    read = plain_text.article(text, item, Hints(title))
    if isinstance(read, Refusal):
        return None
    said = Byline(
        source=_word(message.get("forwarded_from")) or _word(chat.get("name")),
        author=_word(message.get("author")),
        published=dates.normalise(_word(message.get("date")) or ""),
    )
    return document.filled(read, Hints(byline=said, url=_url(chat, message)))


def _parts(text: object) -> list[tuple[str, bool]]:
    """The pieces of a text and whether each is bold; a text without any mark is one string."""
    pieces = text if isinstance(text, list) else [text]
    found: list[tuple[str, bool]] = []
    for piece in pieces:
        inside = piece.get("text") if isinstance(piece, dict) else piece
        if isinstance(inside, str) and (inside.strip() or found):
            found.append((printable(inside), isinstance(piece, dict) and piece.get("type") == "bold"))
    return found


def _bold_title(parts: list[tuple[str, bool]]) -> str | None:
    """The bold words that a message begins with, when they fill its first line or stand in 【】."""
    if not parts or not parts[0][1]:
        return None
    bold, rest = parts[0][0], parts[1][0] if len(parts) > 1 else ""
    bracketed = bold.strip().startswith("【") and bold.strip().endswith("】")
    if not bracketed and not bold.endswith("\n") and not rest.startswith("\n"):
        return None
    title = on_one_line(bold.strip().strip("【】"))
    return title if _SHORTEST_TITLE <= han(title) <= _LONGEST_TITLE and "\n" not in bold.strip() else None


def _word(value: object) -> str | None:
    return on_one_line(value) or None if isinstance(value, str) else None


def _url(chat: Mapping[str, Any], message: Mapping[str, Any]) -> str | None:
    username, number = _word(chat.get("username")), message.get("id")
    url = f"https://t.me/{username.lstrip('@')}/{number}" if username and isinstance(number, int) else ""
    return url if url_line.is_web(url) else None
