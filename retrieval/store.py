"""Where do articles, passages and segments live, and how do they stay whole? In one SQLite file, in WAL mode."""

import hashlib
import json
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from retrieval.article import Article, Passage, paragraphs_from_lines
from retrieval.schema import migrations
from retrieval.text import fold, squeeze

# Long enough for the longest commit of another process (a batch of an import), short enough to be told of a stuck one.
_BUSY_SECONDS = 30
_LARGEST_ID = 2**63 - 1
_FIELDS = ("title", "source", "author", "editor", "published", "url")


class StoreError(Exception):
    """The file can't be used; the message says why in a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its number and what is known of the article that it stands in."""

    id: int
    article_id: int
    text: str
    heading: str | None
    title: str
    source: str | None
    author: str | None
    published: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Position:
    """How far a reader has read: what is beyond it is new to it."""

    generation: int = -1
    segment: int = 0
    removal: int = 0
    rebuilt: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """What an index lacks, and the position that it reaches with it; `from_scratch` when it must start empty."""

    position: Position
    segments: list[bytes]
    removed: list[int]
    from_scratch: bool


@dataclass(frozen=True, slots=True)
class Statistics:
    articles: int
    passages: int
    newest: str | None
    oldest: str | None
    sources: int
    segments: int


class Store:
    """A connection for each thread that asks; writers wait for each other, readers for nobody.

    Every method raises StoreError, with a sentence, when the file can't be read or written.
    """

    def __init__(self, path: Path, *, must_exist: bool = False) -> None:
        """Open or create the file, with its folder. With `must_exist`, a missing file is a StoreError."""
        self.path = path
        self._connections = threading.local()
        if must_exist and not path.is_file():
            raise StoreError(f"没有数据库 {path}；用 add 收录文章时会建立。")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"不能在 {path.parent} 建立文件夹：{error.strerror}。") from error
        self._refuse_strangers()
        self._write_ahead()

    def migrate(self) -> bool:
        """Bring the tables up to date, inside `write`; True when there were none, so that the file is new."""
        new = not self._db.table_names()
        migrations.apply(self._db)
        return new

    @contextmanager
    def write(self) -> Iterator[None]:
        """One transaction: all that is written inside is there afterwards, on the disk, or nothing is."""
        with self._explained():
            if self._db.conn.in_transaction:
                with self._db.atomic():
                    yield
                return
            # A deferred transaction that reads before it writes fails at once when another writer was in between.
            self._db.conn.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.conn.execute("COMMIT")
            except BaseException:
                self._db.conn.rollback()
                raise

    def is_current(self) -> bool:
        """Whether `migrate` would find nothing to do."""
        with self._explained():
            return not migrations.pending(self._db)

    # Reading

    @contextmanager
    def view(self) -> Iterator[None]:
        """All that is read inside is of one moment, whatever is committed meanwhile."""
        with self._explained():
            if self._db.conn.in_transaction:
                yield
                return
            self._db.conn.execute("BEGIN")
            try:
                yield
            finally:
                self._db.conn.rollback()

    def generation(self) -> int:
        """A number that every change of articles raises, whichever process makes it."""
        return int(self._value("SELECT generation FROM state"))

    def fingerprint(self) -> str | None:
        """Of the analyzer whose terms the segments hold."""
        fingerprint: str | None = self._value("SELECT fingerprint FROM state")
        return fingerprint

    def changes(self, since: Position) -> Changes:
        """What was committed after `since`, from one consistent view of the file."""
        with self.view():
            # A rebuild replaces every segment, and no number is given twice: when the oldest is another one than the
            # reader saw, what it has is gone.
            oldest = self._value("SELECT coalesce(min(id), 0) FROM segments")
            scratch = since.segment > 0 and oldest != since.rebuilt
            start = Position() if scratch else since
            segments = self._rows("SELECT id, data FROM segments WHERE id > ? ORDER BY id", [start.segment])
            removed = self._rows("SELECT id, passage_id FROM removals WHERE id > ? ORDER BY id", [start.removal])
            position = Position(
                generation=self.generation(),
                segment=segments[-1]["id"] if segments else start.segment,
                removal=removed[-1]["id"] if removed else start.removal,
                rebuilt=oldest,
            )
        return Changes(position, [row["data"] for row in segments], [row["passage_id"] for row in removed], scratch)

    def passages(self, ids: Sequence[int]) -> dict[int, StoredPassage]:
        """Those of the passages that are still stored, by id."""
        rows = self._rows(
            "SELECT p.id, p.article_id, p.text, p.heading, a.title, a.source, a.author, a.published, a.url"
            " FROM passages p JOIN articles a ON a.id = p.article_id WHERE p.id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(ids))],
        )
        return {row["id"]: StoredPassage(**row) for row in rows}

    def article(self, article_id: int) -> Article | None:
        if article_id > _LARGEST_ID:
            return None
        rows = self._rows("SELECT * FROM articles WHERE id = ?", [article_id])
        return _article(rows[0]) if rows else None

    def articles(self, batch: int = 1000) -> Iterator[Article]:
        """Every article by id. Fetched in batches: a half-read cursor would pin the file's past."""
        last = -1
        while rows := self._rows("SELECT * FROM articles WHERE id > ? ORDER BY id LIMIT ?", [last, batch]):
            yield from map(_article, rows)
            last = rows[-1]["id"]

    def passages_of(self, article_id: int) -> list[tuple[int, Passage]]:
        rows = self._rows("SELECT id, text, heading FROM passages WHERE article_id = ? ORDER BY id", [article_id])
        return [(row["id"], Passage(row["text"], row["heading"])) for row in rows]

    def same(self, article: Article) -> Article | None:
        """The stored article that this one is another version of.

        That with the same URL; else with the same source, folded title and publication; else with the same text. A
        copy in another source or at another URL is a reprint: another article.
        """
        if article.url and (rows := self._rows("SELECT * FROM articles WHERE url = ? ORDER BY id", [article.url])):
            return _article(rows[0])
        for row in self._rows("SELECT * FROM articles WHERE title_key = ? ORDER BY id", [squeeze(article.title)]):
            # Undated notes of no source may share a title such as 快讯 and be different news.
            dated = row["published"] == article.published and (article.source or article.published)
            if dated and fold(row["source"] or "") == fold(article.source or ""):
                return _article(row)
        for row in self._rows("SELECT * FROM articles WHERE text_key = ? ORDER BY id", [_text_key(article)]):
            elsewhere = row["url"] and article.url
            reprint = row["source"] and article.source and fold(row["source"]) != fold(article.source)
            if not elsewhere and not reprint:
                return _article(row)
        return None

    def statistics(self) -> Statistics:
        return Statistics(
            **self._rows(
                "SELECT (SELECT count(*) FROM articles) AS articles, (SELECT count(*) FROM passages) AS passages,"
                " (SELECT max(published) FROM articles) AS newest, (SELECT min(published) FROM articles) AS oldest,"
                " (SELECT count(DISTINCT source) FROM articles) AS sources,"
                " (SELECT count(*) FROM segments) AS segments"
            )[0]
        )

    def faults(self) -> list[str]:
        """What SQLite itself finds wrong with the file, a sentence each."""
        checked = [row["integrity_check"] for row in self._rows("PRAGMA integrity_check")]
        orphans = self._rows("PRAGMA foreign_key_check")
        faults = [] if checked == ["ok"] else [f"SQLite：{fault}" for fault in checked]
        return faults + ([f"有 {len(orphans)} 段没有所属文章。"] if orphans else [])

    def size(self) -> tuple[int, str | None]:
        """The number of articles and the newest publication among them."""
        row = self._rows("SELECT count(*) AS articles, max(published) AS newest FROM articles")[0]
        return row["articles"], row["newest"]

    def newest(self) -> Article | None:
        """The article published last, the last one stored of equals; undated ones come after all others."""
        rows = self._rows("SELECT * FROM articles ORDER BY published DESC, id DESC LIMIT 1")
        return _article(rows[0]) if rows else None

    def kept(self, kind: str, key: int) -> str | None:
        """What `keep` was given."""
        rows = self._rows("SELECT value FROM kept WHERE kind = ? AND key = ?", [kind, key])
        return rows[0]["value"] if rows else None

    def passage_ids(self) -> set[int]:
        return {row["id"] for row in self._rows("SELECT id FROM passages")}

    # Writing, inside `write`

    def insert(self, article: Article, passages: Sequence[Passage]) -> tuple[int, list[int]]:
        """Store a new article, under its own number when that is free; its number and its passages' numbers."""
        taken = article.id is None or self._rows("SELECT 1 FROM articles WHERE id = ?", [article.id])
        row = _row(article) | {"added": _now()} | ({} if taken else {"id": article.id})
        article_id = self._insert("articles", row)
        return article_id, self._insert_passages(article_id, passages)

    def replace(self, article_id: int, article: Article, passages: Sequence[Passage]) -> list[int]:
        """Give an article new words or fields, keeping the old ones as a version; the new passages' numbers."""
        self._retire(article_id)
        self._db.table("articles").update(article_id, _row(article))
        return self._insert_passages(article_id, passages)

    def remove(self, article_id: int) -> bool:
        """Take an article down, keeping it as a version; False when there is none of this number."""
        if self.article(article_id) is None:
            return False
        self._retire(article_id)
        self._db.table("articles").delete(article_id)
        return True

    def append_segment(self, data: bytes) -> None:
        self._insert("segments", {"data": data})

    def raise_generation(self) -> None:
        self._db.execute("UPDATE state SET generation = generation + 1")

    def forget_postings(self, fingerprint: str) -> None:
        """Drop every segment, to be made again by the analyzer of this fingerprint."""
        self._db.execute("DELETE FROM segments")
        self._db.execute("DELETE FROM removals")
        self._db.execute("UPDATE state SET fingerprint = ?", [fingerprint])
        self.raise_generation()

    def keep(self, kind: str, key: int, value: str) -> None:
        """Keep a small value of the caller's, in the transaction of what it belongs to."""
        row = {"kind": kind, "key": key, "value": value, "at": _now()}
        self._db.execute("INSERT OR REPLACE INTO kept VALUES (:kind, :key, :value, :at)", row)

    def drop_kept(self, days: int) -> None:
        """Forget what was kept more than so many days ago."""
        before = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
        self._db.execute("DELETE FROM kept WHERE at < ?", [before])

    def _retire(self, article_id: int) -> None:
        old = self._rows("SELECT * FROM articles WHERE id = ?", [article_id])[0]
        version = {key: old[key] for key in (*_FIELDS, "text", "heading_lines")}
        self._insert("versions", version | {"article_id": article_id, "replaced": _now()})
        gone = [{"passage_id": number} for number, _ in self.passages_of(article_id)]
        self._db.table("removals").insert_all(gone)
        self._db.execute("DELETE FROM passages WHERE article_id = ?", [article_id])

    def _insert_passages(self, article_id: int, passages: Sequence[Passage]) -> list[int]:
        rows = ({"article_id": article_id, "heading": one.heading, "text": one.text} for one in passages)
        return [self._insert("passages", row) for row in rows]

    def _insert(self, table: str, row: Mapping[str, Any]) -> int:
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        cursor = self._db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", dict(row))
        return int(cursor.lastrowid or 0)

    # Connections

    @property
    def _db(self) -> Database:
        db: Database | None = getattr(self._connections, "db", None)
        if db is None:
            with self._explained():
                db = self._connections.db = _connect(self.path)
        return db

    def close(self) -> None:
        """Close the connection of the thread that calls."""
        db: Database | None = getattr(self._connections, "db", None)
        if db is not None:
            self._connections.db = None
            db.close()

    def _rows(self, sql: str, parameters: Iterable[Any] = ()) -> list[dict[str, Any]]:
        with self._explained():
            cursor = self._db.execute(sql, list(parameters))
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _value(self, sql: str) -> Any:
        return next(iter(self._rows(sql)[0].values()))

    def _refuse_strangers(self) -> None:
        """Raise StoreError for a file that is another program's, or of a later version of this one."""
        with self._explained():
            if not self._db.table_names():
                return
        applied = {step.name for step in migrations.applied(self._db)}
        with Database(memory=True) as empty:
            known = {step.name for step in migrations.pending(empty)}
        if not applied:
            raise StoreError(f"{self.path} 是别的程序的数据库，没有使用。")
        if applied - known:
            raise StoreError(f"{self.path} 由更新的版本建立，请先升级本程序。")

    def _write_ahead(self) -> None:
        """Once set, WAL is a property of the file; setting it needs the file for oneself, so not when it is set."""
        deadline = time.monotonic() + _BUSY_SECONDS
        with self._explained():
            while True:
                try:
                    if self._db.conn.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                        self._db.conn.execute("PRAGMA journal_mode = WAL")
                    return
                except sqlite3.OperationalError as error:
                    # The timeout does not count here: SQLite gives up at once while another process sets it too.
                    if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > deadline:
                        raise
                    time.sleep(0.01)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(_explain(error, self.path)) from error


