"""Migrations that make the tables. Each runs once in the life of a file, in the order of this module."""

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

from sqlite_utils import Database, Migrations

from retrieval.duplicates.urls import url_key
from retrieval.store.errors import StoreError

migrations = Migrations("news")


@migrations()
def first_tables(db: Database) -> None:
    article = {
        "title": str,
        "source": str,
        "author": str,
        "editor": str,
        "published": str,
        "url": str,
        "text": str,
        "heading_lines": str,
    }
    # AUTOINCREMENT: people and other processes may remember a number, so it is never given again.
    db.execute(
        """
        CREATE TABLE articles (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            title TEXT NOT NULL, source TEXT, author TEXT, editor TEXT, published TEXT, url TEXT,
            text TEXT NOT NULL, heading_lines TEXT NOT NULL,
            title_key TEXT NOT NULL, text_key TEXT NOT NULL, added TEXT NOT NULL
        )
        """
    )
    db.table("articles").create_index(["url"])
    db.table("articles").create_index(["title_key"])
    db.table("articles").create_index(["text_key"])
    db.table("articles").create_index(["published"])
    db.execute(
        """
        CREATE TABLE passages (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            article_id INTEGER NOT NULL REFERENCES articles(id),
            heading TEXT, text TEXT NOT NULL
        )
        """
    )
    db.table("passages").create_index(["article_id"])
    # Articles as they were before an update or a removal.
    db.table("versions").create({"id": int, "article_id": int, **article, "replaced": str}, pk="id")
    db.execute("CREATE TABLE segments (id INTEGER PRIMARY KEY AUTOINCREMENT, data BLOB NOT NULL)")
    # Passages that segments hold and the passages table no longer has, in the order of their removal.
    db.execute("CREATE TABLE removals (id INTEGER PRIMARY KEY AUTOINCREMENT, passage_id INTEGER NOT NULL)")
    # One row. Every change of articles raises the generation, in its own transaction.
    state = db.table("state").create({"id": int, "generation": int, "fingerprint": str}, pk="id")
    state.insert({"id": 1, "generation": 0, "fingerprint": None})


@migrations()
def kept_for_the_caller(db: Database) -> None:
    # Values of the program around the library, until it has tables of its own.
    db.execute(
        "CREATE TABLE kept (kind TEXT NOT NULL, key INTEGER NOT NULL, value TEXT NOT NULL, at TEXT NOT NULL,"
        " PRIMARY KEY (kind, key)) WITHOUT ROWID"
    )


@migrations()
def segments_in_epochs(db: Database) -> None:
    # A segment of the first format held one commit. A rebuild makes these segments anew from the passages.
    # The columns that queries read of all rows stand before the data, of which a row may have megabytes.
    db.execute("DROP TABLE segments")
    db.execute(
        """
        CREATE TABLE segments (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            epoch INTEGER NOT NULL, last INTEGER NOT NULL, data BLOB NOT NULL
        )
        """
    )
    # The epoch in use, the highest epoch given, and the number of articles, which a count would read all rows for.
    for column in ("epoch", "epochs", "articles"):
        db.execute(f"ALTER TABLE state ADD COLUMN {column} INTEGER NOT NULL DEFAULT 0")
    db.execute("UPDATE state SET fingerprint = NULL, articles = (SELECT count(*) FROM articles)")


@migrations()
def reprints(db: Database) -> None:
    # Articles stored before this migration are compared in the background: see retrieval/indexing/linking.py.
    db.execute("CREATE TABLE signatures (article_id INTEGER PRIMARY KEY REFERENCES articles(id), data BLOB NOT NULL)")
    # Fifty rows for each article. Its signature leads to them on removal: a second index, or a foreign key, would cost
    # more than the rows themselves.
    db.execute(
        "CREATE TABLE signature_keys (key INTEGER NOT NULL, article_id INTEGER NOT NULL, PRIMARY KEY (key, article_id))"
        " WITHOUT ROWID"
    )
    # Each pair stands twice: the primary key then finds all links of an article, for reading and removal.
    db.execute(
        "CREATE TABLE reprints (article_id INTEGER NOT NULL REFERENCES articles(id), other_id INTEGER NOT NULL,"
        " PRIMARY KEY (article_id, other_id)) WITHOUT ROWID"
    )
    # The rules of the signatures, and the number up to which older articles have been compared; NULL means all.
    db.execute("ALTER TABLE state ADD COLUMN signature_rules TEXT")
    db.execute("ALTER TABLE state ADD COLUMN compared INTEGER")


@migrations()
def names_at_hand(db: Database) -> None:
    # A question that seems to name a source or an author needs the known names: see retrieval/store/bylines.py.
    db.table("articles").create_index(["source"])
    db.table("articles").create_index(["author"])


