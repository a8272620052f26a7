"""Does each command do what other programs and an operator rely on, whatever it is given and whenever it is stopped?"""

import io
import json
import os
import pty
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, fields
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter

from bot.__main__ import main
from bot.settings import Settings
from bot.words import wording
from retrieval.article import Article
from retrieval.engine import SearchEngine
from retrieval.indexing.preparation import batches
from retrieval.intake import Fetcher, read_in_pieces
from retrieval.text.analyzer import Analyzer
from tests.support.json_shapes import ARTICLE, FILTERS, LISTED, STATS, assert_added, assert_ask, assert_shape

ROOT = Path(__file__).parent.parent.parent.parent
PARK = "游乐园今天重新开放，游客需要提前预约门票，每天限两万人。"
METRO = "地铁十七号线昨天开始试运行，全长五十公里，共设二十座车站。"
BRIDGE = "跨江大桥主体工程完工，预计明年春天正式通车，双向六车道。"
THREE = (
    {"title": "游乐园开放", "text": PARK, "source": "新民晚报", "published": "2020-05-11 09:00"},
    {"title": "地铁试运行", "text": METRO, "source": "北京日报", "published": "2021-12-31", "url": "https://a.cn/2"},
    {"title": "大桥完工", "text": BRIDGE},
)


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output."""
        assert self.out.count("\n") == 1
        found: dict[str, Any] = json.loads(self.out)
        return found


Run = Callable[..., Ran]


def jsonl(*articles: dict[str, Any]) -> bytes:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in articles).encode()


def generated(first: int, last: int) -> list[dict[str, str]]:
    """Articles that are all different, in the order of their numbers."""
    text = "第{0}号地铁站昨天开始试运行，线路全长{0}公里。"
    numbers = range(first, last)
    return [{"title": f"第{one}号快讯", "text": text.format(one), "source": "试验报"} for one in numbers]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


@pytest.fixture
def run(
    tmp_path: Path,
    database: Path,
    analyzer: Analyzer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs a command here, in a folder without .env and with one dictionary for all; never a traceback."""
    monkeypatch.chdir(tmp_path)
    for field in fields(Settings):
        monkeypatch.delenv(field.name.upper(), raising=False)
    monkeypatch.setenv("DATABASE_PATH", str(database))
    for module in ("retrieval.engine", "bot.cli.commands", "bot.cli.safekeeping"):
        monkeypatch.setattr(f"{module}.Analyzer", lambda: analyzer)

    def run_it(*arguments: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stopped:
            code = stopped.code  # type: ignore[assignment]
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Ran(code, out, err)

    return run_it


@pytest.fixture
def three(run: Run) -> Run:
    """The same, over a database with three articles."""
    assert run("add", "-", stdin=jsonl(*THREE)).code == 0
    return run


@pytest.fixture
def environment(database: Path) -> dict[str, str]:
    """Of a process of its own."""
    ours = {field.name.upper() for field in fields(Settings)}
    return {name: value for name, value in os.environ.items() if name not in ours} | {"DATABASE_PATH": str(database)}


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts a process of its own; what is left of it at the end is killed."""
    started: list[subprocess.Popen[bytes]] = []

    def start_it(*arguments: str | bytes, **options: Any) -> subprocess.Popen[bytes]:
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        process = subprocess.Popen([sys.executable, "-m", "bot", *arguments], cwd=ROOT, env=environment, **pipes)
        started.append(process)
        return process

    yield start_it
    for process in started:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def execute(database: Path, statement: str, *parameters: object) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(statement, parameters)


def ids(run: Run) -> list[int]:
    return [one["id"] for one in run("list", "--json").json["articles"]]


def assert_one_sentence(ran: Ran) -> None:
    """A mistake of the operator: nothing on standard output, one sentence on standard error, code 2."""
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("错误：")
    assert ran.err.endswith("。\n")
    assert ran.err.count("\n") == 1


# ask


@pytest.mark.parametrize(
    ("question", "status", "code"),
    [("地铁十七号线全长多少公里", "answered", 0), ("火星上的外星人基地", "none", 1), ("？！", "none", 1)],
)
def test_ask_gives_one_object_and_the_exit_code_of_its_status(
    three: Run, question: str, status: str, code: int
) -> None:
    ran = three("ask", question, "--json")
    assert_ask(ran.json)
    assert (ran.code, ran.json["status"], ran.json["question"]) == (code, status, question)
    assert three("ask", question).code == code


def test_a_possible_answer_counts_as_found(three: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.ranking.sentence.ANSWERED", 1.1)
    ran = three("ask", "地铁十七号线全长多少公里", "--json")
    assert (ran.code, ran.json["status"], ran.json["answered"]) == (0, "possible", True)
    assert three("ask", "地铁十七号线全长多少公里").out.startswith(wording.POSSIBLE)


def test_answer_and_highlights_slice_the_characters_that_were_asked_for(three: Run) -> None:
    hit = three("ask", "地铁试运行", "--json").json["hits"][0]
    assert (hit["passage"], hit["answer"]) == (METRO, [0, len(METRO)])
    marked = [hit["passage"][start:end] for start, end in hit["highlights"]]
    assert marked[0] == "地铁"
    assert "运行" in marked[1]


@pytest.mark.parametrize(
    ("options", "echo", "found"),
    [
        ([], {}, {1, 2, 3}),
        (["--since", "2021-01-01"], {"since": "2021-01-01"}, {2}),
        (["--since", "2021-12-31"], {"since": "2021-12-31"}, {2}),
        (["--since", "2022-01-01"], {"since": "2022-01-01"}, set()),
        (["--until", "2020-05-11"], {"until": "2020-05-11"}, {1}),
        (["--until", "2020-05-10"], {"until": "2020-05-10"}, set()),
        (["--since", "2020-05-11", "--until", "2021-12-31"], {"since": "2020-05-11", "until": "2021-12-31"}, {1, 2}),
        (["--since", "2021-12-31", "--until", "2020-05-11"], {"since": "2021-12-31", "until": "2020-05-11"}, set()),
        (["--source", "日报"], {"source": "日报"}, {2}),
        (["--source", " 晚报 "], {"source": "晚报"}, {1}),
        (["--source", "没有的报"], {"source": "没有的报"}, set()),
        (["--source", "  "], {}, {1, 2, 3}),
    ],
)
def test_filters_leave_what_they_let_through_and_are_echoed(
    three: Run, options: list[str], echo: dict[str, str], found: set[int]
) -> None:
    ran = three("ask", "游乐园 地铁 大桥", "--json", *options)
    assert_ask(ran.json)
    assert ran.json["filters"] == dict.fromkeys(FILTERS) | echo
    assert {hit["article_id"] for hit in ran.json["hits"]} == found
    assert found or ran.code == 1


@pytest.mark.parametrize(
    ("question", "options", "echo", "found"),
    [
        ("据{source}报道，游乐园 地铁 大桥", [], {"source": "{source}"}, {1}),
        ("据{source}报道，游乐园 地铁 大桥", ["--source", "日报"], {"source": "日报"}, {2}),
        ("2020年5月的报道，游乐园 地铁 大桥", [], {"since": "2020-05-01", "until": "2020-05-31"}, {1}),
        ("2020年5月的报道，游乐园 地铁 大桥", ["--since", "2021-01-01"], {"since": "2021-01-01"}, {2}),
        ("2019年的报道，游乐园 地铁 大桥", [], {}, {1, 2, 3}),
    ],
)
def test_a_question_confines_itself_and_an_option_stands_in_place_of_what_it_says(
    three: Run, question: str, options: list[str], echo: dict[str, str], found: set[int]
) -> None:
    source = three("show", 1, "--json").json["source"]
    asked = question.format(source=source)
    ran = three("ask", asked, "--json", *options)
    assert_ask(ran.json)
    assert ran.json["question"] == asked
    assert ran.json["filters"] == dict.fromkeys(FILTERS) | {key: day.format(source=source) for key, day in echo.items()}
    assert {hit["article_id"] for hit in ran.json["hits"]} == found


def test_what_is_typed_into_the_terminal_is_confined_too(three: Run) -> None:
    source = three("show", 1, "--json").json["source"]
    assert f"只查了{source}的报道。" in three(stdin=f"{source}有什么新闻\n".encode()).out


@pytest.mark.parametrize("k", [1, 2, 3, 100])
def test_there_are_at_most_k_hits(three: Run, k: int) -> None:
    found = three("ask", "游乐园 地铁 大桥", "--json", "-k", k).json
    assert_ask(found, k)
    assert len(found["hits"]) == min(k, 3)


def test_an_explanation_is_part_of_the_object_and_of_the_page(three: Run) -> None:
    found = three("ask", "地铁试运行", "--explain", "--json").json
    assert "地铁" in found["terms"]
    assert set(found["hits"][0]["parts"]) == {"terms", "bigrams", "trigrams", "article", "sentence"}
    assert found["hits"][0]["pieces"]["terms"]["地铁"] > 0
    assert "词的权重" in three("ask", "地铁试运行", "--explain").out


def test_into_a_pipe_the_answering_sentence_comes_first_and_without_colour(three: Run) -> None:
    out = three("ask", "地铁十七号线全长多少公里").out
    assert out.startswith(f"{METRO}\n")
    assert "\033" not in out


def test_on_a_terminal_the_answer_is_coloured(three: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert three("ask", "地铁十七号线全长多少公里").out.startswith(f"\033[1;33m{METRO}\033[0m\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask",),
        ("ask", "问", "多余"),
        ("ask", "问", "-k", "0"),
        ("ask", "问", "-k", "-1"),
        ("ask", "问", "-k", "三"),
        ("ask", "问", "-k", "1001"),
        ("ask", "问", "-k", str(10**21)),
        ("ask", "问", "-k", "9" * 5000),
        ("ask", "问", "--since", "昨天"),
        ("ask", "问", "--until", "2020-02-30"),
        ("add",),
        ("remove",),
        ("remove", "一"),
        ("show",),
        ("export",),
        ("unknown",),
    ],
)
def test_wrong_usage_ends_with_code_2_and_makes_no_database(
    run: Run, database: Path, arguments: tuple[str, ...]
) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "usage" in ran.err
    assert not database.exists()


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("", id="empty"),
        pytest.param("   ", id="blank"),
        pytest.param("\n", id="line break"),
        pytest.param("？！……", id="marks"),
        pytest.param("🎢🎢🎢", id="emoji"),
        pytest.param("星" * 4096, id="long"),
        pytest.param("火星\0火星", id="nul inside"),
        pytest.param("\0", id="nul"),
        pytest.param("\udcff\udcfe", id="surrogates"),
        pytest.param("\ud83d", id="half a pair"),
        pytest.param("what is this", id="english"),
        pytest.param("%_'\";--", id="sql"),
    ],
)
@pytest.mark.parametrize("stored", [True, False], ids=["stored", "nothing stored"])
def test_a_bad_question_gets_a_sentence_and_code_1(run: Run, stored: bool, question: str) -> None:
    run("add", "-", stdin=jsonl(*(THREE if stored else ())))
    ran = run("ask", question)
    assert ran.code == 1
    assert ran.err == ""
    assert ran.out.strip().endswith("。")
    assert stored or ran.out.strip() == wording.EMPTY_STORE
    assert_ask(run("ask", question, "--json").json)


# The first article


def test_the_first_article_is_there_when_ask_makes_the_file(run: Run) -> None:
    ran = run("ask", "兰州市数据湖项目投资约多少亿元", "--json")
    assert (ran.code, ran.json["searched"]["articles"]) == (0, 1)
    hit = ran.json["hits"][0]
    assert (hit["source"], hit["author"], hit["published"]) == ("兰州晚报", "郭兰英", "2020-02-24 02:24")
    assert "60亿元" in hit["passage"][slice(*hit["answer"])]


def test_the_first_article_is_there_when_a_conversation_makes_the_file(run: Run) -> None:
    ran = run(stdin="兰州市数据湖项目投资约多少亿元\n".encode())
    assert ran.code == 0
    assert "60亿元" in ran.out.splitlines()[0]
    assert len(ids(run)) == 1


def test_the_first_article_does_not_come_when_add_makes_the_file(three: Run) -> None:
    assert three("ask", "兰州市数据湖项目投资约多少亿元").code == 1
    assert ids(three) == [1, 2, 3]


def test_the_first_article_never_comes_back_once_it_was_removed(run: Run) -> None:
    run("ask", "兰州")
    assert run("remove", 1).code == 0
    assert run("ask", "兰州市数据湖项目投资约多少亿元").code == 1
    run(stdin="兰州\n".encode())
    assert ids(run) == []


# A conversation


def test_without_a_token_it_says_so_in_one_line_and_answers_a_question_a_line(three: Run) -> None:
    ran = three(stdin="地铁十七号线全长多少公里\n\n火星上的外星人基地\n游乐园每天限多少人".encode())
    assert (ran.code, ran.err) == (0, f"{wording.NO_TOKEN}\n")
    assert ran.out.index(METRO) < ran.out.index("“火星上的外星人基地”") < ran.out.index(PARK)
    assert wording.PROMPT not in ran.out


def test_bytes_that_are_no_text_do_not_end_a_conversation(three: Run) -> None:
    ran = three(stdin=b"\xff\xfe\x00\xe4\n" + "游乐园每天限多少人\n".encode())
    assert ran.code == 0
    assert PARK in ran.out


# add


def test_add_tells_what_was_added_updated_and_known(three: Run) -> None:
    newer = {**THREE[0], "text": PARK + "停车场也已开放。"}
    library = {"text": "新修的图书馆下个月开馆，藏书一百万册。"}
    found = three("add", "-", "--json", stdin=jsonl(newer, THREE[1], library)).json
    assert_added(found)
    assert (found["added"], found["updated"], found["duplicates"], found["refused"]) == (1, 1, 1, [])
    outcomes = [(one["id"], one["outcome"]) for one in found["articles"]]
    assert outcomes == [(1, "updated"), (2, "duplicate"), (4, "added")]
    assert found["articles"][0]["paragraphs"] == [newer["text"]]
    assert (found["articles"][1]["url"], found["articles"][2]["url"]) == ("https://a.cn/2", None)


def test_headings_are_told_apart_from_paragraphs(run: Run) -> None:
    page = next((ROOT / "data").glob("*.txt"))
    one = run("add", page, "--json").json["articles"][0]
    assert len(one["headings"]) == 4
    assert set(one["headings"]).isdisjoint(one["paragraphs"])
    assert one["headings"][0] == "开启了政商沟通交流的新模式"
    assert "新闻推荐" not in "".join(one["paragraphs"])


def test_refused_items_are_told_and_the_others_are_stored(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "ten.txt").write_text("十个汉字也没有。", "utf-8")
    (tmp_path / "binary.bin").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "page.pdf").write_bytes(b"%PDF-1.7\n")
    (tmp_path / "good.txt").write_text(PARK, "utf-8")
    items = ["empty.txt", "ten.txt", "missing.txt", "binary.bin", "page.pdf", "http://127.0.0.1/1", "good.txt"]
    ran = run("add", *items, "--json")
    assert ran.code == 1
    assert_added(ran.json)
    assert [one["item"] for one in ran.json["refused"]] == items[:-1]
    assert all(one["reason"].endswith("。") for one in ran.json["refused"])
    assert [one["paragraphs"] for one in ran.json["articles"]] == [[PARK]]
    assert ran.err.splitlines() == [wording.refused(one["item"], one["reason"]) for one in ran.json["refused"]]
    assert ids(run) == [1]


def spoiled(folder: Path) -> dict[str, str]:
    """Writes files that are bad in every way there is; each item that must be named, and a word of its sentence."""
    entities = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss>&b;</rss>'
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as opened:
        opened.writestr("in.txt", PARK)
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("zeros.txt", bytes(150_000_000))
    with zipfile.ZipFile(folder / "nested.zip", "w") as opened:
        opened.writestr("inner.zip", inner.getvalue())
    with zipfile.ZipFile(folder / "names.zip", "w") as opened:
        opened.writestr("../out.txt", PARK)
        opened.writestr("/abs.txt", PARK)
    locked = PdfWriter()
    locked.add_blank_page(100, 100)
    locked.encrypt("secret")
    locked.write(folder / "locked.pdf")
    (folder / "boilerplate.txt").write_text("新闻推荐\n责任编辑:李明\n版权声明:不得转载", "utf-8")
    (folder / "binary.txt").write_bytes(random.Random(7).randbytes(50_000))
    (folder / "entities.xml").write_text(entities, "utf-8")
    (folder / "picture.mhtml").write_bytes(b"MIME-Version: 1.0\nContent-Type: image/png\n\nabc")
    (folder / "cut.json").write_text('[{"text": "地铁', "utf-8")
    with (folder / "large.txt").open("wb") as large:
        large.truncate(200_000_000)
    return {
        "bomb.zip/zeros.txt": "20 MB",
        "nested.zip/inner.zip": "压缩包",
        "names.zip/../out.txt": "压缩包之外",
        "names.zip//abs.txt": "压缩包之外",
        "locked.pdf": "密码",
        "boilerplate.txt": "正文",
        "binary.txt": "不是文本",
        "entities.xml": "DOCTYPE",
        "picture.mhtml": "网页",
        "cut.json": "JSON",
        "large.txt": "100 MB",
    }


def test_whatever_is_bad_in_a_push_is_named_and_the_good_is_stored(run: Run, tmp_path: Path) -> None:
    items = spoiled(tmp_path)
    (tmp_path / "a.txt").write_text(PARK, "utf-8")
    one_bad_byte = METRO.encode()
    (tmp_path / "z.txt").write_bytes(one_bad_byte[:31] + b"\xff" + one_bad_byte[31:])
    names = sorted({item.partition("/")[0] for item in items})
    ran = run("add", "a.txt", *names, "z.txt", "--json")
    assert ran.code == 1
    assert {one["item"] for one in ran.json["refused"]} == set(items)
    for one in ran.json["refused"]:
        assert items[one["item"]] in one["reason"]
        assert one["reason"].endswith("。")
    assert [one["published"] for one in ran.json["articles"]] == [None, None]
    assert ran.json["articles"][0]["paragraphs"] == [PARK]
    assert len(ids(run)) == 2


@pytest.mark.parametrize("speaks", [False, True], ids=["a host that hangs", "a page that never ends"])
def test_a_link_that_leads_nowhere_keeps_no_good_file_out(
    speaks: bool, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" if speaks else b"")
            while not over.wait(0.01):
                connection.sendall(b"<p>" + PARK.encode() if speaks else b"")

    (tmp_path / "good.txt").write_text(METRO, "utf-8")
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        address = listener.getsockname()
        serving = threading.Thread(target=serve, args=(listener,))
        serving.start()
        monkeypatch.setattr("bot.cli.items.Fetcher", lambda: Fetcher(allow=[address], seconds=0.3))
        link = f"http://127.0.0.1:{address[1]}/1"
        try:
            ran = run("add", link, "good.txt", "--json")
        finally:
            over.set()
            serving.join()
    assert [(one["item"], one["reason"]) for one in ran.json["refused"]] == [(link, "网站太慢，0.3 秒内没有传完。")]
    assert [one["paragraphs"] for one in ran.json["articles"]] == [[METRO]]


def test_a_file_that_is_too_large_is_refused_without_being_read(run: Run, tmp_path: Path) -> None:
    with (tmp_path / "large.txt").open("wb") as large:
        large.truncate(2 * 10**11)  # a hole; reading it would never end
    (tmp_path / "good.txt").write_text(PARK, "utf-8")
    ran = run("add", "large.txt", "good.txt", "--json")
    assert ran.json["refused"] == [{"item": "large.txt", "reason": "文件超过 100 MB，没有读取。"}]
    assert ran.json["added"] == 1


def test_a_name_in_a_zip_cannot_give_orders_to_a_terminal(run: Run, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as opened:
        opened.writestr("\x1b[2J.txt", "")
    ran = run("add", "a.zip")
    assert ran.code == 1
    assert "\x1b" not in ran.err
    assert "[2J.txt" in ran.err


def test_a_pipe_that_never_ends_is_left_when_it_is_too_long(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.intake.file.LARGEST", 3_000_000)
    ran = run("add", "/dev/zero", "-", "--json", stdin=PARK.encode())
    assert [one["item"] for one in ran.json["refused"]] == ["/dev/zero"]
    assert ran.json["added"] == 1


def test_without_json_each_article_is_a_line_and_the_counts_are_the_last(run: Run) -> None:
    ran = run("add", "-", stdin=jsonl(*THREE, {"text": "短"}))
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert lines[0].startswith("已收录 #1《游乐园开放》 新民晚报 · 2020-05-11")
    assert (len(lines), lines[-1]) == (4, "新增 3 · 更正 0 · 已有 0 · 未收录 1")
    assert "第 4 行" in ran.err


def test_many_articles_are_counted_and_not_listed(run: Run) -> None:
    assert run("add", "-", stdin=jsonl(*generated(0, 30))).out == "新增 30 · 更正 0 · 已有 0 · 未收录 0\n"


def test_a_folder_is_read_at_any_depth_in_order_without_hidden_files(run: Run, tmp_path: Path) -> None:
    shown = {"b.txt": METRO, "a/z.txt": PARK, "a/b/c.txt": BRIDGE}
    hidden = {".hidden.txt": PARK + "隐", "a/.git/x.txt": METRO + "藏"}
    for name, text in (shown | hidden).items():
        path = tmp_path / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    ran = run("add", "folder", "--json")
    assert ran.code == 0
    assert [one["paragraphs"] for one in ran.json["articles"]] == [[BRIDGE], [PARK], [METRO]]


def test_a_hidden_file_that_is_named_is_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / ".note.txt").write_text(PARK, "utf-8")
    assert run("add", ".note.txt").code == 0


def test_plain_text_from_standard_input_is_an_article(run: Run) -> None:
    ran = run("add", "-", "--json", stdin=PARK.encode("gb18030"))
    assert ran.json["articles"][0]["paragraphs"] == [PARK]


def test_nothing_on_standard_input_is_refused(run: Run) -> None:
    ran = run("add", "-", "--json")
    assert (ran.code, len(ran.json["refused"])) == (1, 1)


@pytest.mark.parametrize("name", ["页" * 300 + ".txt", PARK * 20], ids=["a long name", "a text"])
def test_a_name_that_no_file_can_have_is_refused_like_a_missing_file(run: Run, name: str) -> None:
    ran = run("add", name, "-", "--json", stdin=PARK.encode())
    assert (ran.code, len(ran.json["refused"]), ran.json["added"]) == (1, 1, 1)


def test_the_number_that_another_system_gave_an_article_is_not_its_number_here(run: Run) -> None:
    lines = [{"id": number, "text": text} for number, text in ((1700000000124, PARK), (-1, METRO), (10**30, BRIDGE))]
    assert run("add", "-", stdin=jsonl(*lines)).code == 0
    assert sorted(ids(run)) == [1, 2, 3]


def test_a_number_so_large_that_no_other_can_follow_does_not_end_the_taking_in(run: Run) -> None:
    exported = {"id": 2**63 - 1, "title": "公园", "text": PARK, "exported_by": "news-answers"}
    run("add", "-", stdin=jsonl(exported))
    assert run("add", "-", stdin=jsonl({"text": METRO})).code == 0
    assert ids(run) == [1, 2**63 - 1]


# remove, list, show, stats


def test_remove_takes_down_what_is_there_and_names_what_is_not(three: Run) -> None:
    ran = three("remove", 2, 99, 2, "--json")
    assert (ran.code, ran.json) == (1, {"removed": [2], "missing": [99]})
    assert "99" in ran.err
    assert three("ask", "地铁十七号线全长多少公里").code == 1
    ran = three("remove", 1, 3)
    assert (ran.code, ran.out, ran.err) == (0, "已下架 #1、#3。\n", "")
    assert ids(three) == []


def test_list_gives_a_line_or_an_object_for_each_article(three: Run) -> None:
    lines = [line.split("\t") for line in three("list").out.splitlines()]
    assert lines[0] == ["1", "2020-05-11 09:00", "新民晚报", "游乐园开放"]
    assert lines[2] == ["3", "-", "-", "大桥完工"]
    articles = three("list", "--json").json["articles"]
    for article in articles:
        assert_shape(article, LISTED)
    assert [article["id"] for article in articles] == [1, 2, 3]


def test_show_gives_the_whole_article(three: Run) -> None:
    out = three("show", 2).out
    assert all(part in out for part in ("《地铁试运行》", "北京日报 · 2021-12-31", "https://a.cn/2", METRO))
    found = three("show", 2, "--json").json
    assert_shape(found, ARTICLE)
    assert (found["id"], found["paragraphs"]) == (2, [METRO])


@pytest.mark.parametrize("command", ["show", "remove"])
@pytest.mark.parametrize("number", [0, -1, 99, 2**63, 10**30])
def test_a_number_that_no_article_has_is_told_with_code_1(three: Run, command: str, number: int) -> None:
    ran = three(command, number)
    assert (ran.code, ran.out, ran.err) == (1, "", wording.no_such_article(number) + "\n")


def test_stats_are_one_object_or_a_line_each(three: Run, database: Path) -> None:
    found = three("stats", "--json").json
    assert_shape(found, STATS)
    assert (found["articles"], found["passages"], found["sources"]) == (3, 3, 2)
    assert (found["oldest"], found["newest"]) == ("2020-05-11 09:00", "2021-12-31")
    assert (found["database"], found["bytes"]) == (str(database), database.stat().st_size)
    assert three("stats").out.splitlines()[0] == "文章：3"


def test_no_control_character_of_an_article_reaches_the_terminal(run: Run) -> None:
    evil = "\x1b]0;x\x07"
    line = {"title": f"题目{evil}", "text": f"{PARK}{evil}", "source": f"报{evil}", "headings": [], "heading_lines": []}
    shown = [run("add", "-", stdin=jsonl(line)), run("list"), run("show", 1), run("ask", "游乐园每天限多少人")]
    assert [ran.out for ran in shown if "\x1b" in ran.out or "\x07" in ran.out] == []


# export, and back in


def test_what_was_exported_comes_back_byte_for_byte_with_its_numbers(
    three: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    three("add", next((ROOT / "data").glob("*.txt")))
    newer = {**THREE[1], "text": METRO + "票价三元起。\n\n首班车六点。"}
    three("add", "-", stdin=jsonl(newer, {"text": "没有题目的一条消息，说的是天气转凉。"}))
    three("remove", 1, 5)
    three("add", "-", stdin=jsonl({**THREE[0], "source": "转载的报", "title": '题目里有"引号"和\\，还有🎢'}))
    assert three("export", "first.jsonl").code == 0
    monkeypatch.setenv("DATABASE_PATH", str(tmp_path / "fresh.db"))
    assert three("add", "first.jsonl").code == 0
    assert three("export", "second.jsonl").code == 0
    first = (tmp_path / "first.jsonl").read_bytes()
    assert first == (tmp_path / "second.jsonl").read_bytes()
    assert [json.loads(line)["id"] for line in first.splitlines()] == [2, 3, 4, 6]
    assert three("add", "first.jsonl", "--json").json["duplicates"] == 4
    assert three("check").code == 0


def test_two_articles_that_an_update_gave_the_same_text_come_back_as_two(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = {"title": "游乐园开放", "text": PARK, "url": "https://a.cn/1"}
    two = {"title": "地铁试运行", "text": METRO, "url": "https://a.cn/2"}
    for article in (one, two, {**two, "text": PARK}):
        run("add", "-", stdin=jsonl(article))
    run("export", "first.jsonl")
    monkeypatch.setenv("DATABASE_PATH", str(tmp_path / "fresh.db"))
    run("add", "first.jsonl")
    assert ids(run) == [1, 2]


def test_an_export_to_standard_output_is_lines_alone(three: Run) -> None:
    ran = three("export", "-")
    assert [json.loads(line)["id"] for line in ran.out.splitlines()] == [1, 2, 3]
    assert ran.err == wording.exported(3, "-") + "\n"


def test_a_failing_export_leaves_the_old_file(three: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "old.jsonl").write_text("旧的", "utf-8")

    def fail_at_the_second(number: int, article: Article) -> str:
        if number == 2:
            raise OSError(28, "No space left on device")
        return "x" * 100_000

    monkeypatch.setattr("bot.cli.safekeeping.write_line", fail_at_the_second)
    assert_one_sentence(three("export", "old.jsonl"))
    assert (tmp_path / "old.jsonl").read_text("utf-8") == "旧的"


def test_an_export_over_a_file_replaces_all_of_it_and_leaves_nothing_beside(three: Run, tmp_path: Path) -> None:
    (tmp_path / "old.jsonl").write_text("旧的" * 10_000, "utf-8")
    assert three("export", "old.jsonl").code == 0
    assert len((tmp_path / "old.jsonl").read_text("utf-8").splitlines()) == 3
    assert list(tmp_path.glob("old*")) == [tmp_path / "old.jsonl"]


@pytest.mark.parametrize("target", ["", ".", "/", "folder", "missing/a.jsonl"])
def test_an_export_to_what_is_no_file_is_refused_in_a_sentence(three: Run, tmp_path: Path, target: str) -> None:
    (tmp_path / "folder").mkdir()
    assert_one_sentence(three("export", target))


# check


def test_a_sound_file_is_told_sound(three: Run) -> None:
    three("remove", 2)
    ran = three("check")
    assert (ran.code, ran.out, ran.err) == (0, f"{wording.SOUND}\n", "")


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 500, random.Random(7).randbytes(5000)])
def test_a_damaged_segment_is_told_and_repaired_from_the_articles(three: Run, database: Path, damage: bytes) -> None:
    execute(database, "UPDATE segments SET data = ?", damage)
    assert_one_sentence(three("ask", "地铁十七号线全长多少公里"))
    ran = three("check")
    assert ran.code == 1
    assert "索引段已损坏" in ran.out
    assert wording.REPAIR_HINT in ran.err
    ran = three("check", "--repair")
    assert (ran.code, ran.out.splitlines()[-2:]) == (0, [wording.REPAIRED, wording.SOUND])
    assert three("check").code == 0
    assert three("ask", "地铁十七号线全长多少公里").code == 0


def test_a_segment_that_is_missing_is_told_and_made_again(three: Run, database: Path) -> None:
    execute(database, "DELETE FROM segments")
    ran = three("check")
    assert (ran.code, "缺 3 段" in ran.out) == (1, True)
    assert three("check", "--repair").code == 0
    assert three("ask", "地铁十七号线全长多少公里").code == 0


def test_a_sound_file_is_left_as_it_is_by_repair(three: Run, database: Path) -> None:
    assert three("check", "--repair").out == f"{wording.SOUND}\n"
    assert three("stats", "--json").json["segments"] == 1


# What an operator must mend

COMMANDS = (
    (),
    ("ask", "问题"),
    ("add", "-"),
    ("remove", "1"),
    ("list",),
    ("show", "1"),
    ("stats",),
    ("export", "a.jsonl"),
    ("check",),
)
NEEDS_A_FILE = [command for command in COMMANDS if command and command[0] not in ("ask", "add")]


def without_notice(ran: Ran) -> Ran:
    """Serving says first that there is no token."""
    return Ran(ran.code, ran.out, ran.err.removeprefix(f"{wording.NO_TOKEN}\n"))


@pytest.mark.parametrize("command", NEEDS_A_FILE, ids=" ".join)
def test_a_database_that_is_missing_is_told_and_not_made(run: Run, database: Path, command: tuple[str, ...]) -> None:
    ran = run(*command)
    assert_one_sentence(ran)
    assert str(database) in ran.err
    assert list(database.parent.iterdir()) == []


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command) or "serve")
@pytest.mark.parametrize(
    "content", [b"Long enough to be looked at. " * 40, b"SQLite format 3\0" + b"\xff" * 900], ids=["a text", "a header"]
)
def test_a_file_that_is_no_database_is_told_and_kept(
    run: Run, database: Path, command: tuple[str, ...], content: bytes
) -> None:
    database.write_bytes(content)
    assert_one_sentence(without_notice(run(*command, stdin=PARK.encode())))
    assert database.read_bytes() == content


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command) or "serve")
def test_a_newer_database_is_told_and_kept(three: Run, database: Path, command: tuple[str, ...]) -> None:
    execute(
        database,
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('news', 'of_tomorrow', '2099-01-01')",
    )
    ran = without_notice(three(*command, stdin=PARK.encode()))
    assert_one_sentence(ran)
    assert "更新的版本" in ran.err
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (3,)


def test_a_database_of_another_program_is_told_and_kept(run: Run, database: Path) -> None:
    execute(database, "CREATE TABLE recipes (id INTEGER)")
    ran = run("ask", "问题")
    assert_one_sentence(ran)
    assert "别的程序" in ran.err
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command) or "serve")
@pytest.mark.parametrize(
    "place",
    [
        "file/news.db",
        "file/deeper/news.db",
        "folder",
        pytest.param("长" * 300 + "/news.db", id="in a long name"),
        pytest.param("长" * 300, id="a long name"),
    ],
)
def test_a_place_where_no_database_can_be_is_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], place: str
) -> None:
    (tmp_path / "file").write_text("a file", "utf-8")
    (tmp_path / "folder").mkdir()
    monkeypatch.setenv("DATABASE_PATH", str(tmp_path / place))
    assert_one_sentence(without_notice(run(*command, stdin=PARK.encode())))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command) or "serve")
def test_a_bad_setting_is_told_by_its_name_before_anything_is_made(
    run: Run, database: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("TIMEZONE", "Mars/Olympus")
    ran = run(*command)
    assert_one_sentence(ran)
    assert "TIMEZONE" in ran.err
    assert not database.exists()


def test_a_setting_is_read_from_env_in_the_folder_where_it_is_run(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_PATH")
    (tmp_path / ".env").write_text("DATABASE_PATH=deep/er/n.db\n", "utf-8")
    assert run("add", "-", stdin=PARK.encode()).code == 0
    assert (tmp_path / "deep/er/n.db").is_file()


# Interrupted, cut off, killed, and several at once: processes of their own


def test_an_interrupt_ends_with_a_sentence_and_130(three: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.cli.commands._print_json", interrupt)
    ran = three("stats", "--json")
    assert (ran.code, ran.out, ran.err) == (130, "", f"\n{wording.INTERRUPTED}\n")


def default_interrupts() -> None:
    """A shell that starts the tests in the background has them ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_control_c_ends_a_conversation_without_a_traceback(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    process = start(stdin=subprocess.PIPE, preexec_fn=default_interrupts)
    process.stdin.write("兰州市数据湖项目投资约多少亿元\n".encode())
    process.stdin.flush()
    assert "60亿元".encode() in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err.decode() == f"{wording.NO_TOKEN}\n\n{wording.INTERRUPTED}\n"


def test_a_question_from_a_pipe_is_answered_by_a_process(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    process = start(stdin=subprocess.PIPE)
    out, err = process.communicate("兰州市数据湖项目投资约多少亿元\n".encode(), timeout=30)
    assert process.returncode == 0
    assert "60亿元" in out.decode().splitlines()[0]
    assert err.decode() == f"{wording.NO_TOKEN}\n"


def test_a_person_gets_a_prompt_and_colour(
    start: Callable[..., subprocess.Popen[bytes]], environment: dict[str, str]
) -> None:
    ours, theirs = pty.openpty()
    environment["TERM"] = "dumb"
    process = start(stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL)
    os.close(theirs)
    shown = b""
    for wanted, typed in ((wording.PROMPT, "兰州市数据湖项目投资约多少亿元\n"), ("亿元", ""), (wording.PROMPT, "\x04")):
        before = len(shown)
        while wanted.encode() not in shown[before:]:
            shown += os.read(ours, 4096)
        os.write(ours, typed.encode())
    assert process.wait(timeout=20) == 0
    assert b"\x1b[1;33m" in shown
    os.close(ours)


@pytest.mark.parametrize("arguments", [("list",), ("export", "-"), ("ask", "地铁站试运行")], ids=" ".join)
def test_a_reader_that_has_had_enough_is_no_fault(
    run: Run, start: Callable[..., subprocess.Popen[bytes]], arguments: tuple[str, ...]
) -> None:
    run("add", "-", stdin=jsonl(*generated(0, 2000)))
    process = start(*arguments)
    process.stdout.close()
    err = process.stderr.read()
    assert (process.wait(timeout=20), err) == (0, b"")


def test_bytes_that_cannot_be_decoded_are_a_question_without_words(
    start: Callable[..., subprocess.Popen[bytes]],
) -> None:
    process = start("ask", b"\xff\xfe\xe4")
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out.decode(), err) == (1, f"{wording.NO_WORDS}\n", b"")


@pytest.mark.parametrize("closed", [0, 1])
def test_a_stream_that_is_closed_from_the_start_is_no_fault(
    run: Run, start: Callable[..., subprocess.Popen[bytes]], closed: int
) -> None:
    run("add", "-", stdin=PARK.encode())
    process = start("list", preexec_fn=lambda: os.close(closed))
    _, err = process.communicate(timeout=30)
    assert b"Traceback" not in err


def test_a_full_disk_behind_standard_output_is_told_in_a_sentence(
    run: Run, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    run("add", "-", stdin=PARK.encode())
    with Path("/dev/full").open("wb") as full:
        process = start("list", stdout=full)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, b"Traceback" in err) == (2, False)


def stored(database: Path) -> int:
    """How many articles another process has committed so far."""
    if not database.exists():
        return 0
    with closing(sqlite3.connect(database, timeout=10)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])
        except sqlite3.OperationalError:  # no tables yet
            return 0


def test_whatever_the_moment_of_a_kill_the_file_is_sound_and_add_completes_it(
    run: Run, start: Callable[..., subprocess.Popen[bytes]], tmp_path: Path, database: Path
) -> None:
    articles = generated(0, 6000)
    data = jsonl(*articles)
    (tmp_path / "many.jsonl").write_bytes(data)
    work = batches(read_in_pieces(data, "many.jsonl"))
    sizes = (len(batch) for piece in work for batch in batches(one for unread in piece for one in unread.read()))
    ends = {0, *accumulate(sizes)}
    before = killed = 0
    for turn in range(4):
        process = start("add", str(tmp_path / "many.jsonl"))
        # The first dies while it starts or makes the file, the others some time after their first new commit.
        while turn and stored(database) <= before and process.poll() is None:
            time.sleep(0.005)
        time.sleep(random.uniform(0, 0.2) if turn else random.uniform(0.4, 1.0))
        process.kill()
        killed += process.wait() == -signal.SIGKILL
        after = stored(database)
        assert before <= after <= len(articles)
        assert after in ends  # of transactions
        before = after
        if after:
            assert run("check").out == f"{wording.SOUND}\n"
    assert killed >= 2
    ran = run("add", tmp_path / "many.jsonl", "--json")
    assert (ran.code, ran.json["added"], ran.json["duplicates"]) == (0, 6000 - before, before)
    assert [one["title"] for one in run("list", "--json").json["articles"]] == [one["title"] for one in articles]
    assert run("check").code == 0


def test_two_that_add_at_once_into_a_new_file_both_get_in_and_nothing_twice(
    run: Run, start: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    (tmp_path / "one.jsonl").write_bytes(jsonl(*generated(0, 900)))
    (tmp_path / "two.jsonl").write_bytes(jsonl(*generated(600, 1500)))
    both = [start("add", str(tmp_path / name)) for name in ("one.jsonl", "two.jsonl")]
    for process in both:
        _, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, b"")
    titles = [one["title"] for one in run("list", "--json").json["articles"]]
    assert sorted(titles) == sorted(one["title"] for one in generated(0, 1500))
    assert run("check").code == 0


def test_six_that_ask_at_once_make_the_file_with_one_first_article(
    run: Run, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    for process in [start("ask", "兰州市数据湖项目投资约多少亿元", "--json") for _ in range(6)]:
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, b"")
        assert_ask(json.loads(out))
        assert json.loads(out)["searched"]["articles"] == 1
    assert ids(run) == [1]
    assert run("check").code == 0


# backup


def test_a_backup_is_the_whole_bot_again(three: Run, tmp_path: Path, database: Path) -> None:
    ran = three("backup", tmp_path / "backup.db")
    assert (ran.code, ran.out) == (0, "")
    listed = three("list").out
    database.unlink()
    (tmp_path / "backup.db").replace(database)
    assert three("list").out == listed
    assert three("check").code == 0
    assert three("ask", "游乐园每天限多少人").code == 0


def test_a_backup_is_consistent_while_articles_are_added(
    run: Run, start: Callable[..., subprocess.Popen[bytes]], tmp_path: Path, database: Path
) -> None:
    (tmp_path / "many.jsonl").write_bytes(jsonl(*generated(0, 3000)))
    process = start("add", str(tmp_path / "many.jsonl"))
    while stored(database) == 0 and process.poll() is None:
        time.sleep(0.005)
    assert run("backup", tmp_path / "backup.db").code == 0
    process.communicate(timeout=120)
    (tmp_path / "other").mkdir()
    copied = tmp_path / "other" / "news.db"
    (tmp_path / "backup.db").replace(copied)
    engine = SearchEngine.open(copied)
    assert engine.check() == []
    assert 0 < engine.store.size()[0] <= 3000


def test_a_backup_never_takes_the_place_of_what_it_copies_and_leaves_nothing_half_written(
    three: Run, tmp_path: Path, database: Path
) -> None:
    assert three("backup", database).code == 2
    assert three("backup", tmp_path / "no" / "folder.db").code == 2
    assert three("list").code == 0
    assert not list(tmp_path.glob("**/*.partial"))
