"""Late imports: functions of modules whose libraries load when they are first needed.

The parsers behind a module cost more time and memory than reading a plain text does, and most runs meet few of them.
Every other import of intake stands at the top of its file. tests/test_house.py reads the dotted name of a module in a
string as an import.
"""

from importlib import import_module
from typing import Any


def load(module: str, name: str) -> Any:
    """The value of `name` in `module`, which is imported unless it is loaded already."""
    return getattr(import_module(module), name)
