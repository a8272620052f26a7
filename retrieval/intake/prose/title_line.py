"""Title lines: which lines may be a title, and which of the lines above a body is one."""

import re

from retrieval.intake.prose import boilerplate, byline, footer
from retrieval.intake.prose.lines import Line, ends_sentence, han

# Chinese characters of a title, and all its characters.
FEWEST, MOST, _LONGEST = 4, 45, 80
_LABEL = re.compile(r"(?:标题|题目|文章标题|新闻标题|title)\s?:\s?")
_MARKDOWN = re.compile(r"#{1,3}\s+")
# 【城北新桥通车】 at the beginning of a post.
_LEAD = re.compile(r"【([^【】]{4,60})】\s?")
# 【环球网报道】 is not a title.
_AGENCY = re.compile("(?:报道|消息|讯|电|最后)$")
# The site's name in the title of a window: 标题_兰州新闻网.
_SITE = re.compile(r"[\s_|\-—丨]{1,3}\S{2,20}$")
# Most Chinese characters of the name of a section.
SECTION = 5
# A line of names of sections: 新闻中心 | 国内.
_SECTIONS = re.compile(
    r"(?:(?:新闻|要闻|时政|社会|国内|国际|财经|经济|体育|娱乐|科技|民生|本地|地方|法治|法制|教育|健康|文化|旅游|军事|观点|评论|专题|首页|滚动|头条"
    r"|综合|焦点|热点|政务|动态|公告|公示|通知|资讯|频道|中心|版|正文|列表|[\W_])+)"
)
# The button that a forum prints behind a title: [复制链接].
_BUTTONS = re.compile(r"\s?[\[(（【]?复制链接[\])）】]?$")


def may_be_title(line: Line) -> bool:
    """Whether a line has the length of a title and is no sentence, list, credit, hashtags or marker of a box."""
    if not FEWEST <= han(line.folded) <= MOST or len(line.folded) > _LONGEST:
        return False
    if (ends_sentence(line.folded) and not line.folded.endswith(("!", "?"))) or line.folded.endswith((",", ":", "、")):
        return False
    if "。" in line.folded or boilerplate.is_marker(line) or footer.is_hashtags(line):
        return False
    return boilerplate.credit(line) is None


def is_labelled(line: Line) -> bool:
    """Whether a line is 标题：… with a title behind it; such a line begins an article wherever it stands."""
    label = _LABEL.match(line.folded)
    return label is not None and may_be_title(line.cut(label.end()))


def marked_title(line: Line) -> Line | None:
    """The title behind a mark, 标题：… or # …; None for a line without a mark or with a long text behind it."""
    label = _LABEL.match(line.folded) or _MARKDOWN.match(line.folded)
    return line.cut(label.end()) if label is not None and han(line.folded) <= MOST + 5 else None


def bracketed(line: Line) -> tuple[str, Line] | None:
    """The title in 【】 at the beginning of a line, and the rest of the line; None for any other line."""
    match = _LEAD.match(line.shown)
    return (match[1], line.cut(match.end())) if match is not None and han(match[1]) >= FEWEST + 2 else None


def is_agency(title: str) -> bool:
    """Whether a text in 【】 names a medium instead of the news: 环球网报道."""
    return _AGENCY.search(title) is not None


def is_section(line: Line) -> bool:
    """Whether a line holds names of sections and nothing else: 新闻中心."""
    return _SECTIONS.fullmatch(line.folded) is not None


def without_buttons(title: str) -> str:
    """The title without the button that a forum prints behind it."""
    return _BUTTONS.sub("", title) or title


def title_index(above: list[Line]) -> int | None:
    """The index of the title among the lines above the body; None when no line may be a title.

    The first line that may be a title, unless it is a section (要闻), a site (兰州新闻网) or the title of the window
    (标题_兰州新闻网) and a better one follows.
    """
    candidates = [index for index, line in enumerate(above) if may_be_title(line)]
    if not candidates:
        return None
    best = candidates[0]
    for other in candidates[1:]:
        first, second = above[best], above[other]
        without_site = _SITE.sub("", first.shown)
        is_window_title = first.shown != second.shown and (
            without_site == second.shown or first.shown.startswith(f"{second.shown}_")
        )
        is_site = byline.is_media(first) and not byline.is_media(second)
        if is_window_title or is_site or han(first.folded) <= SECTION < han(second.folded):
            best = other
    return best
