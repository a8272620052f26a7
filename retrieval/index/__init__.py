"""Postings and their search: segments, BM25 and the exact top k, without input or output."""
