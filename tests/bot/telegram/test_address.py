"""Who is addressed, and with what: from the text itself, as Telegram marks nothing beside a Chinese character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.address import Command, command, is_command, mentions, without_mention

BOT = "NewsQABot"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/ask 台风停课", Command("ask", "台风停课")),
        ("/ask台风停课", Command("ask", "台风停课")),
        ("/ask@NewsQABot 台风停课", Command("ask", "台风停课")),
        ("/ask@newsqabot台风停课", Command("ask", "台风停课")),
        ("/ASK，台风停课", Command("ask", "台风停课")),
        ("/ask：台风停课", Command("ask", "台风停课")),
        ("  /ask\n台风\n停课", Command("ask", "台风\n停课")),
        ("/ask", Command("ask", "")),
        ("/asking 台风", Command("asking", "台风")),
        ("/ask@OtherBot 台风", None),
        ("/ask@NewsQABot2 台风", None),
        ("台风 /ask", None),
        ("/ 台风", None),
        ("/台风", None),
        ("", None),
    ],
)
def test_a_command_is_read_from_the_beginning_of_a_text(text: str, expected: Command | None) -> None:
    assert command(text, BOT) == expected


def test_another_bots_command_is_a_command_all_the_same() -> None:
    assert is_command("/ask@OtherBot 台风")
    assert not is_command("7/24 服务")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("@NewsQABot 台风停课", "台风停课"),
        ("@NewsQABot台风停课", "台风停课"),
        ("请问@newsqabot，台风停课吗", "请问 ，台风停课吗"),
        ("台风停课 @NewsQABot", "台风停课"),
    ],
)
def test_a_mention_is_found_beside_chinese_and_the_question_survives_it(text: str, rest: str) -> None:
    assert mentions(text, BOT)
    assert without_mention(text, BOT) == rest


@pytest.mark.parametrize("text", ["@NewsQABot2 台风", "a@NewsQABot", "@NewsQA", "NewsQABot 台风"])
def test_another_name_is_no_mention(text: str) -> None:
    assert not mentions(text, BOT)


@given(st.text(alphabet="台风停课多少？"))
def test_nothing_of_a_question_is_lost(question: str) -> None:
    assert command(f"/ask{question}", BOT) == Command("ask", question)
    assert without_mention(f"@{BOT}{question}", BOT) == question
