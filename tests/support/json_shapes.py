"""Keys and types of the JSON objects that other programs read."""

from collections.abc import Mapping
from types import NoneType
from typing import Any

Shape = Mapping[str, tuple[type, ...]]

TEXT, UNKNOWN = (str,), (str, NoneType)
ASK: Shape = {
    "question": TEXT,
    "status": TEXT,
    "reason": UNKNOWN,
    "nearest": (dict, NoneType),
    "answered": (bool,),
    "confidence": (float,),
    "took_ms": (float,),
    "filters": (dict,),
    "searched": (dict,),
    "hits": (list,),
}
FILTERS: Shape = {"since": UNKNOWN, "until": UNKNOWN, "source": UNKNOWN}
SEARCHED: Shape = {"articles": (int,), "newest": UNKNOWN}
HIT: Shape = {
    "rank": (int,),
    "score": (float,),
    "article_id": (int,),
    "passage_id": (int,),
    "title": TEXT,
    "source": UNKNOWN,
    "author": UNKNOWN,
    "published": UNKNOWN,
    "url": UNKNOWN,
    "heading": UNKNOWN,
    "passage": TEXT,
    "answer": (list, NoneType),
    "highlights": (list,),
    "reprints": (list,),
}
REPRINT: Shape = {"article_id": (int,), "source": UNKNOWN, "published": UNKNOWN, "url": UNKNOWN}
LISTED: Shape = {
    "id": (int,),
    "title": TEXT,
    "source": UNKNOWN,
    "author": UNKNOWN,
    "editor": UNKNOWN,
    "published": UNKNOWN,
    "url": UNKNOWN,
}
ARTICLE: Shape = {**LISTED, "headings": (list,), "paragraphs": (list,)}
OUTCOME: Shape = {**ARTICLE, "outcome": TEXT, "near": (int, NoneType), "notes": (list,)}
REFUSAL: Shape = {"item": TEXT, "reason": TEXT}
ADD: Shape = {"added": (int,), "updated": (int,), "duplicates": (int,), "refused": (list,), "articles": (list,)}
STATS: Shape = {
    "articles": (int,),
    "passages": (int,),
    "sources": (int,),
    "oldest": UNKNOWN,
    "newest": UNKNOWN,
    "segments": (int,),
    "database": TEXT,
    "bytes": (int,),
    "tokenizer": TEXT,
}


def assert_shape(json_object: Mapping[str, Any], shape: Shape) -> None:
    """Asserts exactly these keys, each with an allowed type; True does not count as a number."""
    assert set(json_object) == set(shape)
    wrong = {name: value for name, value in json_object.items() if type(value) not in shape[name]}
    assert wrong == {}


def assert_ask(answer: Mapping[str, Any], k: int = 5) -> None:
    """Asserts everything that other programs rely on in the output of `ask`."""
    assert_shape(answer, ASK)
    assert_shape(answer["filters"], FILTERS)
    assert_shape(answer["searched"], SEARCHED)
    assert answer["status"] in ("answered", "possible", "none")
    assert answer["answered"] == (answer["status"] != "none")
    assert 0 <= answer["confidence"] <= 1
    assert answer["took_ms"] > 0
    assert len(answer["hits"]) <= k
    assert [hit["rank"] for hit in answer["hits"]] == list(range(1, len(answer["hits"]) + 1))
    assert [hit["score"] for hit in answer["hits"]] == sorted((hit["score"] for hit in answer["hits"]), reverse=True)
    for hit in answer["hits"]:
        assert_shape(hit, HIT)
        for reprint in hit["reprints"]:
            assert_shape(reprint, REPRINT)
        assert_spans(hit["highlights"], hit["passage"])
        assert_spans([] if hit["answer"] is None else [hit["answer"]], hit["passage"])
    assert not answer["answered"] or answer["hits"][0]["answer"] is not None


def assert_spans(spans: list[list[int]], text: str) -> None:
    """Asserts pairs of integers inside the text: sorted, disjoint, and none empty."""
    reached = 0
    for start, end in spans:
        assert type(start) is int
        assert type(end) is int
        assert reached <= start < end <= len(text)
        reached = end


def assert_added(report: Mapping[str, Any]) -> None:
    """Asserts everything that other programs rely on in the output of `add`."""
    assert_shape(report, ADD)
    for item in report["articles"]:
        assert_shape(item, OUTCOME)
        assert item["outcome"] in ("added", "updated", "duplicate")
        assert all(type(text) is str for text in item["headings"] + item["paragraphs"])
    for item in report["refused"]:
        assert_shape(item, REFUSAL)
    assert report["added"] + report["updated"] + report["duplicates"] == len(report["articles"])
