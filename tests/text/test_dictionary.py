"""The dictionary: what jieba reads from the same text, whether it was kept, damaged or made anew."""

import pickle
from collections.abc import Callable
from pathlib import Path

import jieba
import pytest

from retrieval.index.code_cache import CodeCache
from retrieval.text import dictionary as module
from retrieval.text.analyzer import Analyzer
from retrieval.text.dictionary import Dictionary, pack
from retrieval.text.tokenizer import DICTIONARY, Tokenizer

TEXT = "南京市 5 ns\n长江大桥 9 nz\n大桥 7 n\n市 3 n\n市长 4 n\n长江 9 ns\n南 2 f\n市长江 1 x\n".encode()


@pytest.fixture(scope="module")
def whole(analyzer: Analyzer) -> Dictionary:
    return analyzer.dictionary


@pytest.fixture(scope="module")
def as_jieba_reads_it() -> tuple[dict[str, int], int]:
    tokenizer = jieba.Tokenizer()
    frequencies, total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    return frequencies, total


def test_every_word_and_every_beginning_of_one_has_the_frequency_that_jieba_reads(
    whole: Dictionary, as_jieba_reads_it: tuple[dict[str, int], int]
) -> None:
    frequencies, total = as_jieba_reads_it
    assert [word for word, frequency in frequencies.items() if whole.get(word) != frequency] == []
    assert whole.total == total


def test_every_word_has_the_flag_of_its_line(whole: Dictionary) -> None:
    lines = (line.split(" ") for line in DICTIONARY.read_text("utf-8").splitlines())
    assert [word for word, _, flag in lines if whole.flag(word) != flag] == []


def test_characters_and_long_words_stand_in_the_order_of_a_dict(
    whole: Dictionary, as_jieba_reads_it: tuple[dict[str, int], int]
) -> None:
    frequencies, _ = as_jieba_reads_it
    words = [word for word, frequency in frequencies.items() if frequency]
    assert whole.characters == "".join(word for word in words if len(word) == 1)
    long = sorted((word for word in words if len(word) > 2), key=frequencies.__getitem__, reverse=True)
    assert whole.long_words.splitlines() == long


@pytest.mark.parametrize("text", ["", "x", "南京", "南京市长", "\0", "𠮷"])
def test_what_is_no_word_has_no_frequency_and_no_flag(text: str) -> None:
    small = Dictionary(pack(TEXT))
    assert (small.get(text), small.flag(text)) == (0, None)


def test_the_words_at_a_place_are_all_that_begin_there() -> None:
    small = Dictionary(pack(TEXT))
    assert small.words_at("南京市长江大桥", 2) == {2: 3, 3: 4, 4: 1}
    assert small.words_at("南京市长江大桥", 3) == {4: 9, 6: 9}
    assert small.words_at("南京市长江大桥", 1) == {}


def test_a_tokenizer_cuts_by_the_words_of_its_dictionary() -> None:
    assert Tokenizer(Dictionary(pack(TEXT))).lcut("南京市长江大桥") == ["南京市", "长江大桥"]


# The cache


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The texts of which a dictionary was made anew."""
    texts: list[bytes] = []

    def noted(text: bytes) -> bytes:
        texts.append(text)
        return pack(text)

    monkeypatch.setattr(module, "pack", noted)
    return texts


def is_whole(small: Dictionary) -> bool:
    lines = (line.split(" ") for line in TEXT.decode().splitlines())
    return all((small.get(word), small.flag(word)) == (int(count), flag) for word, count, flag in lines)


def test_a_kept_dictionary_is_the_same_and_is_not_made_anew(tmp_path: Path, made: list[bytes]) -> None:
    cache = CodeCache([tmp_path / "code"])
    first, second = (Dictionary.read(TEXT, "a", cache) for _ in range(2))
    assert is_whole(first)
    assert is_whole(second)
    assert (second.long_words, second.characters, second.total) == (first.long_words, first.characters, first.total)
    assert made == [TEXT]


def test_another_text_is_another_entry(tmp_path: Path, made: list[bytes]) -> None:
    cache, other = CodeCache([tmp_path / "code"]), TEXT + "城北新桥 8 nz\n".encode()
    assert [Dictionary.read(*text, cache).get("城北新桥") for text in ((TEXT, "a"), (other, "b"))] == [0, 8]
    assert made == [TEXT, other]


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def altered(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)


def writable_by_all(path: Path) -> None:
    path.chmod(0o666)


@pytest.mark.parametrize("harm", [cut_off, altered, writable_by_all, Path.unlink])
def test_a_harmed_entry_is_made_anew(tmp_path: Path, made: list[bytes], harm: Callable[[Path], None]) -> None:
    cache = CodeCache([tmp_path / "code"])
    Dictionary.read(TEXT, "a", cache)
    (entry,) = (tmp_path / "code").iterdir()
    harm(entry)
    assert is_whole(Dictionary.read(TEXT, "a", cache))
    assert is_whole(Dictionary.read(TEXT, "a", cache))
    assert made == [TEXT, TEXT]


@pytest.mark.parametrize("foreign", [b"\0", pickle.dumps([1]), b"(\x01\0\0\0N", pack(TEXT)[:-9]])
def test_an_undamaged_entry_of_another_program_is_made_anew(tmp_path: Path, made: list[bytes], foreign: bytes) -> None:
    cache = CodeCache([tmp_path / "code"])
    Dictionary.read(TEXT, "a", cache)
    (entry,) = (tmp_path / "code").iterdir()
    cache.write(entry.name, foreign)
    assert is_whole(Dictionary.read(TEXT, "a", cache))
    assert made == [TEXT, TEXT]


def test_a_folder_that_cannot_be_written_costs_time_only(tmp_path: Path, made: list[bytes]) -> None:
    (tmp_path / "code").write_text("a file where the folder would stand")
    cache = CodeCache([tmp_path / "code"])
    assert all(is_whole(Dictionary.read(TEXT, "a", cache)) for _ in range(2))
    assert made == [TEXT, TEXT]
