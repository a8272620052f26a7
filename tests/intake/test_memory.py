"""Memory and steps that reading a file takes, in proportion to its size."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from retrieval.article import Article
from retrieval.intake import Refusal, read
from retrieval.intake.formats import document, docx, markdown, markdown_parts
from retrieval.intake.page import blocks, markup
from retrieval.intake.prose import lines
from tests.support.documents import BODY, rss
from tests.support.large_files import HAN, WORST, empty_paragraphs
from tests.support.project import ROOT
from tests.support.seeds import word_of

READ = """
import sys
sys.path[:0] = sys.argv[3:]
from tests.support.large_files import WORST
from retrieval.intake import read
def peak():
    # ru_maxrss would begin with what the process of the tests has.
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
make, size = WORST[sys.argv[1]]
data = make(size)
list(read(data[:20_000], sys.argv[1]))
before = peak()
for _ in read(data, sys.argv[1]):
    pass
used = (peak() - before) * 1024
sys.exit(used > 10 * len(data) + 100_000_000 and f"{used // 1_000_000} MB for {len(data) / 1_000_000:.1f} MB")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process is read from /proc")
@pytest.mark.parametrize("name", WORST)
def test_reading_takes_at_most_ten_times_the_file_size_plus_100_megabytes(name: str) -> None:
    command = [sys.executable, "-W", "ignore", "-c", READ, name, "-", str(ROOT), str(ROOT / "tests")]
    child = subprocess.run(command, capture_output=True, text=True, check=False)
    assert child.returncode == 0, child.stderr


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", "桥\n" * (lines.MOST_LINES + 1)),
        ("a.txt", "桥<br>" * (lines.MOST_LINES + 1)),
        ("a.csv", '标题,正文\n一,"' + "桥\n" * (lines.MOST_LINES + 1) + '"'),
        ("a.html", "<p>桥</p>" * 100_000),
        ("a.rss", rss(("桥", BODY), more="<category>1</category>" * 6_000).decode()),
        ("a.rss", rss(("桥", BODY), more=f"<a b='{'1' * 30_000}'/>").decode()),
        ("a.rss", rss().decode() + "<item>" * 60_000),
        ("a.docx", empty_paragraphs(3_000_000)),
        ("a.json", "[" + "{}," * 300_000 + "{}]"),
        ("a.json", '{"text": [' + '"桥",' * 600_000 + '"桥"]}'),
        ("a.jsonl", '{"text": [' + '"桥",' * 600_000 + '"桥"]}'),
    ],
)
def test_a_file_that_holds_too_much_is_refused_with_advice(name: str, data: str | bytes) -> None:
    [refusal] = read(data if isinstance(data, bytes) else data.encode(), name)
    assert isinstance(refusal, Refusal)
    assert refusal.item.startswith(name)
    assert "请" in refusal.reason


def test_a_wrapped_collection_is_not_refused_for_its_number_of_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lines, "MOST_LINES", 100)
    wrapped = "\n".join([*[f"{HAN}{HAN}{HAN}"] * 30, ""])
    collection = "=====\n".join(f"{HAN}{number}\n2024-03-05\n\n{wrapped}" for number in range(50))
    assert [article.title for article in read(collection.encode(), "a.txt") if isinstance(article, Article)] == [
        f"{HAN}{number}" for number in range(50)
    ]
    [refusal] = read(("桥\n" * len(collection)).encode(), "a.txt")
    assert isinstance(refusal, Refusal)


PIECES = "".join(
    f"# 标题{number}\n\n{BODY}[链接][a]\n\n1. 一\n2. 二\n   - 三\n\n| a | b |\n|---|---|\n"
    + "".join(f"| 桥 | {number}.{row} |\n" for row in range(120))
    + "\n```\n# 一\n\n| 二 |\n```\n\n> 三\n> 四\n\n"
    for number in range(6)
)


@pytest.mark.parametrize("longest", [1_000, 1_700, 4_000])
def test_a_long_markdown_text_reads_as_if_parsed_at_once(monkeypatch: pytest.MonkeyPatch, longest: int) -> None:
    text = f"{PIECES}[a]: https://a.cn\n"

    def shown() -> list[document.Block]:
        return [block for block in markdown.blocks(text) if block.text.strip()]

    whole = shown()
    assert len(text) <= markdown_parts.LONGEST
    monkeypatch.setattr(markdown_parts, "LONGEST", longest)
    assert len(list(markdown_parts.parts(text))) > len(text) // longest
    assert shown() == whole


def calls(work: Callable[[], object]) -> int:
    """The number of functions called, in Python and in C."""
    count = 0

    def profile(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


DEEP: dict[str, Callable[[int], bytes]] = {
    "tables in tables.html": lambda depth: (
        "<table><tr><td>桥</td><td>" * depth + f"<p>{BODY}</p>" + "</td></tr></table>" * depth
    ).encode(),
    "texts in tables.html": lambda depth: (f"<table><tr><td><p>{BODY}</p><td>" * depth).encode(),
    "boxes.html": lambda depth: (f"<div class=article-body><p>{BODY}</p>" * depth).encode(),
    "inline.html": lambda depth: f"<p>{BODY}</p><div>{'<b><i>桥' * depth}".encode(),
    "rows.html": lambda depth: (f"<h1>{HAN}</h1>" + "<tr><td>桥</td><td>长" * depth).encode(),
    "authors.html": lambda depth: (f"<h1>{HAN}</h1>" + "<div class=author>桥" * depth + f"<p>{BODY}</p>").encode(),
}


@pytest.mark.parametrize("name", DEEP)
def test_nesting_twice_as_deep_takes_twice_the_steps(name: str) -> None:
    make, depth = DEEP[name], 100
    list(read(make(depth), "a.html"))
    single, double = (calls(lambda times=times: list(read(make(times * depth), "a.html"))) for times in (1, 2))
    assert double < 2.5 * single


def test_nested_word_tables_are_read_in_linear_time() -> None:
    paragraph = f"<w:p><w:r><w:t>{BODY}</w:t></w:r></w:p>"

    def nested(depth: int) -> bytes:
        row = "<w:tbl><w:tr><w:tc/><w:tc>"
        return word_of(row * depth + paragraph * 200 + "</w:tc></w:tr></w:tbl>" * depth)

    shallow, deep = (calls(lambda depth=depth: list(docx.articles(nested(depth), "a.docx"))) for depth in (2, 20))
    assert deep < 2 * shallow
    [article] = read(nested(20), "a.docx")
    assert isinstance(article, Article)


def test_a_cell_text_is_read_only_up_to_a_limit() -> None:
    page = markup.parse("<p>" + "<b>桥 </b>" * 500 + "</p>").root
    assert blocks.short_text(page, 2_000) == " ".join("桥" * 500)
    assert blocks.short_text(page, 20) is None
    assert calls(lambda: blocks.short_text(page, 20)) < 200
