"""Commands and mentions read from the text itself, since Telegram marks none beside a Chinese character."""

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
def test_a_command_is_read_at_the_start_of_a_text(text: str, expected: Command | None) -> None:
    assert command(text, BOT) == expected


def test_a_command_addressed_to_another_bot_is_still_a_command() -> None:
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
def test_a_mention_beside_chinese_text_is_removed_from_the_question(text: str, rest: str) -> None:
    assert mentions(text, BOT)
    assert without_mention(text, BOT) == rest


@pytest.mark.parametrize("text", ["@NewsQABot2 台风", "a@NewsQABot", "@NewsQA", "NewsQABot 台风"])
def test_another_username_is_not_a_mention(text: str) -> None:
    assert not mentions(text, BOT)


@given(st.text(alphabet="台风停课多少？"))
def test_removing_a_mention_loses_nothing_of_the_question(question: str) -> None:
    assert command(f"/ask{question}", BOT) == Command("ask", question)
    assert without_mention(f"@{BOT}{question}", BOT) == question
