"""Boilerplate of pages: boxes with other articles, credits, notices, buttons, navigation.

All patterns match folded lines. A line stays when it is not certain to be boilerplate: a lost sentence is worse than a
button.
"""

import re
from functools import lru_cache

from retrieval.intake.prose import byline, labels, names, url_line
from retrieval.intake.prose.byline import Byline
from retrieval.intake.prose.byline_label import NOISE
from retrieval.intake.prose.lines import Line, ends_sentence, han

_LONGEST_MARKER, _LONGEST_DROPPED = 24, 90
# Chinese characters of a sentence that is kept even if it begins like boilerplate.
_A_SENTENCE = 25
# The first line of a box below an article: 相关新闻, 猜你喜欢, 网友评论, 上一篇：….
_MARKERS = (
    r"新闻推荐|(?:相关|推荐|精彩|今日|热门|热点|编辑|猜你|为你|为您|小编|猜您)(?:推荐|新闻|阅读|链接|报道|文章|专题|内容|资讯|喜欢|话题|评论|排行|视频|热点|头条|要闻)",
    r"延伸阅读|扩展阅读|阅读推荐|热门|热搜(?:榜)?|猜你喜欢|(?:你|您)可能(?:还)?(?:感兴趣|喜欢)(?:的.{0,6})?|更多(?:新闻|精彩|资讯|推荐|阅读)|大家都在看",
    r"(?:网友|最新|精彩|全部|热门)(?:评论|跟贴|跟帖)|发表评论|跟贴|评论|(?:新闻|点击|阅读|一周|24小时)(?:排行|排行榜|热榜)|往期(?:回顾|推荐|精选)|近期文章",
    r"(?:上|下)一篇(?:[\s:].{0,20})?",
)
_MARKER = re.compile(rf"[\W_]{{0,4}}(?:{'|'.join(_MARKERS)})[\W_]{{0,4}}(?:更多|more)?[\W_]{{0,4}}")
# Lines that no article has, whatever follows: 版权声明：, 关键词：, 网友评论仅供参考, 浙ICP备…
_HARD = re.compile(
    r"[\W_]{0,3}(?:网友评论仅供|文明(?:上网|发言)|请(?:您)?(?:自觉)?遵守(?:法律|互联网|国家|相关)|(?:原标题|原题)(?:为|是)?\s?[:=《“\"]"
    r"|(?:关键词|关键字|标签|投稿邮箱?|投稿热线|新闻热线|爆料热线|转载请注明.{0,10}|举报电话|浏览次数?|阅读量?|(?:微信)?(?:公众号|微信号|id)(?=\s?:\s?[a-z0-9_\-]+$)"
    r"|(?:免责|版权|特别|郑重|广告|平台|重要)?声明|图片来源|.{0,8}[报爆]料(?:热线|电话|微信|邮箱)?)\s?(?:[:=]|>>)"
    r"|责任编辑$|本文结束|(?:https?://)?t\.me/\S+$|icp备|.{0,8}icp备\d|copyright)"
)
# Lines that an article may have as a sentence: 扫一扫…, 分享到…, 欢迎关注….
_SOFT = re.compile(
    r"[\W_]{0,3}(?:(?:请?(?:用|使用|打开)?微信)?扫码|扫一扫|扫描(?:上方|下方|左侧|右侧)?二维码|长按|识别二维码|版权(?:声明|所有|归)|免责声明"
    r"|未经(?:本报|本网|本站|书面|正式)?(?:授权|许可|允许).{0,12}(?:转载|使用|摘编|复制|引用)"
    r"|分享(?:到|至|给|本文|:|$)|欢迎(?:关注|转发|扫码|投稿)|关注(?:我们|本报|公众号|微信|官方|更多|精彩|@)|点击(?:查看|下载|进入|阅读|上方|下方|此处|图片|关注)"
    r"|下载.{0,10}(?:app|客户端)|更多(?:精彩|新闻|资讯|内容|原创|详情)|图片来(?:自|源)|(?:本文|文章|图文|部分图片)(?:仅代表|系|为|来(?:自|源)|转自).{0,40}(?:立场|转载|网络|原创)"
    r"|转载请|本网(?:所有|凡)|凡(?:本网|注明)|如(?:有|涉及)(?:侵权|版权)|(?:欢迎)?(?:点赞|转发|收藏|打赏)(?:[\W_]|$)|我要(?:评论|纠错|举报)|返回(?:首页|顶部|列表)|喜欢就?点|觉得(?:内容|文章)?(?:还)?不错"
    r"|.{0,12}未经(?:授权|许可|允许).{0,6}不得转载|.{0,40}(?:点我|点击)下载|点[个亮]?[“”\"]?(?:在看|赞)[“”\"]?(?:[\W_]|$|吧|呗|哦|并|再|分享)|返回.{0,4},查看更多"
    r"|.{0,60}(?:icp[备证]|公网安备|版权所有|all rights reserved)|(?:关于|联系)我们(?:[\W_]|$)|分享让更多人看到"
    r"|.{0,30}尽在.{0,12}(?:app|客户端)"
    r"|上一篇(?:[\W_]|$)|下一篇(?:[\W_]|$)|打开.{0,8}(?:app|客户端|,查看更多)|投稿\s?[:@]|记者(?:邮箱|热线)|@[a-z_]{4,}|频道\s?:\s?\S+$)"
)
# A sentence that `_SOFT` matches is boilerplate only if it has one of these words.
_ASKS = re.compile(
    "关注|下载|二维码|公众号|app|客户端|转载|授权|投稿|我们|更多|在看|登录|侵权|版权|立场|微信|本网|网络"
)
# Buttons and counts around an article, as whole lines: 点赞 23, 阅读原文, 大号字, 下一篇.
_FURNITURE = re.compile(
    r"[\W_]{0,4}(?:(?:点赞|赞同?|在看|评论|阅读|收藏|转发|分享|浏览|喜欢|跟[贴帖]|参与|回复|顶|踩|打赏|支持)\s?[(:]?\s?\d[\d.,]{0,8}\s?(?:万|k|w)?\+?\)?"
    r"|(?:展开|收起|查看|阅读|点击|加载)(?:更多|全文|剩余|收起|展开).{0,8}|正?在?加载中?|写(?:留言|评论)|(?:举报|反馈)(?:/(?:举报|反馈))?|使用道具(?:\s举报)?|回复"
    r"|(?:新浪|腾讯)微博|复制链接|(?:生成|分享)海报|(?:全文|本文|正文)?完|the\send|end|预览时标签不可点|喜欢此内容的人还喜欢|(?:轻触|点击)?阅读原文"
    r"|点个?(?:分享|收藏|点赞|赞|在看)|关注|订阅|登录|注册|发送"
    r"|(?:继续|向上)滑动看下一个.{0,12}|\d{1,6}人?(?:划线|参与|跟贴|评论)|已编辑"
    r"|(?:添加|暂无)评论.{0,12}|[\w ]{1,10}app(?:专享.{0,4})?|vip.{0,8}"
    r"|(?:[放缩]大?小?|[大中小]|增大|减小)(?:号)?(?:字体|字号|字)|[大中小]号字?|只看该作者|(?:倒序|正序)浏览|阅读模式|无障碍.{0,4}|长者版|长辈版|[\w]{2,14}官方[账帐]号|语音朗读|听全文|收听|[放缩][大小]|默认"
    # Letters that change the size of the type: T + -, A- A+.
    r"|t\s?\+\s?-|a\s?[+-]\s?(?:a\s?)?a?\s?[+-]"
    r"|[上下][一]?[版篇页期]|标题导航|版面导航|返回目录)[\W_]{0,4}"
)
# The province of an account, printed beside the date: IP属地：浙江.
_PLACE = re.compile(
    r"(?:ip属地|发表于|发布于|来自)?\s?:?\s?(?:北京|天津|上海|重庆|河北|山西|内蒙古|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南"
    r"|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|香港|澳门|台湾)[省市]?"
)
# A line that begins with a button; buttons before a credit: 【纠错】 责任编辑：李立.
_BUTTON_FIRST = re.compile(rf"[\W_]*(?:{NOISE.pattern}|$)")
_BUTTONS_BEFORE = re.compile(rf"(?:[\W_]*(?:{NOISE.pattern}))+[\W_]+(?=(?:责任)?编辑|责编|来源|作者|记者)")
# The number that stands for a name: 责任编辑：HN666.
_NUMBER = re.compile(r"[a-z]{0,4}\d{2,8}")
_ROLES = re.compile("记者|通讯员|作者|撰文|撰稿|编辑|责编")
# Text that may follow a name: _NB12556, （实习）, SF014, a label without a blank before it.
_AFTER_NAME = re.compile(r"[_\-()\[（]|校对|审核|[二三]审|监制|来源|作者|主编|值班|\s?[a-z]{1,4}\d{2,}|\s")
_LONGEST_SOURCE, _LONGEST_ROLE, _A_WORD = 40, 24, 8
_STOPPED = re.compile("[,。!?]")
# 您的位置：首页 > 新闻
_BREADCRUMB = re.compile(
    r"(?:您|你)?(?:的|现在的|当前)?(?:位置|所在位置)\s?:|首页\s?[>/»›→|-]|^[^。,]{0,12}\s?[>»›→]\s?[^。,]{0,20}"
)


