"""Pages that Telegram Desktop exports: their messages are the articles that result.json would give."""

import json
from html import escape

import pytest

from retrieval.article import Article, Paragraph
from retrieval.intake import Refusal, read
from tests.support.documents import BODY, LAST, MORE, zip_of

TITLE = "城北新桥通车"
CHANNEL = "城北日报频道"
MOMENT = "05.03.2024 09:30:12 UTC+08:00"


def shown(text: str) -> str:
    return f'\n<div class="text">\n{text}\n</div>\n'


def message(number: int, inside: str, sender: str | None = CHANNEL, moment: str = MOMENT) -> str:
    """A message as Telegram Desktop writes it; one without a sender is joined to the one before it."""
    name = f'<div class="from_name">\n{escape(sender)} \n</div>' if sender else ""
    return (
        f'<div class="message default clearfix{"" if sender else " joined"}" id="message{number}">\n'
        f'<div class="pull_left userpic_wrap"><div class="userpic"><div class="initials">城</div></div></div>'
        f'<div class="body">\n<div class="pull_right date details" title="{moment}">\n09:30\n</div>\n'
        f"{name}{inside}</div>\n</div>\n"
    )


def forward(inside: str, origin: str | None) -> str:
    moment = '<span class="date details" title="01.03.2024 08:00:00 UTC+08:00"> 01.03.2024 08:00:00</span>'
    name = f'<div class="from_name">\n{origin} {moment}\n</div>' if origin else ""
    return f'<div class="forwarded body">\n{name}{inside}</div>'


def page(*messages: str, chat: str = CHANNEL) -> bytes:
    day = '<div class="message service" id="message-1"><div class="body details">\n5 March 2024\n</div></div>'
    return (
        f'<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8"/>\n<title>Exported Data</title></head>\n'
        f'<body onload="CheckLocation();">\n<div class="page_wrap">\n<div class="page_header">\n<div class="content">\n'
        f'<div class="text bold">\n{chat} \n</div></div></div>\n<div class="page_body chat_page">\n'
        f'<div class="history">'
        f'<a class="pagination block_link" href="messages.html">Previous messages</a>{day}{"".join(messages)}'
        f'<a class="pagination block_link" href="messages3.html">Next messages</a></div></div></div></body></html>'
    ).encode()


def results(*messages: str, chat: str = CHANNEL) -> list[Article | Refusal]:
    return list(read(page(*messages, chat=chat), "messages2.html"))


def test_the_bot_through_which_a_message_was_sent_is_no_part_of_the_channels_name() -> None:
    text = shown(f"<strong>{TITLE}</strong><br><br>{BODY}")
    assert results(message(7, text, f"{CHANNEL} via @posting_bot")) == results(message(7, text))


def test_each_message_is_an_article_with_its_channel_and_moment() -> None:
    assert results(
        message(7, shown(f"<strong>{TITLE}</strong><br><br>{BODY}<br>{MORE}")),
        message(8, shown(f"【城南公园开放】{LAST}"), None, "06.03.2024 10:00:00 UTC+08:00"),
    ) == [
        Article(TITLE, (Paragraph(BODY), Paragraph(MORE)), CHANNEL, None, None, "2024-03-05 09:30"),
        Article("城南公园开放", (Paragraph(LAST),), CHANNEL, None, None, "2024-03-06 10:00"),
    ]


@pytest.mark.parametrize(
    ("printed", "published"),
    [
        ("05.03.2024 09:30:12 UTC+08:00", "2024-03-05 09:30"),
        ("05.03.2024 01:30:12 UTC+00:00", "2024-03-05 09:30"),
        ("04.03.2024 20:30:12 UTC-05:00", "2024-03-05 09:30"),
        ("05.03.2024 07:00:12 UTC+05:30", "2024-03-05 09:30"),
        ("05.03.2024 09:30:12", "2024-03-05 09:30"),
        ("31.02.2024 09:30:12 UTC+08:00", None),
        ("March 5", None),
    ],
)
def test_the_moment_is_told_in_chinese_time(printed: str, published: str | None) -> None:
    [article] = results(message(7, shown(BODY), moment=printed))
    assert isinstance(article, Article)
    assert article.published == published


@pytest.mark.parametrize(
    "text",
    [
        f"<strong>{TITLE}<br></strong><br>{BODY}",
        f"<strong>【{TITLE}】</strong>{BODY}",
        f'<strong>{TITLE}</strong><br>{BODY[:9]}<a href="https://a.cn">{BODY[9:15]}</a><em>{BODY[15:]}</em>',
        f"<strong>{TITLE}</strong><br><blockquote>{BODY}</blockquote>",
        f'<strong>{TITLE}</strong><br>{BODY[:9]}<span class="spoiler hidden"><span>{BODY[9:]}</span></span>',
    ],
)
def test_formatted_text_is_read_as_result_json_has_it(text: str) -> None:
    [article] = results(message(7, shown(text)))
    assert isinstance(article, Article)
    assert (article.title, article.text) == (TITLE, BODY)


