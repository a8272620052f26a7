"""The command `backup`."""

import time
from pathlib import Path

from retrieval.engine import SearchEngine
from retrieval.store.articles import Articles
from tests.support.command_line import Run, Start, generated, jsonl, stored


def test_a_backup_holds_everything_the_bot_stores(three: Run, tmp_path: Path, database: Path) -> None:
    ran = three("backup", tmp_path / "backup.db")
    assert (ran.code, ran.out) == (0, "")
    listed = three("list").out
    database.unlink()
    (tmp_path / "backup.db").replace(database)
    assert three("list").out == listed
    assert three("check").code == 0
    assert three("ask", "游乐园每天限多少人").code == 0


def test_a_backup_is_consistent_while_articles_are_added(
    run: Run, start: Start, tmp_path: Path, database: Path
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
    assert 0 < Articles(engine.archive.database).size()[0] <= 3000


def test_a_backup_never_overwrites_its_source_and_leaves_no_partial_file(
    three: Run, tmp_path: Path, database: Path
) -> None:
    assert three("backup", database).code == 2
    assert three("backup", tmp_path / "no" / "folder.db").code == 2
    assert three("list").code == 0
    assert not list(tmp_path.glob("**/*.partial"))
