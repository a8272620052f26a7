"""Sentences about who may ask, and about the limits of a group."""

from collections.abc import Sequence

from bot.words import days
from bot.words.language import said

ALLOW_USAGE = (
    "在群里发 /allow，本群的人就可以提问；在私聊里发 <code>/allow 号码</code>，或用 /allow 回复转发来的消息。\n"
    "/deny 从名单里去掉，/listed 看名单。"
)
IN_PRIVATE = "请在私聊里发 /listed，名单不在群里显示。"
NOT_AN_OWNER = "只有管理者可以改名单，没有改动。"
NOT_AN_ADMIN = "只有群管理员可以改本群的范围，没有改动。"
SCOPE_IN_GROUPS = "/scope 在群里用：群管理员可以让本群只查某几家报纸或最近几天的报道。"
NO_LIMIT = "不限"
_SCOPE_USAGE = "群管理员可以改，例如：/scope 兰州晚报 近30天；/scope 不限 恢复全部。"


def list_of(names: Sequence[str], *, is_used: bool) -> str:
    """The list of those who may ask, a line each."""
    lines = [said("名单里有 {count} 个人和群：", count=len(names)), *names] if names else [said("名单是空的。")]
    return "\n".join([*lines, *_unused(is_used)])


def changed(names: Sequence[str], *, is_listed: bool, is_used: bool) -> str:
    joined = said("、").join(names)
    done = said("已加进名单：{names}。", names=joined) if is_listed else said("已从名单里去掉：{names}。", names=joined)
    return "\n".join([done, *_unused(is_used)])


def _unused(is_used: bool) -> list[str]:
    return [] if is_used else [said("现在谁都能提问；设置 ACCESS=listed 后名单才起作用。")]


def scope(sources: Sequence[str], last_days: int | None, *, is_new: bool) -> str:
    """To what a group is limited, and how to change that."""
    if limit := limited(sources, last_days):
        return f"{limit}\n{said(_SCOPE_USAGE)}" if not is_new else limit
    return "\n".join([said("本群查全部报道。"), *([] if is_new else [said(_SCOPE_USAGE)])])


def limited(sources: Sequence[str], last_days: int | None) -> str:
    """本群只查兰州晚报近 30 天的报道。 Empty without a limit."""
    papers = said("、").join(sources)
    if papers and last_days:
        return said("本群只查{papers}{days}的报道。", papers=papers, days=days.recent(last_days))
    if last_days:
        return said("本群只查{days}的报道。", days=days.recent(last_days))
    return said("本群只查{papers}的报道。", papers=papers) if papers else ""


def noted(sources: Sequence[str], last_days: int | None) -> str:
    """The limit of a group for the journal, which speaks one language: 兰州晚报 近 30 天."""
    return " ".join(filter(None, ["、".join(sources), f"近 {last_days} 天" if last_days else ""])) or NO_LIMIT


def unchanged(unknown: Sequence[str], most: int) -> str:
    """Why a limit was not set: papers that are not stored, or more than `most`."""
    if unknown:
        why = said("没有收录{names}，没有改动。", names=said("、").join(unknown))
    else:
        why = said("最多写 {most} 家报纸，没有改动。", most=most)
    return f"{why}\n{said(_SCOPE_USAGE)}"
