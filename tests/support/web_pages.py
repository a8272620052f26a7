"""Web pages around an article, and the article read from them."""

from retrieval.article import Article
from retrieval.intake import Refusal, read

TITLE = "城北新桥正式通车"
PROSE = (
    "城北新桥今天上午正式通车，全长一千二百米，总投资三亿元，双向六车道，两侧设有人行道。",
    "据了解，新桥建成以后，城北到城南的车程由四十分钟缩短到十分钟，预计每天通行三万辆车。",
    "市交通局有关负责人介绍，今年全市已经建成三座桥梁，另外两座将在明年上半年完工通车。",
    "下一步，城北还将开通三条公交线路，方便两岸居民出行，具体的站点和时间另行公布。",
)
BODY = "".join(f"<p>　　{text}</p>" for text in PROSE)
MENU = (
    "<ul>"
    + "".join(f"<li><a href=/{name}>{name}</a></li>" for name in ["首页", "国内", "国际", "财经", "体育", "科技"])
    + "</ul>"
)
BOX = "<h3>热门新闻</h3><ul><li><a href=/1>某地降雪三十厘米</a></li><li><a href=/2>明年放假安排公布</a></li></ul>"
FOOT = f"<div>{BOX}</div><div><a>关于我们</a> <a>联系我们</a> 版权所有 某网站 京ICP备10000000号</div>"


def page(body: str, head: str = f"<title>{TITLE}_某新闻网</title>") -> str:
    return f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body>{MENU}{body}{FOOT}</body></html>"


def results(text: str | bytes, name: str = "a.html") -> list[Article | Refusal]:
    return list(read(text if isinstance(text, bytes) else text.encode(), name))


def only(text: str | bytes, name: str = "a.html") -> Article:
    [article] = results(text, name)
    assert isinstance(article, Article), article
    return article
