"""HTML pages: the lines they show, the element that holds the article, and their metadata."""
