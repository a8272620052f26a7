"""Sentences about corrections, merges, changes that are taken back, and the journal."""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo

from bot.words.language import joined, said
from retrieval.article import Article
from retrieval.change import Entry, Version
from retrieval.desk import Undone

EMPTY = "空"
NOT_A_FIELD = "没看懂“{line}”。请一行写一项，例如 来源：兰州晚报；正文：放在最后。没有改动。"
NEEDS_A_VALUE = "标题和正文不能为空，没有改动。"
TOO_LONG = "{name}太长，最多 {most} 字。没有改动。"
NOT_A_LINK = "链接要以 http:// 或 https:// 开头，没有改动。"
NOT_A_TIME = "没看懂时间“{value}”，请写成 2026-11-20 或 2026-11-20 09:30。没有改动。"
UNCHANGED = "和现在的一样，没有改动。"
EDIT_ASKED = "更正 #{number}："
EDIT_USAGE = "请在 <code>/edit</code> 后面写编号和要改的项，例如：\n<code>/edit 129\n来源：兰州晚报</code>"
EDIT_HOW = (
    "请回复这一条，一行写一项，例如：\n来源：兰州晚报\n时间：2026-11-20 09:30\n"
    "还可以写 标题、记者、编辑、链接；正文：放在最后，后面都是新的正文。写“无”表示清空。"
)
NO_ARTICLE_MEANT = "不知道是哪一篇：请用 /edit 加编号，或回复那一篇自己的卡片或回答。"
NOT_STORED = "这条消息还没有收录，改动没有记下。要收录，请用 /add 回复它。"
OF_PARTS = "这篇的文字不全在这条消息里，改它没有用：请回复卡片写“正文：”，或重新发送全文。没有改动。"
REMOVE_USAGE = (
    "请在 <code>/remove</code> 后面写上文章编号，例如：<code>/remove 129</code> 或 <code>/remove 3、5-7</code>；"
    "也可以用它回复卡片或回答。"
)
TOO_MANY = "一次最多下架 {most} 篇，没有改动。"
REMOVE_ASKED = "要下架这 {count} 篇吗？"
REMOVE_ONE_ASKED = "要下架这一篇吗？"
REPRINTS_STAY = "别处也刊登了，不会一起下架："
UNDOABLE = "24 小时内可以撤销；旧文字保留 90 天。"
UNDO_ASKED = "要撤销上一次{what}吗？共 {count} 篇：{which}"
REDO = "恢复"
NOTHING_TO_UNDO = "24 小时内你没有可撤销的改动。"
CANCELLED = "已取消，没有改动。"
TOO_OLD = "这个按钮太旧了，请重新来一次。"
NOT_YOURS = "这是别人的操作，请自己发命令。"
KEPT_APART = "好，当作另一篇。"
ONLY_OWNERS_ERASE = "只有管理者可以依法删除，没有改动。"
ERASE_IN_PRIVATE = "请在私聊里发 /erase。"
ERASE_USAGE = "请在 <code>/erase</code> 后面写上文章编号，例如：<code>/erase 129</code>"
ERASE_WORD = "依法删除"
ERASE_ASKED = "要依法删除 #{number}{title}？"
ERASE_HOW = (
    "正文、旧版本、索引和记下的回答都会清掉，30 天内发出的回答改成“内容已删除”。不能撤销。\n"
    "确认请回复这一条，写：依法删除 {number}"
)
NOT_ERASED = "没有照样写出确认，没有删除。"
NOTHING_TO_ERASE = "没有编号为 {number} 的文章，也没有它的旧版本。"
ERASED = "已依法删除 #{number}：正文、旧版本和索引里都没有了，{messages} 条回答已改成“内容已删除”。"
MESSAGES_LEFT = "有 {count} 条回答 Telegram 不让改（对方已删除，或离开了）。"
OUT_OF_REACH = "够不着的：备份和导出的文件，别人转发或截图的内容，行内发出的回答，编辑收到的卡片。"
CONTENT_ERASED = "内容已删除。"
VIEW, EDIT, UNDO, UNDO_ALL, UNDO_ANYWAY = "查看正文", "更正", "撤销", "撤销本批", "仍要撤销"
AS_CORRECTION, ANOTHER, ADD_ANYWAY = "作为更正", "是另一篇", "仍要收录"
REMOVE, CANCEL = "下架", "取消"
FIELDS = {
    "title": "标题",
    "source": "来源",
    "author": "记者",
    "editor": "编辑",
    "published": "时间",
    "url": "链接",
}
TEXT = "正文"
SAME, PROGRAM = "没有变化", "程序"
ONLY_EDITORS = "只有编辑可以用这个命令。"
RECORDS_IN_PRIVATE = "请在私聊里问我，改动记录不在群里显示。"
HISTORY_USAGE = "请在 <code>/history</code> 后面写上文章编号，例如：<code>/history 129</code>"
NOTHING_HAPPENED = "还没有改动。"
# The kinds of changes whose name says more than what they did to each article; other words stand as they are.
_DEEDS = {
    "add": "",
    "edit": "",
    "remove": "",
    "merge": "合并了",
    "undo": "撤销：",
    "erase": "依法删除了",
    "editor_added": "加编辑",
    "editor_removed": "移除编辑",
    "owner_added": "凭链接成为管理者",
    "owner_removed": "移除管理者",
    "chat_allowed": "加进名单",
    "chat_denied": "从名单里去掉",
    "chat_scope": "改群的范围",
    "channel_connected": "接入频道",
    "feed_added": "加订阅源",
    "feed_removed": "去掉订阅源",
    "channel_refused": "没有接入频道",
}
_TOUCHES = {"added": "收录了", "updated": "更正了", "removed": "下架了"}
_UNDONE_TOUCHES = {"added": "恢复了", "updated": "恢复了", "removed": "取下了"}
# What is taken back, in the reply to its undoing.
_UNDONE_DEEDS = {"add": "收录", "edit": "更正", "remove": "下架", "merge": "合并", "undo": "撤销"}
_LONGEST_VALUE = 40
# Characters that are shown before a difference.
_AROUND = 4


