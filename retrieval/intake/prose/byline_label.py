"""Labels in a byline, the values behind them, and words without meaning between them.

All patterns match folded lines.
"""

import re
from typing import NamedTuple

from retrieval.intake.prose import labels, names
from retrieval.intake.prose.lines import Line

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
_VALUE_END = re.compile(r"[|丨;【\[]|\s·\s")
# Characters of a source, and of any other value that is read without knowing its kind.
_LONGEST_SOURCE, _LONGEST_WORD = 24, 12


class Label(NamedTuple):
    """A label in a line, from `start` to `end`; `text` is the label itself.

    `kind` is "source", "author", "editor", "date", "original" (原创, before an author) or "other".
    """

    kind: str
    text: str
    start: int
    end: int


def find(folded: str) -> list[Label]:
    """The labels in a line, in order."""
    return [
        Label((match.lastgroup or "").removeprefix("bare_"), match[0], *match.span())
        for match in _LABEL.finditer(folded)
    ]


def is_label(line: Line) -> bool:
    """Whether a line is a label without its value: 来源："""
    label = _LABEL.match(line.folded)
    return label is not None and label.end() == len(line.folded)


def value(label: Label, line: Line, end: int) -> tuple[str | None, int]:
    """The source or the names behind a label, None for any other value, and the offset where the value ends.

    The value ends at `end` at the latest: the next label or date begins there.
    """
    stop = _VALUE_END.search(line.folded, label.end, end)
    end = stop.start() if stop is not None else end
    start = label.end
    while start < end and line.folded[start] in " :":
        start += 1
    if label.kind in ("author", "editor"):
        return _people(label, line, start, end)
    first = _first_word(line.cut(start, end))
    first_end = start + len(first.shown)
    if label.kind == "source" and len(first.shown) <= _LONGEST_SOURCE:
        return None if first.folded in names.NOBODY else clean_source(first.shown), first_end
    if label.kind == "original":
        people = names.in_list(first, trusted=False)
        return people, start if people is None else first_end
    # In 第03版：要闻 兰州晚报 only the first word belongs to the label.
    return None, first_end if label.kind == "other" and len(first.shown) <= _LONGEST_WORD else start


def _people(label: Label, line: Line, start: int, end: int) -> tuple[str | None, int]:
    """The names of authors or editors between `start` and `end`, and the offset where they end."""
    noise = NOISE.search(line.folded, start, end)
    end = noise.start() if noise is not None else end
    number = _NUMBER.search(line.folded, start, end) if label.kind == "editor" else None
    whole = line.cut(start, number.start() if number is not None and number.start() > start else end)
    first = _first_word(whole)
    if not first.shown:
        return None, start
    # 作者:新华每日电讯记者宋常青 范培珅
    people = names.after_role(whole) or names.in_list(whole)
    if people is None:
        people = names.in_list(first) or (first.shown if len(first.shown) <= _LONGEST_WORD else None)
        end = start if people is None else start + len(first.shown)
    return None if people is None or people.lower() in names.NOBODY else people, end


def _first_word(words: Line) -> Line:
    gap = re.search(r"[\s|]", words.folded)
    return words.cut(0, gap.start() if gap is not None else len(words.folded))


def clean_source(shown: str) -> str | None:
    """The name of a source without the marks around it; None when nothing is left."""
    stripped = shown.strip(" 《》〈〉“”\"'[]【】()（）,，、:：;；-—|")
    return stripped or None
