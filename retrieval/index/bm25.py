"""The ranking formula, once: Okapi BM25 with an idf that is always positive.

    score(q, d) = Σ idf(t) · tf · (k1 + 1) / (tf + k1 · (1 - b + b · |d| / average |d|))

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with the idf of BM25+ (Lv and
Zhai, 2011): ln((N + 1) / df). Okapi's own idf is zero or negative for a term that stands in half of a small corpus.
"""

import math
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

# News paragraphs are short and of even length: on the development sets these beat 1.5 and 0.75 by up to .02 MRR@10.
K1, B = 0.9, 0.4
# Term frequencies are clamped to this in every engine, so that one fits into a byte.
MAX_TERM_FREQUENCY = 255
# The weight of an expansion of a term, relative to the term.
EXPANSION = 0.6

Numbers = NDArray[np.float64]
Formula = tuple[float, float, float]
Floats = TypeVar("Floats", NDArray[np.float64], NDArray[np.float32])


def idf(document_frequency: int, documents: int) -> float:
    """ln((N + 1) / df), the weight of a term; positive for 1 <= df <= N, 0 for df = 0."""
    return math.log((documents + 1) / document_frequency) if document_frequency else 0.0


def coefficients(average_length: float) -> Formula:
    """The (g, f, l) with which a term adds idf · g · tf / (tf + (f + l · |d|)) to the score of a document d."""
    return K1 + 1, K1 * (1 - B), K1 * B / average_length


@overload
def saturation(term_frequency: float, length: float, average_length: float) -> float: ...
@overload
def saturation(term_frequency: Floats, length: Floats, average_length: float) -> Floats: ...
def saturation(term_frequency: Any, length: Any, average_length: float) -> Any:
    """The factor of the idf in the score: 0 up to k1 + 1. Elementwise for arrays of one shape."""
    gain, fixed, by_length = coefficients(average_length)
    return gain * term_frequency / (term_frequency + (fixed + by_length * length))