@lru_cache(maxsize=1_024)
def is_marker(line: Line) -> bool:
    """Whether a line is the first of a box with other articles or comments: 相关新闻."""
    return (
        len(line.folded) <= _LONGEST_MARKER and _MARKER.fullmatch(line.folded) is not None and "。" not in line.folded
    )


def is_navigation(line: Line) -> bool:
    """Whether a line is a breadcrumb, a row of sections (新闻 财经 体育 娱乐) or furniture."""
    if len(line.folded) > _LONGEST_DROPPED or ends_sentence(line.folded):
        return False
    words = line.folded.split()
    row_of_sections = len(words) >= 4 and all(len(word) <= 5 for word in words) and han(line.folded) >= 8
    row_of_sections |= line.folded.count("|") >= 2 and all(len(part.strip()) <= 5 for part in line.folded.split("|"))
    return _BREADCRUMB.search(line.folded) is not None or row_of_sections or is_furniture(line)


def is_buttons(line: Line) -> bool:
    """Whether a line holds buttons and nothing else: 【纠错】 打印 关闭窗口."""
    if len(line.folded) > _LONGEST_DROPPED or not _BUTTON_FIRST.match(line.folded):
        return False
    return not any(map(str.isalnum, NOISE.sub("", line.folded))) and url_line.only_url(line) is None


