"""Benchmarks of speed and size against other search libraries for Python. See README.md in this folder."""
