"""The collector of reference cycles."""

import gc
from collections.abc import Iterator

import pytest

from bot.serving.garbage import collect_rarely


@pytest.fixture(autouse=True)
def _threshold() -> Iterator[None]:
    former = gc.get_threshold()
    yield
    gc.set_threshold(*former)


def test_the_objects_of_a_question_start_no_collection() -> None:
    collect_rarely()
    gc.collect()
    before = _collections()
    made = [[number] for number in range(5_000)]
    assert _collections() == before
    assert made


def test_objects_that_pile_up_start_a_collection() -> None:
    collect_rarely()
    gc.collect()
    before = _collections()
    made = [[number] for number in range(50_000)]
    assert _collections() > before
    assert made


def _collections() -> int:
    return sum(generation["collections"] for generation in gc.get_stats())
