"""The vocabulary of the rules: each word once, folded as lines are."""

from collections import Counter

import pytest

from retrieval.intake import lexicon
from retrieval.text.folding import fold
from tests.support.project import ROOT

# Groups whose words have a part of their own to play each: a button may also be a label, a box or a section.
SHARED = ("page.", "notices.", "people.", "labels.", "places.around", "time.", "quantities.")


@pytest.mark.parametrize("group", lexicon.names())
def test_the_words_of_a_group_are_folded_and_stand_once(group: str) -> None:
    words = lexicon.words(group)
    assert words
    assert [word for word in words if fold(word) != word] == []
    assert [word for word, count in Counter(words).items() if count > 1] == []


def test_media_and_surnames_stand_in_one_group() -> None:
    groups = [group for group in lexicon.names() if not group.startswith(SHARED)] + ["people.surnames"]
    counts = Counter(word for group in groups for word in lexicon.words(group))
    assert [word for word, count in counts.items() if count > 1] == []
    surnames = "".join(lexicon.words("people.surnames"))
    assert len(set(surnames)) == len(surnames)


def test_every_group_is_used() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "retrieval" / "intake").rglob("*.py"))
    assert [group for group in lexicon.names() if f'"{group}"' not in source and f"'{group}'" not in source] == []


def test_the_longest_word_is_tried_first_and_a_blank_may_stand_inside() -> None:
    assert lexicon.one_of("labels.responsible").startswith("(?:责任")
    assert r"责\s?编" in lexicon.one_of("labels.responsible", spaced=True)


def test_an_unknown_group_is_an_error() -> None:
    with pytest.raises(KeyError):
        lexicon.words("labels.nothing")
