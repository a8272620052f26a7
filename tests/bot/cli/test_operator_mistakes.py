"""Wrong usage, unusable databases and bad settings, each told in one sentence."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.command_line import COMMANDS, NEEDS_A_FILE, PARK, Run, assert_one_sentence, execute, without_notice


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
        ("add", "a.txt", "--watch", "."),
        ("remove",),
        ("remove", "一"),
        ("show",),
        ("undo", "0"),
        ("undo", "9" * 19),
        ("feeds", "--remove", "9" * 19),
        ("export",),
        ("unknown",),
    ],
)
def test_wrong_usage_exits_with_code_2_and_creates_no_database(
    run: Run, database: Path, arguments: tuple[str, ...]
) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "usage" in ran.err
    assert not database.exists()


@pytest.mark.parametrize("command", NEEDS_A_FILE, ids=" ".join)
def test_a_missing_database_is_reported_and_not_created(run: Run, database: Path, command: tuple[str, ...]) -> None:
    ran = run(*command)
    assert_one_sentence(ran)
    assert str(database) in ran.err
    assert list(database.parent.iterdir()) == []


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command) or "serve")
@pytest.mark.parametrize(
    "content", [b"Long enough to be looked at. " * 40, b"SQLite format 3\0" + b"\xff" * 900], ids=["a text", "a header"]
)
def test_a_file_that_is_not_a_database_is_reported_and_kept(
    run: Run, database: Path, command: tuple[str, ...], content: bytes
) -> None:
    database.write_bytes(content)
    assert_one_sentence(without_notice(run(*command, stdin=PARK.encode())))
    assert database.read_bytes() == content


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command) or "serve")
def test_a_database_of_a_newer_version_is_reported_and_kept(
    three: Run, database: Path, command: tuple[str, ...]
) -> None:
    execute(
        database,
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('news', 'of_tomorrow', '2099-01-01')",
    )
    ran = without_notice(three(*command, stdin=PARK.encode()))
    assert_one_sentence(ran)
    assert "更新的版本" in ran.err
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (3,)


def test_a_database_of_another_program_is_reported_and_kept(run: Run, database: Path) -> None:
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
def test_an_impossible_database_path_is_reported(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], place: str
) -> None:
    (tmp_path / "file").write_text("a file", "utf-8")
    (tmp_path / "folder").mkdir()
    monkeypatch.setenv("DATABASE_PATH", str(tmp_path / place))
    assert_one_sentence(without_notice(run(*command, stdin=PARK.encode())))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command) or "serve")
def test_a_bad_setting_is_reported_by_name_before_anything_is_created(
    run: Run, database: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("TIMEZONE", "Mars/Olympus")
    ran = run(*command)
    assert_one_sentence(ran)
    assert "TIMEZONE" in ran.err
    assert not database.exists()


def test_settings_are_read_from_the_env_file_in_the_working_directory(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_PATH")
    (tmp_path / ".env").write_text("DATABASE_PATH=deep/er/n.db\n", "utf-8")
    assert run("add", "-", stdin=PARK.encode()).code == 0
    assert (tmp_path / "deep/er/n.db").is_file()
