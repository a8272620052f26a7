"""Variables of .env.example and their defaults."""

import re

from bot.settings import Settings
from tests.support.project import ROOT


class Recording(dict[str, str]):
    """An environment that remembers which variables were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.requested: set[str] = set()

    def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
        self.requested.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> str:
        self.requested.add(key)
        return super().__getitem__(key)


def shown_settings() -> dict[str, str]:
    """The settings in .env.example, commented out or not."""
    return dict(re.findall(r"^#? *([A-Z][A-Z0-9_]*)=(.*)$", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))


def test_the_env_example_names_exactly_the_variables_read() -> None:
    environment = Recording()
    Settings.read(environment)
    assert set(shown_settings()) == environment.requested


def test_the_env_example_shows_valid_values_and_the_defaults() -> None:
    shown, default = Settings.read(shown_settings()), Settings.read({})
    for name in shown_settings():
        value = getattr(default, name.lower())
        assert not value or getattr(shown, name.lower()) == value, f"{name} has the default {value}"
