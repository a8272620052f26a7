"""The table of the dependencies' licences: docs/licences.md, from the metadata of the locked packages.

    python -m docs.licences > docs/licences.md

It reads the packages that are installed, so it needs requirements-test.txt in the same environment: `make licences`.
"""

import re
from importlib.metadata import metadata
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_LONGEST = 40  # a longer License field is the licence's text
# SPDX's spelling of what older metadata says in other words; chardet's "LGPL" is from its licence file.
_SPELLINGS = {
    "Apache 2.0": "Apache-2.0",
    "Apache2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "LGPL": "LGPL-2.1-or-later",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
_HEAD = """# Licences of the dependencies

`make licences` writes this page from the metadata of the packages locked in requirements.txt (the bot) and
requirements-test.txt (the tests and checks). The bot imports these packages as they are and contains no code of theirs;
pip installs them beside it, where anyone can replace them, as the LGPL asks. pip itself, which sqlite-utils asks for
and every virtual environment has, is not locked; its licence is MIT.
"""


def locked(name: str) -> dict[str, str]:
    """The packages that a requirements file locks, with their versions; files that it includes are left out."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (_ROOT / name).read_text("utf-8"), re.MULTILINE))


def licence(package: str) -> str:
    """The licence that an installed package declares, from the newest to the oldest form of metadata."""
    fields = metadata(package)
    expression = fields.get("License-Expression")
    classifiers = [value for value in fields.get_all("Classifier", []) if value.startswith("License :: ")]
    names = [value.rpartition(" :: ")[2] for value in classifiers if value != "License :: OSI Approved"]
    written = (fields.get("License") or "").strip()
    short = written if 0 < len(written) <= _LONGEST and written.upper() != "UNKNOWN" else ""
    declared = expression or short or ", ".join(names) or "not declared"
    return _SPELLINGS.get(declared, declared)


def page() -> str:
    parts = [_HEAD]
    for title, name in (("The bot", "requirements.txt"), ("The tests and checks", "requirements-test.txt")):
        rows = [f"| {package} | {version} | {licence(package)} |" for package, version in locked(name).items()]
        parts += [f"## {title}\n", "\n".join(["| package | version | licence |", "|---|---|---|", *rows]) + "\n"]
    return "\n".join(parts)


if __name__ == "__main__":
    print(page(), end="")
