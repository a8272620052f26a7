"""Check and repair of an archive in a search server: whether what is stored agrees with itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from retrieval.article import passages
from retrieval.cluster.articles import Articles, article_kind, passage_kind
from retrieval.cluster.documents import Documents
from retrieval.cluster.reprint_links import ReprintLinks
from retrieval.duplicates import signatures
from retrieval.store.article_rows import article_of
from retrieval.store.errors import DamagedError, StoreError

# Numbers that a sentence lists at most.
_MOST = 20
_REMEDY = {
    "red": "集群状态为 red：有分片不能读取，请先让停下的节点恢复（见 docs/cluster.md）。",
    "yellow": "集群状态为 yellow：有分片缺少副本；停着的节点恢复后仍不变绿时，见 docs/cluster.md。",
}


@dataclass(frozen=True, slots=True)
class Findings:
    """Findings of a check: `faults` are sentences to show; the other fields are numbers.

    `broken` articles lack passages, `unsigned` ones a signature; `orphans` are passages that no article has, each with
    the article that it names.
    """

    faults: list[str] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    unsigned: list[int] = field(default_factory=list)
    orphans: list[tuple[int, int]] = field(default_factory=list)


def check(documents: Documents) -> Findings:
    """Check every part; an error of one check is a fault, and the others go on."""
    faults = list[str]()
    try:
        health = documents.client.check_health()
        faults += [_REMEDY[health]] if health in _REMEDY and _nodes(documents) > 1 else []
        if not documents.log.is_settled():
            faults.append("有一次改动写下后还没有生效；check --repair 会让它生效。")
        return _articles(documents, faults)
    except StoreError as error:
        return Findings([*faults, str(error)])


def _articles(documents: Documents, faults: list[str]) -> Findings:
    state = documents.log.state()
    stored = {
        body["number"]: body["article"] for body in documents.all(passage_kind(documents), 5_000, ["number", "article"])
    }
    signed = {body["number"] for body in documents.all(ReprintLinks(documents).signature_kind, 5_000, ["number"])}
    broken, unsigned, damaged = list[int](), list[int](), list[int]()
    count = held = length = with_passages = 0
    for body in documents.all(article_kind(documents)):
        number, own = body["number"], body["passages"]
        count, held, length = count + 1, held + len(own), length + body["length"]
        with_passages += bool(own)
        try:
            article_of(body, number)
        except DamagedError:
            damaged.append(number)
        if [stored.pop(passage, None) for passage in own] != [number] * len(own):
            broken.append(number)
        if number not in signed:
            unsigned.append(number)
    counted = (count, held, length, with_passages)
    if counted != tuple(state[name] for name in ("articles", "documents", "length", "with_documents")):
        faults.append("文章和段落的数目与记下的不符。")
    for numbers, sentence in (
        (damaged, "有 {} 篇文章不能读取：{}。"),
        (broken, "有 {} 篇文章的段落缺失：{}。"),
        (unsigned, "有 {} 篇文章还没有与其他报道比对过转载：{}。"),
        (sorted(set(stored.values())), "有段落不属于任何文章，它们写着 {} 个文章号：{}。"),
    ):
        if numbers:
            faults.append(sentence.format(len(numbers), _listed(numbers)))
    return Findings(faults, broken, unsigned, list(stored.items()))


def mend(documents: Documents, findings: Findings) -> None:
    """Delete orphans, sign articles, and count anew."""
    articles, links = Articles(documents), ReprintLinks(documents)
    kind = passage_kind(documents)
    for some in _batches(findings.orphans):
        with documents.log.write():
            for passage, article in some:
                documents.delete(kind, passage, routing=article)
    for number in findings.unsigned:
        with documents.log.write():
            if (stored := articles.article(number)) is not None and not links.signature(number):
                signature = signatures.signature(passage.text for passage in passages(stored))
                keys = signatures.keys(signature)
                links.add(number, signature, keys, links.similar(signature, keys))
    count_anew(documents)


def count_anew(documents: Documents) -> None:
    """Set the counts of the state to what is stored."""
    with documents.log.write() as transaction:
        counts = {"articles": 0, "documents": 0, "length": 0, "with_documents": 0}
        for body in documents.all(article_kind(documents), 5_000, ["number", "passages", "length"]):
            counts["articles"] += 1
            counts["documents"] += len(body["passages"])
            counts["length"] += body["length"]
            counts["with_documents"] += bool(body["passages"])
        transaction.state.update(counts)
        transaction.state["generation"] += 1
        transaction.changed = True


def _nodes(documents: Documents) -> int:
    return int(documents.client.request("GET", "/_cluster/health").body.get("number_of_data_nodes", 1))


def _batches(items: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    return (items[start : start + 1_000] for start in range(0, len(items), 1_000))


def _listed(numbers: list[int]) -> str:
    return "、".join(map(str, numbers[:_MOST])) + ("……" if len(numbers) > _MOST else "")
