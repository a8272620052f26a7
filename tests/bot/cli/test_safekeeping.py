"""Targets of `export` and `backup`, a full disk, a lack of memory, and slow readers."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.words import operators
from retrieval.store.database import Database
from retrieval.store.errors import NoRoomError
from tests.support.command_line import Run, Start, assert_one_sentence, generated, jsonl
from tests.support.project import ROOT

# Targets


def fifo(path: Path) -> Path:
    os.mkfifo(path)
    return path


def folder(path: Path) -> Path:
    path.mkdir()
    return path


def link_to_null(path: Path) -> Path:
    path.symlink_to("/dev/null")
    return path


@pytest.mark.parametrize("command", ["export", "backup"])
@pytest.mark.parametrize("make", [lambda _: Path("/dev/null"), fifo, folder, link_to_null])
def test_only_a_regular_file_is_overwritten(
    three: Run,
    tmp_path: Path,
    command: str,
    make: Callable[[Path], Path],
) -> None:
    target = make(tmp_path / "target")
    kind = target.stat().st_mode
    ran = three(command, target)
    assert_one_sentence(ran)
    assert "不是普通文件" in ran.err
    assert target.stat().st_mode == kind
    assert not list(tmp_path.glob("*.partial"))


@pytest.mark.parametrize("command", ["export", "backup"])
@pytest.mark.parametrize("name", ["news.db", "news.db-wal", "news.db-shm", "link", "folder/../news.db"])
def test_the_database_and_its_log_are_never_overwritten(
    three: Run,
    tmp_path: Path,
    database: Path,
    command: str,
    name: str,
) -> None:
    (tmp_path / "link").symlink_to(database)
    (tmp_path / "folder").mkdir()
    open_elsewhere = Database(database)
    there = {path.name for path in tmp_path.iterdir()}
    assert_one_sentence(three(command, tmp_path / name))
    assert {path.name for path in tmp_path.iterdir()} == there
    open_elsewhere.close()
    assert three("check").code == 0


def a_text(path: Path, _: Path) -> None:
    path.write_text("要闻\n", "utf-8")


def lines_of_another_program(path: Path, _: Path) -> None:
    path.write_bytes(jsonl(*generated(0, 3)))


def database_of_another_program(path: Path, _: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE recipes (id INTEGER)")


def written_by(command: str) -> Callable[[Path, Path], None]:
    def make(path: Path, example: Path) -> None:
        path.write_bytes(example.with_name(command).read_bytes())

    return make


@pytest.mark.parametrize(
    ("command", "make"),
    [
        ("export", a_text),
        ("backup", a_text),
        ("export", lines_of_another_program),
        ("backup", database_of_another_program),
        ("export", written_by("backup")),
        ("backup", written_by("export")),
    ],
)
def test_a_file_of_another_kind_is_refused_and_left_as_it_is(
    three: Run, tmp_path: Path, command: str, make: Callable[[Path, Path], None]
) -> None:
    for example in ("export", "backup"):
        assert three(example, tmp_path / example).code == 0
    target = tmp_path / "target"
    make(target, tmp_path / "example")
    there = target.read_bytes()
    ran = three(command, target)
    assert_one_sentence(ran)
    assert str(target) in ran.err
    assert target.read_bytes() == there


@pytest.mark.parametrize("command", ["export", "backup"])
def test_a_timer_may_write_to_the_same_name_each_night(three: Run, tmp_path: Path, command: str) -> None:
    assert three(command, tmp_path / "nightly").code == 0
    first = (tmp_path / "nightly").read_bytes()
    three("add", "-", stdin=jsonl(*generated(0, 3)))
    assert three(command, tmp_path / "nightly").code == 0
    assert (tmp_path / "nightly").read_bytes() != first


def test_a_database_that_another_bot_has_open_is_not_replaced_by_a_backup(three: Run, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    assert three("backup", other).code == 0
    with closing(Database(other)):
        ran = three("backup", other)
    assert_one_sentence(ran)
    assert "正有程序使用它" in ran.err
    assert three("backup", other).code == 0


@pytest.mark.parametrize("command", ["export", "backup"])
@pytest.mark.parametrize("there", [True, False])
def test_a_symbolic_link_is_kept_and_its_target_is_written(
    three: Run,
    tmp_path: Path,
    command: str,
    there: bool,
) -> None:
    (tmp_path / "far").mkdir()
    real, link = tmp_path / "far" / "real", tmp_path / "latest"
    if there:
        real.touch()
    link.symlink_to(real)
    assert three(command, link).code == 0
    assert link.is_symlink()
    assert real.stat().st_size > 100
    assert [path.name for path in (tmp_path / "far").iterdir()] == ["real"]


@pytest.mark.parametrize("name", ["-", "/dev/stdout"])
def test_export_accepts_two_names_for_standard_output(three: Run, name: str) -> None:
    ran = three("export", name)
    assert (ran.code, len(ran.out.splitlines())) == (0, 3)


# Full disks


def limited(*arguments: str, size: int) -> list[str]:
    """A command in a separate process that can't write a file larger than so many bytes."""
    code = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))\n"
    code += "import runpy, sys; sys.argv[0] = 'bot'; runpy.run_module('bot', run_name='__main__')"
    return [sys.executable, "-c", code, *arguments]


