"""Texts of a made article, as a person copies them from a page."""

from retrieval.article import Article
from retrieval.intake import read
from retrieval.intake.prose.byline import Byline

TITLE = "城北机场航站楼启用 年内开通二十条航线"
A = "城北机场二号航站楼8日零时正式启用，首个进港航班于当天清晨六点二十分平稳降落。"
B = "机场集团总经理周立平介绍，新航站楼面积十八万平方米，设计年旅客吞吐量两千万人次。"
C = "按照计划，年内还将开通至东南亚的二十条航线，旅客中转时间缩短到四十五分钟以内。"
DAY, MINUTE = "2024-05-08", "2024-05-08 09:05"
BODY = f"{A}\n{B}\n{C}"
PAGE = f"{TITLE}\n城北在线 2024-05-08 09:05\n"


def only(text: str) -> Article:
    [article] = read(text.encode(), "a.txt")
    assert isinstance(article, Article), article
    return article


def byline_of(article: Article) -> Byline:
    return Byline(article.source, article.author, article.editor, article.published, article.url)
