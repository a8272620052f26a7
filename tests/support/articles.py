"""Articles made from a few texts."""

from retrieval.article import Article, Paragraph


def make_article(*texts: str, title: str = "快讯", heading: str | None = None, **fields: str | int | None) -> Article:
    """An article of these paragraphs, all under one heading."""
    return Article(title, tuple(Paragraph(text, heading) for text in texts), **fields)  # type: ignore[arg-type]
