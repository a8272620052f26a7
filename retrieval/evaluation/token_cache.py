"""A cache of the terms of texts, which saves a repeated evaluation the tokenizing."""

import json
import tempfile
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from retrieval.text.analyzer import Analyzer


class CachedAnalyzer(Analyzer):
    """An analyzer that keeps the terms of every text in a file of the folder, by content, with their seconds.

    The name of the file contains the analyzer's fingerprint: other rules have another file. Unreadable lines are
    dropped. `seconds_saved` are those that the terms read from the cache once took.
    """

    def __init__(self, analyzer: Analyzer, folder: Path) -> None:
        # Shared with the given analyzer: loading the dictionary takes half a second.
        self._jieba, self._fast, self._stop_words = analyzer._jieba, analyzer._fast, analyzer._stop_words
        self.fingerprint = analyzer.fingerprint
        self._path = folder / f"terms-{self.fingerprint[:16]}.jsonl"
        self._cached = dict(_read(self._path))
        self._changed = False
        self.seconds_saved = 0.0

    def terms(self, text: str) -> list[str]:
        key = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        if key in self._cached:
            terms, seconds = self._cached[key]
            self.seconds_saved += seconds
            return terms
        started = time.perf_counter()
        terms = super().terms(text)
        self._cached[key] = terms, time.perf_counter() - started
        self._changed = True
        return terms

    def save(self) -> None:
        """Replace the file if there are new terms; the replacement is complete or does not happen."""
        if not self._changed:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=self._path.parent, delete=False) as file:
            for key, (terms, seconds) in self._cached.items():
                file.write(json.dumps([key, seconds, terms], ensure_ascii=False) + "\n")
        Path(file.name).replace(self._path)
        self._changed = False


def _read(path: Path) -> Iterator[tuple[str, tuple[list[str], float]]]:
    if not path.is_file():
        return
    for line in path.read_text("utf-8", errors="replace").split("\n"):
        try:
            key, seconds, terms = json.loads(line)
            yield str(key), ([str(term) for term in terms], float(seconds))
        except (ValueError, TypeError):
            continue
