"""The command `add`: outcomes, folders, standard input and numbers."""

import json
from pathlib import Path

from tests.support.command_line import BRIDGE, METRO, PARK, THREE, Run, generated, ids, jsonl
from tests.support.json_shapes import assert_added
from tests.support.project import ROOT


def test_add_reports_added_updated_and_duplicate_articles(three: Run) -> None:
    newer = {**THREE[0], "text": PARK + "停车场也已开放。"}
    library = {"text": "新修的图书馆下个月开馆，藏书一百万册。"}
    report = three("add", "-", "--json", stdin=jsonl(newer, THREE[1], library)).json
    assert_added(report)
    assert (report["added"], report["updated"], report["duplicates"], report["refused"]) == (1, 1, 1, [])
    outcomes = [(article["id"], article["outcome"]) for article in report["articles"]]
    assert outcomes == [(1, "updated"), (2, "duplicate"), (4, "added")]
    assert report["articles"][0]["paragraphs"] == [newer["text"]]
    assert (report["articles"][1]["url"], report["articles"][2]["url"]) == ("https://a.cn/2", None)


def test_add_reports_headings_apart_from_paragraphs(run: Run) -> None:
    page = next((ROOT / "data").glob("*.txt"))
    article = run("add", page, "--json").json["articles"][0]
    assert len(article["headings"]) == 4
    assert set(article["headings"]).isdisjoint(article["paragraphs"])
    assert article["headings"][0] == "开启了政商沟通交流的新模式"
    assert "新闻推荐" not in "".join(article["paragraphs"])


def test_without_json_add_prints_a_line_per_article_and_then_the_counts(run: Run) -> None:
    ran = run("add", "-", stdin=jsonl(*THREE, {"text": "短"}))
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert lines[0].startswith("已收录 #1《游乐园开放》 新民晚报 · 2020-05-11")
    assert (len(lines), lines[-1]) == (4, "新增 3 · 更正 0 · 已有 0 · 未收录 1")
    assert "第 4 行" in ran.err


def test_add_counts_many_articles_without_listing_them(run: Run) -> None:
    assert run("add", "-", stdin=jsonl(*generated(0, 30))).out == "新增 30 · 更正 0 · 已有 0 · 未收录 0\n"


def test_a_folder_is_read_recursively_in_order_without_hidden_files(run: Run, tmp_path: Path) -> None:
    shown = {"b.txt": METRO, "a/z.txt": PARK, "a/b/c.txt": BRIDGE}
    hidden = {".hidden.txt": PARK + "隐", "a/.git/x.txt": METRO + "藏"}
    for name, text in (shown | hidden).items():
        path = tmp_path / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    ran = run("add", "folder", "--json")
    assert ran.code == 0
    assert [article["paragraphs"] for article in ran.json["articles"]] == [[BRIDGE], [PARK], [METRO]]


def test_the_scripts_and_pictures_of_an_exported_chat_are_passed_over(run: Run, tmp_path: Path) -> None:
    for name, text in {"messages.txt": PARK, "js/script.js": "alert(1)", "photos/a.jpg": "x"}.items():
        path = tmp_path / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    assert run("add", "folder").code == 1
    (tmp_path / "folder" / "messages.txt").write_text(METRO, "utf-8")
    (tmp_path / "folder" / "result.json").write_bytes(jsonl({"text": BRIDGE}))
    assert run("add", "folder", "--json").json["refused"] == []


def test_a_hidden_file_is_read_when_it_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / ".note.txt").write_text(PARK, "utf-8")
    assert run("add", ".note.txt").code == 0


def test_plain_text_from_standard_input_is_an_article(run: Run) -> None:
    ran = run("add", "-", "--json", stdin=PARK.encode("gb18030"))
    assert ran.json["articles"][0]["paragraphs"] == [PARK]


def test_a_field_that_can_not_be_read_is_said_and_the_article_is_stored(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"标题,时间,正文\n公园开放,昨天\x1b 09:30,{PARK}\n", "utf-8")
    ran = run("add", "a.csv", "--json")
    note = "a.csv 第 2 行：时间“昨天 09:30”是相对的说法，没有记下。"
    assert (ran.code, ran.err) == (0, f"{note}\n")
    [article] = ran.json["articles"]
    assert (article["title"], article["published"], article["notes"]) == ("公园开放", None, [note])
    assert_added(ran.json)
    assert run("add", "a.csv", "--json").err == ""


def test_empty_standard_input_is_refused(run: Run) -> None:
    ran = run("add", "-", "--json")
    assert (ran.code, len(ran.json["refused"])) == (1, 1)


def test_a_foreign_id_does_not_become_the_article_id(run: Run) -> None:
    lines = [{"id": number, "text": text} for number, text in ((1700000000124, PARK), (-1, METRO), (10**30, BRIDGE))]
    assert run("add", "-", stdin=jsonl(*lines)).code == 0
    assert sorted(ids(run)) == [1, 2, 3]


def test_an_article_with_the_largest_id_does_not_block_later_articles(run: Run) -> None:
    exported = {"id": 2**63 - 1, "title": "公园", "text": PARK, "exported_by": "news-answers"}
    run("add", "-", stdin=jsonl(exported))
    assert run("add", "-", stdin=jsonl({"text": METRO})).code == 0
    assert ids(run) == [1, 2**63 - 1]


def test_a_picture_in_an_export_of_telegram_is_no_failure(run: Run, tmp_path: Path) -> None:
    messages = [{"id": 1, "type": "message", "text": PARK}, {"id": 2, "type": "message", "text": "", "photo": "a.jpg"}]
    export = {"name": "城北日报", "type": "public_channel", "messages": messages}
    (tmp_path / "result.json").write_text(json.dumps(export), "utf-8")
    ran = run("add", "result.json")
    assert (ran.code, ran.err) == (0, "result.json：有 1 条消息没有文字，没有收录。\n")
