"""Names of fields: the keys of records and heads of columns, in Chinese and English."""

import re
from functools import lru_cache

from retrieval.text.folding import squeeze

# The value of `exported_by` in a line that `jsonl.write_line` made.
EXPORTED_BY = "news-answers"
NAMES = {
    "title": "标题 题目 题名 主标题 headline subject",
    "text": "正文 内容 全文 文本 原文 content body text_content full_text content_text content_html paragraphs"
    " article main_text maintext text_raw full_content content_txt plaintext html 微博正文 微博内容 推文内容"
    " 详情 详细内容",
    "source": "来源 媒体 稿源 出处 报纸 信息来源 发布媒体 media publisher site newspaper origin 网站 网站名称"
    " 公众号 公众号名称 公众号昵称 账号 账号名称 用户昵称 昵称 博主 screen_name nickname nick_name mp_name"
    " account account_name site_name sitename",
    "author": "作者 记者 撰稿 撰文 authors byline creator reporter writer primary_author",
    "editor": "编辑 责任编辑 责编",
    "published": "时间 日期 发布时间 发布日期 发表时间 发表日期 出版日期 刊发日期 date time datetime publish_time"
    " publish_date published_at published_time published_date pub_date pub_time date_published release_date timestamp"
    " ctime create_time created_at created 创建时间 发稿时间 刊发时间 date_gmt post_date_gmt",
    "url": "链接 网址 地址 link href source_url uri permalink 原文链接 原文地址 标题链接 网页链接 页面链接"
    " 页面网址 external_url page_url detail_url news_url",
    "id": "",
    "headings": "",
    "heading_lines": "",
    "exported_by": "",
}
# Words around a name: 新闻标题, article_content, 媒体名称, 正文（必填）.
_AROUND = re.compile(
    r"^(?:新闻|文章|报道|稿件|原文|详细|news|article|post|story)|(?:名称?|姓名|必填|选填|name|文本|[0-9])$"
)
_FIELDS = {squeeze(name): field for field, names in NAMES.items() for name in [field, *names.split()]}
# Names of the moment at which a program made the record, which may be that of the article or of its copy.
_OF_RECORD = frozenset(map(squeeze, ("timestamp", "ctime", "create_time", "created_at", "created", "创建时间")))
# Names of moments that WordPress writes in UTC, without saying so.
_IN_UTC = frozenset(map(squeeze, ("date_gmt", "post_date_gmt")))
_LONGEST = 40


@lru_cache(maxsize=4_096)
def field_of(name: str) -> str | None:
    """The field that a key names, one of the keys of `NAMES`; None when it names none."""
    if len(name) > _LONGEST:
        return None
    key = squeeze(name)
    return _FIELDS.get(key) or _FIELDS.get(_AROUND.sub("", key)) or _twice(key)


def is_of_record(name: str) -> bool:
    """Whether a key of `published` names the moment at which the record was made."""
    return squeeze(name[:_LONGEST]) in _OF_RECORD


def is_in_utc(name: str) -> bool:
    """Whether a key of `published` names a moment in UTC."""
    return squeeze(name[:_LONGEST]) in _IN_UTC


def _twice(key: str) -> str | None:
    """The field of a key that joins two of its names: 正文内容, 作者/记者."""
    halves = ((_FIELDS.get(key[:cut]), _FIELDS.get(key[cut:])) for cut in range(1, len(key)))
    return next((first for first, second in halves if first == second and first), None)
