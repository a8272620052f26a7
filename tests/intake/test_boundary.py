"""Exceptions that no reader expects: each refuses its own item only, and the refusal names the item."""

import json
import logging
import pickle
from collections.abc import Iterator, Sequence

import pytest

from retrieval.article import Article
from retrieval.intake import File, Lines, Refusal, boundary, kinds, read, read_in_pieces
from retrieval.intake.prose import plain_text
from retrieval.intake.prose.lines import Line
from retrieval.intake.prose.plain_text import Hints
from tests.support.documents import BODY, LAST, MORE, rss, zip_of

BAD = f"坏{MORE}"
ROWS = [
    {"text": text, "title": title} for text, title in ((BODY, "城北新桥一"), (BAD, "城北新桥二"), (LAST, "城北新桥三"))
]
POSTS = [{"id": number, "type": "message", "text": row["text"]} for number, row in enumerate(ROWS, 1)]
PARTS = [f"{row['title']}\n2024-03-05 09:30\n{row['text']}" for row in ROWS]
# A file of three articles -> the item name of the second.
FILES: dict[str, tuple[bytes, str]] = {
    "a.txt": ("\n=====\n".join(PARTS).encode(), "a.txt"),
    "a.md": ("".join(f"# {row['title']}\n\n2024-03-05\n\n{row['text']}\n\n" for row in ROWS).encode(), "a.md 第 2 篇"),
    "a.json": (json.dumps(ROWS).encode(), "a.json 第 2 项"),
    "a.jsonl": ("\n".join(map(json.dumps, ROWS)).encode(), "a.jsonl 第 2 行"),
    "result.json": (
        json.dumps({"id": 1, "type": "public_channel", "messages": POSTS}).encode(),
        "result.json 消息 2",
    ),
    "a.csv": (
        "标题,正文\n".encode() + "".join(f"{row['title']},{row['text']}\n" for row in ROWS).encode(),
        "a.csv 第 3 行",
    ),
    "a.rss": (rss(*((row["title"], row["text"]) for row in ROWS)), "a.rss 第 2 条"),
    "a.zip": (zip_of({f"{number}.txt": part for number, part in enumerate(PARTS, 1)}), "a.zip/2.txt"),
}
ERRORS = [
    KeyError("x"),
    IndexError(),
    OverflowError(),
    RecursionError(),
    MemoryError(),
    AssertionError(),
    StopIteration(),
]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """Makes the rules for plain text, which every reader uses, raise the error in the list at a text with 坏."""
    errors: list[BaseException] = [ERRORS[0]]
    whole = plain_text.article_from_lines

    def from_lines(part: list[Line], item: str, known: Hints) -> Article | Refusal:
        if any("坏" in line.shown for line in part):
            raise errors[0]
        return whole(part, item, known)

    monkeypatch.setattr(plain_text, "article_from_lines", from_lines)
    return errors


def check(items: Sequence[object], item: str) -> None:
    first, refusal, last = items
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert (first.text, last.text) == (BODY, LAST)
    assert isinstance(refusal, Refusal)
    assert refusal.item == item
    assert refusal.reason.endswith("。")
    assert "请" in refusal.reason


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_a_bad_item_is_refused_alone_in_its_file(
    broken: list[BaseException], name: str, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    broken[0] = error
    data, item = FILES[name]
    with caplog.at_level(logging.DEBUG, boundary.__name__):
        check(list(read(data, name)), item)
    [record] = caplog.records
    assert record.levelno == logging.DEBUG
    assert record.exc_info is not None
    assert record.exc_info[1] is not None


@pytest.mark.parametrize("name", FILES)
def test_a_bad_item_read_in_a_worker_is_refused_alone(broken: list[BaseException], name: str) -> None:
    data, item = FILES[name]
    items: list[object] = []
    for piece in [File(data, name)] if name != "a.zip" else read_in_pieces(data, name):
        items += pickle.loads(pickle.dumps(piece)).read() if isinstance(piece, File | Lines) else [piece]
    check(items, item)


def test_a_bad_line_is_refused_alone_in_its_piece(broken: list[BaseException]) -> None:
    data, item = FILES["a.jsonl"]
    check(list(pickle.loads(pickle.dumps(Lines(data, "a.jsonl", 1))).read()), item)


@pytest.mark.parametrize("name", ["a.html", "a.mhtml", "a.pdf", "a.docx", "a.md", "a.json", "a.txt"])
def test_articles_read_before_a_reader_fails_are_kept(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    [article] = read(BODY.encode(), "a.txt")

    def reader(data: bytes, name: str) -> Iterator[Article | Refusal]:
        assert isinstance(article, Article)
        yield article
        raise ZeroDivisionError

    monkeypatch.setattr(kinds, "articles_reader", lambda _: reader)
    first, refusal = read(b" ", name)
    assert first == article
    assert isinstance(refusal, Refusal)
    assert refusal.item == name
    # The later members of a ZIP are read, too.
    items = list(read(zip_of({name: " ", f"b/{name}": " "}), "a.zip"))
    assert [type(item) for item in items] == [Article, Refusal] * 2


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_an_interrupt_is_not_turned_into_a_refusal(broken: list[BaseException], error: type[BaseException]) -> None:
    broken[0] = error()
    with pytest.raises(error):
        list(read(*FILES["a.jsonl"][:1], "a.jsonl"))
