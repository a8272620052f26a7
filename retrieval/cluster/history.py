"""What articles were, and what was done to them, in a search server: versions, tombstones and the journal."""

import base64
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from retrieval.archive import Identity, Prepared
from retrieval.article import Article
from retrieval.change import Actor, Change, Entry, Tombstone, Touch, Version
from retrieval.cluster.documents import MOST, Documents, Kind, Wanted
from retrieval.cluster.transaction import Body
from retrieval.duplicates import signatures
from retrieval.duplicates.removed import is_removed_version
from retrieval.store.article_rows import FIELDS, article_of, now
from retrieval.store.versions import DAYS

# Tombstones that share the most keys with a new article are compared with it.
_CLOSEST = 20
# Versions that one transaction drops.
_AT_ONCE = 200
# Entries of one person that are looked through for the last one that can be taken back.
_LOOKED_THROUGH = 500


class Versions:
    """Articles as they were before an update or a removal."""

    def __init__(self, documents: Documents) -> None:
        self._documents, self._kind = documents, Kind("version", documents.names.records)

    def article(self, version: int) -> Article | None:
        """The article as this version has it; None when the version is unknown or was dropped."""
        body = self._documents.get(self._kind, version)
        return article_of(body["value"]["row"], body["value"]["article"]) if body else None

    def of_article(self, article_id: int) -> list[Version]:
        """The versions of an article, the oldest first."""
        return [
            Version(body["number"], article_of(body["value"]["row"], article_id), body["at"], body["value"]["entry"])
            for body in self._of([article_id])
        ]

    def last(self, article_ids: Collection[int]) -> dict[int, int]:
        """The number of the last version of each of these articles; those without a version are left out."""
        return {body["value"]["article"]: body["number"] for body in self._of(article_ids)}

    def drop_old_ones(self) -> None:
        """Drop versions older than `DAYS`, in small transactions; called outside `write`."""
        before = (datetime.now(UTC) - timedelta(days=DAYS)).isoformat(timespec="seconds")
        query = {"bool": {"filter": [{"term": {"kind": self._kind.name}}, {"range": {"at": {"lt": before}}}]}}
        search = {"query": query, "size": _AT_ONCE, "_source": ["number"]}
        while hits := self._documents.search(self._kind.index_name, search)["hits"]["hits"]:
            with self._documents.log.write():
                for hit in hits:
                    self._documents.delete(self._kind, hit["_source"]["number"])

    # Writing, inside `Log.write`

    def add(self, row: Body, entry: int) -> int:
        """Keep the row of an article that an entry of the journal replaces or removes; the number of the version."""
        cells, article = {name: row[name] for name in (*FIELDS, "text", "heading_lines")}, row["number"]
        number = self._documents.next(self._kind)
        value = {"article": article, "entry": entry, "row": cells}
        self._documents.put(self._kind, number, {"keys": [_article(article)], "at": now(), "value": value})
        return number

    def delete_of(self, article_id: int) -> int:
        """Delete the versions of an article; how many there were."""
        versions = self._of([article_id])
        for body in versions:
            self._documents.delete(self._kind, body["number"])
        return len(versions)

    def _of(self, article_ids: Collection[int]) -> list[Body]:
        return self._documents.find(self._kind, "keys", [_article(number) for number in article_ids])


class Tombstones:
    """What is known of removed articles, so that they do not come back unnoticed."""

    def __init__(self, documents: Documents) -> None:
        self._documents, self._kind = documents, Kind("tombstone", documents.names.records)
        self._versions = Versions(documents)

    def exist(self) -> bool:
        """Whether there may be any: False until the first article is removed."""
        transaction = self._documents.log.transaction
        state = self._documents.log.state() if transaction is None else transaction.state
        return bool(state["has_tombstones"])

    def wanted(self, prepared: Iterable[Prepared]) -> list[Wanted]:
        """All that `find` will ask for about these articles: see `Documents.expect`."""
        if not self.exist():
            return []
        keys = [key for item in prepared for key in (*_exact(item.identity), *map(str, item.keys))]
        return [(self._kind, "keys", keys)]

    def of_article(self, article_id: int) -> Tombstone | None:
        """The tombstone of the article that had this number."""
        body = self._documents.get(self._kind, article_id)
        return _tombstone(body) if body else None

    def find(self, article: Article, identity: Identity, signature: bytes, keys: Sequence[int]) -> Tombstone | None:
        """The tombstone of an article at the same address, with the same text, or of which this one is a version."""
        if same := self._documents.find(self._kind, "keys", _exact(identity), 1):
            return _tombstone(same[0])
        wanted = set(map(str, keys))
        found = self._documents.find(self._kind, "keys", sorted(wanted), MOST)
        for body in sorted(found, key=lambda body: -len(wanted.intersection(body["keys"])))[:_CLOSEST]:
            last = self._versions.last([body["number"]]).get(body["number"])
            former = self._versions.article(last) if last is not None else None
            if is_removed_version(article, signature, base64.b64decode(body["value"]["signature"]), former):
                return _tombstone(body)
        return None

    # Writing, inside `Log.write`

    def add(self, article_id: int, identity: Identity, signature: bytes, by: Actor) -> None:
        """Remember that a person, or a program, removed this article."""
        keys = [*_exact(identity), *map(str, signatures.keys(signature))]
        value = {"person": by.number, "name": by.name, "signature": base64.b64encode(signature).decode()}
        self._documents.put(self._kind, article_id, {"keys": keys, "at": now(), "value": value})
        transaction = self._documents.log.transaction
        assert transaction is not None, "articles are removed inside Log.write only"
        transaction.state["has_tombstones"] = True

    def forget(self, article_id: int) -> None:
        """Delete the tombstone of an article that comes back."""
        self._documents.delete(self._kind, article_id)


