"""The first article of a new database."""

import json

from tests.support.command_line import Run, Start, ids
from tests.support.json_shapes import assert_ask


def test_ask_loads_the_first_article_into_a_new_file(run: Run) -> None:
    ran = run("ask", "兰州市数据湖项目投资约多少亿元", "--json")
    assert (ran.code, ran.json["searched"]["articles"]) == (0, 1)
    hit = ran.json["hits"][0]
    assert (hit["source"], hit["author"], hit["published"]) == ("兰州晚报", "郭兰英", "2020-02-24 02:24")
    assert "60亿元" in hit["passage"][slice(*hit["answer"])]


def test_a_conversation_loads_the_first_article_into_a_new_file(run: Run) -> None:
    ran = run(stdin="兰州市数据湖项目投资约多少亿元\n".encode())
    assert ran.code == 0
    assert "60亿元" in ran.out.splitlines()[0]
    assert len(ids(run)) == 1


def test_add_does_not_load_the_first_article_into_a_new_file(three: Run) -> None:
    assert three("ask", "兰州市数据湖项目投资约多少亿元").code == 1
    assert ids(three) == [1, 2, 3]


def test_a_removed_first_article_is_never_loaded_again(run: Run) -> None:
    run("ask", "兰州")
    assert run("remove", 1).code == 0
    assert run("ask", "兰州市数据湖项目投资约多少亿元").code == 1
    run(stdin="兰州\n".encode())
    assert ids(run) == []


def test_three_concurrent_asks_load_the_first_article_once(run: Run, start: Start) -> None:
    for process in [start("ask", "兰州市数据湖项目投资约多少亿元", "--json") for _ in range(3)]:
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, b"")
        assert_ask(json.loads(out))
        assert json.loads(out)["searched"]["articles"] == 1
    assert ids(run) == [1]
    assert run("check").code == 0
