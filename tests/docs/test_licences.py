"""The table of licences."""

import re

from docs import licences


def test_the_licence_table_lists_exactly_the_locked_packages() -> None:
    page = (licences._ROOT / "docs" / "licences.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| (\S+) \| (\S+) \| (?!not declared).+ \|$", page, re.MULTILINE))
    del rows["package"]
    assert rows == licences.locked("requirements.txt") | licences.locked("requirements-test.txt"), "run `make licences`"


def test_a_licence_is_read_from_the_metadata_of_an_installed_package() -> None:
    assert licences.licence("python-telegram-bot") == "LGPL-3.0-only"
    assert licences.licence("rank-bm25") == "Apache-2.0"
