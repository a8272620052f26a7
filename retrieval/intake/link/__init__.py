"""Links: a guarded download and the article behind it."""
