"""The client against a real search server: what the archive builds on."""

from pathlib import Path

import pytest

from retrieval.cluster.client import Client
from retrieval.cluster.errors import ClusterError, UnavailableError
from retrieval.cluster.message import Operation

MAPPINGS = {
    "dynamic": "strict",
    "properties": {
        "number": {"type": "long"},
        "terms": {"type": "text", "analyzer": "whitespace", "index_options": "freqs", "similarity": "own"},
    },
}
SETTINGS = {
    "number_of_shards": 1,
    "number_of_replicas": 0,
    "similarity": {"own": {"type": "BM25", "k1": 0.9, "b": 0.4}},
}


@pytest.fixture
def index(node_client: Client) -> str:
    name = node_client.address.index("passages")
    node_client.make_index(name, {"settings": SETTINGS, "mappings": MAPPINGS})
    return name


def test_an_index_that_is_there_already_is_kept(node_client: Client, index: str) -> None:
    node_client.request("PUT", f"/{index}/_create/1", {"number": 1})
    node_client.make_index(index, {"settings": SETTINGS, "mappings": MAPPINGS})
    assert node_client.request("GET", f"/{index}/_doc/1").status == 200
    with pytest.raises(ClusterError, match="400"):
        node_client.make_index(node_client.address.index("other"), {"settings": {"unknown": 1}})


def test_a_document_is_created_once(node_client: Client, index: str) -> None:
    path, first, second = f"/{index}/_create/1", {"number": 1}, {"number": 2}
    assert node_client.request("PUT", path, first).status == 201
    again = node_client.request("PUT", path, second, ok=(201, 409))
    assert again.status == 409
    assert again.body["error"]["type"] == "version_conflict_engine_exception"
    assert node_client.request("GET", f"/{index}/_doc/1").body["_source"] == first
    assert node_client.request("GET", f"/{index}/_doc/2", ok=(200, 404)).status == 404


def test_a_bulk_with_external_versions_keeps_the_newest_document(node_client: Client, index: str) -> None:
    def version(number: int, document: str) -> Operation:
        target = {"_index": index, "_id": document, "version": number, "version_type": "external"}
        return Operation("index", target, {"number": number})

    done = node_client.bulk([version(5, "a"), version(7, "b")])
    assert [item.status for item in done] == [201, 201]
    done = node_client.bulk([version(6, "a"), version(6, "b"), version(6, "a")], ok=(200, 201, 409))
    assert [item.status for item in done] == [200, 409, 409]
    found = node_client.request("POST", f"/{index}/_mget", {"ids": ["a", "b"]}).body["docs"]
    assert [(one["_version"], one["_source"]["number"]) for one in found] == [(6, 6), (7, 7)]


def test_documents_are_found_by_their_terms(node_client: Client, index: str) -> None:
    texts = {"1": "城北 新桥 通车", "2": "城北 图书馆 开馆 图书馆", "3": "地铁 通车"}
    operations = [Operation("create", {"_index": index, "_id": id}, {"terms": text}) for id, text in texts.items()]
    node_client.bulk(operations, {"refresh": True})
    query = {"query": {"match": {"terms": "图书馆 通车"}}, "sort": ["_score", "_doc"], "_source": ["terms"]}
    answer = node_client.request("POST", f"/{index}/_search", query, {"search_type": "dfs_query_then_fetch"}).body
    assert answer["_shards"]["failed"] == 0
    assert [hit["_id"] for hit in answer["hits"]["hits"]] == ["2", "3", "1"]
    assert answer["hits"]["hits"][0]["_source"] == {"terms": texts["2"]}


def test_a_field_that_the_mapping_lacks_is_a_sentence(node_client: Client, index: str) -> None:
    with pytest.raises(ClusterError, match=r"映射.*\[other\]"):
        node_client.request("PUT", f"/{index}/_create/1", {"other": 1})
    with pytest.raises(ClusterError, match="映射"):
        node_client.bulk([Operation("create", {"_index": index, "_id": "1"}, {"number": "many"})])


def test_an_index_that_is_blocked_is_a_sentence(node_client: Client, index: str) -> None:
    block = "index.blocks.read_only_allow_delete"  # what a server sets whose disk is full
    node_client.request("PUT", f"/{index}/_settings", {block: True})
    with pytest.raises(UnavailableError, match="磁盘快满了"):
        node_client.request("PUT", f"/{index}/_create/1", {"number": 1})
    with pytest.raises(UnavailableError, match="磁盘快满了"):
        node_client.bulk([Operation("create", {"_index": index, "_id": "1"}, {"number": 1})])
    node_client.request("PUT", f"/{index}/_settings", {block: None})
    assert node_client.request("PUT", f"/{index}/_create/1", {"number": 1}).status == 201


def test_a_missing_shard_is_a_sentence(node_client: Client) -> None:
    name = node_client.address.index("nowhere")
    nowhere = {"number_of_replicas": 0, "index.routing.allocation.require._name": "nobody"}
    node_client.request("PUT", f"/{name}", {"settings": nowhere}, {"wait_for_active_shards": 0}, ok=(200, 400))
    with pytest.raises(UnavailableError, match="red"):
        node_client.check_health()
    with pytest.raises(UnavailableError, match="red"):
        node_client.request("GET", f"/{name}/_doc/1", total=1.0)
    with pytest.raises(UnavailableError, match="red"):
        node_client.request("POST", f"/{name}/_search", {}, total=1.0)
    with pytest.raises(UnavailableError, match="red"):
        node_client.bulk([Operation("create", {"_index": name, "_id": "1"}, {})], {"timeout": "100ms"}, total=1.0)


def test_tls_towards_a_server_without_it_is_a_sentence(node_client: Client, tmp_path: Path) -> None:
    hosts = ",".join(node_client.address.hosts)
    address = type(node_client.address).read(f"opensearch+https://{hosts}/{node_client.address.prefix}")
    with Client(address) as client, pytest.raises(ClusterError, match=r"opensearch\+http://"):
        client.check_server()
