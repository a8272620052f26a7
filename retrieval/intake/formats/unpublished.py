"""Parts of a blog that are no published posts: drafts and private posts, pages, pictures, menus."""

from collections import Counter
from collections.abc import Iterable, Mapping

_DRAFT, _PRIVATE, _PAGE = "草稿", "私密文章", "页面"
_BY_STATUS = {
    "draft": _DRAFT,
    "auto-draft": _DRAFT,
    "草稿": _DRAFT,
    "pending": "待审的文章",
    "future": "定时发布的文章",
    "scheduled": "定时发布的文章",
    "private": _PRIVATE,
    "私密": _PRIVATE,
    "trash": "已删除的文章",
    "inherit": "附件",
}
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
_STATUS, _KIND = ("status", "post_status", "wp_status", "状态"), ("type", "post_type", "wp_post_type")


def kind(record: Mapping[str, object]) -> str | None:
    """The Chinese name of what a record is; None for one that is published, or that has no status of a post."""
    status = next((status for key in _STATUS if isinstance(status := record.get(key), str)), None)
    if status is None:
        return None
    written = next((written for key in _KIND if isinstance(written := record.get(key), str)), "").lower()
    found = _BY_KIND.get(written) or ("网站设置" if written.startswith(_OF_WORDPRESS) else None)
    return found or _BY_STATUS.get(status.strip().lower())


def counted(kinds: Iterable[str | None]) -> str:
    """A sentence that counts the records of each kind that are left out; empty when there are none."""
    counts = Counter(filter(None, kinds))
    listed = "、".join(f"{count:,} 个{name}" for name, count in counts.items())
    return f"有 {listed}，没有收录。" if listed else ""
