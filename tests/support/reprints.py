"""A report, its reprints in other papers, and a search that shows them."""

from collections.abc import Callable
from dataclasses import replace

from retrieval.engine import Hit, SearchEngine
from retrieval.index.protocol import Filters
from retrieval.store.reprint_links import ReprintLinks
from tests.support.articles import make_article

Open = Callable[..., SearchEngine]

LEAD = "青岭大桥昨日正式通车，全长800米，总投资3.5亿元，工期历时四年。"
REST = (
    "大桥连接青岭与白沙两地，过江车程由一小时缩短到十分钟。",
    "施工单位介绍，主塔高120米，采用了本地产的钢材，桥面铺设了降噪沥青。",
    "当天上午，沿江居民自发来到桥头，许多老人是看着旧渡口长大的。",
)
BRIDGE = make_article(
    LEAD, *REST, title="青岭大桥通车", source="甲报", published="2031-05-01", url="https://a.example/1"
)
COPY = replace(BRIDGE, title="两岸从此无渡口", source="乙网", published="2031-05-03", url="https://b.example/1")
THIRD = replace(BRIDGE, source="丙台", published="2031-05-02 08:00", url=None)
OTHER_FIGURE = replace(
    make_article(LEAD.replace("800", "900"), *REST, title="大桥通车了"), source="丁报", published="2031-05-02"
)
METRO = make_article(
    "地铁二号线今年开工，全长30公里。",
    title="地铁二号线开工",
    source="甲报",
    published="2031-05-04",
    url="https://a.example/2",
)
QUESTION = "青岭大桥全长多少米？"


def hits(engine: SearchEngine, question: str = QUESTION, **filters: object) -> list[Hit]:
    return engine.search(question, 20, Filters(**filters)).hits  # type: ignore[arg-type]


def shown(engine: SearchEngine, **filters: object) -> list[tuple[str | None, list[str | None]]]:
    """The paper of each hit, best first, and the papers of its reprints."""
    return [(hit.passage.source, [reprint.source for reprint in hit.reprints]) for hit in hits(engine, **filters)]


def links(engine: SearchEngine) -> dict[int, frozenset[int]]:
    return dict(ReprintLinks(engine.archive.database).reprints(range(100)))
