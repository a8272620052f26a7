"""The first article as it is printed, and short texts to put around a page."""

from retrieval.article import Article
from retrieval.intake import Refusal, read
from tests.support.project import FIRST_PAGE

PAGE = FIRST_PAGE.read_text("utf-8")
PRINTED = [line for line in PAGE.split("\n") if line.strip()]
META = "兰州晚报 2020-02-24 02:24 大字"
BODY = "兰州市今天举行了一场签约仪式，共有四个项目落地，总投资六十亿元，涉及文旅、能源和数据产业。"
MORE = "据了解，这些项目将在年内陆续开工建设，全部建成以后预计每年新增产值十二亿元，带动就业三千人。"


def results(text: str, name: str = "a.txt") -> list[Article | Refusal]:
    return list(read(text.encode(), name))


def only(text: str) -> Article:
    [article] = results(text)
    assert isinstance(article, Article), article
    return article
