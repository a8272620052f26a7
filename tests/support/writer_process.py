"""A process that adds and removes articles until it is killed."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.project import ROOT

# Adds numbered articles of two passages each, endlessly or so many, and acknowledges each after its commit.
WRITER = """
import sys
from itertools import count, islice
from pathlib import Path
from retrieval.text.analyzer import Analyzer
from retrieval.article import Article, Paragraph
from retrieval.engine import SearchEngine
name, number = sys.argv[2], sys.argv[3]
engine = SearchEngine.open(Path(sys.argv[1]), analyzer=Analyzer())
print("ready", flush=True)
sys.stdin.readline()
for n in islice(count(), int(number) if number else None):
    text = f"{name}的第{n}条。" + "桥" * 70
    article = Article(f"{name}第{n}号", (Paragraph(text), Paragraph(text[::-1])))
    outcome = engine.add(article)
    print(outcome.id, outcome.outcome, article.title, flush=True)
    if n % 4 == 3:
        print(*engine.remove([outcome.id]), "removed", article.title, flush=True)
"""


def writer(path: Path, name: str, number: int | None = None) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", WRITER, str(path), name, str(number or "")],
        cwd=ROOT,
        env=os.environ | {"PYTHONUTF8": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


def go(child: "subprocess.Popen[str]") -> None:
    child.stdin.write("go\n")
    child.stdin.flush()
