"""Which lines of a page are not the article: the box below it, the credits, the buttons?

All patterns match folded lines. A line that only might be boilerplate stays: a lost sentence is worse than a button.
"""

import re
from functools import lru_cache

from retrieval.intake import meta, names
from retrieval.intake.lines import Line, ends_sentence, han
from retrieval.intake.meta import NOBODY, NOISE, Meta

_LONGEST_MARKER, _LONGEST_DROPPED = 24, 90
_A_SENTENCE = 25
_MARKERS = (
    r"新闻推荐|(?:相关|推荐|精彩|今日|热门|热点|编辑|猜你|为你|为您|小编|猜您)(?:推荐|新闻|阅读|链接|报道|文章|专题|内容|资讯|喜欢|话题|评论|排行|视频)",
    r"延伸阅读|扩展阅读|阅读推荐|热门|热搜(?:榜)?|猜你喜欢|(?:你|您)可能(?:还)?(?:感兴趣|喜欢)(?:的.{0,6})?|更多(?:新闻|精彩|资讯|推荐|阅读)|大家都在看",
    r"(?:网友|最新|精彩|全部|热门)(?:评论|跟贴|跟帖)|发表评论|跟贴|评论|(?:新闻|点击|阅读|一周|24小时)(?:排行|排行榜|热榜)|往期(?:回顾|推荐|精选)|近期文章",
    r"(?:上|下)一篇\s?:?.{0,20}",
)
_MARKER = re.compile(rf"[\W_]{{0,4}}(?:{'|'.join(_MARKERS)})[\W_]{{0,4}}(?:更多|more)?[\W_]{{0,4}}")
_EDITOR = re.compile(
    r"[\W_]{0,2}(?:本文|网络|值班|执行|见习|实习|新媒体)?(?:责任编辑|责任编校|责编|编辑)(?:\s?:\s?|\s)(?P<who>[^:]{1,24}?)"
    r"(?:\s?(?:[_\-(\[]|校对|审核|二审|三审|监制|来源|作者|主编|值班|[a-z]{1,3}\d).{0,60})?[\W_]{0,3}"
)
# （责任编辑：HN666）: some sites print a number instead of a name.
_EDITOR_NUMBER = re.compile(r"[\W_]{0,2}(?:责任编辑|责编)\s?:\s?(?P<who>[a-z]{0,4}\d{2,8})[\W_]{0,3}")
_AUTHOR = re.compile(r"[\W_]{0,2}(?:本文)?(?:作者|撰文|撰稿|采写|文字?)\s?:\s?(?P<who>.{2,30}?)[\W_]{0,2}")
_SOURCE = re.compile(
    r"[\W_]{0,2}(?:本文|文章|稿件|信息|新闻|内容)?(?:来源|稿源|转自|转载自)\s?:\s?(?P<what>.{0,40}?)[\W_]{0,3}"
)
_HARD = re.compile(
    r"[\W_]{0,3}(?:网友评论仅供|文明(?:上网|发言)|请(?:您)?(?:自觉)?遵守(?:法律|互联网|国家|相关)|(?:原标题|原题)(?:为|是)?\s?[:=《“\"]|(?:责任编辑|责任编校|责编|校对|审核|一审|二审|三审|监制|总监制|出品人?|终审|初审|复审|统筹|策划|制图|制作|排版|美编|出品方|联合出品|值班主任|值班编委|编审|主编"
    r"|关键词|关键字|标签|原文链接|文章链接|网址|投稿邮箱?|投稿热线|新闻热线|爆料热线|联系电话|转载请注明.{0,10}|举报电话|浏览次数?|阅读量?"
    r"|(?:免责|版权|特别|郑重|广告)?声明|图片来源|(?:图片|视频|文字|本版|版面|海报)编辑|.{0,8}[报爆]料(?:热线|电话|微信|邮箱)?)\s?(?:[:=]|>>)"
    r"|责任编辑$|本文结束|(?:t\.me|https?:)//?\S+$|t\.me/\S+$|icp备|.{0,8}icp备\d|copyright)"
)
_SOFT = re.compile(
    r"[\W_]{0,3}(?:(?:请?(?:用|使用|打开)?微信)?扫码|扫一扫|扫描(?:上方|下方|左侧|右侧)?二维码|长按|识别二维码|版权(?:声明|所有|归)|免责声明|未经(?:本报|本网|本站|书面)?(?:授权|许可|允许)"
    r"|分享(?:到|至|给|本文|:|$)|欢迎(?:关注|转发|扫码|投稿)|关注(?:我们|本报|公众号|微信|官方|更多|@)|点击(?:查看|下载|进入|阅读|上方|下方|此处|图片|关注)"
    r"|下载.{0,10}(?:app|客户端)|更多(?:精彩|新闻|资讯|内容|原创|详情)|图片来(?:自|源)|(?:本文|文章|图文|部分图片)(?:仅代表|系|为|来(?:自|源)|转自).{0,40}(?:立场|转载|网络|原创)"
    r"|转载请|本网(?:所有|凡)|凡(?:本网|注明)|如(?:有|涉及)(?:侵权|版权)|(?:欢迎)?(?:点赞|转发|收藏|打赏)(?:[\W_]|$)|我要(?:评论|纠错|举报)|返回(?:首页|顶部|列表)|喜欢就?点|觉得不错"
    r"|.{0,12}未经(?:授权|许可|允许).{0,6}不得转载|.{0,40}(?:点我|点击)下载|点个?[“”\"]?(?:在看|赞)|返回.{0,4},查看更多"
    r"|.{0,60}(?:icp[备证]|公网安备|版权所有|all rights reserved)|(?:关于|联系)我们(?:[\W_]|$)|分享让更多人看到"
    r"|上一篇|下一篇|打开.{0,8}(?:app|客户端)|投稿\s?[:@]|记者(?:邮箱|热线)|@[a-z_]{4,}|频道\s?:\s?\S+$)"
)
_BUTTONS_BEFORE = re.compile(rf"(?:[\W_]*(?:{NOISE.pattern}))+[\W_]+(?=(?:责任)?编辑|责编|来源|作者|记者)")
_STROKE = re.compile(
    r"(?:文字?|图|图文|作者|记者|通讯员|实习生|编辑|责编|责任编辑|来源|校对|审核|监制|出品人?|撰文|撰稿|采写|摄影|统筹|策划|设计|主编)\s?[|丨—]"
)
# 校对 李项玲
_OTHER_ROLE = re.compile(
    r"[\W_]{0,2}(?:校对|审核|监制|终审|统筹|摄影|制图|美编|排版|主编|总监制|策划|设计)\s+(?P<who>.{2,20}?)[\W_]{0,2}"
)
# The end of a post in a channel.
_HASHTAGS = re.compile(r"#[^#\s]{1,20}#?(?:\s?#[^#\s]{1,20}#?){0,9}")
_BRACKET = re.compile(r"\(([^()]{1,60})\)$")
_CREDIT_WORD = re.compile(
    r"记者|通讯员|来源|编辑|责编|校对|作者|摄影|文/图|实习生|供稿|^完$"
    r"|^据.{2,16}(?:报|网|社|台|客户端)$"
)
_ROLES = re.compile("记者|通讯员|作者|撰文|撰稿|编辑|责编")
# Ends a post: （兰州晚报）. A publisher of books, （人民文学出版社）, does not.
_MEDIUM = re.compile(
    r"(?:据)?([^,。]{1,8}(?:日报|晚报|早报|晨报|商报|时报|都市报|新华社|中新社|通讯社|电视台|新闻网|客户端)|新华社|中新社|新华网|人民网)"
)
_BREADCRUMB = re.compile(
    r"(?:您|你)?(?:的|现在的|当前)?(?:位置|所在位置)\s?:|首页\s?[>/»-]|^[^。,]{1,12}\s?[>»›]\s?[^。,]{1,20}"
)


