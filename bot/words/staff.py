"""Sentences about owners and editors: who they are, and who becomes one."""

from collections.abc import Sequence

from bot.words.language import joined, said

EDITORS_USAGE = (
    "加编辑：<code>/editors 号码 名字</code>，或用 /editors 回复对方转发来的消息。对方给我发 /id 就知道自己的号码。"
)
EDITORS_IN_PRIVATE = "请在私聊里发 /editors，名单不在群里显示。"
ONLY_OWNERS = "只有管理者可以加减编辑，没有改动。"
AUTHOR_HIDDEN = "这条转发看不出是谁写的。请让对方给我发 /id，再发 /editors 加上号码。"
OWNERS, EDITORS, NO_EDITORS = "管理者：", "编辑：", "还没有编辑。"
SET = "（在 ADMIN_IDS 里）"
YES, NO = "确认移除", "取消"
YOU_EDIT = "你现在是编辑：把文章、链接或文件发给我就能收录。发 /help 看用法。"
YOU_EDIT_NO_MORE = "你不再是编辑了。"
YOU_OWN = "你现在是管理者：把文章、链接或文件发给我就能收录，用 /editors 加编辑。"
LINK_IS_DEAD = "这个链接已失效。还没有管理者的话，重新启动程序会打印新的。"
_CANNOT_WRITE = "我还不能给对方发消息，请对方先私聊我，按“开始”。"


def member(name: str, number: int) -> str:
    """老王 123456789; the number alone for a person whose name is not known."""
    return f"{name} {number}" if name else str(number)


def listed(owners: Sequence[str], editors: Sequence[str]) -> str:
    """The staff, a line each."""
    below = [said(EDITORS), *editors] if editors else [said(NO_EDITORS)]
    return "\n".join([said(OWNERS), *owners, "", *below])


def remove(name: str) -> str:
    return said("移除 {name}", name=name)


def asks_whether(who: str, *, is_owner: bool) -> str:
    return said("{who} 将不再是管理者，要移除吗？", who=who) if is_owner else said("要移除编辑 {who} 吗？", who=who)


def added(who: str, *, is_told: bool) -> str:
    return joined(said("已加编辑：{who}。", who=who), "" if is_told else said(_CANNOT_WRITE))


def known(who: str, *, is_owner: bool) -> str:
    return said("{who} 已经是管理者。", who=who) if is_owner else said("{who} 已经是编辑。", who=who)


def removed(who: str) -> str:
    return said("已移除 {who}。", who=who)


def gone(number: int) -> str:
    return said("{number} 已经不在名单里。", number=number)


def stays(number: int) -> str:
    return said("{number} 在 ADMIN_IDS 里，在这里不能移除。", number=number)


def full(most: int) -> str:
    return said("最多 {most} 个编辑，请先移除一个。", most=most)