def test_a_forward_takes_its_first_channel_and_so_does_the_one_joined_to_it() -> None:
    items = results(
        message(1, forward(shown(BODY), "城南晚报")),
        message(2, forward(shown(MORE), None), None),
        message(3, shown(LAST)),
        chat="城北日报频道",
    )
    assert [item.source for item in items if isinstance(item, Article)] == ["城南晚报", "城南晚报", CHANNEL]


def test_media_buttons_reactions_and_answers_are_no_text_and_a_signature_is_the_author() -> None:
    media = (
        '<div class="media_wrap clearfix"><a class="media clearfix pull_left block_link media_file" href="files/a.pdf">'
        '<div class="body"><div class="title bold">通知全文.pdf</div><div class="text">文件里的字</div></div></a></div>'
    )
    answer = '<div class="reply_to details">In reply to <a href="#go_to_message1">this message</a></div>'
    below = (
        '<table class="bot_buttons_table"><tr><td><div class="bot_button"><a href="https://a.cn"><div>打开</div></a></div>'
        '</td></tr></table><div class="signature details">\n李超\n</div>'
        '<span class="reactions"><span class="reaction"><span class="emoji">👍</span></span></span>'
    )
    [article] = results(message(7, answer + media + shown(BODY) + below))
    assert isinstance(article, Article)
    assert (article.text, article.source, article.author) == (BODY, CHANNEL, "李超")


def test_short_messages_are_counted_and_a_chat_of_several_people_needs_longer_ones() -> None:
    flash = "城北新桥今天正式通车，全长一千二百米，双向六车道。"
    assert results(message(1, shown("好的")), message(2, ""), message(3, shown(BODY)))[1:] == [
        Refusal("messages2.html", "另有 1 条消息太短，不是文章。")
    ]
    assert isinstance(results(message(1, shown(flash)))[0], Article)
    [refusal] = results(message(1, shown(flash), "小李"), message(2, shown("收到"), "小王"))
    assert refusal == Refusal("messages2.html", "有 2 条消息太短，不是文章。")
    assert results() == [Refusal("messages2.html", "Telegram 导出文件里没有消息。")]


def test_a_page_gives_the_articles_of_the_same_result_json() -> None:
    posts = [
        {
            "id": 7,
            "type": "message",
            "date": "2024-03-05T09:30:12",
            "text": [{"type": "bold", "text": TITLE}, f"\n{BODY}"],
        },
        {
            "id": 8,
            "type": "message",
            "date": "2024-03-05T09:30:12",
            "text": f"{MORE}\n{LAST}",
            "forwarded_from": "城南晚报",
        },
    ]
    exported = json.dumps({"name": CHANNEL, "type": "public_channel", "id": 1, "messages": posts}).encode()
    pages = results(
        message(7, shown(f"<strong>{TITLE}</strong><br>{BODY}")),
        message(8, forward(shown(f"{MORE}<br>{LAST}"), "城南晚报")),
    )
    assert pages == list(read(exported, "result.json"))


def test_too_many_messages_and_a_page_that_only_looks_like_an_export_are_refused() -> None:
    many = page() + b'<div class="message default clearfix" id="message1"></div>' * 20_001
    assert list(read(many, "a.html")) == [Refusal("a.html", "里面的消息超过 20,000 条，没有读取；请分成几个文件。")]
    without = b'<div class="page_body chat_page"><div class="message ">'
    assert list(read(without.replace(b'<div class="message ', b'<p class="message '), "a.html")) == [
        Refusal("a.html", "Telegram 导出文件里没有消息。")
    ]
    whole = page(message(7, shown(BODY)))
    broken = whole[: whole.index(BODY.encode())]
    assert [type(item) for item in read(broken, "a.html")] == [Refusal]


def test_an_export_in_a_zip_is_read_without_a_word_about_its_scripts_and_pictures() -> None:
    folder = "ChatExport_2024-03-05"
    data = zip_of(
        {
            f"{folder}/messages.html": page(message(7, shown(BODY))),
            f"{folder}/messages2.html": page(message(8, shown(MORE))),
            f"{folder}/css/style.css": "body {}",
            f"{folder}/js/script.js": "function f() {}",
            f"{folder}/images/back.png": b"\x89PNG",
            **{f"{folder}/photos/photo_{number}.jpg": b"\xff\xd8\xff" for number in range(300)},
            f"{folder}/stickers/a.webp": b"RIFF",
        }
    )
    items = list(read(data, "a.zip"))
    assert [item.text for item in items if isinstance(item, Article)] == [BODY, MORE]
    assert len(items) == 2
