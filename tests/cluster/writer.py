"""A process that pushes, corrects, removes and asks, and says what was acknowledged: `python -m tests.cluster.writer`.

Arguments: hosts (comma), prefix, own number, then a line on standard input ends it. Each line of standard output is a
JSON object: the change of one article that was acknowledged or refused, or a question and what was wrong with it.
"""

import json
import random
import sys
import threading
from time import monotonic, sleep

from retrieval.article import Article
from retrieval.cluster.address import Address
from retrieval.cluster.client import Client
from retrieval.clustered import ClusteredArchive
from retrieval.engine import SearchEngine
from retrieval.store.errors import StoreError
from retrieval.text.analyzer import Analyzer
from tests.support.articles import make_article

# Characters that stand for words: texts of these are alike only by chance.
_CHARACTERS = "山水田林路桥河湖江海城乡村镇街巷门窗楼台春夏秋冬风雨雪云金木火土东西南北中上下左右前后红黄蓝白黑绿"

# Seconds between two questions of a process: readers who ask, on a machine that its nodes share.
_PAUSE = 0.1
# Two threads tell.
_TELLING = threading.Lock()


def article(own: int, number: int, version: int) -> Article:
    """The article of a number as a version has it: every paragraph names both."""
    chance = random.Random(f"{own} {number} {version}")
    lines = [
        f"第{own}0{number}号简报第{version}版：" + "".join(chance.choices(_CHARACTERS, k=90)) + "。" for _ in range(3)
    ]
    return make_article(*lines, title=f"第{own}0{number}号简报", source="甲报", url=f"https://a.example/{own}/{number}")


def main() -> None:
    hosts, prefix, own = sys.argv[1].split(","), sys.argv[2], int(sys.argv[3])
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.readline(), ended.set()), daemon=True).start()
    analyzer = Analyzer()
    engine = SearchEngine(ClusteredArchive.open(Client(Address("http", tuple(hosts), prefix)), analyzer), analyzer)
    tell(ready=True)
    asking = threading.Thread(target=ask, args=(engine, own, ended))
    asking.start()
    chance, versions, ids, number = random.Random(own), dict[int, int](), dict[int, int](), 0
    while not ended.is_set():
        number += 1
        changed = chance.choice(list(ids)) if ids and chance.random() < 0.5 else number
        began, what = monotonic(), "remove" if changed != number and chance.random() < 0.4 else "put"
        version = versions.get(changed, 0) + 1
        try:
            if what == "remove":
                removed = engine.remove([ids.pop(changed)])
                is_done, error = bool(removed), "" if removed else "it was stored, and was not found"
            else:
                ids[changed] = engine.add(article(own, changed, version)).id
                is_done, error = True, ""
            versions[changed] = version
        except StoreError as refusal:
            ids.pop(changed, None)
            is_done, error = False, str(refusal)
        seconds = monotonic() - began
        tell(
            own=own, number=changed, what=what, version=version, done=is_done, error=error, began=began, seconds=seconds
        )
    asking.join()


def ask(engine: SearchEngine, own: int, ended: threading.Event) -> None:
    """Ask for the own articles again and again; tell of failures, of hits that mix two versions, and of the time."""
    chance = random.Random(own)
    while not ended.is_set():
        sleep(_PAUSE)
        question, began = f"第{own}0{chance.randrange(1, 30)}号简报", monotonic()
        try:
            result = engine.search(question, 10)
        except StoreError as error:
            tell(failed=str(error), seconds=monotonic() - began)
            continue
        seen = dict[int, set[str]]()
        for hit in result.hits:
            seen.setdefault(hit.passage.article_id, set()).add(hit.passage.text.partition("：")[0])
        mixed = [sorted(texts) for texts in seen.values() if len(texts) > 1]
        tell(mixed=mixed, partial=result.is_partial, seconds=monotonic() - began)


def tell(**facts: object) -> None:
    with _TELLING:
        print(json.dumps(facts, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
