"""The packages of the wheel; pyproject.toml holds everything else.

pyproject.toml can either find the packages or map a package to another folder. This project needs both: data/ of the
repository, which holds the first article, is installed as bot/data.
"""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["bot", "bot.*", "retrieval", "retrieval.*"]), "bot.data"],
    package_dir={"bot.data": "data"},
    package_data={
        "bot": ["py.typed", "words/*.toml"],
        "bot.data": ["*.txt", "README.md"],
        "retrieval": ["py.typed", "*.pyi", "intake/*.pyi", "intake/lexicon/*.toml", "query/*.txt", "text/*.txt"],
    },
)
