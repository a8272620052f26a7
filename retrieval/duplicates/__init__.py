"""Identity of articles, versions, reprints, and agreement between reports."""