def differences(before: Article, after: Article) -> str:
    """来源：空 → 兰州晚报；正文：9 → 8 段. Empty for articles that read alike."""
    changed = [
        said("{name}：{before} → {after}", name=said(name), before=_value(before, field), after=_value(after, field))
        for field, name in FIELDS.items()
        if getattr(before, field) != getattr(after, field)
    ]
    if before.text != after.text or before.headings != after.headings:
        changed.append(_changed_text(before.text, after.text))
    return said("；").join(changed)


def _changed_text(before: str, after: str) -> str:
    """正文：…二十米 → …三十米; the lengths alone for more than a few other words."""
    same = _same_beginning(before, after)
    behind = _same_beginning(before[same:][::-1], after[same:][::-1])
    start = max(0, same - _AROUND)
    old, new = before[start : len(before) - behind], after[start : len(after) - behind]
    if max(len(old), len(new)) > _LONGEST_VALUE or "\n" in old + new:
        return said("{name}：{before:,} → {after:,} 字", name=said(TEXT), before=len(before), after=len(after))
    old, new = (f"…{part}" if start else part or said(EMPTY) for part in (old, new))
    return said("{name}：{before} → {after}", name=said(TEXT), before=old, after=new)


def _same_beginning(one: str, other: str) -> int:
    """How many characters at the beginning are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


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


def as_correction(number: int, other: int) -> str:
    return said("#{number} 是 #{other} 的更正", number=number, other=other)


def edit_asked(number: int) -> str:
    """更正 #129. A reply to this line corrects the article."""
    return said(EDIT_ASKED, number=number)


def changed_before(name: str, minutes: int) -> str:
    return said("{name} 在 {minutes} 分钟前改过这一篇。", name=name, minutes=minutes)


def changed_after(name: str) -> str:
    return said("{name} 改了你刚改过的一篇：", name=name)


def undo_asked(entry: Entry, articles: tuple[int, ...]) -> str:
    """要撤销上一次收录吗？共 30 篇：#3、#4……"""
    what = said(_UNDONE_DEEDS.get(entry.what, ""))
    return said(UNDO_ASKED, what=what, count=len(articles), which=numbers(articles))


def minutes(at: str) -> int:
    """Minutes since a moment of the tables, at least 1."""
    return max(1, round((datetime.now(UTC) - datetime.fromisoformat(at)).total_seconds() / 60))


def undone(outcome: Undone) -> str:
    """What came of taking back a change."""
    if outcome.status == "done":
        parts = [
            said("已恢复 {which}", which=numbers(outcome.returned)) if outcome.returned else "",
            said("已取下 {which}", which=numbers(outcome.removed)) if outcome.removed else "",
        ]
        done = said("，").join(filter(None, parts))
        what = said(_UNDONE_DEEDS.get(outcome.entry.what, "") if outcome.entry else "")
        return said("已撤销{what}：{done}。", what=what, done=done) if done else said("已撤销，文章原来就不在了。")
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
    words = _UNDONE_TOUCHES if entry.what == "undo" else _TOUCHES
    deeds = [
        said("{deed} {which}", deed=said(words.get(what, what)), which=numbers(tuple(touched), most=5))
        for what, touched in counts.items()
    ]
    if entry.what == "erase":
        deeds = [numbers(tuple(touch.article for touch in entry.touched), most=5)]
    title = titles.get(entry.touched[0].article) if entry.touched else None
    who = f"{moment(entry.at, zone)} {entry.by.name or said(PROGRAM)}"
    return " ".join(
        filter(None, [who, _deed(entry), said("，").join(deeds), f"《{title}》" if title else "", entry.note])
    )


def _deed(entry: Entry) -> str:
    deed = _DEEDS.get(entry.what, entry.what)
    return said(deed) if deed else ""
