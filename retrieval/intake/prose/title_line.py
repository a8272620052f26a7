"""Which line of a text is its title?"""

import re

from retrieval.intake.prose import boilerplate, byline, footer
from retrieval.intake.prose.lines import Line, ends_sentence, han

FEWEST, MOST = 4, 45
_LABEL = re.compile(r"(?:标题|题目|文章标题|新闻标题|title)\s?:\s?")
_MARKDOWN = re.compile(r"#{1,3}\s+")
_LEAD = re.compile(r"【([^【】]{4,60})】\s?")
# 【环球网报道】 is no title.
_AGENCY = re.compile("(?:报道|消息|讯|电|最后)$")
# 标题_兰州新闻网 is the title of a window.
_SITE = re.compile(r"[\s_|\-—丨]{1,3}\S{2,20}$")
# The name of a section has hardly ever more.
SECTION = 5
_SECTIONS = re.compile(
    r"(?:(?:新闻|要闻|时政|社会|国内|国际|财经|经济|体育|娱乐|科技|民生|本地|地方|法治|法制|教育|健康|文化|旅游|军事|观点|评论|专题|首页|滚动|头条"
    r"|综合|焦点|热点|政务|动态|公告|公示|通知|资讯|频道|中心|版|正文|列表|[\W_])+)"
)
# What a forum writes behind a title.
_BUTTONS = re.compile(r"\s?[\[(（【]?复制链接[\])）】]?$")


def may_be_title(line: Line) -> bool:
    """Whether a line may be a title: no sentence, no list, and nothing that only pages say."""
    if not FEWEST <= han(line.folded) <= MOST or len(line.folded) > 80:
        return False
    if (ends_sentence(line.folded) and not line.folded.endswith(("!", "?"))) or line.folded.endswith((",", ":", "、")):
        return False
    if "。" in line.folded or boilerplate.is_marker(line) or footer.is_hashtags(line):
        return False
    return boilerplate.credit(line) is None


def is_labelled(line: Line) -> bool:
    """标题：… begins an article wherever it stands."""
    label = _LABEL.match(line.folded)
    return label is not None and may_be_title(line.cut(label.end()))


def marked_title(line: Line) -> Line | None:
    """The title of a line that is marked as one, 标题：… or # …; None for any other line."""
    label = _LABEL.match(line.folded) or _MARKDOWN.match(line.folded)
    return line.cut(label.end()) if label is not None and han(line.folded) <= MOST + 5 else None


def bracketed(line: Line) -> tuple[str, Line] | None:
    """The title in 【】 that a post begins with, and the rest of the line."""
    match = _LEAD.match(line.shown)
    return (match[1], line.cut(match.end())) if match is not None and han(match[1]) >= FEWEST + 2 else None


def is_agency(title: str) -> bool:
    """Whether what stands in 【】 says who reports, and not what."""
    return _AGENCY.search(title) is not None


def is_section(line: Line) -> bool:
    return _SECTIONS.fullmatch(line.folded) is not None


def without_buttons(title: str) -> str:
    """The title without what a forum writes behind it."""
    return _BUTTONS.sub("", title) or title


def title_index(above: list[Line]) -> int | None:
    """Which of the lines above the body is the title: not the section or the site before it, nor the window's title."""
    candidates = [index for index, line in enumerate(above) if may_be_title(line)]
    if not candidates:
        return None
    best = candidates[0]
    for other in candidates[1:]:
        first, second = above[best], above[other]
        window = _SITE.sub("", first.shown)
        window_title = first.shown != second.shown and (
            window == second.shown or first.shown.startswith(f"{second.shown}_")
        )
        is_site = byline.is_media(first) and not byline.is_media(second)
        if window_title or is_site or han(first.folded) <= SECTION < han(second.folded):
            best = other
    return best
