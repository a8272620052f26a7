"""The first article's file: found in a checkout and in an installed package, never in another package's data."""

import shutil
import subprocess
import sys
from pathlib import Path

from bot.cli.first_article import first_articles

ROOT = Path(__file__).parent.parent.parent.parent
CODE = "from bot.cli.first_article import first_articles; print(*(a.source for a in first_articles()), sep='\\n')"


def test_a_checkout_has_one_first_article() -> None:
    assert [article.source for article in first_articles()] == ["兰州晚报"]


def test_an_installed_bot_reads_its_own_data_and_not_another_packages(tmp_path: Path) -> None:
    for package in ("bot", "retrieval"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "data", tmp_path / "bot" / "data", ignore=shutil.ignore_patterns("*.db*", "cache"))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "other.txt").write_text(
        "别的包的文件\n新民晚报 2020-01-01\n别的包的文字，不是本项目的文章。\n", "utf-8"
    )
    command = [sys.executable, "-X", "utf8", "-W", "ignore", "-c", CODE]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert (ran.stdout, ran.stderr) == ("兰州晚报\n", "")