@lru_cache(maxsize=1_024)  # lists of names and scores repeat their lines, and each costs a dozen patterns
def credit(line: Line) -> Byline | None:
    """The byline of a credit, notice or row of buttons; None for a line that must stay.

    The Byline is empty when the line is boilerplate that names no source, author or editor: 校对：王芳, 扫一扫关注我们.
    """
    if len(line.folded) > _LONGEST_DROPPED:
        return None
    buttons = _BUTTONS_BEFORE.match(line.folded)
    line = labels.with_colons(line.cut(buttons.end()) if buttons is not None else line)
    labelled = _labelled(line)
    if labelled is not None:
        # 来源：城北日报 2024-05-08
        dated = any(map(str.isdigit, line.folded))
        return labelled | ((byline.from_line(line) if dated else None) or Byline())
    author = names.after_role(line)
    if author is not None:
        return Byline(author=author)
    # 联合报/记者林宸谊/台北报道; (记者崔爽) 【纠错】 【责任编辑:张樵苏】
    roles = len(_ROLES.findall(line.folded))
    merged = byline.from_line(line, date_needed=False) if roles > 1 or (roles and "/" in line.folded) else None
    if merged is not None and (merged.editor or (merged.author and merged.source)):
        return merged
    sentence = ends_sentence(line.folded) and han(line.folded) >= _A_SENTENCE
    if _HARD.match(line.folded) or (not sentence and _is_soft(line)):
        return Byline()
    return Byline() if is_buttons(line) else None


