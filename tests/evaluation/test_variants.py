"""Variants of questions: what they change, and what they depend on."""

from dataclasses import replace

import pytest

from retrieval.evaluation import variants as module
from retrieval.evaluation.collection import Collection, Question, Row
from retrieval.evaluation.courtesy import TEMPLATES
from retrieval.evaluation.variants import Variant, Variants
from retrieval.text.analyzer import Analyzer
from retrieval.text.parts_of_speech import PartsOfSpeech
from tests.support.small_collection import QUESTIONS, SMALL

TOWNS = ("西安", "成都", "广州", "南京", "武汉", "福州")
PASSAGES = [
    Row(f"p{number}", "", f"{town}的最高人民法院今年审理了案件{number + 20}件。", f"p{number}", date="2031-05-02")
    for number, town in enumerate(TOWNS)
]
ASKED = [Question(f"q{number}", f"{town}审理了{number + 20}件什么？") for number, town in enumerate(TOWNS)]
COURTS = Collection(PASSAGES, ASKED, {f"q{number}": {f"p{number}"} for number in range(len(TOWNS))})


@pytest.fixture(scope="module")
def parts(analyzer: Analyzer) -> PartsOfSpeech:
    return PartsOfSpeech(analyzer)


def _all(collection: Collection, parts: PartsOfSpeech) -> list[list[Variant]]:
    made = Variants(collection, parts)
    return [
        sorted(kind, key=lambda variant: variant.question.id)
        for kind in (made.polite(), made.swapped(), made.keywords(), made.typos())
    ]


def test_variants_do_not_depend_on_the_order_of_questions_and_passages(parts: PartsOfSpeech) -> None:
    reversed_ = replace(COURTS, passages=PASSAGES[::-1], questions=ASKED[::-1])
    assert _all(reversed_, parts) == _all(COURTS, parts)


def test_there_are_at_least_forty_templates_and_all_hold_the_question_once() -> None:
    assert len(set(TEMPLATES)) >= 40
    assert all(template.count("{}") == 1 for template in TEMPLATES)


def test_a_polite_variant_holds_the_question_without_its_final_mark(parts: PartsOfSpeech) -> None:
    for variant in Variants(SMALL, parts).polite():
        assert variant.question.question.rstrip("？") in variant.text
        assert variant.text != variant.question.question


def test_a_swapped_variant_names_what_another_question_or_passage_names_and_its_article_does_not(
    parts: PartsOfSpeech,
) -> None:
    texts = [row.text for row in PASSAGES] + [question.question for question in ASKED]
    variants = Variants(COURTS, parts).swapped()
    assert {variant.question.id for variant in variants} == {question.id for question in ASKED}
    for variant in variants:
        (word,) = variant.words
        place = int(variant.question.id[1:])
        assert word in variant.text
        assert word not in variant.question.question + PASSAGES[place].text
        assert any(word in text for text in texts)


def test_keywords_are_nouns_of_the_article_and_nouns_inside_nouns(parts: PartsOfSpeech) -> None:
    variants = Variants(COURTS, parts).keywords()
    assert len(variants) == len(ASKED)
    for variant in variants:
        assert len(variant.words) in (1, 2)
        assert variant.text == " ".join(variant.words)
        assert all(word in PASSAGES[int(variant.question.id[1:])].text for word in variant.words)
    assert set(Variants(COURTS, parts)._inner_words("最高人民法院")) >= {"人民", "法院"}
    assert "察院" not in set(Variants(COURTS, parts)._inner_words("检察院"))
    assert "贵州" in set(Variants(COURTS, parts)._inner_words("贵州省"))


def test_a_typo_is_one_character_left_out_or_exchanged(parts: PartsOfSpeech) -> None:
    for variant in Variants(SMALL, parts).typos():
        before, after = variant.question.question, variant.text
        assert after != before
        cut = {before[:place] + before[place + 1 :] for place in range(len(before))}
        if len(after) == len(before):
            assert sum(old != new for old, new in zip(before, after, strict=True)) == 1
        else:
            assert after in cut
    single = Collection(SMALL.passages, [Question("q", "谁？")], {"q": {"p1"}})
    assert Variants(single, parts).typos() == []


def test_a_large_collection_has_the_variants_of_some_questions(
    parts: PartsOfSpeech, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST", 2)
    chosen = {variant.question.id for variant in Variants(SMALL, parts).polite()}
    again = Variants(replace(SMALL, questions=QUESTIONS[::-1]), parts).polite()
    assert len(chosen) == 2
    assert {variant.question.id for variant in again} == chosen
