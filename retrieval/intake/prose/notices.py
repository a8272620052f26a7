"""Notices that pages print around an article: rights, liability, contact, requests. All patterns match folded lines.

A line stays when it is not certain to be a notice: a lost sentence is worse than a notice.
"""

import re

from retrieval.intake.lexicon import one_of
from retrieval.intake.prose.lines import Line, ends_sentence, han

# Chinese characters of a sentence that is kept even if it begins like a notice.
_A_SENTENCE = 25
# 版权声明：, 关键词 >>, 浙ICP备…, （原标题：…）
_HEADING = re.compile(
    rf"[\W_]{{0,3}}(?:(?:[\u4e00-\u9fff]{{0,8}}?{one_of('notices.heading')}|(?:微信)?(?:公众号|微信号|id)(?=\s?:\s?[a-z0-9_\-]+$))"
    rf"\s?(?:[:=]|>>)|{one_of('notices.opening')}|.{{0,8}}icp备\d|{one_of('labels.original_title')}(?:为|是)?\s?[:=《“\"]"
    rf"|{one_of('labels.body')}\s?:$"
    r"|责任编辑$|(?:https?://)?t\.me/\S+$)"
)
# 扫一扫…, 欢迎关注…, 未经授权不得转载, 点击下载…, 点个在看
_REQUEST = re.compile(
    rf"[\W_]{{0,3}}(?:请?(?:用|使用|打开|点击)?{one_of('notices.request')}"
    r"|.{0,12}未经(?:[\u4e00-\u9fff]{0,4})?(?:授权|许可|允许).{0,12}(?:转载|使用|摘编|复制|引用)"
    r"|.{0,40}(?:点我|点击)(?:下载|加入|追踪|订阅)|👉|◤.{1,40}◢$|.{0,30}尽在.{0,12}(?:app|客户端)|打开.{0,8}(?:app|客户端|,查看更多)|下载.{0,10}(?:app|客户端)"
    r"|点[个亮]?[“”\"]?(?:在看|赞)[“”\"]?(?:[\W_]|$|吧|呗|哦|并|再|分享)|返回.{0,4},查看更多|频道\s?:\s?\S+$|@[a-z_]{4,}"
    r"|(?:本文|文章|图文|部分图片)(?:仅代表|系|为|来(?:自|源)|转自).{0,40}(?:立场|转载|网络|原创)"
    r"|(?:点赞|转发|收藏|打赏)(?:[\W_]|$)|.{0,60}(?:icp[备证]|公网安备|版权所有|all rights reserved)"
    r"|.{0,30}文明上网|.{0,12}浏览器.{0,10}(?:不支持|升级)|请使用.{0,10}浏览器|.{0,60}许可证(?:编号)?:\s?\w{0,9}\d{4})"
)
_ASKS = re.compile(one_of("notices.asks"))
# Words of a sentence about rights and liability, and what it speaks about. `_LEGAL` different words make a notice.
_RIGHTS, _SELF = re.compile(one_of("notices.rights")), re.compile(one_of("notices.self"))
_LEGAL, _LONGEST_LEGAL = 2, 400


def is_notice(line: Line) -> bool:
    """Whether a line is a notice or a request wherever it stands: 版权声明：…, 扫一扫关注我们."""
    if _HEADING.match(line.folded):
        return True
    is_sentence = ends_sentence(line.folded)
    if (is_sentence and han(line.folded) >= _A_SENTENCE) or not _REQUEST.match(line.folded):
        return False
    return not is_sentence or asks(line)


def asks(line: Line) -> bool:
    """Whether a line has a word with which a page asks for something: 公众号, 下载."""
    return _ASKS.search(line.folded) is not None


def is_legal(line: Line) -> bool:
    """Whether a line speaks of the page's own rights, liability or contacts; below an article that is a notice."""
    if len(line.folded) > _LONGEST_LEGAL or not _SELF.search(line.folded):
        return False
    return len(set(_RIGHTS.findall(line.folded))) >= _LEGAL
