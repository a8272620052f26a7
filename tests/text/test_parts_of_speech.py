"""Parts of speech: flags, offsets, and when they are loaded."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from tempfile import TemporaryDirectory

import jieba.posseg as posseg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jieba.posseg.viterbi import viterbi as jieba_viterbi

from retrieval.text.analyzer import Analyzer
from retrieval.text.folding import fold
from retrieval.text.parts_of_speech import PartsOfSpeech
from retrieval.text.viterbi import viterbi
from tests.support.project import ROOT


@pytest.fixture(scope="module")
def parts(analyzer: Analyzer) -> PartsOfSpeech:
    return PartsOfSpeech(analyzer)


def test_names_have_flags_and_offsets_into_the_text_as_it_was_written(parts: PartsOfSpeech) -> None:
    text = "張學友在西安參觀最高人民法院。"
    flags = {text[word.start : word.end]: word.flag for word in parts.words(text)}
    assert (flags["張學友"], flags["西安"], flags["最高人民法院"]) == ("nr", "ns", "nt")


def test_words_of_the_dictionary_have_a_flag_of_their_own(parts: PartsOfSpeech) -> None:
    assert (parts.flag("法院"), parts.flag("青岭大桥")) == ("n", None)


@given(st.text() | st.text("青岭大桥2020年，A3.5 \n"))
def test_the_words_are_the_whole_folded_text(analyzer: Analyzer, text: str) -> None:
    words = PartsOfSpeech(analyzer).words(text)
    assert "".join(word.word for word in words) == fold(text)
    assert all(fold(text)[word.start : word.end] == word.word for word in words)


@given(st.text("青岭大桥郑和钊的说\u9fff", min_size=1, max_size=12))
def test_the_model_tags_characters_as_jieba_does(parts: PartsOfSpeech, text: str) -> None:
    parts.words("青岭")  # loads the model
    tables = posseg.char_state_tab_P, posseg.start_P, posseg.trans_P, posseg.emit_P
    assert viterbi(text, *tables) == jieba_viterbi(text, *tables)


def test_threads_that_load_the_flags_at_once_get_the_same_tags(analyzer: Analyzer) -> None:
    parts = PartsOfSpeech(analyzer)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(parts.words, ["青岭大桥在西安通车"] * 8))
    assert results == results[:1] * 8


def test_the_model_is_loaded_on_first_use() -> None:
    program = """
import sys
from retrieval.text.analyzer import Analyzer
from retrieval.text.parts_of_speech import PartsOfSpeech
from retrieval.text.viterbi import viterbi
parts = PartsOfSpeech(Analyzer())
assert "jieba.posseg" not in sys.modules
words = [(word.word, word.flag) for word in parts.words("张学友在西安通车")]
assert "jieba.posseg" in sys.modules
import jieba
assert not jieba.dt.initialized
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, check=True)


def test_a_program_that_tags_by_jieba_itself_gets_the_flags_that_jieba_gives() -> None:
    program = """
import sys
from retrieval.text.analyzer import Analyzer
from retrieval.text.parts_of_speech import PartsOfSpeech
from retrieval.text.viterbi import viterbi
if sys.argv[1] == "ours first":
    PartsOfSpeech(Analyzer()).words("张学友在西安通车")
import jieba, jieba.posseg
jieba.dt.tmp_dir = sys.argv[2]
jieba.add_word("城北新桥", 20_000, "own")
print(jieba.posseg.lcut("张学友在西安参观城北新桥和法院"))
"""
    with TemporaryDirectory() as folder:
        runs = [
            subprocess.run(
                [sys.executable, "-W", "ignore", "-c", program, how, folder], cwd=ROOT, check=True, capture_output=True
            ).stdout.decode()
            for how in ("ours first", "jieba alone")
        ]
    assert "own" in runs[1]
    assert runs[0] == runs[1]
