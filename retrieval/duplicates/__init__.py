"""Sameness of articles: identity, versions, reprints, and reports that agree."""
