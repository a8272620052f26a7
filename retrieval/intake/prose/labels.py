"""Labels of source, author, editor and other roles, and lines of labels and values.

Examples: 来源：兰州晚报, 编辑丨李明 校对丨王芳, 文/郭兰英. All patterns match folded lines. The byline below a title
and the credits below a text share these labels.
"""

import re
from typing import NamedTuple

from retrieval.intake.prose.lines import Line

# 记者, 兰州晚报全媒体记者, 本报通讯员
_REPORTER = (
    r"(?:[\u4e00-\u9fff·]{0,10}(?:报|社|网|台|媒体|客户端|中心))?(?:全媒体|融媒体?|实习|见习|首席|特约|本报|本网|本台)*"
    r"(?:记\s?者|通讯员|实习生|特派员)"
)
SOURCE = (
    r"(?:文章|新闻|信息|消息|稿件|本文|内容|图文)?来\s?源(?:于)?|稿源|出处|转自|转载自"
    r"|发布者|发布单位|发布机构|来自|source"
)
AUTHOR = rf"(?:本文)?作\s?者|撰文|撰稿人?|采写|采编|编译|文案|{_REPORTER}|author"
EDITOR = (
    r"(?:本文|网络|值班|执行|见习|实习|新媒体|微信|首席|轮值|本期|栏目|[\u4e00-\u9fff]{2,6}[报网社闻])?"
    r"(?:责任编辑|责任编校|责\s?编|编\s?辑)|编审|小编|editor"
)
# Roles without a field in an article: 校对, 审核, 监制, 摄影.
ROLE = (
    r"(?:图片|视频|文字|本版|版面|海报|美术|摄影|技术|流程)编辑|(?:责任)?校\s?对|校审|(?:责任)?审\s?核|审\s?校|审读|审阅|审签|签发|总?监\s?制"
    r"|制片人?|出品人?|联合出品|出品方|终审|初审|复审|[一二三]审|统筹|总?策划|摄影|摄像|剪辑|制图|绘图|漫画|制作|排版|美编|美工|设计"
    r"|副?主编|总编辑?|副总编辑|值班(?:主任|编委|总编|主编|领导)|编委|供图|供稿|配音|播音|图片|图源|图"
)
_WORDS = {"role": ROLE, "source": SOURCE, "author": rf"{AUTHOR}|文字?|图文", "editor": EDITOR}
# A label with or without a colon: "来源:", "记者 " before a name, 编辑 at the end of a line.
_LABEL = re.compile(
    r"(?:(?<=[\s\W_])|^)(?:"
    + "|".join(rf"(?P<{kind}>{words})" for kind, words in _WORDS.items())
    + r")(?:\s?(?P<colon>:)\s?|\s(?=\S)|(?=$))"
)
# A stroke that stands for a colon: 编辑丨李明, 文/郭兰英. Not the strokes of 文/图 and 来源 | 2024-05-08 | 打印.
_STROKE = re.compile(
    rf"(?<![\u4e00-\u9fff])(?:{ROLE}|{SOURCE}|{AUTHOR}|{EDITOR}|文字?|图文|时间|日期)\s?(?:[|丨│—](?!—)|/(?![图文摄\s]))"
)
# 【记者】陈晓雨
_BRACKETED = re.compile(rf"[【\[]({ROLE}|{SOURCE}|{AUTHOR}|{EDITOR})[】\]](?=\s?[\u4e00-\u9fff])")
_LONGEST = 110
# Marks around a value that are no part of it.
_EDGES = " |丨/,;、()[]【】<>·-—_*"
_MARK = re.compile(r"[|丨│—/【\[]")
_BEGINS = re.compile(rf"[\W_]{{0,3}}{_LABEL.pattern}")


class Pair(NamedTuple):
    """A label and its value.

    `kind` is "role", "source", "author" or "editor", `label` the word itself; `trusted` says that a colon follows it.
    """

    kind: str
    label: str
    value: Line
    trusted: bool


def with_colons(line: Line) -> Line:
    """The line with colons in `folded` where strokes or brackets stand for them: 编辑丨李明, 【记者】陈晓雨."""
    if len(line.folded) > _LONGEST or not _MARK.search(line.folded):
        return line
    folded = _BRACKETED.sub(lambda match: f" {match[1]}:", line.folded)
    return Line(line.shown, _STROKE.sub(lambda match: match[0][:-1] + ":", folded))


def pairs(line: Line) -> list[Pair]:
    """The labels of a line with their values; empty for a line that begins without a label, and for a long one.

    A label without a colon needs a blank behind it: 编辑 李明.
    """
    if len(line.folded) > _LONGEST or not _BEGINS.match(line.folded):
        return []
    matches = list(_LABEL.finditer(line.folded))
    ends = [match.start() for match in matches[1:]] + [len(line.folded)]
    return [
        Pair(_kind(match), match[_kind(match)], _value(line, match.end(), end), match["colon"] is not None)
        for match, end in zip(matches, ends, strict=True)
    ]


def _kind(match: re.Match[str]) -> str:
    return next(kind for kind in _WORDS if match[kind] is not None)


def _value(line: Line, start: int, end: int) -> Line:
    """The part of the line from `start` to `end` without the marks around it."""
    while start < end and line.folded[start] in _EDGES:
        start += 1
    while end > start and line.folded[end - 1] in _EDGES:
        end -= 1
    return line.cut(start, end)
