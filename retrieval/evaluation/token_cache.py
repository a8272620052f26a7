"""Which terms did these texts have the last time? A file that spares an evaluation the tokenizing."""

import json
import tempfile
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from retrieval.text.analyzer import Analyzer


class CachedAnalyzer(Analyzer):
    """An analyzer that keeps the terms of every text in a file of the folder, by content, with the seconds they took.

    The file belongs to the analyzer's fingerprint: other rules, another file. Lines that can't be read are forgotten.
    """

    def __init__(self, analyzer: Analyzer, folder: Path) -> None:
        # Shared, not made again: loading the dictionary takes half a second.
        self._jieba, self._fast, self._stop_words = analyzer._jieba, analyzer._fast, analyzer._stop_words
        self.fingerprint = analyzer.fingerprint
        self._path = folder / f"terms-{self.fingerprint[:16]}.jsonl"
        self._kept = dict(_kept(self._path))
        self._changed = False
        self.seconds_saved = 0.0

    def terms(self, text: str) -> list[str]:
        key = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        if key in self._kept:
            terms, seconds = self._kept[key]
            self.seconds_saved += seconds
            return terms
        started = time.perf_counter()
        terms = super().terms(text)
        self._kept[key] = terms, time.perf_counter() - started
        self._changed = True
        return terms

    def save(self) -> None:
        """Write the file anew, as a whole or not at all, if there is anything new."""
        if not self._changed:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=self._path.parent, delete=False) as file:
            for key, (terms, seconds) in self._kept.items():
                file.write(json.dumps([key, seconds, terms], ensure_ascii=False) + "\n")
        Path(file.name).replace(self._path)
        self._changed = False


def _kept(path: Path) -> Iterator[tuple[str, tuple[list[str], float]]]:
    if not path.is_file():
        return
    for line in path.read_text("utf-8", errors="replace").split("\n"):
        try:
            key, seconds, terms = json.loads(line)
            yield str(key), ([str(term) for term in terms], float(seconds))
        except (ValueError, TypeError):
            continue
