"""Which tables are there, and how did they come to be? Each migration runs once in the life of a file."""

from sqlite_utils import Database, Migrations

from retrieval.duplicates.urls import url_key

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
    # AUTOINCREMENT: a number that was seen by somebody, or by another process, is never given to anything else.
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
    # What an article was before it was updated or removed.
    db.table("versions").create({"id": int, "article_id": int, **article, "replaced": str}, pk="id")
    db.execute("CREATE TABLE segments (id INTEGER PRIMARY KEY AUTOINCREMENT, data BLOB NOT NULL)")
    # Passages that are in a segment but no longer in the passages table, in the order in which they went.
    db.execute("CREATE TABLE removals (id INTEGER PRIMARY KEY AUTOINCREMENT, passage_id INTEGER NOT NULL)")
    # One row. The generation is raised by every change of articles, in the transaction that makes it.
    state = db.table("state").create({"id": int, "generation": int, "fingerprint": str}, pk="id")
    state.insert({"id": 1, "generation": 0, "fingerprint": None})


@migrations()
def kept_for_the_caller(db: Database) -> None:
    # Small values that a program around the library keeps beside its articles: see Store.keep.
    db.execute(
        "CREATE TABLE kept (kind TEXT NOT NULL, key INTEGER NOT NULL, value TEXT NOT NULL, at TEXT NOT NULL,"
        " PRIMARY KEY (kind, key)) WITHOUT ROWID"
    )


@migrations()
def segments_in_epochs(db: Database) -> None:
    # Segments of the first format were never more than those of one commit: they are made anew from the passages.
    # What is asked for of all rows stands before the data, of which a row may have megabytes.
    db.execute("DROP TABLE segments")
    db.execute(
        """
        CREATE TABLE segments (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            epoch INTEGER NOT NULL, last INTEGER NOT NULL, data BLOB NOT NULL
        )
        """
    )
    # The epoch whose segments are in use; the highest one given; and the number of articles, which counting would read
    # all of.
    for column in ("epoch", "epochs", "articles"):
        db.execute(f"ALTER TABLE state ADD COLUMN {column} INTEGER NOT NULL DEFAULT 0")
    db.execute("UPDATE state SET fingerprint = NULL, articles = (SELECT count(*) FROM articles)")


@migrations()
def reprints(db: Database) -> None:
    # Articles that were there before are compared with the others by and by: see Upkeep.compare_next.
    db.execute("CREATE TABLE signatures (article_id INTEGER PRIMARY KEY REFERENCES articles(id), data BLOB NOT NULL)")
    # Fifty rows an article, removed by way of its signature: a second index, or a reference, would cost more than they.
    db.execute(
        "CREATE TABLE signature_keys (key INTEGER NOT NULL, article_id INTEGER NOT NULL, PRIMARY KEY (key, article_id))"
        " WITHOUT ROWID"
    )
    # Each pair twice, so that an article's are found, and go with it, by the primary key.
    db.execute(
        "CREATE TABLE reprints (article_id INTEGER NOT NULL REFERENCES articles(id), other_id INTEGER NOT NULL,"
        " PRIMARY KEY (article_id, other_id)) WITHOUT ROWID"
    )
    # What the signatures were made by, and the article up to which old ones have been compared; NULL is all of them.
    db.execute("ALTER TABLE state ADD COLUMN signature_rules TEXT")
    db.execute("ALTER TABLE state ADD COLUMN compared INTEGER")


@migrations()
def names_at_hand(db: Database) -> None:
    # Which papers and people are known is asked by a question that seems to name one: see BylineStore.
    db.table("articles").create_index(["source"])
    db.table("articles").create_index(["author"])


@migrations()
def what_an_article_is_known_by(db: Database) -> None:
    # An address in one spelling, for each article that has one: see duplicates/identity.py. A column of articles would
    # rewrite every row with its text.
    db.execute(
        "CREATE TABLE addresses (url_key TEXT NOT NULL, article_id INTEGER NOT NULL, PRIMARY KEY (url_key, article_id))"
        " WITHOUT ROWID"
    )
    known = db.execute("SELECT url, id FROM articles WHERE url IS NOT NULL").fetchall()
    db.conn.executemany("INSERT INTO addresses VALUES (?, ?)", [(url_key(url), number) for url, number in known])
    # What decides whether the same text is a copy stands in the index, so that no row with its text is read.
    db.table("articles").create_index(["text_key", "url", "source"])
    for column in ("url", "title_key", "text_key"):
        db.execute(f"DROP INDEX idx_articles_{column}")


@migrations()
def kept_by_age(db: Database) -> None:
    # Old rows are looked for while the program runs: see Store.drop_oldest.
    db.execute("CREATE INDEX kept_by_age ON kept (kind, at)")
