"""Indices by time, simulated: how many of them a question must ask, and what statistics of their own cost.

    python -m benchmarks.slices --corpus CORPUS.jsonl.gz [--slices 30] [--questions 300]

`CORPUS` has a passage a line, {"text", "date"}. The dated passages are put in order of their days and cut into slices
of equal size, each an index of its own. A question is 20 characters from anywhere in a passage. It prints JSON.

A slice need not be asked when the most that it could score for the question is no more than the k-th best score: the
bound of a term in a slice is the largest score that the term gives to a passage there. Among equal scores at the end of
the k best another one may then be given.
"""

import argparse
import gzip
import json
import random
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.index import bm25
from retrieval.text.analyzer import Analyzer

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_QUESTION_CHARACTERS = 20
_DAY = re.compile(r"\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])")
# Passages that each slice gives when they are scored again with the statistics of all: many, and few.
_SURPLUS, _SHARE, _LEAST = 30, 5, 10
_DEPTHS = 10, 100


class Slices:
    """Postings of passages in order of their days; slice s has the passages edges[s]:edges[s + 1]."""

    def __init__(self, passages: Iterable[Sequence[str]], count: int) -> None:
        held, lengths = dict[str, "array[int]"](), array("d")
        for number, terms in enumerate(passages):
            clamped = {term: min(frequency, bm25.MAX_TERM_FREQUENCY) for term, frequency in Counter(terms).items()}
            for term, frequency in clamped.items():
                held.setdefault(term, array("i")).extend((number, frequency))
            lengths.append(sum(clamped.values()))
        self.lengths: Floats = np.array(lengths)
        self.edges: Integers = np.linspace(0, len(lengths), count + 1).astype(np.int64)
        self.slice_of: Integers = np.repeat(np.arange(count), np.diff(self.edges))
        self._held = {term: np.array(pairs, np.int32).reshape(-1, 2).T for term, pairs in held.items()}
        self.averages: Floats = np.add.reduceat(self.lengths, self.edges[:-1]) / np.diff(self.edges)

    def scores(self, terms: Sequence[str]) -> tuple[Floats, Floats, Floats]:
        """The scores of all passages by the statistics of all, the same by those of their slices, and the bound of each
        slice by the statistics of all."""
        total, own = np.zeros(len(self.lengths)), np.zeros(len(self.lengths))
        bounds, sizes = np.zeros(len(self.averages)), np.diff(self.edges)
        for term in terms:
            if term not in self._held:
                continue
            documents, frequencies = self._held[term]
            lengths, tf, place = self.lengths[documents], frequencies.astype(float), self.slice_of[documents]
            part = bm25.idf(len(documents), len(total)) * _saturation(tf, lengths, self.lengths.mean())
            total[documents] += part
            held_in = np.bincount(place, minlength=len(sizes))
            own_idf = np.log((sizes + 1) / np.maximum(1, held_in))
            own[documents] += own_idf[place] * _saturation(tf, lengths, self.averages[place])
            most = np.zeros(len(sizes))
            np.maximum.at(most, place, part)
            bounds += most
        return total, own, bounds


def _saturation(tf: Floats, lengths: Floats, average: Any) -> Floats:
    result: Floats = (bm25.K1 + 1) * tf / (tf + bm25.K1 * (1 - bm25.B + bm25.B * lengths / average))
    return result


def best(scores: Floats, k: int, first: int = 0) -> list[int]:
    """The k best passages with a score from number `first` on; equal scores newest first."""
    found = first + np.flatnonzero(scores[first:] > 0)
    if len(found) > k:
        found = found[scores[found] >= np.partition(scores[found], -k)[-k]]
    order = np.lexsort((-found, -scores[found]))[:k]
    numbers: list[int] = found[order].tolist()
    return numbers


def asked(slices: Slices, scores: Floats, bounds: Floats, k: int, first: int) -> int:
    """How many slices are asked, the one with the highest bound first, until no other can change the k best."""
    left = [number for number in np.argsort(-bounds, kind="stable") if slices.edges[number + 1] > first]
    highest = np.zeros(k)
    for count, number in enumerate(left):
        if bounds[number] <= highest.min():
            return count
        some = scores[max(first, slices.edges[number]) : slices.edges[number + 1]]
        highest = np.sort(np.concatenate([highest, some]))[-k:]
    return len(left)


