"""Check finds what is damaged in a search server, a repair mends it, and terms of another analyzer are made anew."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from retrieval.cluster.address import Address
from retrieval.cluster.articles import passage_kind
from retrieval.cluster.client import Client
from retrieval.cluster.indices import FORMAT
from retrieval.clustered import ClusteredArchive
from retrieval.engine import SearchEngine
from retrieval.store.errors import StoreError
from retrieval.text.analyzer import Analyzer
from tests.support.reprints import BRIDGE, COPY, METRO, OTHER_FIGURE


@pytest.fixture
def archive(node_address: Address, analyzer: Analyzer) -> Iterator[ClusteredArchive]:
    opened = ClusteredArchive.open(Client(node_address), analyzer)
    SearchEngine(opened, analyzer).add_all([BRIDGE, COPY, METRO])
    yield opened
    opened.close()


def test_a_sound_archive_has_no_faults(archive: ClusteredArchive) -> None:
    assert archive.faults() == []


def test_lost_passages_signatures_and_counts_are_found_and_mended(
    archive: ClusteredArchive, analyzer: Analyzer
) -> None:
    documents, engine = archive.documents, SearchEngine(archive, analyzer)
    before = engine.search("青岭大桥全长多少米？").hits, list(archive.articles()), archive.reprints([1, 2])
    with archive.log.write() as transaction:
        documents.delete(passage_kind(documents), 1, routing=1)
        documents.delete(archive._links.signature_kind, 2)
        documents.put(passage_kind(documents), 99, {"article": 50, "text": "没有主人的一段。"}, routing=50)
        transaction.state["length"] += 7
    assert [fault.partition("：")[0] for fault in archive.faults()] == [
        "文章和段落的数目与记下的不符。",
        "有 1 篇文章的段落缺失",
        "有 1 篇文章还没有与其他报道比对过转载",
        "有段落不属于任何文章，它们写着 1 个文章号",
    ]
    assert archive.repair() == []
    after = engine.search("青岭大桥全长多少米？").hits, list(archive.articles()), archive.reprints([1, 2])
    assert [hit.passage.text for hit in after[0]] == [hit.passage.text for hit in before[0]]
    assert after[1:] == before[1:]


def test_terms_of_another_analyzer_are_made_anew_and_changes_meanwhile_are_kept(
    archive: ClusteredArchive, node_address: Address, analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = SearchEngine(archive, analyzer)
    expected = engine.search("青岭大桥全长多少米？").hits
    with archive.log.write() as transaction:
        transaction.state["fingerprint"], transaction.changed = "another", True
    with Client(node_address) as client, pytest.raises(StoreError, match="check --repair"):
        ClusteredArchive.open(client, analyzer)
    newer = ClusteredArchive.open(Client(node_address), analyzer, may_be_outdated=True)
    meanwhile = [lambda: archive.remove([3])]
    bulk = newer._client.bulk

    def interrupted(*arguments: object, **named: object) -> object:
        made = bulk(*arguments, **named)  # type: ignore[arg-type]
        if meanwhile:
            meanwhile.pop()()
        return made

    monkeypatch.setattr(newer._client, "bulk", interrupted)
    assert newer.repair() == []
    again = SearchEngine(ClusteredArchive.open(Client(node_address), analyzer), analyzer)
    assert [hit.passage for hit in again.search("青岭大桥全长多少米？").hits] == [expected[0].passage]
    assert [article.id for article in again.archive.articles()] == [1, 2]
    again.add(replace(OTHER_FIGURE, title="又一座大桥通车"))
    assert again.check() == []
    for opened in (newer, again):
        opened.close()


def test_an_index_of_another_program_is_refused(node_client: Client, analyzer: Analyzer) -> None:
    node_client.request("PUT", f"/{node_client.address.index('log')}", {})
    with pytest.raises(StoreError, match="别的程序"):
        ClusteredArchive.open(node_client, analyzer)


def test_indices_of_another_format_are_refused(
    archive: ClusteredArchive, node_client: Client, analyzer: Analyzer
) -> None:
    name = f"/{archive._names.log}"
    node_client.request("DELETE", name)
    node_client.request("PUT", name, {"mappings": {"_meta": {"program": "news-answers", "format": FORMAT - 1}}})
    with pytest.raises(StoreError, match=f"另一版本的程序建立（格式 {FORMAT - 1}）"):
        ClusteredArchive.open(node_client, analyzer)


def test_a_mapping_that_was_changed_by_hand_is_refused(
    archive: ClusteredArchive, node_client: Client, analyzer: Analyzer
) -> None:
    name = f"/{archive._names.records}"
    node_client.request("DELETE", name)
    meta = {"program": "news-answers", "format": FORMAT}
    node_client.request("PUT", name, {"mappings": {"_meta": meta, "properties": {"kind": {"type": "text"}}}})
    with pytest.raises(StoreError, match="映射被改动过"):
        ClusteredArchive.open(node_client, analyzer)
