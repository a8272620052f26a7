"""Records that are no published posts: drafts and private posts, pages, pictures, menus."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import islice

from retrieval.intake.formats import value
from retrieval.text.folding import squeeze

_DRAFT, _DELETED, _PAGE = "草稿", "已删除的文章", "页面"
# What back offices write as the status of a post, in Chinese and English.
_STATUSES = {
    _DRAFT: "draft drafts auto-draft 草稿 草稿箱 未完成 撰写中 编辑中 in-progress not-started",
    "待审的文章": "pending pending-review in-review review 待审 待审核 未审核 审核中 送审",
    "定时发布的文章": "future scheduled 定时 定时发布 待发布",
    "没有发布的文章": "unpublished 未发布 已下架 下架 已下线 撤稿 已撤稿 已撤回 rejected 驳回 已驳回 退稿 已退稿",
    "私密文章": "private 私密",
    _DELETED: "trash trashed deleted 已删除 删除 回收站",
    "附件": "inherit",
}
_BY_STATUS = {squeeze(written): kind for kind, written_so in _STATUSES.items() for written in written_so.split()}
_BY_KIND = {
    "page": _PAGE,
    "attachment": "附件",
    "nav_menu_item": "菜单项",
    "revision": "旧版本",
    "custom_css": "网站设置",
    "customize_changeset": "网站设置",
    "oembed_cache": "网站设置",
}
_OF_WORDPRESS = "wp_"  # wp_block, wp_template, …
_KIND = ("type", "post_type", "wp_post_type")
_STATUS_KEYS = "status state 状态 post_status wp_status publish_status 发布状态 稿件状态 文章状态 审核状态"
_STATUS = frozenset(map(squeeze, _STATUS_KEYS.split()))
# Keys that say yes or no, the answers by which a post is left out, and what it is then.
_YES, _NO = frozenset(("true", "yes", "是", "1")), frozenset(("false", "no", "否"))
_ANSWERS = {
    squeeze(name): answer
    for names, answer in (
        ("draft is_draft 草稿 是否草稿", (_YES, _DRAFT)),
        ("published is_published publish 是否发布", (_NO, _DRAFT)),
        ("deleted is_deleted is_delete 是否删除", (_YES, _DELETED)),
    )
    for name in names.split()
}
# The moments of a record of Strapi; a draft lacks the last.
_MOMENTS = ("createdAt", "updatedAt", "publishedAt")
# Characters of a key or a word, and keys of a record, that are looked at.
_LONGEST, _MOST_KEYS = 40, 1_000


def kind(record: Mapping[str, object]) -> str | None:
    """The Chinese name of what a record is; None for one that is published, or that says nothing about it."""
    statuses: list[str] = []
    for name, written in islice(record.items(), _MOST_KEYS):
        key = _key(name)
        if key in _STATUS and isinstance(written, str | dict):
            statuses.append(_word(written))
        elif key in _ANSWERS and _word(written) in _ANSWERS[key][0]:
            return _ANSWERS[key][1]
    written_kind = next((written for key in _KIND if isinstance(written := record.get(key), str)), "").lower()
    if statuses and (found := _BY_KIND.get(written_kind)) is not None:
        return found
    if statuses and written_kind.startswith(_OF_WORDPRESS):
        return "网站设置"
    if all(name in record for name in _MOMENTS) and record[_MOMENTS[-1]] is None:
        return _DRAFT
    return next((_BY_STATUS[status] for status in statuses if status in _BY_STATUS), None)


@lru_cache(maxsize=4_096)
def _key(name: str) -> str:
    return squeeze(name[:_LONGEST])


def _word(written: object) -> str:
    """The one word of a value, folded; "true" and "false" for a truth value."""
    if isinstance(written, bool):
        return str(written).lower()
    return squeeze((next(value.strings(written), None) or "")[:_LONGEST])


def counted(kinds: Iterable[str | None]) -> str:
    """A sentence that counts the records of each kind that are left out; empty when there are none."""
    counts = Counter(filter(None, kinds))
    listed = "、".join(f"{count:,} 个{name}" for name, count in counts.items())
    return f"有 {listed}，没有收录。" if listed else ""
