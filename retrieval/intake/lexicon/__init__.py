"""The vocabulary of the rules: words by group, from the .toml files beside this module.

Each file is a theme, each of its keys a group: `labels.toml` has the group "labels.source". Words are folded; a low
line in a word stands for a blank. They are loaded once, and no word is written down in another place.
"""

import re
import tomllib
from functools import cache
from importlib import resources

# Groups that are read as empty: `leave_out` tells what a group is worth.
_left_out: set[str] = set()


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    groups = {}
    for file in resources.files(__package__).iterdir():
        theme, _, ending = file.name.partition(".")
        if ending == "toml":
            for name, text in tomllib.loads(file.read_text(encoding="utf-8")).items():
                groups[f"{theme}.{name}"] = tuple(word.replace("_", " ") for word in text.split())
    return groups


def names() -> list[str]:
    """The names of all groups, in alphabetical order."""
    return sorted(_groups())


def leave_out(group: str) -> None:
    """Read this group as empty from now on, for a measurement: call it before the rules are imported."""
    _left_out.add(group)


def words(*groups: str) -> tuple[str, ...]:
    """The words of these groups. Raises KeyError for an unknown group."""
    return tuple(word for group in groups for word in _groups()[group] if group not in _left_out)


def one_of(*groups: str, spaced: bool = False) -> str:
    """A regular expression for one word of these groups, the longest first; it matches nothing for empty groups.

    With `spaced`, a blank may stand inside a word of two characters, as old templates print it: 来 源.
    """
    ordered = sorted(words(*groups), key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(_pattern(word, spaced) for word in ordered) or '(?!)'})"


def _pattern(word: str, spaced: bool) -> str:
    if spaced and len(word) == 2 and not word.isascii():
        return rf"{re.escape(word[0])}\s?{re.escape(word[1])}"
    return re.escape(word)


@cache
def _words_of(groups: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(one_of(*groups))


def rest(text: str, *groups: str) -> str:
    """The text without the words of these groups."""
    return _words_of(groups).sub(" ", text)


def is_made_of(text: str, *groups: str) -> bool:
    """Whether a text consists of words of these groups and of marks between them."""
    return any(map(str.isalnum, text)) and not any(map(str.isalnum, rest(text, *groups)))
