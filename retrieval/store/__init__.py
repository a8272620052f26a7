"""The SQLite file: articles, passages, segments and links, each change one transaction."""
