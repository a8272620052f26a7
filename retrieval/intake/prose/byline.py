"""Bylines: lines between title and body with source, date, author, editor and address.

Example: 2024-05-08 09:05 来源：城北日报 作者：陈晓雨 编辑：李明.
"""

import re
from dataclasses import dataclass

from retrieval.intake.prose import dates, labels, names, url_line
from retrieval.intake.prose.lines import Line, han

_LONGEST = 110
# Chinese characters, and letters, beside the byline: a section or a breadcrumb. A line with more is a sentence.
_MOST_LEFT_OVER, _MOST_LETTERS_LEFT_OVER = 6, 20
_LABELS = {
    "source": labels.SOURCE,
    "author": rf"{labels.AUTHOR}|(?<![\u4e00-\u9fff])文字?",
    "editor": labels.EDITOR,
    "date": r"(?:发布|发表|发稿|更新|出版|发文|刊发|上传|成文|印发)?(?:时间|日期)|发布于|发表于|更新于|发布|更新|date",
    "other": rf"浏览次数|访问次数|查看次数|浏览数|浏览量|浏览|阅读量|阅读次数|阅读|点击数|点击量|点击|访问量|人气|字号"
    rf"|字体(?:大小)?|评论数?|{labels.ROLE}"
    r"|栏目|单位|字数|分类|版次|版面|标签|关键词|关键字|分享(?:到|至)?|作者单位|收藏|[报爆]料热线|索引号|文号|发文字号|主题分类|公开方式",
}
_GAP_BEFORE = r"(?:(?<=[\s|·;/()\[\]])|^)"
_LABEL = re.compile(
    "|".join(rf"(?P<{kind}>(?:{words})\s?:)" for kind, words in _LABELS.items())
    # Roles stand without a colon, too, when they begin the line or follow a gap.
    + rf"|(?P<bare_author>{_GAP_BEFORE}(?:[\u4e00-\u9fff]{{0,8}}(?:报|社|网|台|媒体|实习|见习|首席))?"
    r"(?:记者|通讯员|实习生|作者)(?=\s))"
    # An account's own article: 原创 陈晓雨 城北发布.
    r"|(?P<original>^(?:原创|original)(?=\s))"
    rf"|(?P<bare_editor>{_GAP_BEFORE}(?:责任编辑|责编|编辑)(?=\s))"
    rf"|(?P<bare_other>{_GAP_BEFORE}(?:校对|审核|监制|摄影|浏览|阅读|来自|第?[a-z]?\d{{1,3}}版(?=\s|:|$)))"
)
# Buttons and words without meaning for a byline.
NOISE = re.compile(
    r"星期[一二三四五六日天]|周[一二三四五六日]|上午|下午|大字|中字|小字|字号|字体|[【\[(]?[大中小](?:\s[大中小]){1,2}[】\])]?|打印本页|打印|关闭窗口|"
    r"关闭|分享到?|图集|正文|收藏|转发|点赞|评论|浏览次数|发布时间|(?<![\u4e00-\u9fff])发布|发表|原创|我要纠错|纠错|举报|听新闻|语音播报|手机看|扫一扫|繁体|简体|只看(?:该作者|楼主)|[倒正]序浏览|阅读模式|复制链接|楼主|订阅|登录|注册|发[布表]于|更新于|修改于|官方[账帐]号|ip\s?属地|"
    r"微信|微博|qq空间|[qQ]{2}|朋友圈|第?[a-z]?\d{1,3}\s?版|https?://\S{1,200}|人参与|条评论|次|参与|进入贴吧|下一页|上一页|返回"
)
# The number behind a name: 责任编辑：杜硕_NB12556.
_NUMBER = re.compile(r"[\s_\-(\[]*(?<![a-z])[a-z]{1,4}\d{2,}[\s)\]]*$")
_GAP = re.compile(r"[\s|丨·;/\[\]【】()]+")
_VALUE_END = re.compile(r"[|丨;【\[]|\s·\s")
# 体育新闻 is a section, not a medium.
_SECTION = "(?!(?:社会|国内|国际|体育|娱乐|财经|科技|时政|本地|综合|军事|图片|焦点|滚动|头条|最新|热点|民生)新闻)"
# 兰州晚报, 城北发布, 澎湃新闻
_MEDIA = re.compile(
    rf"{_SECTION}"
    r"[\u4e00-\u9fff《》a-z0-9+·\-.]{1,14}(?:报|网|社|刊|台|卫视|广播|频道|客户端|周刊|杂志|在线|新闻|发布|传媒|融媒体?|中心|电讯|时报|观察|早班车)》?"
    r"|澎湃新闻|澎湃|央视|光明日报|求是|财新|环球时报|第一财经|南方周末|半月谈|36氪|虎嗅|it之家|快科技|中新经纬"
)
# The medium in 城北日报记者陈晓雨; 本报记者 and 全媒体记者 name none.
_REPORTERS_MEDIUM = re.compile(
    r"((?!本)[\u4e00-\u9fff]{2,8}?(?:日报|晚报|早报|时报|报|新闻|新闻网|电视台|新华社))(?=[\u4e00-\u9fff]{0,4}记者)"
)
# The title in the source, at the end of a line: （原标题：…）.
_ORIGINAL_TITLE = re.compile(r"(?<=\s)[(【]?原(?:标题|题)\s?:")
# Values that templates print when nobody is named.
NOBODY = frozenset(
    {"未知", "不详", "佚名", "匿名", "网络", "互联网", "网络整理", "本站", "本站原创", "原创", "转载", "整理", "综合"}
    | {"小编", "管理员", "系统管理员", "admin"}
)
_SENTENCE = re.compile("[。！？!?]")
_FULL_SOURCE = 24


