"""Articles of several papers, days and authors, and questions asked on one day."""

from datetime import date

from retrieval.engine import Result, SearchEngine
from retrieval.index.protocol import Filters
from tests.support.articles import make_article

TODAY = date(2026, 11, 24)
OLD = make_article(
    "易华录与兰州市签署数据湖项目，投资约六十亿元，企业纷纷叫好。",
    title="数据湖签约",
    source="兰州晚报",
    author="郭兰英",
    published="2020-02-24 02:24",
)
NEW = make_article(
    "易华录在兰州的数据湖二期开工，投资八十亿元，由市政府推动。",
    title="数据湖二期",
    source="新华社客户端",
    author="张三 李四",
    published="2026-11-10",
)
QUAKE = make_article(
    "青岭县发生四点五级地震，没有人员伤亡。", title="青岭地震", source="青岭日报", published="2026-11-24 06:00"
)
EARLIER_QUAKE = make_article(
    "海湾县发生六点一级地震，震源深度十千米。", title="海湾地震", source="海湾网", published="2026-09-01"
)
UNDATED = make_article("水库蓄水九亿立方米，可供全市用一年。", title="水库", source="青岭日报")
ARTICLES = (OLD, NEW, QUAKE, EARLIER_QUAKE, UNDATED)


def ask(engine: SearchEngine, question: str, **filters: object) -> Result:
    return engine.search(question, 5, Filters(**filters), today=TODAY)  # type: ignore[arg-type]


def titles(result: Result) -> list[str]:
    return [hit.passage.title for hit in result.hits]
