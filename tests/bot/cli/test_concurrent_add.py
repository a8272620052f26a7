"""Processes that add to one file: killed at random, and two at once."""

import os
import random
import signal
import time
from itertools import accumulate
from pathlib import Path

from bot.words import operators
from retrieval.indexing.preparation import batches
from retrieval.intake import read_in_pieces
from tests.support.command_line import Run, Start, generated, jsonl, stored


def test_a_kill_at_any_moment_leaves_a_sound_file_that_add_completes(
    run: Run, start: Start, tmp_path: Path, database: Path
) -> None:
    articles = generated(0, 2400)
    data = jsonl(*articles)
    (tmp_path / "many.jsonl").write_bytes(data)
    work = batches(read_in_pieces(data, "many.jsonl"))
    sizes = (len(batch) for piece in work for batch in batches(item for unread in piece for item in unread.read()))
    ends = {0, *accumulate(sizes)}
    before = killed = 0
    for turn in range(4):
        process = start("add", str(tmp_path / "many.jsonl"))
        # The first process is killed while it starts or creates the file, the others after their first new commit.
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
            assert run("check").out == f"{operators.SOUND}\n"
    assert killed >= 2
    ran = run("add", tmp_path / "many.jsonl", "--json")
    assert (ran.code, ran.json["added"], ran.json["duplicates"]) == (0, 2400 - before, before)
    assert [article["title"] for article in run("list", "--json").json["articles"]] == [
        article["title"] for article in articles
    ]
    assert run("check").code == 0


def test_two_processes_adding_to_a_new_file_store_every_article_once(run: Run, start: Start, tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_bytes(jsonl(*generated(0, 900)))
    (tmp_path / "two.jsonl").write_bytes(jsonl(*generated(600, 1500)))
    both = [start("add", str(tmp_path / name)) for name in ("one.jsonl", "two.jsonl")]
    for process in both:
        _, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, b"")
    titles = [article["title"] for article in run("list", "--json").json["articles"]]
    assert sorted(titles) == sorted(article["title"] for article in generated(0, 1500))
    assert run("check").code == 0


def test_an_import_lets_the_questions_of_a_bot_on_the_same_machine_go_first(
    start: Start, tmp_path: Path, database: Path
) -> None:
    (tmp_path / "many.jsonl").write_bytes(jsonl(*generated(0, 2400)))
    process = start("add", str(tmp_path / "many.jsonl"))
    while not stored(database) and process.poll() is None:
        time.sleep(0.005)
    assert process.poll() is None
    assert os.getpriority(os.PRIO_PROCESS, process.pid) == 19
    process.kill()
    process.communicate()
