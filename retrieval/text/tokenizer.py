"""jieba over a compact dictionary."""

import sys
from math import log
from pathlib import Path
from typing import Any

from retrieval.text.dictionary import Dictionary

# jieba asks for pkg_resources, which takes 0.06 s and 11 MB where setuptools is installed, and does without it.
_is_hidden = sys.modules.setdefault("pkg_resources", None) is None  # type: ignore[arg-type]
try:
    import jieba
finally:
    if _is_hidden:
        del sys.modules["pkg_resources"]

DICTIONARY = Path(jieba.__file__).parent / jieba.DEFAULT_DICT_NAME


class Tokenizer(jieba.Tokenizer):  # type: ignore[misc]
    """Cuts text into the words that jieba gives with the same dictionary, in the same time."""

    def __init__(self, dictionary: Dictionary) -> None:
        super().__init__()
        # jieba's own initialize() reads a cache from the temporary folder, where every user of the machine may write.
        self.FREQ, self.total, self.initialized = dictionary, dictionary.total, True

    def get_DAG(self, sentence: str) -> dict[int, dict[int, int]]:  # noqa: N802
        """For each place the last places of the words that begin there, and their frequencies."""
        words_at = self.FREQ.words_at
        return {place: words_at(sentence, place) or {place: 1} for place in range(len(sentence))}

    def calc(self, sentence: str, DAG: dict[int, dict[int, int]], route: dict[int, Any]) -> None:  # noqa: N803
        """Add the route from each place: its best sum of logarithms, and the last place of the word that begins it."""
        logtotal = log(self.total)
        route[len(sentence)] = (0, 0)
        for place in range(len(sentence) - 1, -1, -1):
            route[place] = max([(log(many) - logtotal + route[end + 1][0], end) for end, many in DAG[place].items()])
