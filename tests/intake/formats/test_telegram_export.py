"""Exports of Telegram: messages that are articles, and one refusal for the others."""

import json
from typing import Any

import pytest

from retrieval.article import Article, Paragraph
from retrieval.intake import Refusal, read
from tests.support.documents import BODY, LAST, MORE

TITLE = "城北新桥通车"
DATE = "2024-03-05T09:30:12"


def message(number: int, text: Any, **more: Any) -> dict[str, Any]:
    return {"id": number, "type": "message", "date": DATE, "from": "城北日报频道", "text": text, **more}


def results(*messages: Any, kind: str = "public_channel", **chat: Any) -> list[Article | Refusal]:
    export = {"name": "城北日报频道", "type": kind, "id": 1, **chat, "messages": list(messages)}
    return list(read(json.dumps(export, ensure_ascii=False, indent=1).encode(), "result.json"))


def test_a_message_becomes_an_article_with_the_channel_and_the_day() -> None:
    assert results(message(7, f"{TITLE}\n\n{BODY}"), username="cbnews") == [
        Article(TITLE, (Paragraph(BODY),), "城北日报频道", None, None, "2024-03-05 09:30", "https://t.me/cbnews/7")
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"【{TITLE}】{BODY}",
        [{"type": "bold", "text": TITLE}, f"\n{BODY}"],
        [{"type": "bold", "text": f"{TITLE}\n\n"}, BODY],
        [{"type": "bold", "text": f"【{TITLE}】"}, BODY],
        [{"type": "bold", "text": TITLE}, "\n", BODY, "\n\n投稿：@cbnews\n", {"type": "hashtag", "text": "#城北"}],
        [f"{TITLE}\n", {"type": "text_link", "text": BODY, "href": "https://a.cn"}],
        [{"type": "bold", "text": TITLE}, f"\n{BODY}\n", {"type": "link", "text": "https://t.me/cbnews"}],
    ],
)
def test_the_prominent_beginning_of_a_message_is_its_title(text: Any) -> None:
    assert results(message(7, text)) == [
        Article(TITLE, (Paragraph(BODY),), source="城北日报频道", published="2024-03-05 09:30")
    ]


def test_a_message_without_a_title_gets_its_first_sentence() -> None:
    [article] = results(message(7, [{"type": "bold", "text": BODY[:6]}, BODY[6:]]))
    assert isinstance(article, Article)
    assert BODY.startswith(article.title)
    assert article.text == BODY


def test_a_forward_takes_its_first_channel_unless_the_text_names_a_source() -> None:
    items = results(
        message(1, f"{TITLE}\n{BODY}", forwarded_from="城南晚报"),
        message(2, f"{TITLE}\n{MORE}（城东早报）", author="李超"),
    )
    assert [(article.source, article.author) for article in items if isinstance(article, Article)] == [
        ("城南晚报", None),
        ("城东早报", "李超"),
    ]


def test_messages_that_are_not_articles_are_counted() -> None:
    service = {"id": 1, "type": "service", "date": DATE, "action": "create_channel", "text": ""}
    chatter, wordless = message(2, "好的"), "有 4 条消息没有文字，没有收录。"
    pictures = [
        message(3, ""),
        message(4, "", photo="a.jpg"),
        message(5, None),
        message(6, [5, None]),
    ]
    article, *refusals = results(service, chatter, *pictures, message(7, f"{TITLE}\n{BODY}"), None, "x")
    assert isinstance(article, Article)
    assert article.notes == (f"result.json：{wordless}",)
    assert refusals == [Refusal("result.json", "另有 1 条消息太短，不是文章。")]
    assert results(service, chatter) == [Refusal("result.json", "有 1 条消息太短，不是文章。")]
    assert results(service, *pictures) == [Refusal("result.json", wordless)]
    assert results(service) == [Refusal("result.json", "Telegram 导出文件里没有消息。")]


def test_a_personal_message_must_be_longer_than_a_channel_post() -> None:
    flash = "城北新桥今天正式通车，全长一千二百米，双向六车道。"
    assert isinstance(results(message(1, flash))[0], Article)
    assert isinstance(results(message(1, flash), kind="private_supergroup")[0], Refusal)
    assert isinstance(results(message(1, BODY + MORE), kind="private_supergroup")[0], Article)


