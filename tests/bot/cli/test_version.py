"""The version that the command line prints."""

import tomllib

import pytest

from bot.__main__ import main
from tests.support.project import ROOT


def test_the_printed_version_is_the_project_version(capsys: pytest.CaptureFixture[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"{project['name']} {project['version']}\n"
