"""Changes at the editor's desk: two people, and the calls that tests make for them."""

import random
from dataclasses import replace

from retrieval.article import Article
from retrieval.change import Actor, Change
from retrieval.desk import Desk
from retrieval.engine import SearchEngine
from tests.support.engines import BRIDGE

WANG, LI = Actor("王", 1), Actor("李", 2)
NEAR = replace(BRIDGE, source="甘肃日报", url="https://b.cn/1")


def nothing(_: object) -> None:
    """Record nothing."""


def stored(engine: SearchEngine) -> dict[int | None, Article]:
    return {article.id: article for article in engine.archive.articles()}


def undo(engine: SearchEngine, key: int, by: Actor = WANG, *, anyway: bool = False) -> str:
    change = Change(by, "undo", key=random.getrandbits(60), undoes=key)
    return Desk(engine.archive).undo(change, nothing, anyway=anyway).status


def edit(engine: SearchEngine, number: int, key: int = 9, by: Actor = WANG, **fields: object) -> None:
    edited = Desk(engine.archive).edit(
        number, lambda article: replace(article, **fields), Change(by, "edit", key), nothing
    )
    assert edited is not None
