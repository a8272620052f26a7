"""From matches to hits: scores of candidates, the answering sentence and the confidence in it."""
