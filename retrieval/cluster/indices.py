"""The indices of an archive in a search server: what their fields are, and how they are made.

| index | holds |
|---|---|
| `PREFIX-news` | articles, and their passages with their terms; all documents of an article are on one shard |
| `PREFIX-records` | all else that has a number: signatures, links, journal, versions, tombstones, the bot's memory |
| `PREFIX-log` | the head and the state of the log |
"""

from typing import Any, NamedTuple

from retrieval.cluster.client import Client
from retrieval.index.bm25 import K1, B
from retrieval.store.errors import StoreError

# Raise the number when documents are written otherwise: a program of another format refuses the indices.
FORMAT = 2
_PROGRAM = "news-answers"
_SHARDS = 3
# Each change refreshes every shard that it writes to, and there are few and short records.
_SHARDS_OF_RECORDS = 1
# A copy of every shard on up to three nodes: when one is lost, two acknowledge the next write.
_MOST_REPLICAS = 2
# The server remembers the version of a deleted document for so long. A process that stood still and then applies an old
# entry of the log within this time cannot bring the document back.
_DELETES_REMEMBERED = "12h"

# The server refuses a longer term than 32,766 bytes (IndexWriter.MAX_TERM_LENGTH), and with it the whole document: of
# this many characters, of four bytes at most, the value is stored and not found.
_LONGEST = 8_191
MOST_TERMS = 1_000_000
_KEYWORD: dict[str, Any] = {"type": "keyword", "ignore_above": _LONGEST}
# Values that are only looked up: no column of them is kept.
_KEY: dict[str, Any] = {"type": "keyword", "doc_values": False, "ignore_above": _LONGEST}
_STORED: dict[str, Any] = {"type": "keyword", "index": False, "doc_values": False}
_NUMBER: dict[str, Any] = {"type": "long"}
_COMMON = {"kind": _KEYWORD, "number": _NUMBER}
_NEWS = _COMMON | {
    "article": _NUMBER,
    "minute": _NUMBER,
    "terms": {"type": "text", "analyzer": "whitespace", "index_options": "freqs", "similarity": "bm25"},
    "length": {"type": "long", "index": False, "doc_values": False},
    "text": _STORED,
    "heading": _STORED,
    "title": _STORED,
    "editor": _STORED,
    "heading_lines": _STORED,
    "passages": {"type": "long", "index": False, "doc_values": False},
    "is_first": {"type": "boolean"},
    "totals": _STORED,
    "source": _KEYWORD,
    "author": _KEYWORD,
    "published": _KEYWORD,
    "url": _KEYWORD,
    "added": _KEYWORD,
    "title_key": _STORED,
    "text_key": _KEY,
    "url_key": _KEY,
}
_RECORDS = _COMMON | {"at": _KEYWORD, "keys": _KEY, "value": {"type": "object", "enabled": False}}
_LOG = {"token": _STORED, "body": {"type": "object", "enabled": False}}


class Names(NamedTuple):
    """The names of the indices of one archive."""

    news: str
    records: str
    log: str

    @classmethod
    def of(cls, prefix: str) -> "Names":
        return cls(*(f"{prefix}-{name}" for name in cls._fields))


def create(client: Client, names: Names) -> None:
    """Make the indices that are missing. Raises StoreError for indices of another program or format."""
    for name, properties, shards in ((names.records, _RECORDS, _SHARDS_OF_RECORDS), (names.log, _LOG, 1)):
        if (found := _mapping(client, name)) is None:
            _make(client, name, properties, shards)
            found = _mapping(client, name)
        _check(name, found, properties)
    if (found := _mapping(client, names.news)) is None:
        first = following(names, None)
        _make(client, first, _NEWS, _SHARDS)
        put_in_use(client, names, first)
        found = _mapping(client, names.news)
    _check(names.news, found, _NEWS)


def make_news(client: Client, name: str) -> None:
    """Make an empty index of articles and passages in place of what an earlier try has left under this name."""
    client.request("DELETE", f"/{name}", ok=(200, 404))
    _make(client, name, _NEWS, _SHARDS)


def in_use(client: Client, names: Names) -> str:
    """The index of articles and passages that the alias leads to."""
    answer = client.request("GET", _of_alias(names)).body
    return str(next(iter(answer)))


def following(names: Names, former: str | None) -> str:
    """The name of the index of articles and passages that takes the place of another one."""
    number = int(former.rpartition("-")[2]) + 1 if former else 1
    return f"{names.news}-{number}"


