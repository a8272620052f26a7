"""Items that the command `add` refuses while it stores the others."""

import io
import random
import socket
import threading
import zipfile
from contextlib import closing, suppress
from pathlib import Path

import pytest
from pypdf import PdfWriter

from bot.words import editors
from retrieval.intake import Fetcher
from tests.support.command_line import (
    METRO,
    PARK,
    Run,
    ids,
)
from tests.support.json_shapes import assert_added


def test_refused_items_are_reported_and_the_others_are_stored(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "ten.txt").write_text("十个汉字也没有。", "utf-8")
    (tmp_path / "binary.bin").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "page.pdf").write_bytes(b"%PDF-1.7\n")
    (tmp_path / "good.txt").write_text(PARK, "utf-8")
    items = ["empty.txt", "ten.txt", "missing.txt", "binary.bin", "page.pdf", "http://127.0.0.1/1", "good.txt"]
    ran = run("add", *items, "--json")
    assert ran.code == 1
    assert_added(ran.json)
    assert [refusal["item"] for refusal in ran.json["refused"]] == items[:-1]
    assert all(refusal["reason"].endswith("。") for refusal in ran.json["refused"])
    assert [article["paragraphs"] for article in ran.json["articles"]] == [[PARK]]
    assert ran.err.splitlines() == [
        editors.refused(refusal["item"], refusal["reason"]) for refusal in ran.json["refused"]
    ]
    assert ids(run) == [1]


def spoiled(folder: Path) -> dict[str, str]:
    """Writes one file for each way to be bad; maps each item that must be named to a word of its sentence."""
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


def test_every_bad_item_of_a_push_is_named_and_good_items_are_stored(run: Run, tmp_path: Path) -> None:
    items = spoiled(tmp_path)
    (tmp_path / "a.txt").write_text(PARK, "utf-8")
    one_bad_byte = METRO.encode()
    (tmp_path / "z.txt").write_bytes(one_bad_byte[:31] + b"\xff" + one_bad_byte[31:])
    names = sorted({item.partition("/")[0] for item in items})
    ran = run("add", "a.txt", *names, "z.txt", "--json")
    assert ran.code == 1
    assert {refusal["item"] for refusal in ran.json["refused"]} == set(items)
    for refusal in ran.json["refused"]:
        assert items[refusal["item"]] in refusal["reason"]
        assert refusal["reason"].endswith("。")
    assert [article["published"] for article in ran.json["articles"]] == [None, None]
    assert ran.json["articles"][0]["paragraphs"] == [PARK]
    assert len(ids(run)) == 2


