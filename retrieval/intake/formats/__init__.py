"""File formats: each module turns one kind of document into articles."""
