"""Names of media: 兰州晚报, 城北发布, 澎湃新闻. All patterns match folded lines."""

import re

from retrieval.intake.lexicon import is_made_of, one_of
from retrieval.intake.prose.lines import Line

_NAME = one_of("media.name")
# 体育新闻 is a section, not a medium.
_MEDIUM = re.compile(
    rf"(?!{one_of('media.section')}$)[\u4e00-\u9fff《》a-z0-9+·\-.]{{1,14}}"
    rf"{one_of('media.ending', 'media.sure_ending')}》?|{_NAME}"
    rf"|(?!{one_of('page.section')})[\u4e00-\u9fff]{{2,4}}{one_of('media.channel')}"
)
# 扬眼企鹅号
_PLATFORM = re.compile(rf"(?<=\w\w){one_of('media.platform')}$")
# 城北日报, 新华社: endings and names that leave no doubt.
SURE = rf"(?:[\u4e00-\u9fff]{{1,8}}{one_of('media.sure_ending')}|{_NAME})"


def is_media(line: Line) -> bool:
    """Whether a line is the name of a medium and nothing else: 兰州晚报, 新华社, 澎湃新闻."""
    return _MEDIUM.fullmatch(line.folded) is not None and not is_section(line)


def is_section(line: Line) -> bool:
    """Whether a line holds names of a site's sections and nothing else: 新闻中心, 教育频道."""
    return is_made_of(line.folded, "page.section")


def clean_source(shown: str) -> str | None:
    """The name of a source without the marks around it and the platform behind it; None when nothing is left."""
    return _PLATFORM.sub("", shown).strip(" <>《》〈〉“”\"'[]【】()（）,，、:：;；-—|/") or None
