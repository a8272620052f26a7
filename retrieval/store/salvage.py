"""Rows of a damaged file, read through every index that leads to them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from retrieval.article import LAST_NUMBER
from retrieval.store.database import Database
from retrieval.store.errors import StoreError
from retrieval.store.schema import own_tables

_BATCH = 500
# A row that no read of the table returns counts as existing when two of `_QUERIES` name it: one alone may be damaged.
_ENOUGH = 2
# Numbers that no query names are tried one by one, at most this many.
_MOST_UNKNOWN = 100_000
_BY_COLUMN = ("published", "source", "author")
_QUERIES = (
    *(f"SELECT rowid FROM articles INDEXED BY idx_articles_{name} ORDER BY {name}" for name in _BY_COLUMN),
    "SELECT rowid FROM articles INDEXED BY idx_articles_text_key_url_source ORDER BY text_key",
    "SELECT rowid FROM articles NOT INDEXED ORDER BY rowid",
    "SELECT DISTINCT article_id FROM passages INDEXED BY idx_passages_article_id ORDER BY article_id",
    "SELECT article_id FROM signatures ORDER BY article_id",
)
# Rows are read by rowid, and cells by their place: the name of a column may be damaged in the schema.
_NEXT = "SELECT rowid AS number, * FROM articles WHERE rowid > ? ORDER BY rowid LIMIT ?"
_ONE = "SELECT rowid AS number, * FROM articles WHERE rowid = ?"
_COLUMNS = (
    *("id", "title", "source", "author", "editor", "published", "url", "text", "heading_lines"),
    *("title_key", "text_key", "added"),
)
# Columns of former versions that are never NULL; the table itself does not say so.
_TEXTS_OF_VERSIONS = ("title", "text", "heading_lines", "replaced")
# Names go into statements as they are.
_PLAIN_NAME = re.compile(r"\w+", re.ASCII)
Row = dict[str, Any]


class Salvage:
    """Rows of articles, former versions, and tables of other programs, as far as SQLite reads them.

    Rows that cannot be read raise nothing. No cursor is open between two rows that a method yields.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def article_rows(self) -> Iterator[Row | int]:
        """Yield the rows of all articles by number, then those that a plain query misses because of damage.

        A number in place of a row stands for an article that exists and cannot be read.
        """
        found: set[int] = set()
        last = -1
        while rows := self._article_rows(_NEXT, [last, _BATCH]):
            for row in rows:
                # A damaged file may hold a page, and so its rows, twice.
                if row["id"] not in found:
                    found.add(row["id"])
                    yield row
            if rows[-1]["id"] <= last:
                break
            last = rows[-1]["id"]
        counted = self._counted()
        if counted is None or counted > len(found) or not self._can_read(_NEXT, [last, _BATCH]):
            yield from self._missed(found)

    def _can_read(self, sql: str, parameters: Iterable[Any]) -> bool:
        """Whether the query can be run to its end, with or without rows."""
        try:
            self._database.rows(sql, parameters)
        except StoreError:
            return False
        return True

    def article_row(self, number: int) -> Row | None:
        """The row of an article; None when there is none. Raises StoreError."""
        rows = self._database.rows(_ONE, [number])
        return _by_place(rows[0]) if rows else None

    def other_tables(self) -> dict[str, list[str]]:
        """The tables that a program around the library has in the file, with the statements that make each of them."""
        tables: dict[str, list[str]] = {}
        for row in self._database.readable_rows("SELECT type, tbl_name, sql FROM sqlite_master ORDER BY type DESC"):
            kind, name, sql = row["type"], row["tbl_name"], row["sql"]
            if not isinstance(name, str) or not isinstance(sql, str):  # damage, or an index that its table makes
                continue
            is_other = _PLAIN_NAME.fullmatch(name) and not name.startswith("sqlite_") and name not in own_tables()
            if is_other and kind == "table" and sql.upper().startswith("CREATE TABLE"):
                tables[name] = [sql]
            elif kind == "index" and name in tables:
                tables[name].append(sql)
        return tables

    def table_rows(self, table: str) -> Iterator[Row]:
        """The rows of a kept table, or of another program's table, from either end up to a damaged one.

        Rows of `spoilt_rows` are left out.
        """
        key, texts, seen = self._key(table), self._texts(table), set()
        for order in ("", " DESC"):
            by = ", ".join(f"{name}{order}" for name in key)
            query = f"SELECT {_with_texts([*key, '*'], texts)} FROM {table} ORDER BY {by}"
            # Fetched to the end first: the caller writes each row to another file, which may take long.
            for row in list(self._database.readable_rows(query)):
                if (place := tuple(row[name] for name in key)) in seen:
                    break
                seen.add(place)
                if not _is_spoilt(row, texts):
                    yield row

    def spoilt_rows(self, table: str) -> list[Row]:
        """The keys of the rows of such a table in which a cell that must be text is none, or no UTF-8."""
        key, texts = self._key(table), self._texts(table)
        rows = self._database.readable_rows(f"SELECT {_with_texts(key, texts)} FROM {table}")
        return [{name: row[name] for name in key} for row in rows if _is_spoilt(row, texts)]

    def _key(self, table: str) -> list[str]:
        """The columns of the primary key."""
        columns = self._database.readable_rows(f"PRAGMA table_info({table})")
        return [row["name"] for row in sorted(columns, key=lambda row: row["pk"]) if row["pk"]] or ["rowid"]

    def _texts(self, table: str) -> Sequence[str]:
        """The columns that hold text and are never NULL."""
        if table == "versions":
            return _TEXTS_OF_VERSIONS
        columns = self._database.readable_rows(f"PRAGMA table_info({table})")
        return [row["name"] for row in columns if row["notnull"] and row["type"].upper() == "TEXT"]

    def state_rows(self) -> list[Row]:
        """All rows of the state; a sound file has one."""
        return list(self._database.readable_rows("SELECT * FROM state"))

    def count_is_right(self) -> bool:
        """Whether the state holds the right number of articles. Raises StoreError."""
        return bool(self._database.value("SELECT articles = (SELECT count(*) FROM articles) FROM state"))

    def numbers_may_repeat(self) -> bool:
        """Whether SQLite could give a number in use to another row. Raises StoreError."""
        given = {row["name"]: row["seq"] for row in self._database.rows("SELECT name, seq FROM sqlite_sequence")}
        for table in ("articles", "passages"):
            highest = self._database.number(f"SELECT coalesce(max(id), 0) FROM {table} WHERE id <= {LAST_NUMBER}")
            known = given.get(table, 0)
            if not isinstance(known, int) or known < highest:
                return True
        return False

    def address_rows(self) -> Iterator[tuple[str, int]]:
        """Yield the key of each address with the number of its article. Raises StoreError."""
        last: tuple[str, int] = "", -1
        following = "SELECT url_key, article_id FROM addresses WHERE (url_key, article_id) > (?, ?)"
        while rows := self._database.rows(f"{following} ORDER BY url_key, article_id LIMIT ?", [*last, _BATCH]):
            addresses = [(row["url_key"], row["article_id"]) for row in rows]
            yield from addresses
            last = addresses[-1]

    def highest_numbers(self) -> dict[str, int]:
        """The highest number ever given, by table; tables that cannot be read are left out.

        Numbers above LAST_NUMBER are not counted: numbering does not go on from them.
        """
        given = {
            row["name"]: row["seq"] for row in self._database.readable_rows("SELECT name, seq FROM sqlite_sequence")
        }
        for table in ("articles", "passages"):
            for row in self._database.readable_rows(
                f"SELECT max(id) AS highest FROM {table} WHERE id <= {LAST_NUMBER}"
            ):
                known = [number for number in (given.get(table), row["highest"]) if isinstance(number, int)]
                given[table] = max(known, default=0)
        return {table: number for table, number in given.items() if isinstance(number, int)}

    # SQLite's own checks

    def integrity(self) -> list[str]:
        """Faults that SQLite finds in the pages of the file; none when it is sound. Raises StoreError."""
        rows = self._database.rows("PRAGMA integrity_check")
        checked = [line for row in rows for line in str(row["integrity_check"]).split("\n")]
        return [] if checked == ["ok"] else [line for line in checked if line and not line.startswith("***")]

    def orphans(self) -> tuple[int, int]:
        """The numbers of passages and of reprint rows without a stored article. Raises StoreError."""
        tables = [row["table"] for row in self._database.rows("PRAGMA foreign_key_check")]
        passages = tables.count("passages")
        return passages, len(tables) - passages

    # Writing, inside `Database.write`

    def put_row(self, table: str, row: Row) -> bool:
        """Add a row of another file; False when a constraint of the table refuses it."""
        known = {column["name"] for column in self._database.rows(f"PRAGMA table_info({table})")}
        return self._database.try_insert(table, {name: value for name, value in row.items() if name in known})

    def set_highest_number(self, table: str, number: int) -> None:
        """Make new numbers continue after this one."""
        self._database.execute("DELETE FROM sqlite_sequence WHERE name = ?", [table])
        self._database.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [table, number])

    def drop_spoilt_rows(self, table: str) -> None:
        """Delete the rows of `spoilt_rows`."""
        where = " AND ".join(f"{name} = :{name}" for name in self._key(table))
        for row in self.spoilt_rows(table):
            self._database.execute(f"DELETE FROM {table} WHERE {where}", row)

    # Articles that a plain read misses

    def _article_rows(self, sql: str, parameters: list[int]) -> list[Row]:
        return [_by_place(row) for row in self._database.readable_rows(sql, parameters)]

    def _cell_by_cell(self, number: int) -> list[Row]:
        """The row without the cells that cannot be read, in a list; an empty list when its text is one of these."""
        row: Row = dict.fromkeys(_COLUMNS) | {"id": number}
        for name in _COLUMNS[1:]:
            query = f"SELECT {name} AS cell FROM articles WHERE rowid = ?"
            for cell in self._database.readable_rows(query, [number]):
                row[name] = cell["cell"]
        return [row] if row["text"] else []

    def _counted(self) -> int | None:
        """The number of articles in the state; None when it cannot be read."""
        for row in self._database.readable_rows("SELECT articles FROM state"):
            if isinstance(row["articles"], int):
                return row["articles"]
        return None

    def _missed(self, found: set[int]) -> Iterator[Row | int]:
        votes = self._votes()
        sure = [number for number, count in votes.items() if count >= _ENOUGH]
        highest = max([*sure, *found], default=0)
        wanted = set(votes)
        if highest - len(found) <= _MOST_UNKNOWN:
            wanted |= set(range(1, highest + 1))
        lost: set[int] = set()
        for number in sorted(wanted - found):
            rows = self._article_rows(_ONE, [number]) or self._cell_by_cell(number)
            yield from rows
            if not rows:
                lost.add(number)
        lost &= set(votes)
        # When a page between root and rows is damaged, only a scan of the rows finds them.
        for row in self._scanned(lost):
            lost.discard(row["id"])
            yield row
        # An article that was removed meanwhile is not lost.
        votes = self._votes() if lost else votes
        yield from sorted(number for number in lost if votes[number] >= _ENOUGH or not self._can_read(_ONE, [number]))

    def _votes(self) -> Counter[int]:
        """For each number of an article, the number of queries that name it."""
        votes: Counter[int] = Counter()
        for query in _QUERIES:
            forwards, backwards = (self._numbers(sql) for sql in (query, f"{query} DESC"))
            votes.update(forwards | backwards)
        return votes

    def _numbers(self, sql: str) -> set[int]:
        found = (next(iter(row.values())) for row in self._database.readable_rows(sql))
        return {number for number in found if isinstance(number, int) and number > 0}

    def _scanned(self, wanted: set[int]) -> list[Row]:
        """The rows of these numbers, found by a scan from either end of the table."""
        found: dict[int, Row] = {}
        for order in ("", " DESC"):
            if wanted - set(found):
                sql = f"SELECT rowid AS number, * FROM articles NOT INDEXED ORDER BY rowid{order}"
                rows = (_by_place(row) for row in self._database.readable_rows(sql))
                found |= {row["id"]: row for row in rows if row["id"] in wanted}
        return list(found.values())


def _by_place(row: Row) -> Row:
    number, _, *cells = row.values()
    return dict(zip(_COLUMNS, (number, *cells), strict=False))


def _with_texts(columns: Sequence[str], texts: Sequence[str]) -> str:
    """The columns of a query, with bytes and type of those of text: reading text replaces bytes that are no UTF-8."""
    cells = [f"CAST({name} AS BLOB) AS {name}_bytes, typeof({name}) AS {name}_type" for name in texts]
    return ", ".join([*columns, *cells])


def _is_spoilt(row: Row, texts: Sequence[str]) -> bool:
    return not all(row[f"{name}_type"] == "text" and _is_utf8(row[f"{name}_bytes"]) for name in texts)


def _is_utf8(cell: Any) -> bool:
    if not isinstance(cell, bytes):
        return False
    try:
        cell.decode()
    except UnicodeDecodeError:
        return False
    return True
