"""What is longer, or more, than the search server takes at once."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from retrieval.cluster import candidates, documents
from retrieval.cluster.address import Address
from retrieval.cluster.client import Client
from retrieval.cluster.documents import Kind
from retrieval.clustered import ClusteredArchive
from retrieval.engine import SearchEngine
from retrieval.index.protocol import Filters
from retrieval.text.analyzer import Analyzer
from tests.support.articles import make_article
from tests.support.reprints import BRIDGE, METRO

LONG = 40_000


@pytest.fixture
def engine(node_address: Address, analyzer: Analyzer) -> Iterator[SearchEngine]:
    opened = SearchEngine(ClusteredArchive.open(Client(node_address), analyzer), analyzer)
    yield opened
    opened.close()


def test_fields_longer_than_a_term_of_the_server_are_kept_and_hold_nothing_up(engine: SearchEngine) -> None:
    long = replace(
        BRIDGE, source="报" * LONG, author="甲" * LONG, url=f"https://a.example/{'x' * LONG}", title="桥" * LONG
    )
    assert engine.add(long).outcome == "added"
    assert engine.add(METRO).outcome == "added"
    assert list(engine.archive.articles()) == [long, METRO]
    assert engine.search("青岭大桥全长多少米？").hits[0].passage.source == long.source
    assert engine.remove([1]) == [1]
    assert engine.check() == []


def test_a_text_without_a_stop_and_a_word_of_many_letters_are_found_by_the_rest(engine: SearchEngine) -> None:
    engine.add(make_article("a" * LONG + "，青岭" + "桥" * LONG, title="长句"))
    assert engine.search("青岭").hits != []
    assert engine.check() == []


def test_a_question_whose_words_have_more_compounds_than_clauses_are_allowed_is_answered(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.add_all([BRIDGE, METRO])
    expansions = {"大桥": [f"词{number}" for number in range(2_000)] + ["通车"]}
    engine.archive.refresh()
    every = candidates.frequencies
    monkeypatch.setattr(
        candidates, "frequencies", lambda store, terms: dict.fromkeys(terms, 1) | every(store, ["大桥"])
    )
    assert len(engine.archive.candidates(["大桥"], 10, Filters(), expansions)) == 1


def test_more_documents_than_one_answer_holds_are_read_in_pages(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = [replace(METRO, title=f"地铁{number}号线", url=f"https://a.example/{number}") for number in range(5)]
    engine.add_all([replace(article, author="甲") for article in some], distinct=True)
    monkeypatch.setattr(documents, "MOST", 2)
    archive = engine.archive
    assert archive.written_by(["甲"]) == frozenset(range(1, 6))
    assert len(archive.copies([1], 10)) == 5
    assert len(archive.newest(4, Filters())) == 4
    assert len(archive.passages_of(range(6), 10, Filters())) == 5


def test_what_a_transaction_deletes_hides_nothing_behind_it(engine: SearchEngine) -> None:
    archive = engine.archive
    assert isinstance(archive, ClusteredArchive)
    found, kind = archive.documents, Kind("thing", archive.documents.names.records)
    with archive.log.write():
        for number in (1, 2):
            found.put(kind, number, {"keys": ["both"]})
    with archive.log.write():
        found.delete(kind, 1)
        assert [body["number"] for body in found.find(kind, "keys", ["both"], 1)] == [2]


def test_a_question_between_a_change_and_its_count_finds_no_stranger(engine: SearchEngine) -> None:
    archive = engine.archive
    archive.refresh()
    engine.add_all([BRIDGE, METRO])
    # The state that a question has read just before: it knows of no passage, and the server finds two.
    assert list(archive.candidates(["大桥"], 10, Filters())) == []
    archive.refresh()
    assert [match.passage_id for match in archive.candidates(["大桥"], 10, Filters())] == [1]


def test_what_was_read_while_a_part_was_missing_is_not_kept(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.add_all([BRIDGE, METRO])
    question = "青岭大桥全长多少米？"
    expected = engine.search(question).weights
    engine.remove([2])
    whole, archive = candidates.frequencies, engine.archive

    def partly(store: documents.Documents, terms: list[str]) -> dict[str, int]:
        store.note_missing_part()
        return dict.fromkeys(whole(store, terms), 0)

    with monkeypatch.context() as patch:
        patch.setattr(candidates, "frequencies", partly)
        assert engine.search(question).is_partial
    assert not engine.search(question).is_partial
    assert engine.search(question).weights.keys() == expected.keys()
    assert archive.candidates(["大桥"], 10, Filters()) != []
