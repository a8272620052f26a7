"""HTML pages: their lines, the elements that hold the article, their metadata."""