def test_an_export_of_a_whole_account_is_read_chat_by_chat() -> None:
    chats = [
        {"name": name, "type": "public_channel", "id": 1, "messages": [message(1, BODY)]} for name in ("甲报", "乙报")
    ]
    export = {"about": "Here is the data you requested.", "chats": {"about": "", "list": chats}}
    items = read(json.dumps(export).encode(), "result.json")
    assert [article.source for article in items if isinstance(article, Article)] == ["甲报", "乙报"]


def chat(name: str | None, *messages: Any) -> dict[str, Any]:
    return {"name": name, "type": "public_channel", "id": 1, "messages": list(messages)}


@pytest.mark.parametrize(
    ("present", "left"),
    [
        ([], [chat("甲报", message(1, BODY)), chat("乙报", message(1, MORE))]),
        ([chat("甲报", message(1, BODY))], [chat("乙报", message(1, MORE))]),
    ],
)
def test_the_chats_that_an_account_has_left_are_read_too(present: list[Any], left: list[Any]) -> None:
    empty = {"name": "丙报", "type": "public_channel", "id": 3}
    export = {"about": "", "chats": {"about": "", "list": [*present, empty]}, "left_chats": {"about": "", "list": left}}
    *items, last = read(json.dumps(export).encode(), "result.json")
    assert [item.source for item in items if isinstance(item, Article)] == ["甲报", "乙报"]
    assert last == Refusal("result.json", "有 1 个对话没有消息，没有读取。")
    del export["chats"]
    sources = [item.source for item in read(json.dumps(export).encode(), "result.json") if isinstance(item, Article)]
    assert sources == ["甲报", "乙报"][len(present) :]


@pytest.mark.parametrize("lists", [{"chats": {"list": []}}, {"left_chats": {}}, {"chats": {"list": [None, {"id": 1}]}}])
def test_an_account_without_messages_is_refused_in_one_sentence(lists: dict[str, Any]) -> None:
    export = {"about": "", "personal_information": {}, **lists}
    refusal = Refusal("result.json", "Telegram 导出文件里没有消息。")
    assert list(read(json.dumps(export).encode(), "result.json")) == [refusal]


def test_a_text_that_stands_in_its_entities_only_is_read() -> None:
    [article] = results(message(7, "", text_entities=[{"type": "plain", "text": BODY}]))
    assert isinstance(article, Article)
    assert article.text == BODY


@pytest.mark.parametrize(("date", "notes"), [("?", 0), (None, 0), ("昨天 09:30", 1), (7, 1)])
def test_an_invalid_date_stays_unknown(date: object, notes: int) -> None:
    [article] = results(message(1, LAST + BODY, date=date))
    assert isinstance(article, Article)
    assert (article.published, len(article.notes)) == (None, notes)


@pytest.mark.parametrize("username", ["a b", "a/../\x85b", "城北 日报", "城北\n日报", "a" * 3_000])
def test_a_channel_name_unfit_for_an_address_gives_none(username: str) -> None:
    chat = {"name": "城\x01北日报", "type": "public_channel", "id": 1, "username": username}
    post = {"id": 5, "type": "message", "text": f"{BODY}{MORE}"}
    [article] = read(json.dumps(chat | {"messages": [post]}).encode(), "result.json")
    assert isinstance(article, Article)
    assert (article.source, article.url) == ("城北日报", None)


def test_the_moment_counts_from_1970_where_an_export_has_it() -> None:
    posts = [message(1, BODY, date="2024-03-05T02:30:12", date_unixtime="1709602212"), message(2, MORE)]
    posts.append(message(3, LAST, date_unixtime="9" * 40))
    assert [item.published for item in results(*posts) if isinstance(item, Article)] == [
        "2024-03-05 09:30",
        "2024-03-05 09:30",
        "2024-03-05 09:30",
    ]


@pytest.mark.parametrize("kind", ["personal_chat", "private_group", "private_supergroup", "saved_messages"])
def test_private_conversations_of_an_account_are_not_published(kind: str) -> None:
    talk = {"name": "李四", "type": kind, "id": 9, "messages": [message(1, LAST + BODY)]}
    channel = {"name": "甲报", "type": "public_channel", "id": 1, "messages": [message(2, LAST + BODY)]}
    export = {"about": "", "chats": {"list": [talk, channel]}}
    [article, refusal] = read(json.dumps(export).encode(), "result.json")
    assert isinstance(article, Article)
    assert article.source == "甲报"
    assert isinstance(refusal, Refusal)
    assert "1 个私人对话" in refusal.reason
    # Whoever exports one conversation means it.
    [alone] = read(json.dumps(talk).encode(), "result.json")
    assert isinstance(alone, Article)
