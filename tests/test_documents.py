"""Documents for people: their links, and the length of the pages for newcomers."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.support.project import ROOT

PAGES = sorted(page for folder in (".", "docs", "data", "benchmarks") for page in (ROOT / folder).glob("*.md"))
LONGEST_README = 150


def broken_links(page: Path, text: str) -> Iterator[str]:
    """The local links of a page, and the sources of its pictures, that lead to no file or to no heading."""
    for target in re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"", text):
        link = unquote(next(filter(None, target)))
        if re.match(r"[a-z]+:", link):
            continue
        path, _, heading = link.partition("#")
        file = (page.parent / path) if path else page
        if not file.exists() or (heading and heading not in headings(file.read_text("utf-8"))):
            yield link


def headings(text: str) -> set[str]:
    """The anchors that a page's headings get when it is shown as HTML."""
    lines = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).strip().replace(" ", "-") for line in lines}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_local_link_leads_to_a_file(page: Path) -> None:
    assert not list(broken_links(page, page.read_text("utf-8")))


def test_a_broken_link_is_detected() -> None:
    page = ROOT / "README.md"
    text = '[a](LICENSE) [b](https://example.com) [c](missing.md) [d](#here) <img src="none.png">\n# Here\n'
    assert list(broken_links(page, text)) == ["missing.md", "#here", "none.png"]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_stays_within_its_length_limit(name: str) -> None:
    assert len((ROOT / name).read_text("utf-8").splitlines()) <= LONGEST_README