def put_in_use(client: Client, names: Names, name: str) -> None:
    """Let the alias of the articles and passages lead to this index, at one stroke."""
    found = client.request("GET", _of_alias(names), ok=(200, 404))
    former = [index for index in found.body if index.startswith(names.news)] if found.status == 200 else []
    actions: list[dict[str, Any]] = [{"remove": {"index": index, "alias": names.news}} for index in former]
    actions += [{"add": {"index": name, "alias": names.news, "is_write_index": True}}]
    client.request("POST", "/_aliases", {"actions": actions})


def _of_alias(names: Names) -> str:
    """The path of the indices that the alias leads to. `/_alias/NAME` would need a right on all indices."""
    return f"/{names.news}/_alias"


def exist(client: Client, names: Names) -> bool:
    """Whether the archive was created."""
    return client.request("HEAD", f"/{names.log}", ok=(200, 404)).status == 200


def segments(client: Client, names: Names) -> int:
    """The number of segments that hold the articles and passages."""
    found = client.request("GET", f"/{names.news}/_stats/segments").body
    return int(found["_all"]["primaries"]["segments"]["count"])


def facts(client: Client, names: Names) -> dict[str, Any]:
    """The state of the server as operators look at it: its version, nodes, and the health and bytes of these indices.

    The bytes are those of the primary shards: each copy has as many again.
    """
    these = ",".join(names)
    health = client.request("GET", f"/_cluster/health/{these}", ok=(200, 408)).body
    stats = client.request("GET", f"/{these}/_stats/store").body
    return {
        "bytes": int(stats["_all"]["primaries"]["store"]["size_in_bytes"]),
        "server": client.check_server(),
        "health": str(health["status"]),
        "nodes": int(health["number_of_nodes"]),
        "unassigned_shards": int(health["unassigned_shards"]),
    }


def purge(client: Client, names: Names) -> None:
    """Write the segments that hold deleted documents anew without them."""
    for name in names:
        client.request("POST", f"/{name}/_flush")
        client.request("POST", f"/{name}/_forcemerge", params={"only_expunge_deletes": True}, attempt=60.0, total=120.0)


def _make(client: Client, name: str, properties: dict[str, Any], shards: int) -> None:
    settings = _settings(shards, _data_nodes(client))
    client.make_index(name, {"settings": settings, "mappings": _mappings(properties)})


def _mapping(client: Client, name: str) -> dict[str, Any] | None:
    """The mapping of an index; None when there is none."""
    found = client.request("GET", f"/{name}/_mapping", ok=(200, 404))
    return next(iter(found.body.values()))["mappings"] if found.status == 200 else None


def _settings(shards: int, nodes: int) -> dict[str, Any]:
    return {
        "number_of_shards": shards,
        "auto_expand_replicas": f"0-{_MOST_REPLICAS}",
        # An acknowledged write is on the disks of two nodes, where there are two.
        "write.wait_for_active_shards": str(min(2, nodes)),
        "translog.durability": "request",
        # Each change refreshes what it has written: no document appears by itself, in the middle of a change.
        "refresh_interval": "-1",
        "gc_deletes": _DELETES_REMEMBERED,
        # An author or a topic may confine a question to as many articles.
        "max_terms_count": MOST_TERMS,
        "similarity": {"bm25": {"type": "BM25", "k1": K1, "b": B}},
    }


def _mappings(properties: dict[str, Any]) -> dict[str, Any]:
    return {"dynamic": "strict", "_meta": {"program": _PROGRAM, "format": FORMAT}, "properties": properties}


def _data_nodes(client: Client) -> int:
    health = client.request("GET", "/_cluster/health").body
    return int(health.get("number_of_data_nodes", 1))


def _check(name: str, mapping: dict[str, Any] | None, properties: dict[str, Any]) -> None:
    mapping = mapping or {}
    meta = mapping.get("_meta", {})
    if meta.get("program") != _PROGRAM:
        raise StoreError(f"索引 {name} 属于别的程序，没有使用；请在 ARCHIVE_URL 里换一个前缀。")
    if meta.get("format") != FORMAT:
        raise StoreError(
            f"索引 {name} 由另一版本的程序建立（格式 {meta.get('format')}），没有使用；"
            "请用那个版本 export，再 add 到新的前缀。"
        )
    found = mapping.get("properties", {})
    changed = [field for field in properties if found.get(field, {}).get("type", "object") != properties[field]["type"]]
    if changed:
        raise StoreError(
            f"索引 {name} 的映射被改动过（{'、'.join(changed)}），没有使用；请用 export 和 add 搬到新的前缀。"
        )
