"""Paths in the project: its folder and its first article."""

from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
FIRST_PAGE = ROOT / "data" / "lanzhou-2020-02-24.txt"