class Journal:
    """One entry for each transaction that changes articles, and for changes of the program around the library."""

    def __init__(self, documents: Documents) -> None:
        self._documents, self._kind = documents, Kind("journal", documents.names.records)

    def entries(self, limit: int, before: int | None = None) -> list[Entry]:
        """The last entries, at most `limit`, the newest first; those before the number `before`, if it is given."""
        return self._read([{"range": {"number": {"lt": before}}}] if before is not None else [], limit)

    def entry(self, number: int) -> Entry | None:
        """The entry of this number; None when there is none."""
        body = self._documents.get(self._kind, number)
        return _entry(body) if body else None

    def of_change(self, key: int) -> list[Entry]:
        """The entries of a change by its key, in order: a large push has one for each of its transactions."""
        return list(map(_entry, self._documents.find(self._kind, "keys", [f"change {key}"])))

    def last_of(self, person: int, since: str) -> Entry | None:
        """The last entry of a person since a moment that can be undone and was not."""
        clauses: list[Body] = [{"term": {"keys": f"person {person}"}}, {"range": {"at": {"gte": since}}}]
        for entry in self._read(clauses, _LOOKED_THROUGH):
            can_be = entry.key is not None and entry.undoes is None and entry.what not in ("undo", "erase")
            if can_be and entry.key is not None and self.undone(entry.key) is None:
                return entry
        return None

    def undone(self, key: int) -> Entry | None:
        """The entry that undid the change of this key; None when it stands."""
        found = self._documents.find(self._kind, "keys", [f"undoes {key}"], 1)
        return _entry(found[0]) if found else None

    def merged_into(self, article_id: int) -> set[int]:
        """The articles that became parts of this one."""
        merges = map(_entry, self._documents.find(self._kind, "keys", [f"merge {article_id}"]))
        touches = (touch for entry in merges for touch in entry.touched)
        return {touch.article for touch in touches if touch.what == "removed"} - {article_id}

    # Writing, inside `Log.write`

    def next(self) -> int:
        """The number of the entry that the running transaction may append."""
        transaction = self._documents.log.transaction
        state = self._documents.log.state() if transaction is None else transaction.state
        return int(state["last"].get(self._kind.name, 0)) + 1

    def append(self, change: Change, touched: Sequence[Touch] = ()) -> None:
        """Add the entry of a change."""
        keys = [f"change {change.key}"] if change.key is not None else []
        keys += [f"undoes {change.undoes}"] if change.undoes is not None else []
        keys += [f"person {change.by.number}"] if change.by.number is not None else []
        if change.what == "merge":
            keys += [f"merge {touch.article}" for touch in touched]
        value = {
            "person": change.by.number,
            "name": change.by.name,
            "what": change.what,
            "touched": touched,
            "key": change.key,
            "undoes": change.undoes,
            "note": change.note,
        }
        self._documents.put(self._kind, self._documents.next(self._kind), {"keys": keys, "at": now(), "value": value})

    def _read(self, clauses: Sequence[Body], limit: int) -> list[Entry]:
        query = {"bool": {"filter": [{"term": {"kind": self._kind.name}}, *clauses]}}
        search = {"query": query, "sort": [{"number": "desc"}], "size": min(limit, MOST)}
        hits = self._documents.search(self._kind.index_name, search)["hits"]["hits"] if limit > 0 else []
        return [_entry(hit["_source"]) for hit in hits]


def _article(number: int) -> str:
    return f"article {number}"


def _exact(identity: Identity) -> list[str]:
    """The keys that a tombstone shares with an article at its address or with its text."""
    return [f"text {identity.text}", *([f"url {identity.url}"] if identity.url else [])]


def _tombstone(body: Body) -> Tombstone:
    value = body["value"]
    return Tombstone(body["number"], Actor(value["name"], value["person"]), body["at"])


def _entry(body: Body) -> Entry:
    value = body["value"]
    touched = tuple(Touch(str(what), int(article), version) for what, article, version in value["touched"])
    by = Actor(value["name"], value["person"])
    return Entry(body["number"], body["at"], by, value["what"], touched, value["key"], value["undoes"], value["note"])
