"""Folding, sentences and squeezing of text."""

import unicodedata
from importlib.resources import files

import marisa_trie
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.text.bulk_folding import fold_all
from retrieval.text.folding import fold, printable, simplify, squeeze
from retrieval.text.sentences import Span, clauses, sentences

ANYTHING = st.text(st.characters())  # lone surrogates, control and astral characters among them
MARKS = st.text("好来35. 。！？!?…“”‘’（）()《》\n,，a　", max_size=60)


@given(ANYTHING | MARKS)
@example("\ud800𠀀\0\x85ﷺ㎡İßﬁ")
@example("乾隆乾燥頭髮發財著作看著" * 3)
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(simplify(text)) == len(printable(text)) == len(text)


def test_folding_keeps_the_length_of_every_character_there_is() -> None:
    assert [hex(code) for code in range(0x110000) if len(fold(chr(code))) != 1] == []


@given(st.lists(ANYTHING | MARKS, max_size=5))
@example(["乾", "隆", "頭", "髮", "\ud800"])
def test_texts_folded_together_are_folded_as_alone(texts: list[str]) -> None:
    assert fold_all(texts) == [fold(text) for text in texts]


def test_no_phrase_that_opencc_converts_is_folded_without_it() -> None:
    magic, trie = b"OPENCC_MARISA_0.2.5", marisa_trie.Trie()
    data = files("opencc").joinpath("clib/share/opencc/TSPhrases.ocd2").read_bytes()
    phrases = list(trie.frombytes(data.removeprefix(magic)))
    assert data.startswith(magic)
    assert "沈默寡言" in phrases
    assert [phrase for phrase in phrases if fold(phrase) != simplify(phrase).replace("著", "着")] == []


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("臺灣", "台湾"),
        ("ＡＢＣ，１２３", "abc,123"),
        ("看著", "看着"),
        ("著", "着"),
        ("頭髮", "头发"),
        ("發財", "发财"),
        ("乾隆", "乾隆"),
        ("㎡", "㎡"),
        ("①", "1"),
        ("iPhone", "iphone"),
        ("İ", "İ"),
        ("a\tb\x85c\x07d", "a b c d"),
        ("　", " "),
        ("\ud800", "\ufffd"),
        ("\0", "\ufffd"),
        ("", ""),
        ("兰州", "兰州"),
    ],
)
def test_equivalent_spellings_fold_to_the_same_text(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


def test_a_radical_from_a_pdf_folds_to_the_simplified_character() -> None:
    assert fold("⾺⾞⾧⾨") == fold(unicodedata.normalize("NFKC", "⾺⾞⾧⾨")) == "马车长门"


@given(ANYTHING)
def test_folding_is_idempotent_except_for_one_character(text: str) -> None:
    text = text.replace("薴", "")  # OpenCC's own table takes two steps: 薴, 苧, 苎
    assert fold(fold(text)) == fold(text)


@given(ANYTHING)
@example("a\ud800b\0c")
def test_printable_text_can_be_stored_and_changes_nothing_else(text: str) -> None:
    shown = printable(text)
    assert "\0" not in shown
    shown.encode()
    assert all(new == old or new == "\ufffd" for new, old in zip(shown, text, strict=True))


def test_squeezing_keeps_letters_and_digits() -> None:
    assert squeeze(" 《臺灣》ＡＢＣ，1-2。") == "台湾abc12"


@pytest.mark.parametrize(
    "parts",
    [
        ["他来了。", "她走了！", "谁？", "好……", "完"],
        ["“好。我来。”", "然后他走了。"],
        ["他说：“好。我来。”", "然后走了。"],
        ["“好！”，他说。", "完。"],
        ["“好”，他说。", "“走吧”。", "完。"],
        ["（见图。）", "完。"],
        ["她问：“谁说‘好。’了？”", "没人。"],
        ["《你好。再见》出版。", "完。"],
        ["真的?!", "是的！！！", "嗯…。", "完"],
        ["约3.5亿元。", "增长2.0个百分点。"],
        ["It is done.", "He said so.", "End"],
        ["End of line."],
        ["版本3.5发布"],
        ["第一行\n", "第二行\n", "\n", "第三行"],
        ["“没有说完\n", "下一行。", "再一句。"],
        ["没有开头”。", "完。"],
        ["她说“第一句。第二句。”", "很好。", "完。"],
    ],
)
def test_a_sentence_ends_where_a_reader_would_end_it(parts: list[str]) -> None:
    text = "".join(parts) if parts[0][-1] != "." else " ".join(parts)
    expected = [part.strip() for part in parts if part.strip()]
    assert [text[start:end] for start, end in sentences(text)] == expected


@pytest.mark.parametrize(
    "parts",
    [
        ["大桥通车，", "全长800米；", "很长。", "投资3,000万元"],
        ["他说：“好，我来。”然后走了（带着伞，和帽子），", "再没回来。"],
        ["《你好，再见》出版，", "完"],
        ['他说"好，我来"，', "然后走了。"],
    ],
)
def test_a_clause_ends_at_a_comma_outside_quotation_marks_and_brackets(parts: list[str]) -> None:
    text = "".join(parts)
    assert [text[start:end] for start, end in clauses(text, Span(0, len(text)))] == parts


def test_a_quotation_that_never_closes_does_not_swallow_the_paragraph() -> None:
    text = "“" + "这是一句话。" * 200
    spans = sentences(text)
    assert len(spans) > 100
    assert max(end - start for start, end in spans) < 320


def test_sentences_exclude_surrounding_blanks() -> None:
    assert sentences("") == sentences(" 　\n\t ") == []
    assert sentences("　　好。 \n") == [(2, 4)]


@given(ANYTHING | MARKS)
def test_sentences_are_disjoint_ordered_and_cover_all_but_blanks(text: str) -> None:
    end = 0
    for span in sentences(text):
        assert text[end : span.start].strip() == ""
        assert end <= span.start < span.end <= len(text)
        sentence = text[span.start : span.end]
        assert sentence == sentence.strip()
        assert "\n" not in sentence
        end = span.end
    assert text[end:].strip() == ""


@given(st.text())
def test_squeezed_text_is_the_letters_and_digits_of_the_folded_text(text: str) -> None:
    assert squeeze(text) == "".join(filter(str.isalnum, fold(text)))


def test_a_long_text_is_squeezed_as_in_one_piece() -> None:
    text = "城_北，ab １２。" * 20_000
    assert squeeze(text) == "城北ab12" * 20_000
