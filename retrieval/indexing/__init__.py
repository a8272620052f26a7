"""From articles to stored postings: preparation, commit, merge, rebuild, check and repair."""
