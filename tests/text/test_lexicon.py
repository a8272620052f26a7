"""The lexicon: which words of the dictionary hold another one, and which are inside it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text.analyzer import Analyzer
from retrieval.text.lexicon import Lexicon


@pytest.fixture(scope="module")
def lexicon(analyzer: Analyzer) -> Lexicon:
    return Lexicon(analyzer)


@pytest.mark.parametrize(
    ("word", "compound"), [("法院", "最高人民法院"), ("学友", "张学友"), ("银行", "中国人民银行"), ("地铁", "地铁站")]
)
def test_words_that_hold_a_word_are_its_compounds(lexicon: Lexicon, word: str, compound: str) -> None:
    assert compound in lexicon.compounds(word)


@pytest.mark.parametrize("word", ["", "国", "covid", "青岭大桥通车"])
def test_a_single_character_and_a_word_that_none_holds_have_no_compound(lexicon: Lexicon, word: str) -> None:
    assert lexicon.compounds(word) == []


@given(st.text("中国人民银行大学", max_size=4))
def test_compounds_are_the_most_frequent_longer_words(lexicon: Lexicon, analyzer: Analyzer, word: str) -> None:
    found, frequencies = lexicon.compounds(word), analyzer.dictionary
    assert len(set(found)) == len(found) <= 500
    assert all(word in compound and len(compound) > max(2, len(word)) for compound in found)
    assert [*map(frequencies.get, found)] == sorted(map(frequencies.get, found), reverse=True)


@pytest.mark.parametrize(
    ("word", "parts"), [("银行利率", ["银行", "利率"]), ("法院", []), ("covid", []), ("3.5", []), ("", [])]
)
def test_parts_are_the_words_inside_a_word(lexicon: Lexicon, word: str, parts: list[str]) -> None:
    assert lexicon.parts(word) == parts