@dataclass(frozen=True, slots=True)
class Byline:
    """Source, author, editor, date and address in one or several lines; None where they name none.

    `published` is 'YYYY-MM-DD HH:MM' or 'YYYY-MM-DD'. Several names are joined by blanks.
    """

    source: str | None = None
    author: str | None = None
    editor: str | None = None
    published: str | None = None
    url: str | None = None

    def __or__(self, later: "Byline") -> "Byline":
        """This byline, its missing fields filled from `later`: a second 来源 names the source of the source."""
        return Byline(
            self.source or later.source,
            self.author or later.author,
            self.editor or later.editor,
            self.published or later.published,
            self.url or later.url,
        )

    @property
    def starts_article(self) -> bool:
        """Whether a title must stand above such a byline: it has a full date with a source or with a time."""
        return self.published is not None and (self.source is not None or len(self.published) > 10)


def from_line(line: Line, date_needed: bool = True) -> Byline | None:
    """The byline in `line`; None when the line is not a byline.

    A byline has a full date, a day with a time or a 来源 (without `date_needed` any label is enough), no sentence, and
    hardly anything else. It may be empty: 阅读：23.
    """
    original = _ORIGINAL_TITLE.search(line.folded)
    line = labels.with_colons(line.cut(0, original.start()) if original is not None else line)
    if not line.folded or len(line.folded) > _LONGEST or _SENTENCE.search(line.folded):
        return None
    url = url_line.first_url(line)
    folded = url_line.mask_urls(line.folded)
    line = Line(line.shown, folded)
    date = dates.find(folded) or dates.find_day(folded)
    marks = list(_LABEL.finditer(folded))
    if date is None and not any(_kind(label) == "source" or not date_needed for label in marks):
        return None
    # The characters of the line; strokes replace those that are read.
    left = list(folded)
    if date is not None:
        left[date.span.start : date.span.end] = "|" * (date.span.end - date.span.start)
    collected = Byline(published=date.value if isinstance(date, dates.Date) else None)
    starts = [label.start() for label in marks] + ([date.span.start] if date else [])
    for label in marks:
        end = min((start for start in starts if start >= label.end()), default=len(folded))
        stop = _VALUE_END.search(folded, label.end(), end)
        labelled, used = _labelled_value(_kind(label), line, label.end(), stop.start() if stop else end)
        left[label.start() : used] = "|" * (used - label.start())
        # In 编辑：张三 责任编辑：李明 the second is responsible for the page.
        collected = labelled | collected if "责" in label[0] and labelled.editor else collected | labelled
    rest = NOISE.sub(lambda match: "|" * len(match[0]), "".join(left))
    for start, end in _words(rest) if collected.author is None else ():
        author = names.after_role(line.cut(start, end))
        if author is not None:
            medium = _REPORTERS_MEDIUM.match(rest, start, end)
            collected |= Byline(author=author, source=line.shown[slice(*medium.span(1))] if medium else None)
            rest = rest[:start] + "|" * (end - start) + rest[end:]
    if collected.source is None:
        media = next((span for span in _words(rest) if _MEDIA.fullmatch(rest, *span)), None)
        if media is not None:
            collected |= Byline(source=_clean_source(line.shown[media[0] : media[1]]))
            rest = rest[: media[0]] + "|" * (media[1] - media[0]) + rest[media[1] :]
    # A name without a label hardly ever is the author's, but it must not count as part of a sentence.
    name_spans = [span for span in _words(rest) if date and names.in_list(line.cut(*span), trusted=False)]
    for start, end in name_spans[:1]:
        rest = rest[:start] + "|" * (end - start) + rest[end:]
    letters = sum(character.isalpha() and character.isascii() for character in rest)
    return collected | Byline(url=url) if han(rest) <= _MOST_LEFT_OVER and letters <= _MOST_LETTERS_LEFT_OVER else None