def again(slices: Slices, scores: Floats, own: Floats, k: int, each: int) -> list[int]:
    """The k best by the statistics of all, of the `each` best that each slice gives by statistics of its own."""
    given = np.zeros_like(scores)
    for start, end in zip(slices.edges[:-1], slices.edges[1:], strict=True):
        some = start + np.array(best(own[start:end], each), np.int64)
        given[some] = scores[some]
    return best(given, k)


def compare(slices: Slices, questions: Sequence[Sequence[str]], recent: int) -> dict[str, dict[str, float]]:
    """The figures for the best 10 and 100, without a filter and for the last `recent` slices."""
    results = dict[str, dict[str, list[float]]]()
    for terms in questions:
        total, own, bounds = slices.scores(terms)
        for k in _DEPTHS:
            everywhere = best(total, k)
            if not everywhere:
                continue
            by_own, twice = best(own, k), again(slices, total, own, k, k + _SURPLUS)
            few = again(slices, total, own, k, k // _SHARE + _LEAST)
            first = int(slices.edges[-1 - recent])
            latest = best(total, k, first)
            figures = {
                "slices_with_a_posting": float((bounds > 0).sum()),
                "slices_with_one_of_the_best": float(len(set(slices.slice_of[everywhere]))),
                "slices_asked": asked(slices, total, bounds, k, 0),
                "recent_slices_with_one_of_the_best": float(len(set(slices.slice_of[latest]))),
                "recent_slices_asked": asked(slices, total, bounds, k, first),
                "own_statistics_share_of_the_best": len(set(by_own) & set(everywhere)) / len(everywhere),
                "own_statistics_same_first": float(by_own[0] == everywhere[0]),
                "own_statistics_same_order": float(by_own == everywhere),
                "scored_again_share_of_the_best": len(set(twice) & set(everywhere)) / len(everywhere),
                "scored_again_same_order": float(twice == everywhere),
                "few_scored_again_share_of_the_best": len(set(few) & set(everywhere)) / len(everywhere),
                "few_scored_again_same_order": float(few == everywhere),
            }
            for name, value in figures.items():
                results.setdefault(f"k{k}", {}).setdefault(name, []).append(value)
    return {
        k: {
            **{name: round(float(np.mean(values)), 3) for name, values in figures.items()},
            **{f"{name}_p95": float(np.percentile(figures[name], 95)) for name in figures if name.endswith("asked")},
            "questions": len(figures["slices_asked"]),
        }
        for k, figures in results.items()
    }


def dated(corpus: Path) -> list[tuple[str, str]]:
    """The days and texts of the passages that have a valid day, in order of their days."""
    opened: Any = gzip.open if corpus.suffix == ".gz" else open
    with opened(corpus, "rt", encoding="utf-8") as lines:
        rows = [(str(row.get("date") or ""), str(row["text"])) for row in map(json.loads, lines)]
    return sorted((row for row in rows if _DAY.fullmatch(row[0])), key=lambda row: row[0])


def measure(corpus: Path, count: int, questions: int, recent: int) -> dict[str, Any]:
    analyzer, rows, chance = Analyzer(), dated(corpus), random.Random(2)
    slices = Slices((analyzer.terms(text) for _, text in rows), count)
    texts = [chance.choice(rows)[1].replace("\n", "") for _ in range(questions)]
    starts = [chance.randint(0, max(0, len(text) - _QUESTION_CHARACTERS)) for text in texts]
    parts = [text[start : start + _QUESTION_CHARACTERS] for text, start in zip(texts, starts, strict=True)]
    firsts = [rows[edge][0] for edge in slices.edges[:-1]]
    return {
        "passages": len(rows),
        "slices": count,
        "first_days": [firsts[0], firsts[1], firsts[-recent], firsts[-1], rows[-1][0]],
        "average_lengths": [round(float(slices.averages.min()), 1), round(float(slices.averages.max()), 1)],
        **compare(slices, [analyzer.query_terms(part) for part in parts], recent),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--slices", type=int, default=30)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--recent", type=int, default=3, help="slices that a question for news of late is limited to")
    options = parser.parse_args()
    found = measure(options.corpus, options.slices, options.questions, options.recent)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
