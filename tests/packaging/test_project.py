"""Packaging: pyproject.toml, setup.py, the requirements and the sdist agree with each other and with the source."""

import re
import subprocess
import tomllib
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def locked(name: str) -> dict[str, str]:
    """The version of each package that a requirements file locks."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize(
    ("requirements", "name"),
    [
        (PROJECT["dependencies"], "requirements.txt"),
        (PROJECT["optional-dependencies"]["test"], "requirements-test.txt"),
    ],
)
def test_every_dependency_is_locked_at_a_version_that_pyproject_allows(requirements: list[str], name: str) -> None:
    pins = locked("requirements.txt") | locked(name)
    for requirement in map(Requirement, requirements):
        package = canonicalize_name(requirement.name)
        assert package in pins, f"{package} is not in {name}: run `make lock`"
        assert requirement.specifier.contains(pins[package]), f"{package}=={pins[package]}: run `make lock`"
        assert any(bound.operator == ">=" for bound in requirement.specifier), f"{package} has no lower bound"


def test_the_requirements_hold_only_pinned_versions() -> None:
    for name in ("requirements.txt", "requirements-test.txt"):
        lines = (ROOT / name).read_text("utf-8").splitlines()
        pins = [line for line in lines if not line.startswith("#") and line != "-r requirements.txt"]
        assert [line for line in pins if not re.fullmatch(r"[a-z0-9-]+==[\w.]+", line)] == []


def test_the_command_is_the_main_function_of_the_bot() -> None:
    module, _, function = PROJECT["scripts"]["news-answers"].partition(":")
    assert module == "bot.__main__"
    assert callable(getattr(import_module(module), function))


def test_the_changelog_describes_the_version() -> None:
    assert re.search(rf"^## \[?{re.escape(PROJECT['version'])}\b", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)


def test_setup_names_every_file_of_a_package_that_is_no_module() -> None:
    setup = (ROOT / "setup.py").read_text("utf-8")
    for package in ("bot", "retrieval"):
        paths = (path.relative_to(ROOT / package) for path in (ROOT / package).rglob("*.*"))
        others = {path for path in paths if path.suffix != ".py" and "__pycache__" not in path.parts}
        named = {f"{path.parent}/*{path.suffix}" for path in others if path.name != "py.typed"}
        assert [name for name in named if f'"{name.removeprefix("./")}"' not in setup] == []


def test_every_folder_of_modules_is_a_package() -> None:
    folders = {path.parent for package in ("bot", "retrieval") for path in (ROOT / package).rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_both_packages_are_typed() -> None:
    assert (ROOT / "bot" / "py.typed").exists()
    assert (ROOT / "retrieval" / "py.typed").exists()


def test_the_sdist_includes_every_file_tracked_by_git() -> None:
    """setuptools adds pyproject.toml, setup.py, README.md, LICENSE and the packages' files by itself."""
    known = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if known.returncode:
        pytest.skip("this is no checkout of git")
    taken = ["pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE", "bot/*", "retrieval/*"]
    for line in (ROOT / "MANIFEST.in").read_text("utf-8").splitlines():
        match line.split():
            case ["include", *names]:
                taken += names
            case ["recursive-include", folder, *patterns]:
                taken += [f"{folder}/{pattern}" for pattern in patterns]
    files = known.stdout.splitlines()
    assert [file for file in files if not any(fnmatch(file, pattern) for pattern in taken)] == []
