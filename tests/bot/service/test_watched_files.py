"""What is remembered of the files of watched folders, and for how long."""

import os
from pathlib import Path

from bot.service.file_storage import file_memory
from bot.service.watched_files import KEPT_DAYS, WatchedFiles
from retrieval.store.database import Database
from tests.support.command_line import execute


def test_files_that_are_gone_for_long_are_forgotten_and_the_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    database = Database(path)
    with database.write():
        database.migrate()
    files = WatchedFiles(file_memory(database))
    here, gone = Path("here.txt"), Path("gone.txt")
    files.note(here, "1 2 3", 7)
    files.note(gone, "4 5 6")
    files.prune([here])
    assert [files.read_as(file) for file in (here, gone)] == ["1 2 3", "4 5 6"]
    execute(path, "UPDATE bot_watched SET at = datetime('now', ?)", f"-{KEPT_DAYS + 1} days")
    files.prune([here])
    assert [files.read_as(file) for file in (here, gone)] == ["1 2 3", None]
    assert [files.article(file) for file in (here, gone)] == [7, None]
    database.close()


def test_a_row_of_an_older_version_names_no_article(tmp_path: Path) -> None:
    database = Database(tmp_path / "news.db")
    with database.write():
        database.migrate()
    files = WatchedFiles(file_memory(database))
    files.note(Path(os.devnull), "1 2 3")
    assert (files.read_as(Path(os.devnull)), files.article(Path(os.devnull))) == ("1 2 3", None)
    database.close()
