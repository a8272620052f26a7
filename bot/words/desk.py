"""Sentences about corrections, merges, changes that are taken back, and the journal."""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from bot.words.language import joined, said
from retrieval.article import Article
from retrieval.change import Entry, Version
from retrieval.desk import Undone

EMPTY = "空"
_FIELDS = {
    "title": "标题",
    "source": "来源",
    "author": "记者",
    "editor": "编辑",
    "published": "时间",
    "url": "链接",
}
TEXT = "正文"
SAME, PROGRAM = "没有变化", "程序"
ONLY_EDITORS = "只有编辑可以看改动记录。"
RECORDS_IN_PRIVATE = "请在私聊里问我，改动记录不在群里显示。"
HISTORY_USAGE = "请在 <code>/history</code> 后面写上文章编号，例如：<code>/history 129</code>"
NOTHING_HAPPENED = "还没有改动。"
# The kinds of changes whose name says more than what they did to each article; other words stand as they are.
_DEEDS = {
    "add": "",
    "edit": "",
    "remove": "",
    "merge": "合并",
    "undo": "撤销",
    "erase": "依法删除",
    "editor_added": "加编辑",
    "editor_removed": "移除编辑",
    "owner_added": "凭链接成为管理者",
    "owner_removed": "移除管理者",
    "chat_allowed": "加进名单",
    "chat_denied": "从名单里去掉",
    "chat_scope": "改群的范围",
}
_TOUCHES = {"added": "新增", "updated": "更正", "removed": "移除"}
_LONGEST_VALUE = 40


def differences(before: Article, after: Article) -> str:
    """来源：空 → 兰州晚报；正文：9 → 8 段. Empty for articles that read alike."""
    changed = [
        said("{name}：{before} → {after}", name=said(name), before=_value(before, field), after=_value(after, field))
        for field, name in _FIELDS.items()
        if getattr(before, field) != getattr(after, field)
    ]
    if before.text != after.text or before.headings != after.headings:
        changed.append(
            said("{name}：{before:,} → {after:,} 字", name=said(TEXT), before=len(before.text), after=len(after.text))
        )
    return said("；").join(changed)


def _value(article: Article, field: str) -> str:
    value = " ".join(str(getattr(article, field) or "").split())
    return f"{value[:_LONGEST_VALUE]}…" if len(value) > _LONGEST_VALUE else value or said(EMPTY)


def corrected(number: int, changed: str) -> str:
    """已更正 #129（来源：空 → 兰州晚报）"""
    return said("已更正 #{number}（{changed}）", number=number, changed=changed)


def merged(kept: int, other: int, changed: str) -> str:
    return joined(said("#{other} 已并入 #{kept}。", other=other, kept=kept), changed)


def near(number: int, other: int) -> str:
    return said("#{number} 与 #{other} 几乎相同。", number=number, other=other)


def undone(outcome: Undone) -> str:
    """What came of taking back a change."""
    if outcome.status == "done":
        parts = [
            said("已恢复 {which}", which=numbers(outcome.returned)) if outcome.returned else "",
            said("已取下 {which}", which=numbers(outcome.removed)) if outcome.removed else "",
        ]
        done = said("，").join(filter(None, parts))
        return said("已撤销：{done}。", done=done) if done else said("已撤销，文章原来就不在了。")
    if outcome.status == "changed":
        return said("{which} 后来又有改动，没有撤销。", which=numbers(outcome.since))
    sentences = {
        "unknown": "找不到这次改动，没有可撤销的。",
        "late": "已超过 24 小时，不能撤销了。",
        "already": "这次改动已经撤销过了。",
    }
    return said(sentences[outcome.status])


def numbers(which: tuple[int, ...], most: int = 10) -> str:
    """#3、#4、#5 等 40 篇."""
    named = said("、").join(f"#{number}" for number in which[:most])
    return named if len(which) <= most else said("{named} 等 {count:,} 篇", named=named, count=len(which))


def moment(at: str, zone: tzinfo) -> str:
    """A moment of the tables in the operator's time: 2026-11-27 09:12."""
    return datetime.fromisoformat(at).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def version_line(version: Version, after: Article | None, entry: Entry | None, zone: tzinfo) -> str:
    """One version of an article: when it was replaced, by whom, and what became of it; None after a removal."""
    changed = differences(version.article, after) if after else said(_TOUCHES["removed"])
    by = [entry.by.name or said(PROGRAM), _deed(entry)] if entry else []
    when = " ".join(filter(None, [moment(version.replaced, zone), *by]))
    return said("{when}：{changed}", when=when, changed=changed or said(SAME))


def current_line(article: Article, facts: str) -> str:
    return said("现在：《{title}》 {facts}，{length:,} 字", title=article.title, facts=facts, length=len(article.text))


def earlier(count: int) -> str:
    return said("……更早的还有 {count:,} 次改动", count=count)


def entry_line(entry: Entry, zone: tzinfo, titles: Mapping[int, str]) -> str:
    """One entry of the journal: when, who, what, and which articles."""
    counts: dict[str, list[int]] = {}
    for touch in entry.touched:
        counts.setdefault(touch.what, []).append(touch.article)
    deeds = [
        said("{deed} {which}", deed=said(_TOUCHES.get(what, what)), which=numbers(tuple(touched), most=5))
        for what, touched in counts.items()
    ]
    title = titles.get(entry.touched[0].article) if entry.touched else None
    who = f"{moment(entry.at, zone)} {entry.by.name or said(PROGRAM)}"
    return " ".join(
        filter(None, [who, _deed(entry), said("，").join(deeds), f"《{title}》" if title else "", entry.note])
    )


def _deed(entry: Entry) -> str:
    deed = _DEEDS.get(entry.what, entry.what)
    return said(deed) if deed else ""
