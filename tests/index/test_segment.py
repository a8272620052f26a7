"""Segments of postings: built, packed, merged and damaged."""

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.index import bm25, segment
from retrieval.index.protocol import Document, minute_of
from retrieval.index.segment import Segment, build, renumbered, term_hash
from retrieval.index.segment_format import _COLUMNS, _MAGIC, SegmentError, merge, pack, unpack
from retrieval.text.folding import fold

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=4)
BAGS = st.dictionaries(WORDS, st.integers(1, 600), max_size=6)
DATES = st.sampled_from([None, "1998-01-01", "2020-02-24", "2020-02-24 02:24"])
SOURCES = st.sampled_from([None, "", "兰州晚报", "蘭州晚報", "ＢＢＣ"])


@st.composite
def documents(draw: st.DrawFn) -> list[Document]:
    rows = draw(st.lists(st.tuples(BAGS, DATES, SOURCES), max_size=8))
    return [Document(10 + 3 * place, place // 2, *row) for place, row in enumerate(rows)]


def term_frequencies(segment: Segment) -> list[dict[int, int]]:
    """The documents as the postings describe them, read term by term."""
    read: list[dict[int, int]] = [{} for _ in segment.passage_ids]
    for row, term in enumerate(segment.terms.tolist()):
        for place in range(segment.starts[row], segment.starts[row + 1]):
            assert term not in read[segment.documents[place]]
            read[segment.documents[place]][term] = int(segment.frequencies[place])
    return read


def check(segment: Segment, expected: Sequence[Document]) -> None:
    """Asserts that the segment holds exactly these documents."""
    clamped = [{term_hash(term): min(255, n) for term, n in document.terms.items()} for document in expected]
    assert term_frequencies(segment) == clamped
    assert segment.terms.tolist() == sorted({term for bag in clamped for term in bag})
    assert segment.lengths.tolist() == [sum(bag.values()) for bag in clamped]
    assert segment.minutes.tolist() == [minute_of(document.published) for document in expected]
    assert segment.passage_ids.tolist() == [document.passage_id for document in expected]
    assert segment.article_ids.tolist() == [document.article_id for document in expected]
    sources = [None if number < 0 else segment.sources[number] for number in segment.source_numbers]
    assert sources == [None if document.source is None else fold(document.source) for document in expected]
    for row in range(len(segment.terms)):
        places = slice(segment.starts[row], segment.starts[row + 1])
        assert (np.diff(segment.documents[places].astype(int)) > 0).all()
        for average in (segment.average / 3, segment.average, segment.average * 3):
            shares = bm25.saturation(
                segment.frequencies[places].astype(float),
                segment.lengths[segment.documents[places]].astype(float),
                average,
            )
            assert shares.max() <= segment.bounds[row] * max(1, average / segment.average)


@given(documents())
def test_a_segment_holds_the_documents_it_was_built_from(given_documents: Sequence[Document]) -> None:
    check(build(given_documents), given_documents)


@given(documents())
def test_a_segment_is_read_back_from_its_bytes(given_documents: Sequence[Document]) -> None:
    segment = build(given_documents)
    back = unpack(pack(segment))
    assert (back.average, back.sources) == (segment.average, segment.sources)
    for name, kind in _COLUMNS.items():
        assert getattr(back, name).dtype == kind
        assert np.array_equal(getattr(back, name), getattr(segment, name))
        assert getattr(back, name).flags.aligned
        assert not getattr(back, name).flags.writeable
    assert pack(back) == pack(segment)


@given(documents(), st.sets(st.integers(0, 8)), st.sets(st.integers(0, 40)))
def test_a_merged_segment_holds_the_remaining_documents_of_its_parts(
    given_documents: Sequence[Document], cuts: set[int], removed: set[int]
) -> None:
    ends = [0, *sorted(cut for cut in cuts if cut < len(given_documents)), len(given_documents)]
    parts = [given_documents[begin:end] for begin, end in pairwise(ends)]
    merged = unpack(merge([pack(build(part)) for part in parts], removed))
    check(merged, [document for document in given_documents if document.passage_id not in removed])


@given(documents(), st.integers(0, 40))
def test_the_documents_after_a_passage_form_a_segment(given_documents: Sequence[Document], passage_id: int) -> None:
    behind = build(given_documents).after(passage_id)
    check(behind, [document for document in given_documents if document.passage_id > passage_id])


def test_term_hashes_are_stable_for_any_length_and_script() -> None:
    assert term_hash("兰州") == 0xDE7175E90F3C4F33
    assert len({term_hash(term) for term in ("a" * 300, "a" * 301, "", "\ud800", "兰州市", "ａ")}) == 6


def test_no_two_of_a_million_terms_share_a_hash() -> None:
    assert len({term_hash(str(number)) for number in range(10**6)}) == 10**6


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


def test_article_starts_point_to_first_passages() -> None:
    assert build(SAMPLE).article_starts.tolist() == [0, 2, 3]


def test_any_flipped_byte_is_detected() -> None:
    data = pack(build(SAMPLE))
    for place in range(len(data)):
        damaged = bytearray(data)
        damaged[place] ^= 0x10
        with pytest.raises(SegmentError):
            unpack(bytes(damaged))


def test_truncated_or_appended_bytes_are_detected() -> None:
    data = pack(build(SAMPLE))
    for damaged in [*(data[:length] for length in range(len(data))), data + b"\0", data + data]:
        with pytest.raises(SegmentError):
            unpack(damaged)


def test_the_checksum_covers_the_rest_of_the_bytes() -> None:
    data = pack(build(SAMPLE))
    head = len(_MAGIC)
    assert int.from_bytes(data[head : head + 4], "little") == zlib.crc32(data[head + 4 :])


@given(documents(), st.sets(st.integers(0, 7)))
def test_a_prepared_segment_gets_its_ids_later(given_documents: list[Document], out: set[int]) -> None:
    prepared = pack(build(given_documents))
    remaining = [document for place, document in enumerate(given_documents) if place not in out]
    final = [
        replace(document, passage_id=700 + 2 * document.passage_id, article_id=90 - document.article_id)
        for document in remaining
    ]
    numbers = {old.passage_id: (new.passage_id, new.article_id) for old, new in zip(remaining, final, strict=True)}
    check(unpack(pack(renumbered(unpack(prepared), numbers))), final)


@given(st.lists(documents(), min_size=1, max_size=3))
def test_joining_in_blocks_of_terms_gives_the_same_bytes(parts: list[list[Document]]) -> None:
    segments = [
        pack(build([replace(document, passage_id=document.passage_id + 1000 * number) for document in part]))
        for number, part in enumerate(parts)
    ]
    whole = merge(segments, [])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segment, "_ROWS_AT_ONCE", 2)
        assert merge(segments, []) == whole
