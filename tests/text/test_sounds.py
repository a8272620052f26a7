"""Words of the same sound."""

import os
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


def test_the_sounds_are_those_of_the_whole_library_without_its_phrases() -> None:
    """Its phrases take 40 MB; they say nothing of single characters."""
    code = (
        "from pypinyin.constants import PHRASES_DICT as before\n"
        "from pypinyin import Style, pinyin\n"
        "print(len(before) > 0, [sound for (sound,) in pinyin(list('张雪友特朗普银行长乐'), style=Style.NORMAL)])"
    )
    ours = (
        "from retrieval.text.analyzer import Analyzer\n"
        "from retrieval.text.sounds import tables\n"
        "sounds, _ = tables(Analyzer().dictionary.characters)\n"
        "from pypinyin.constants import PHRASES_DICT as after\n"
        "print(len(after) == 0, [sounds[one] for one in '张雪友特朗普银行长乐'])"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYPINYIN_")}
    outputs = [
        subprocess.run([sys.executable, "-c", one], cwd=ROOT, env=environment, capture_output=True, text=True).stdout
        for one in (code, ours)
    ]
    assert outputs[0].startswith("True ")
    assert outputs[0] == outputs[1]
