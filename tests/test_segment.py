import zlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.index import Document, minute_of
from retrieval.segment import _COLUMNS, _MAGIC, Segment, SegmentError, build, pack, unpack

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=4)
BAGS = st.dictionaries(WORDS, st.integers(1, 600), max_size=6)
DATES = st.sampled_from([None, "1998-01-01", "2020-02-24", "2020-02-24 02:24"])
SOURCES = st.sampled_from([None, "", "兰州晚报", "蘭州晚報", "ＢＢＣ"])


@st.composite
def documents(draw: st.DrawFn) -> list[Document]:
    rows = draw(st.lists(st.tuples(BAGS, DATES, SOURCES), max_size=8))
    return [Document(10 + 3 * place, place // 2, *row) for place, row in enumerate(rows)]


def bags(segment: Segment) -> list[dict[str, int]]:
    """What the postings say of each document, read term by term."""
    read: list[dict[str, int]] = [{} for _ in segment.passage_ids]
    for number, term in enumerate(segment.terms):
        for place in range(segment.starts[number], segment.starts[number + 1]):
            read[segment.documents[place]][term] = int(segment.frequencies[place])
    return read


@given(documents())
def test_a_segment_holds_what_it_was_built_from(given_documents: Sequence[Document]) -> None:
    segment = build(given_documents)
    assert segment.terms == sorted({term for document in given_documents for term in document.terms})
    clamped = [{term: min(255, n) for term, n in document.terms.items()} for document in given_documents]
    assert bags(segment) == clamped
    assert segment.lengths.tolist() == [sum(bag.values()) for bag in clamped]
    assert segment.minutes.tolist() == [minute_of(document.published) for document in given_documents]
    assert segment.passage_ids.tolist() == [document.passage_id for document in given_documents]
    assert segment.article_ids.tolist() == [document.article_id for document in given_documents]


@given(documents())
def test_a_segment_comes_back_from_its_bytes(given_documents: Sequence[Document]) -> None:
    segment = build(given_documents)
    back = unpack(pack(segment))
    assert back.terms == segment.terms
    for name, kind in _COLUMNS.items():
        assert getattr(back, name).dtype == kind
        assert np.array_equal(getattr(back, name), getattr(segment, name))
    assert pack(back) == pack(segment)


SAMPLE = [
    Document(1, 1, Counter("兰州兰州市"), "2020-02-24", "兰州晚报"),
    Document(2, 1, {"项目": 300}, "2020-02-24", "兰州晚报"),
    Document(3, 2, {}),
]


def test_sources_are_folded_and_kept_once() -> None:
    segment = build([Document(1, 1, {}, source="蘭州晚報"), Document(2, 2, {}, source="兰州晚报"), Document(3, 3, {})])
    assert segment.sources == ["兰州晚报"]
    assert segment.source_numbers.tolist() == [0, 0, -1]


def test_more_than_255_occurrences_count_as_255() -> None:
    segment = build(SAMPLE)
    assert segment.frequencies.max() == 255
    assert segment.lengths.tolist() == [5, 255, 0]


def test_articles_begin_where_their_first_passage_stands() -> None:
    assert build(SAMPLE).article_starts.tolist() == [0, 2, 3]


def test_any_flipped_byte_is_noticed() -> None:
    data = pack(build(SAMPLE))
    for place in range(len(data)):
        damaged = bytearray(data)
        damaged[place] ^= 0x10
        with pytest.raises(SegmentError):
            unpack(bytes(damaged))


def test_any_truncation_and_anything_appended_is_noticed() -> None:
    data = pack(build(SAMPLE))
    for damaged in [*(data[:length] for length in range(len(data))), data + b"\0", data + data]:
        with pytest.raises(SegmentError):
            unpack(damaged)


def test_the_checksum_is_that_of_the_rest() -> None:
    data = pack(build(SAMPLE))
    head = len(_MAGIC)
    assert int.from_bytes(data[head : head + 4], "little") == zlib.crc32(data[head + 4 :])
