"""Articles and questions for tests of the search engine."""

from collections.abc import Callable

from retrieval.engine import SearchEngine
from retrieval.index.protocol import Filters
from tests.support.articles import make_article

Open = Callable[..., SearchEngine]

BRIDGE = make_article(
    "黄河大桥全长800米，昨日通车。",
    title="黄河大桥通车",
    source="兰州晚报",
    published="2020-03-01",
    url="https://a.cn/1",
)
METRO = make_article("地铁二号线今年开工。", title="地铁二号线开工", source="新华社", published="2020-03-02")
SNOW = make_article("全市普降大雪，中小学停课。", title="大雪停课")
QUESTIONS = ["大桥全长多少米？", "地铁何时开工", "中小学为什么停课？", "易华录在兰州投资约多少亿元？", "兰州", "的"]


def found_titles(engine: SearchEngine, question: str, **filters: object) -> list[str]:
    """Titles of the hits, best first."""
    return [hit.passage.title for hit in engine.search(question, 20, Filters(**filters)).hits]  # type: ignore[arg-type]