@lru_cache(maxsize=1_024)
def is_marker(line: Line) -> bool:
    """Whether the box with other articles begins here."""
    return len(line.folded) <= _LONGEST_MARKER and _MARKER.fullmatch(line.folded) is not None


def is_navigation(line: Line) -> bool:
    """Breadcrumbs, rows of sections and rows of buttons."""
    if len(line.folded) > _LONGEST_DROPPED or ends_sentence(line.folded):
        return False
    words = line.folded.split()
    row_of_sections = len(words) >= 4 and all(len(word) <= 5 for word in words) and han(line.folded) >= 8
    return _BREADCRUMB.search(line.folded) is not None or row_of_sections or is_buttons(line)


def is_buttons(line: Line) -> bool:
    return len(line.folded) <= _LONGEST_DROPPED and not any(map(str.isalnum, NOISE.sub("", line.folded)))


@lru_cache(maxsize=1_024)  # lists of names and scores repeat their lines, and each costs a dozen patterns
def credit(line: Line) -> Meta | None:
    """What a credit line says (nothing, for a dropped one that says nothing of use); None when the line must stay."""
    if len(line.folded) > _LONGEST_DROPPED:
        return None
    line = _plainly_labelled(line)
    sentence = ends_sentence(line.folded) and han(line.folded) >= _A_SENTENCE
    editor = _EDITOR.fullmatch(line.folded)
    if editor is not None:
        who = names.listed(line.cut(*editor.span("who")))
        if who is not None:
            return Meta(editor=who)
    number = _EDITOR_NUMBER.fullmatch(line.folded)
    if number is not None:
        return Meta(editor=line.shown[slice(*number.span("who"))])
    source = _SOURCE.fullmatch(line.folded)
    if source is not None and not sentence:
        what = line.cut(*source.span("what")).shown.split(" ")[0].strip("《》")
        # （来源：兰州日报 记者 李超） names the author, too.
        return Meta(source=what if what and what not in NOBODY else None) | (meta.of(line, date_needed=False) or Meta())
    author = names.in_byline(line)
    if author is not None:
        return Meta(author=author)
    # 新京报记者 张静姝 编辑 白爽 校对 李项玲
    writer = _AUTHOR.fullmatch(line.folded)
    if writer is not None and (who := names.listed(line.cut(*writer.span("who")))) is not None:
        return Meta(author=who if who not in NOBODY else None)
    # 联合报/记者林宸谊/台北报道
    roles = len(_ROLES.findall(line.folded))
    several = meta.of(line, date_needed=False) if roles > 1 or (roles == 1 and "/" in line.folded) else None
    if several is not None and (several.editor or (several.author and several.source)):
        return several
    other = _OTHER_ROLE.fullmatch(line.folded)
    if other is not None and names.listed(line.cut(*other.span("who"))) is not None:
        return Meta()
    if _HARD.match(line.folded) or (not sentence and _SOFT.match(line.folded)):
        return Meta()
    return Meta() if is_buttons(line) or _HASHTAGS.fullmatch(line.folded) else None


def _plainly_labelled(line: Line) -> Line:
    """The line without buttons before a credit (【纠错】责任编辑：…), and with colons for the strokes of 编辑丨李明."""
    buttons = _BUTTONS_BEFORE.match(line.folded)
    if buttons is not None:
        line = line.cut(buttons.end())
    return Line(line.shown, _STROKE.sub(lambda match: match[0][:-1] + ":", line.folded))


def medium(line: Line) -> str | None:
    """The medium when the line names one and says nothing else."""
    match = _MEDIUM.fullmatch(line.folded)
    return line.shown[slice(*match.span(1))] if match else None


def closing_bracket(line: Line) -> int | None:
    """Where the bracket with credits begins that closes a text: （新京报记者 张静姝 编辑 白爽）, （完）."""
    match = _BRACKET.search(line.folded[-70:])
    if match is None or not (_CREDIT_WORD.search(match[1]) or _MEDIUM.fullmatch(match[1])):
        return None
    return max(0, len(line.folded) - 70) + match.start()
