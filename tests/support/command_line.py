"""The command line run in the test process, and the articles and databases it is run over."""

import json
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.words import operators

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
        parsed: dict[str, Any] = json.loads(self.out)
        return parsed


Run = Callable[..., Ran]
Start = Callable[..., "subprocess.Popen[bytes]"]


def jsonl(*articles: dict[str, Any]) -> bytes:
    return "".join(json.dumps(article, ensure_ascii=False) + "\n" for article in articles).encode()


def generated(first: int, last: int) -> list[dict[str, str]]:
    """Articles that are all different, in the order of their numbers."""
    text = "第{0}号地铁站昨天开始试运行，线路全长{0}公里。"
    numbers = range(first, last)
    return [{"title": f"第{number}号快讯", "text": text.format(number), "source": "试验报"} for number in numbers]


def execute(database: Path, statement: str, *parameters: object) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(statement, parameters)


def ids(run: Run) -> list[int]:
    return [article["id"] for article in run("list", "--json").json["articles"]]


def assert_one_sentence(ran: Ran) -> None:
    """Asserts an operator's mistake: nothing on standard output, one sentence on standard error, code 2."""
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("错误：")
    assert ran.err.endswith("。\n")
    assert ran.err.count("\n") == 1


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
    """The run without the notice that there is no token, which serving prints first."""
    return Ran(ran.code, ran.out, ran.err.removeprefix(f"{operators.NO_TOKEN}\n"))


def stored(database: Path) -> int:
    """The number of articles that another process has committed so far."""
    if not database.exists():
        return 0
    with closing(sqlite3.connect(database, timeout=10)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])
        except sqlite3.OperationalError:  # no tables yet
            return 0
