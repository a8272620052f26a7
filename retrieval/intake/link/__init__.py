"""Links: a guarded download, and the articles in the downloaded file."""
