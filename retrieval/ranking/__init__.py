"""Scores and order of candidates, answering sentences, and the confidence in an answer."""
