"""Words of the same sound."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text.analyzer import Analyzer
from retrieval.text.sounds import Sounds
from tests.support.project import ROOT


@pytest.fixture(scope="module")
def sounds(analyzer: Analyzer) -> Sounds:
    return Sounds(analyzer)


@pytest.mark.parametrize(("word", "other"), [("张雪友", "张学友"), ("特琅普", "特朗普"), ("冬傲", "冬奥")])
def test_a_word_of_the_same_sound_is_found(sounds: Sounds, word: str, other: str) -> None:
    assert other in set(sounds.alike(word))
    assert word in set(sounds.alike(other))


@pytest.mark.parametrize("word", ["", "covid", "3.5", "，"])
def test_what_has_no_sound_has_no_word_of_the_same(sounds: Sounds, word: str) -> None:
    assert list(sounds.alike(word)) == []


@given(st.text("张雪友特朗普银行a1", max_size=5))
def test_words_of_the_same_sound_differ_in_one_character(sounds: Sounds, word: str) -> None:
    for other in sounds.alike(word):
        assert len(other) == len(word)
        assert sum(left != right for left, right in zip(word, other, strict=True)) == 1


def test_importing_the_library_imports_no_table_of_sounds() -> None:
    code = "import sys, retrieval.engine; print('pypinyin' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True).stdout == "False\n"