class _Connection(sqlite3.Connection):
    """Closed when its thread or its store is gone; from Python 3.13 on, that is warned of otherwise."""

    def __del__(self) -> None:
        with suppress(sqlite3.Error):
            self.close()


def _connect(path: Path) -> Database:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, factory=_Connection)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA journal_size_limit = {64 << 20}")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return Database(connection)


def _explain(error: sqlite3.Error, path: Path) -> str:
    name = getattr(error, "sqlite_errorname", "")
    sentences = {
        "SQLITE_NOTADB": f"{path} 不是数据库文件。",
        "SQLITE_CORRUPT": f"数据库 {path} 已损坏；请用 check 检查，或从备份恢复。",
        "SQLITE_CANTOPEN": f"不能打开数据库 {path}：请检查路径和权限。",
        "SQLITE_READONLY": f"数据库 {path} 不能写入：请检查权限。",
        "SQLITE_FULL": f"磁盘已满，没有写入数据库 {path}；此前已保存的都在。",
        "SQLITE_BUSY": f"数据库 {path} 被另一个进程占用超过 {_BUSY_SECONDS} 秒，没有改动，请稍后再试。",
        "SQLITE_IOERR": f"读写数据库 {path} 时磁盘出错。",
    }
    for prefix, sentence in sentences.items():
        if name.startswith(prefix):
            return sentence
    return f"数据库 {path} 出错：{error}。"


def _article(row: Mapping[str, Any]) -> Article:
    paragraphs = paragraphs_from_lines(row["text"].split("\n"), json.loads(row["heading_lines"]))
    return Article(paragraphs=paragraphs, id=row["id"], **{name: row[name] for name in _FIELDS})


def _row(article: Article) -> dict[str, Any]:
    return {name: getattr(article, name) for name in _FIELDS} | {
        "text": article.text,
        "heading_lines": json.dumps(article.heading_lines),
        "title_key": squeeze(article.title),
        "text_key": _text_key(article),
    }


def _text_key(article: Article) -> str:
    """Equal for texts that differ in blanks, punctuation, width, case and script only."""
    return hashlib.sha256(squeeze(article.text).encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