@pytest.mark.parametrize("speaks", [False, True], ids=["a host that hangs", "a page that never ends"])
def test_a_dead_link_does_not_keep_good_files_out(
    speaks: bool, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def serve(listener: socket.socket) -> None:
        with suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" if speaks else b"")
                while not over.wait(0.01):
                    connection.sendall(b"<p>" + PARK.encode() if speaks else b"")

    (tmp_path / "good.txt").write_text(METRO, "utf-8")
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        address = listener.getsockname()
        serving = threading.Thread(target=serve, args=(listener,))
        serving.start()
        monkeypatch.setattr("retrieval.intake.Fetcher", lambda **_: Fetcher(allow=[address], seconds=0.3))
        link = f"http://127.0.0.1:{address[1]}/1"
        try:
            ran = run("add", link, "good.txt", "--json")
        finally:
            over.set()
            # On a busy machine the fetcher may give up before it connects; then the thread still accepts.
            listener.shutdown(socket.SHUT_RDWR)
            serving.join()
    assert [(refusal["item"], refusal["reason"]) for refusal in ran.json["refused"]] == [
        (link, "网站太慢，0.3 秒内没有传完。")
    ]
    assert [article["paragraphs"] for article in ran.json["articles"]] == [[METRO]]


def test_a_file_that_is_too_large_is_refused_without_being_read(run: Run, tmp_path: Path) -> None:
    with (tmp_path / "large.txt").open("wb") as large:
        large.truncate(2 * 10**11)  # a sparse file; reading it would take too long
    (tmp_path / "good.txt").write_text(PARK, "utf-8")
    ran = run("add", "large.txt", "good.txt", "--json")
    assert ran.json["refused"] == [{"item": "large.txt", "reason": "文件超过 100 MB，没有读取。"}]
    assert ran.json["added"] == 1


def test_a_name_in_a_zip_cannot_send_control_characters_to_the_terminal(run: Run, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as opened:
        opened.writestr("\x1b[2J.txt", "")
    ran = run("add", "a.zip")
    assert ran.code == 1
    assert "\x1b" not in ran.err
    assert "[2J.txt" in ran.err


def test_an_endless_pipe_is_refused_once_it_exceeds_the_limit(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.intake.file.LARGEST", 3_000_000)
    ran = run("add", "/dev/zero", "-", "--json", stdin=PARK.encode())
    assert [refusal["item"] for refusal in ran.json["refused"]] == ["/dev/zero"]
    assert ran.json["added"] == 1


@pytest.mark.parametrize("address", ["ftp://example.com/a.txt", "FILE:///etc/hosts", "opensearch+http://a/b"])
def test_an_address_of_another_scheme_is_refused_as_it_was_typed(run: Run, address: str) -> None:
    ran = run("add", address)
    assert (ran.code, ran.err) == (1, f"未收录 {address}：只能读取 http:// 和 https:// 开头的网址。\n")


@pytest.mark.parametrize("name", ["页" * 300 + ".txt", PARK * 20], ids=["a long name", "a text"])
def test_an_impossible_file_name_is_refused_like_a_missing_file(run: Run, name: str) -> None:
    ran = run("add", name, "-", "--json", stdin=PARK.encode())
    assert (ran.code, len(ran.json["refused"]), ran.json["added"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a.csv", "标题,正文\n" + "题,\n" * 300),
        ("a.jsonl", '{"title": "题"}\n' * 300),
        ("a.json", "[" + ",".join(['{"title": "题"}'] * 300) + "]"),
        ("a.rss", "<rss><channel>" + "<item><title>题</title></item>" * 300 + "</channel></rss>"),
    ],
)
def test_a_file_of_rows_without_a_text_gets_a_few_lines_and_a_count(
    name: str, written: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(written, "utf-8")
    ran = run("add", name)
    lines = ran.err.splitlines()
    assert (ran.code, len(lines)) == (1, 6)
    assert all(line.startswith(f"未收录 {name} 第 ") for line in lines[:5])
    assert lines[5].startswith(f"未收录 {name} 另有 295 处：")
    assert ran.out.splitlines() == [editors.counts(0, 0, 0, 300)]
    refused = run("add", name, "--json").json["refused"]
    assert [f"未收录 {refusal['item']}：{refusal['reason']}" for refusal in refused] == lines


def test_other_reasons_and_other_files_are_counted_apart(run: Run, tmp_path: Path) -> None:
    rows = "标题,正文\n" + "题,\n" * 7
    (tmp_path / "a.csv").write_text(rows + "题,太短\n" * 7, "utf-8")
    (tmp_path / "b.csv").write_text(rows, "utf-8")
    lines = run("add", "a.csv", "b.csv").err.splitlines()
    assert sum("a.csv 第" in line for line in lines) == 5 + 5
    assert [line.partition("：")[0] for line in lines if "另有" in line] == [
        "未收录 a.csv 另有 2 处",
        "未收录 a.csv 另有 2 处",
        "未收录 b.csv 另有 2 处",
    ]


def test_a_note_that_a_file_repeats_is_counted_too(run: Run, tmp_path: Path) -> None:
    rows = [f"题{number},第{number}号线{PARK},{number}天前" for number in range(1, 31)]
    (tmp_path / "a.csv").write_text("\n".join(["标题,正文,时间", *rows]), "utf-8")
    ran = run("add", "a.csv")
    assert ran.code == 0
    assert len(ran.err.splitlines()) == 6
    assert ran.err.splitlines()[5] == "a.csv 另有 25 处：时间“1天前”是相对的说法，没有记下。"