@migrations()
def what_an_article_is_known_by(db: Database) -> None:
    # The normalized address of each article that has one: see duplicates/identity.py. A new column of articles would
    # rewrite every row with its text.
    db.execute(
        "CREATE TABLE addresses (url_key TEXT NOT NULL, article_id INTEGER NOT NULL, PRIMARY KEY (url_key, article_id))"
        " WITHOUT ROWID"
    )
    known = db.execute("SELECT url, id FROM articles WHERE url IS NOT NULL").fetchall()
    db.conn.executemany("INSERT INTO addresses VALUES (?, ?)", [(url_key(url), number) for url, number in known])
    # The index holds all that decides whether the same text is a copy, so that no row with its text is read.
    db.table("articles").create_index(["text_key", "url", "source"])
    for column in ("url", "title_key", "text_key"):
        db.execute(f"DROP INDEX idx_articles_{column}")


@migrations()
def kept_by_age(db: Database) -> None:
    # The running bot deletes old rows by their age: the index keeps that fast.
    db.execute("CREATE INDEX kept_by_age ON kept (kind, at)")


@migrations()
def kept_is_handed_over(db: Database) -> None:
    # The program around the library has tables of its own from here on, and takes the rows that it finds.
    if next(db.query("SELECT 1 FROM kept LIMIT 1"), None):
        db.execute("ALTER TABLE kept RENAME TO former_kept")
    else:
        db.execute("DROP TABLE kept")


@migrations()
def journal_of_changes(db: Database) -> None:
    # An entry for each transaction that changes articles: see retrieval/store/journal.py.
    db.execute(
        """
        CREATE TABLE journal (
            id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, person INTEGER, name TEXT NOT NULL,
            what TEXT NOT NULL, touched TEXT NOT NULL, change_key INTEGER, undoes INTEGER, note TEXT NOT NULL
        )
        """
    )
    for column in ("at", "change_key", "undoes"):
        db.table("journal").create_index([column])
    # The entry that replaced or removed a version; NULL before this migration.
    db.execute("ALTER TABLE versions ADD COLUMN entry INTEGER")
    db.table("versions").create_index(["article_id"])
    db.table("versions").create_index(["replaced"])


@migrations()
def tombstones_of_removed_articles(db: Database) -> None:
    # The signature stands in the row, and its keys in a table of their own: see retrieval/store/tombstones.py.
    db.execute(
        """
        CREATE TABLE tombstones (
            article_id INTEGER PRIMARY KEY, url_key TEXT, text_key TEXT NOT NULL, signature BLOB NOT NULL,
            person INTEGER, name TEXT NOT NULL, at TEXT NOT NULL
        )
        """
    )
    db.table("tombstones").create_index(["url_key"])
    db.table("tombstones").create_index(["text_key"])
    db.execute(
        "CREATE TABLE tombstone_keys (key INTEGER NOT NULL, article_id INTEGER NOT NULL, PRIMARY KEY (key, article_id))"
        " WITHOUT ROWID"
    )


@migrations()
def keys_in_blocks(db: Database) -> None:
    # The keys of the last articles, before they become rows of signature_keys: see retrieval/store/fresh_keys.py.
    db.execute(
        "CREATE TABLE fresh_keys (id INTEGER PRIMARY KEY, first INTEGER NOT NULL, final INTEGER NOT NULL,"
        " pairs INTEGER NOT NULL, data BLOB NOT NULL)"
    )
    # All that is asked of the blocks without their data.
    db.table("fresh_keys").create_index(["final", "first", "pairs"])


# Tables that only people's work fills: a repair saves their rows. All others can be made anew from the articles.
KEPT_TABLES = ("versions", "journal", "tombstones", "tombstone_keys")


@cache
def own_tables() -> frozenset[str]:
    """The names of the tables that the migrations make."""
    with Database(memory=True) as empty:
        migrations.apply(empty)
        return frozenset(empty.table_names())


def is_own_file(path: Path) -> bool:
    """Whether a file is a database of this program, of any version. The file is read only; nothing raises."""
    # Immutable: SQLite makes no -wal and no -shm beside the file, which nobody may be writing to.
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    applied = "SELECT 1 FROM _sqlite_migrations WHERE migration_set = ? LIMIT 1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            return connection.execute(applied, [migrations.name]).fetchone() is not None
    except sqlite3.Error:  # no database, one of another program, or a damaged one
        return False


def refuse_strangers(db: Database, path: Path) -> None:
    """Raise StoreError for the file of another program, or of a later version of this one."""
    if not db.table_names():
        return
    applied = {step.name for step in migrations.applied(db)}
    with Database(memory=True) as empty:
        known = {step.name for step in migrations.pending(empty)}
    if not applied:
        raise StoreError(f"{path} 是别的程序的数据库，没有使用。")
    if applied - known:
        raise StoreError(f"{path} 由更新的版本建立，请先升级本程序。")
