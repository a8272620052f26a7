"""Words of the same sound."""

import marshal
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text.analyzer import Analyzer
from retrieval.text.sounds import Sounds, tables
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


class Kept(dict[str, bytes]):
    """A cache in memory."""

    read = dict.get
    write = dict.__setitem__


def test_kept_sounds_are_those_that_were_made() -> None:
    cache = Kept()
    made = tables("张雪友学a", cache)
    assert list(cache) != []
    assert tables("张雪友学a", cache) == tables("张雪友学a") == made
    assert made.characters_of["xue"] == ["雪", "学"]


@pytest.mark.parametrize("data", [b"", b"\x00", b"no marshal", marshal.dumps(["zhang"]), marshal.dumps([1, 2])])
def test_what_another_program_has_kept_is_made_anew(data: bytes) -> None:
    cache = Kept()
    made = tables("张雪", cache)
    (name,) = cache
    cache[name] = data
    assert tables("张雪", cache) == made
    assert tables("张雪", Kept({name: cache[name]})) == made
    assert cache[name] != data


def test_kept_sounds_are_read_without_the_library(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from retrieval.index.code_cache import CodeCache\n"
        "from retrieval.text.analyzer import Analyzer\n"
        "from retrieval.text.sounds import Sounds\n"
        f"sounds = Sounds(Analyzer(CodeCache([Path({str(tmp_path / 'kept')!r})])))\n"
        "print('张学友' in set(sounds.alike('张雪友')), 'pypinyin' in sys.modules)"
    )
    run = [subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True) for _ in range(2)]
    assert [done.stdout for done in run] == ["True True\n", "True False\n"]


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
