"""A cache of the terms of texts, which saves a repeated evaluation the tokenizing."""

import re
import tempfile
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from retrieval.text.analyzer import Analyzer

# The sha256 of a text, the seconds that tokenizing it took, and its terms, none of which holds a blank.
_LINE = re.compile(rb"([0-9a-f]{64})\t([0-9]+\.[0-9]+)\t([^\t\n]*)\n")


class CachedAnalyzer(Analyzer):
    """An analyzer that keeps the terms of every text in a file of the folder, by content, with their seconds.

    The name of the file contains the analyzer's fingerprint: other rules have another file. Unreadable lines are
    dropped. `seconds_saved` are those that the terms read from the cache once took. Memory holds only the places of
    the lines, about 250 bytes a text: 200,000 passages have 36 million terms. Not for several threads at once.
    """

    def __init__(self, analyzer: Analyzer, folder: Path) -> None:
        vars(self).update(vars(analyzer))  # one dictionary for both
        self._path = folder / f"terms-{self.fingerprint[:16]}.tsv"
        self._places = dict[str, int]()
        self._changed = False
        self.seconds_saved = 0.0
        folder.mkdir(parents=True, exist_ok=True)
        # A copy of the kept file, to which new lines are added, and which replaces it in the end.
        self._file = tempfile.NamedTemporaryFile(dir=folder, delete=False)  # noqa: SIM115
        self._copy_kept()

    def terms(self, text: str) -> list[str]:
        key = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        if key in self._places:
            self._file.seek(self._places[key])
            _, seconds, terms = self._file.readline().decode().split("\t")
            self.seconds_saved += float(seconds)
            return terms.split()
        started = time.perf_counter()
        found = super().terms(text)
        self._write(key, f"{key}\t{time.perf_counter() - started:.9f}\t{' '.join(found)}\n".encode())
        self._changed = True
        return found

    def terms_of_all(self, texts: Sequence[str]) -> list[list[str]]:
        return list(map(self.terms, texts))

    def save(self) -> None:
        """Replace the kept file if there are new terms, completely or not at all. No terms can be asked for after."""
        self._file.close()
        if self._changed:
            Path(self._file.name).replace(self._path)
        self.close()

    def close(self) -> None:
        """Forget what was not saved."""
        self._file.close()
        Path(self._file.name).unlink(missing_ok=True)

    def _copy_kept(self) -> None:
        if not self._path.is_file():
            return
        with self._path.open("rb") as kept:
            for line in kept:
                if match := _LINE.fullmatch(line):
                    self._write(match[1].decode(), line)

    def _write(self, key: str, line: bytes) -> None:
        self._places[key] = self._file.seek(0, 2)
        self._file.write(line)