def _is_soft(line: Line) -> bool:
    """Whether a line is boilerplate by `_SOFT`; a sentence must also ask for something that only a page asks for."""
    return _SOFT.match(line.folded) is not None and (
        not ends_sentence(line.folded) or _ASKS.search(line.folded) is not None
    )


def _labelled(line: Line) -> Byline | None:
    """The byline of a line of labels and fitting values (编辑：张三 校对：李四); None for any other line."""
    pairs = labels.pairs(line)
    # In 编辑：张三 责任编辑：李明 the second is responsible for the page.
    collected, responsible = Byline(), Byline()
    authors: list[str] = []
    for pair in pairs:
        from_pair = _pair_byline(pair)
        if from_pair is None:
            return None
        if "责" in pair.label:
            responsible |= from_pair
        authors += [from_pair.author] if from_pair.author else []
        collected |= from_pair
    return responsible | Byline(author=" ".join(dict.fromkeys(authors)) or None) | collected if pairs else None


def _pair_byline(pair: labels.Pair) -> Byline | None:
    """The byline that a label and the text behind it give; None when they do not fit (编辑 以后的工作)."""
    shown, folded = pair.value
    if not folded or folded in names.NOBODY:
        return Byline() if pair.trusted else None
    if pair.kind == "source":
        if not pair.trusted or len(folded) > _LONGEST_SOURCE or _STOPPED.search(folded):
            return None
        return Byline(source=shown.split(" ")[0].strip("《》") or None)
    # 图：雨后的城北 is a caption, not a credit.
    is_picture = pair.label.startswith("图")
    trusted = (pair.trusted and not is_picture) or pair.kind == "editor"
    people = names.in_list(pair.value, trusted=trusted) or names.after_role(pair.value)
    if pair.kind == "role":
        short = trusted and len(folded) <= _LONGEST_ROLE and not _STOPPED.search(folded)
        return Byline() if people is not None or short or byline.is_media(pair.value) else None
    if people is None and byline.is_media(pair.value.cut(0, len(folded.partition(" ")[0]))):
        # 文/观察者网 郭兰英
        people = names.in_list(pair.value.cut(len(folded.partition(" ")[0])), trusted=False)
    end = _AFTER_NAME.search(folded)
    # A long text behind the name is a caption or a sentence: then the name is none.
    if end is not None and (len(folded) - end.start() > _LONGEST_ROLE or _STOPPED.search(folded, end.start())):
        end = None
    if people is None and (pair.trusted or pair.kind == "editor") and end is not None:
        people = names.in_list(pair.value.cut(0, end.start()))
    if people is None and pair.kind == "editor" and pair.trusted and _NUMBER.fullmatch(folded):
        people = shown
    if people is None:
        # 责任编辑：财经观察 names nobody and is not a sentence: it is dropped.
        return Byline() if pair.trusted and "责" in pair.label and len(folded) <= _A_WORD else None
    return Byline(editor=people) if pair.kind == "editor" else Byline(author=None if people in names.NOBODY else people)


def is_furniture(line: Line) -> bool:
    """Whether a line holds buttons and counts only (点赞 23). Inside an article it may be a cell of a table."""
    return is_buttons(line) or (
        len(line.folded) <= _LONGEST_DROPPED
        and (_FURNITURE.fullmatch(line.folded) is not None or all(map(_FURNITURE.fullmatch, line.folded.split())))
    )


def is_place(line: Line) -> bool:
    """Whether a line is the place that platforms print beside the date: 浙江, IP属地：浙江."""
    return _PLACE.fullmatch(line.folded) is not None
