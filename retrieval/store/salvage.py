"""Which rows can still be read from a damaged file? By every way that leads to them."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from retrieval.article import LAST_NUMBER
from retrieval.store.database import DatabaseFile

_BATCH = 500
# A row that an index knows of and no table shows exists when two ways tell of it: one alone may be damaged itself.
_ENOUGH = 2
# Numbers that nothing tells of are asked for one by one, up to so many.
_MOST_UNKNOWN = 100_000
_BY_COLUMN = ("published", "source", "author")
_WAYS = (
    *(f"SELECT rowid FROM articles INDEXED BY idx_articles_{name} ORDER BY {name}" for name in _BY_COLUMN),
    "SELECT rowid FROM articles INDEXED BY idx_articles_text_key_url_source ORDER BY text_key",
    "SELECT rowid FROM articles NOT INDEXED ORDER BY rowid",
    "SELECT DISTINCT article_id FROM passages INDEXED BY idx_passages_article_id ORDER BY article_id",
    "SELECT article_id FROM signatures ORDER BY article_id",
)
# By the number of the row and the places of the cells: the name of a column may be damaged in the schema.
_NEXT = "SELECT rowid AS number, * FROM articles WHERE rowid > ? ORDER BY rowid LIMIT ?"
_ONE = "SELECT rowid AS number, * FROM articles WHERE rowid = ?"
_COLUMNS = (
    *("id", "title", "source", "author", "editor", "published", "url", "text", "heading_lines"),
    *("title_key", "text_key", "added"),
)
# Of the tables beside the articles: what a row is known by, and the texts without which it is none.
_KEYS = {"versions": ("id",), "kept": ("kind", "key")}
_TEXTS = {"versions": ("title", "text", "heading_lines", "replaced"), "kept": ("value", "at")}
Row = dict[str, Any]


class SalvageStore(DatabaseFile):
    """The rows of articles, versions and kept values as far as SQLite reads them; nothing here raises for the others.

    Each read is a short one: nothing is held between two rows that are handed out.
    """

    def article_rows(self) -> Iterator[Row | int]:
        """The row of every article by number, and after them those that a plain read misses.

        A number stands for an article that exists and can't be read.
        """
        found: set[int] = set()
        last = -1
        while rows := self._article_rows(_NEXT, [last, _BATCH]):
            for row in rows:
                # A page that stands twice in a damaged file gives its rows twice.
                if row["id"] not in found:
                    found.add(row["id"])
                    yield row
            if rows[-1]["id"] <= last:
                break
            last = rows[-1]["id"]
        counted = self._counted()
        if counted is None or counted > len(found) or not self._is_read(_NEXT, [last, _BATCH]):
            yield from self._missed(found)

    def article_row(self, number: int) -> Row | None:
        """The row of an article. Raises StoreError."""
        rows = self._rows(_ONE, [number])
        return _by_place(rows[0]) if rows else None

    def table_rows(self, table: str) -> Iterator[Row]:
        """The rows of `versions` or `kept` from the first up to a damaged one, and from the last down to one."""
        key, seen = _KEYS[table], set()
        for order in ("", " DESC"):
            by = ", ".join(f"{name}{order}" for name in key)
            # At once: who takes them writes to another file meanwhile, which may take long.
            for row in list(self._readable(f"SELECT * FROM {table} ORDER BY {by}")):
                if (place := tuple(row[name] for name in key)) in seen:
                    break
                seen.add(place)
                yield row

    def spoilt_rows(self, table: str) -> list[Row]:
        """The keys of the rows of `versions` or `kept` in which a cell isn't the text that was written."""
        key = ", ".join(_KEYS[table])
        cells = ", ".join(f"CAST({name} AS BLOB) AS {name}" for name in _TEXTS[table])
        kinds = ", ".join(f"typeof({name}) AS {name}_kind" for name in _TEXTS[table])
        spoilt = []
        for row in self._readable(f"SELECT {key}, {cells}, {kinds} FROM {table}"):
            if not all(row[f"{name}_kind"] == "text" and _is_utf8(row[name]) for name in _TEXTS[table]):
                spoilt.append({name: row[name] for name in _KEYS[table]})
        return spoilt

    def state_rows(self) -> list[Row]:
        """Each row of the state, whatever stands there; a sound file has one."""
        return list(self._readable("SELECT * FROM state"))

    def counts_right(self) -> bool:
        """Whether the number of articles is remembered as it is. Raises StoreError."""
        return bool(self._value("SELECT articles = (SELECT count(*) FROM articles) FROM state"))

    def numbers_given_twice(self) -> bool:
        """Whether a number that is in use could be given to something else. Raises StoreError."""
        given = {row["name"]: row["seq"] for row in self._rows("SELECT name, seq FROM sqlite_sequence")}
        for table in ("articles", "passages"):
            highest = self._number(f"SELECT coalesce(max(id), 0) FROM {table} WHERE id <= {LAST_NUMBER}")
            known = given.get(table, 0)
            if not isinstance(known, int) or known < highest:
                return True
        return False

    def address_rows(self) -> Iterator[tuple[str, int]]:
        """The key of each address, and the number of its article. Raises StoreError."""
        last: tuple[str, int] = "", -1
        following = "SELECT url_key, article_id FROM addresses WHERE (url_key, article_id) > (?, ?)"
        while rows := self._rows(f"{following} ORDER BY url_key, article_id LIMIT ?", [*last, _BATCH]):
            found = [(row["url_key"], row["article_id"]) for row in rows]
            yield from found
            last = found[-1]

    def highest_numbers(self) -> dict[str, int]:
        """The highest number that was ever given, by table; tables that can't be read are left out.

        Numbers from which numbering does not go on are not counted.
        """
        given = {row["name"]: row["seq"] for row in self._readable("SELECT name, seq FROM sqlite_sequence")}
        for table in ("articles", "passages"):
            for row in self._readable(f"SELECT max(id) AS highest FROM {table} WHERE id <= {LAST_NUMBER}"):
                known = [one for one in (given.get(table), row["highest"]) if isinstance(one, int)]
                given[table] = max(known, default=0)
        return {table: number for table, number in given.items() if isinstance(number, int)}

    # What SQLite itself says

    def integrity(self) -> list[str]:
        """What SQLite finds wrong with the pages of the file; nothing when it is sound. Raises StoreError."""
        checked = [
            line for row in self._rows("PRAGMA integrity_check") for line in str(row["integrity_check"]).split("\n")
        ]
        return [] if checked == ["ok"] else [line for line in checked if line and not line.startswith("***")]

    def orphans(self) -> tuple[int, int]:
        """How many passages, and how many records of reprints, are of no stored article. Raises StoreError."""
        tables = [row["table"] for row in self._rows("PRAGMA foreign_key_check")]
        passages = tables.count("passages")
        return passages, len(tables) - passages

    # Writing, inside `write`

    def put_row(self, table: str, row: Row) -> bool:
        """Add a row as it was in another file; False when the table does not take it."""
        known = {column["name"] for column in self._rows(f"PRAGMA table_info({table})")}
        return self._inserted(table, {name: value for name, value in row.items() if name in known})

    def set_highest_number(self, table: str, number: int) -> None:
        """The next row gets a higher number."""
        self._db.execute("DELETE FROM sqlite_sequence WHERE name = ?", [table])
        self._db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [table, number])

    def set_added(self, article_id: int, added: str) -> None:
        """When the article was stored."""
        self._db.execute("UPDATE articles SET added = ? WHERE id = ?", [added, article_id])

    def count_articles(self) -> None:
        """Have the number of articles counted anew."""
        self._db.execute("UPDATE state SET articles = (SELECT count(*) FROM articles)")

    def drop_spoilt_rows(self, table: str) -> None:
        """Remove the rows of `spoilt_rows`."""
        where = " AND ".join(f"{name} = :{name}" for name in _KEYS[table])
        for row in self.spoilt_rows(table):
            self._db.execute(f"DELETE FROM {table} WHERE {where}", row)

    def drop_orphans(self) -> None:
        """Remove the passages that are of no stored article."""
        self._db.execute("DELETE FROM passages WHERE article_id NOT IN (SELECT id FROM articles)")

    # Articles that a plain read misses

    def _article_rows(self, sql: str, parameters: list[int]) -> list[Row]:
        return [_by_place(row) for row in self._readable(sql, parameters)]

    def _cell_by_cell(self, number: int) -> list[Row]:
        """A row whose last pages are damaged, without the cells that stand there; none when its text is among these."""
        row: Row = dict.fromkeys(_COLUMNS) | {"id": number}
        for name in _COLUMNS[1:]:
            for found in self._readable(f"SELECT {name} AS cell FROM articles WHERE rowid = ?", [number]):
                row[name] = found["cell"]
        return [row] if row["text"] else []

    def _counted(self) -> int | None:
        """How many articles there are, as the file remembers it; None when it doesn't."""
        for row in self._readable("SELECT articles FROM state"):
            if isinstance(row["articles"], int):
                return row["articles"]
        return None

    def _missed(self, found: set[int]) -> Iterator[Row | int]:
        told = self._told()
        sure = [number for number, ways in told.items() if ways >= _ENOUGH]
        highest = max([*sure, *found], default=0)
        wanted = set(told)
        if highest - len(found) <= _MOST_UNKNOWN:
            wanted |= set(range(1, highest + 1))
        lost: set[int] = set()
        for number in sorted(wanted - found):
            rows = self._article_rows(_ONE, [number]) or self._cell_by_cell(number)
            yield from rows
            if not rows:
                lost.add(number)
        lost &= set(told)
        # A page between the root and the rows may be damaged: then only who comes along the rows finds them.
        for row in self._along(lost):
            lost.discard(row["id"])
            yield row
        # One that was removed meanwhile is not lost.
        told = self._told() if lost else told
        yield from sorted(number for number in lost if told[number] >= _ENOUGH or not self._is_read(_ONE, [number]))

    def _told(self) -> Counter[int]:
        """By how many ways each number of an article is told of."""
        told: Counter[int] = Counter()
        for way in _WAYS:
            forwards, backwards = (self._numbers(sql) for sql in (way, f"{way} DESC"))
            told.update(forwards | backwards)
        return told

    def _numbers(self, sql: str) -> set[int]:
        found = (next(iter(row.values())) for row in self._readable(sql))
        return {number for number in found if isinstance(number, int) and number > 0}

    def _along(self, wanted: set[int]) -> list[Row]:
        """The rows of these numbers, found by reading all rows from either end."""
        found: dict[int, Row] = {}
        for order in ("", " DESC"):
            if wanted - set(found):
                sql = f"SELECT rowid AS number, * FROM articles NOT INDEXED ORDER BY rowid{order}"
                rows = (_by_place(row) for row in self._readable(sql))
                found |= {row["id"]: row for row in rows if row["id"] in wanted}
        return list(found.values())


def _by_place(row: Row) -> Row:
    number, _, *cells = row.values()
    return dict(zip(_COLUMNS, (number, *cells), strict=False))


def _is_utf8(cell: Any) -> bool:
    if not isinstance(cell, bytes):
        return False
    try:
        cell.decode()
    except UnicodeDecodeError:
        return False
    return True
