"""Removals that hold, and deletion by law."""

from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.article import Paragraph
from retrieval.change import Change
from retrieval.desk import Desk
from retrieval.engine import SearchEngine
from tests.support.articles import make_article
from tests.support.desk import LI, NEAR, WANG, edit, nothing, stored, undo
from tests.support.engines import BRIDGE, METRO, SNOW, found_titles

NOTICE = (
    "因管网改造施工，定于11月28日8时至18时对中山路（胜利街至解放街段）停水，请沿线单位和居民提前做好储水准备，"
    "恢复供水初期水质可能浑浊，请先放水数分钟再使用，施工期间过往车辆请减速慢行，给您带来的不便敬请谅解。"
    "咨询电话96116，感谢您的理解与支持，供水公司客户服务中心。"
)


def test_a_removed_article_does_not_come_back_by_another_hand(engine: SearchEngine) -> None:
    number = engine.add(BRIDGE).id
    engine.remove([number], change=Change(WANG, "remove"))
    longer = make_article(BRIDGE.text + "现场人山人海。" * 3, title="另一个标题", url="HTTPS://A.cn/1?utm_source=x")
    for again in (BRIDGE, replace(BRIDGE, url=None), NEAR, longer):
        (outcome,) = engine.add_all([again], change=Change(LI))
        assert (outcome.outcome, outcome.id, outcome.by) == ("withheld", number, "王")
    assert stored(engine) == {}
    assert engine.add_all([METRO], change=Change(LI))[0].outcome == "added"


def test_a_removed_article_comes_back_confirmed_or_by_whom_removed_it(engine: SearchEngine) -> None:
    for change in (Change(LI, is_confirmed=True), Change(WANG)):
        number = engine.add_all([BRIDGE], change=Change(WANG))[0].id
        engine.remove([number], change=Change(WANG, "remove"))
        assert engine.add_all([BRIDGE], change=change)[0].outcome == "added"
        engine.remove(list(stored(engine)), change=Change(WANG))
        engine.add_all([BRIDGE], change=Change(WANG))
        # The tombstone is gone with the return.
        assert engine.add_all([replace(BRIDGE, author="新")], change=Change(LI))[0].outcome == "updated"
        engine.remove(list(stored(engine)), change=Change(WANG))


def test_an_added_article_that_is_taken_back_may_come_again(engine: SearchEngine) -> None:
    engine.add_all([BRIDGE], change=Change(WANG, key=1))
    undo(engine, 1)
    assert engine.add_all([BRIDGE], change=Change(LI))[0].outcome == "added"


def test_a_removal_that_is_taken_back_leaves_no_tombstone(engine: SearchEngine) -> None:
    number = engine.add(BRIDGE).id
    engine.remove([number], change=Change(WANG, "remove", 3))
    undo(engine, 3)
    edit(engine, number, title="桥")
    engine.archive.write([], nothing, Change(WANG, removes=[number]))
    assert engine.add_all([BRIDGE], change=Change(LI))[0].outcome == "added"


@pytest.mark.parametrize("other", [("11月28日", "11月29日"), ("中山路", "北京路"), ("8时", "9时")])
def test_a_notice_for_another_day_or_street_is_not_held_back(engine: SearchEngine, other: tuple[str, str]) -> None:
    number = engine.add(make_article(NOTICE, title="停水通知", source="供水公司")).id
    engine.remove([number], change=Change(WANG, "remove"))
    notice = make_article(NOTICE.replace(*other), title="停水通知", source="供水公司")
    assert engine.add_all([notice], change=Change(LI))[0].outcome == "added"
    again = make_article(NOTICE.replace("敬请谅解", "请谅解"), title="停水通知", source="别报")
    assert engine.add_all([again], change=Change(LI))[0].outcome == "withheld"


@pytest.mark.of_file
def test_erased_words_are_in_no_byte_of_the_file_or_its_log(engine: SearchEngine, path: Path) -> None:
    secret = "张三丰涉嫌受贿九千万元"
    engine.add_all([METRO, SNOW])
    number = engine.add(make_article(f"{secret}。{'案情复杂，' * 400}", title="通报", source="某报")).id
    edit(engine, number, title="更正通报")
    engine.add(BRIDGE)
    held = [file for file in path.parent.glob(f"{path.name}*") if secret.encode() in file.read_bytes()]
    assert held
    assert engine.archive.erase([number, 99]) == [number]
    for file in path.parent.glob(f"{path.name}*"):
        assert secret.encode() not in file.read_bytes(), file
        assert "更正通报".encode() not in file.read_bytes(), file
    assert engine.archive.versions(number) == []
    assert found_titles(engine, "受贿") == []
    assert sorted(found_titles(engine, "大桥 地铁 大雪")) == sorted([BRIDGE.title, METRO.title, SNOW.title])
    assert engine.check() == []


def test_an_erased_article_cannot_be_taken_back_and_does_not_come_again(engine: SearchEngine) -> None:
    number = engine.add_all([BRIDGE], change=Change(WANG, key=1))[0].id
    engine.remove([number], change=Change(WANG, "remove", 2))
    assert engine.archive.erase([number], nothing, Change(WANG, "erase", 3)) == [number]
    assert [undo(engine, key) for key in (2, 3)] == ["unknown", "unknown"]
    assert engine.add_all([NEAR], change=Change(LI))[0].outcome == "withheld"


def test_what_is_left_of_a_removal_after_an_erasure_can_be_taken_back(engine: SearchEngine) -> None:
    numbers = [outcome.id for outcome in engine.add_all([BRIDGE, METRO, SNOW])]
    engine.remove(numbers, change=Change(WANG, "remove", 1))
    engine.archive.erase(numbers[:1], nothing, Change(WANG, "erase", 2))
    assert getattr(engine.archive.last_change(1, "2000"), "key", None) == 1
    assert undo(engine, 1) == "done"
    assert list(stored(engine)) == numbers[1:]


def test_what_was_merged_into_an_erased_article_is_erased_too(engine: SearchEngine, path: Path) -> None:
    first = engine.add(BRIDGE).id
    second = engine.add(replace(NEAR, paragraphs=(Paragraph("黄河大桥全长八百余米，昨日通车，造价保密。"),))).id
    Desk(engine.archive).merge(first, second, Change(WANG, "merge", 1), nothing)
    assert engine.archive.erase([first]) == [first, second]
    assert not any("造价保密".encode() in file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


def test_an_erased_article_comes_back_only_when_that_is_confirmed(engine: SearchEngine) -> None:
    number = engine.add(BRIDGE).id
    engine.archive.erase([number], nothing, Change(WANG, "erase"))
    assert engine.add_all([BRIDGE], change=Change(WANG))[0].outcome == "withheld"
    assert engine.add_all([BRIDGE], change=Change(WANG, is_confirmed=True))[0].outcome == "added"