def is_label(line: Line) -> bool:
    """Whether a line is a label without its value: 来源："""
    label = _LABEL.match(line.folded)
    return label is not None and label.end() == len(line.folded)


def is_media(line: Line) -> bool:
    """Whether a line is the name of a medium and nothing else: 兰州晚报, 新华社, 澎湃新闻."""
    return _MEDIA.fullmatch(line.folded) is not None


def _kind(label: re.Match[str]) -> str:
    """ "source", "author", "editor", "date", "original" or "other"."""
    return (label.lastgroup or "").removeprefix("bare_")


def _labelled_value(kind: str, line: Line, start: int, end: int) -> tuple[Byline, int]:
    """The byline of the value between `start` and `end` behind a label, and the offset where the value ends."""
    while start < end and line.folded[start] in " :":
        start += 1
    noise = NOISE.search(line.folded, start, end) if kind in ("author", "editor") else None
    end = noise.start() if noise else end
    number = _NUMBER.search(line.folded, start, end) if kind == "editor" else None
    value = line.cut(start, number.start() if number and number.start() > start else end)
    first = value.cut(0, _first_word(value.folded))
    if kind == "source" and first.shown:
        if len(first.shown) > _FULL_SOURCE:
            return Byline(), start
        named = first.folded not in NOBODY
        return Byline(source=_clean_source(first.shown) if named else None), start + len(first.shown)
    if kind == "original":
        people = names.in_list(first, trusted=False)
        return Byline(author=people), start + len(first.shown) if people is not None else start
    if kind in ("author", "editor") and first.shown:
        # 作者:新华每日电讯记者宋常青 范培珅
        people = names.after_role(value) or names.in_list(value)
        used = end if people is not None else start + len(first.shown)
        people = people or names.in_list(first) or (first.shown if len(first.shown) <= 12 else None)
        used = start if people is None else used
        people = None if people is not None and people.lower() in NOBODY else people
        return (Byline(author=people) if kind == "author" else Byline(editor=people)), used
    # In 第03版：要闻 兰州晚报 only the first word belongs to the label.
    return Byline(), start + len(first.shown) if kind == "other" and len(first.shown) <= 12 else start


def _first_word(folded: str) -> int:
    """The offset where the first word ends."""
    gap = re.search(r"[\s|]", folded)
    return gap.start() if gap else len(folded)


def _clean_source(shown: str) -> str | None:
    stripped = shown.strip(" 《》〈〉“”\"'[]【】()（）,，、:：;；-—|")
    return stripped or None


def _words(rest: str) -> list[tuple[int, int]]:
    """Start and end of each run of characters between gaps."""
    words, position = [], 0
    for gap in _GAP.finditer(rest):
        words.append((position, gap.start()))
        position = gap.end()
    return [(start, end) for start, end in [*words, (position, len(rest))] if start < end]