def test_a_failed_backup_names_its_target_and_leaves_no_file(
    three: Run,
    tmp_path: Path,
    environment: dict[str, str],
) -> None:
    target = tmp_path / "backup.db"
    command = limited("backup", str(target), size=50_000)
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert str(target) in done.stderr
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.glob("backup*"))


def test_a_backup_on_a_full_disk_says_how_much_space_it_needs(
    three: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> None:
        raise NoRoomError(123_456)

    monkeypatch.setattr(Database, "copy_to", full)
    ran = three("backup", tmp_path / "backup.db")
    assert_one_sentence(ran)
    assert f"没有写完 {tmp_path / 'backup.db'}：约需 123,456 字节，只剩" in ran.err


# Memory

OUT_OF_MEMORY = """
import re, resource, sys
from pathlib import Path
from retrieval.store.database import Database
from retrieval.store.errors import StoreError
path = Path(sys.argv[1])
store = Database(path)
if sys.argv[2] == "close":
    store.close()
size = int(re.search(r"VmSize:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) << 10
resource.setrlimit(resource.RLIMIT_AS, (size, resource.RLIM_INFINITY))
try:
    store.rows("SELECT zeroblob(300000000)")
except StoreError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the address space is limited as Linux does it")
@pytest.mark.parametrize("when", ["open", "close"])
def test_a_lack_of_memory_is_not_reported_as_a_disk_error(
    three: Run,
    database: Path,
    when: str,
) -> None:
    command = [sys.executable, "-W", "ignore", "-c", OUT_OF_MEMORY, str(database), when]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.stdout.startswith("内存不足"), done.stderr
    assert "磁盘" not in done.stdout


def test_a_command_that_runs_out_of_memory_ends_with_a_sentence(
    three: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("bot.service.copies.write_line", full)
    ran = three("export", "-")
    assert (ran.code, ran.err) == (2, f"错误：{operators.OUT_OF_MEMORY}\n")


# Slow readers


def test_the_write_ahead_log_restarts_while_an_export_waits_for_its_reader(
    run: Run, start: Start, database: Path
) -> None:
    run("add", "-", stdin=jsonl(*generated(0, 1500)))
    process = start("export", "-")
    assert process.stdout.read(1) == b"{"  # the export has started, and its pipe holds less than a quarter of the lines
    with closing(sqlite3.connect(database, timeout=20)) as writer:
        writer.execute("UPDATE state SET generation = generation + 1")
        writer.commit()
        assert writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)
    assert process.poll() is None
    lines = process.stdout.read().splitlines()
    assert (process.wait(timeout=30), len(lines)) == (0, 1500)
