"""Pages without an article, and the sentence that tells an editor why."""

import re

from retrieval.intake.page import page_title
from retrieval.intake.page.head_metadata import HeadMetadata
from retrieval.intake.page.markup import Page
from retrieval.intake.prose import refusals
from retrieval.intake.prose.lines import Line, ends_sentence, han
from retrieval.text.folding import squeeze

# An article about captchas is longer than `_MOST_HAN`. Below `_FEW_HAN` any short line counts, else only the title.
_MOST_HAN, _FEW_HAN = 300, 60
# Chinese characters of a line that counts as prose without a stop at its end.
_LONG_LINE = 25
# Characters of such a line, and of a title that consists of such a notice only.
_LONGEST_NOTICE, _LONGEST_TITLE = 60, 10
# A page with a field for a password, or a title that asks for one, and less prose, asks for a login.
_LITTLE_PROSE = 100
_LOGIN_TITLE = re.compile(r"(?:用户|账号|会员|欢迎|立即)?登[录陆入].{0,10}|(?:sign|log) ?in.{0,20}")
# An article has fewer titles of other articles between its sentences than sentences.
_FEWEST_TITLES, _A_TITLE = 6, 8
_LIST = "这是列表页，不是文章；请打开其中一篇再收录。"
_SCRIPTED = "网页的正文要运行脚本才会出现，请在浏览器里打开后复制正文再收录。"
_NOTHING = "没有找到正文，没有收录。"
_TITLE_ONLY = "只有标题，没有正文。"


def reason(page: Page, head: HeadMetadata, title: str | None, body: list[Line]) -> str | None:
    """Why the page shows no article, as a Chinese sentence; None when it may show one.

    `title` and the lines `body` of the article's element are what was found on the page; each may be missing.
    """
    amount = sum(han(line.folded) for line in body)
    if _asks_for_login(page, body):
        return refusals.LOGIN
    if amount > _MOST_HAN:
        return None
    titles = [squeeze(page_title.without_site(head_title)) for head_title in head.titles]
    titles = [squeezed for squeezed in titles if len(squeezed) <= _LONGEST_TITLE or amount < _FEW_HAN]
    short_lines = [line.folded for line, *_ in page.lines if len(line.folded) <= _LONGEST_NOTICE]
    for sentence, pattern in refusals.PATTERNS:
        if any(map(pattern.search, titles)) or (amount < _FEW_HAN and any(map(pattern.search, short_lines))):
            return sentence
    has_prose = any(ends_sentence(line.folded) or han(line.folded) >= _LONG_LINE for line in body)
    if not has_prose and _is_list(page):
        return _LIST
    if body:
        return None
    shown = sum(han(page_line.line.folded) for page_line in page.lines)
    if shown < _FEW_HAN and next(page.root.iter("script"), None) is not None:
        return _SCRIPTED
    return _TITLE_ONLY if title else _NOTHING


def _asks_for_login(page: Page, body: list[Line]) -> bool:
    """Whether the page has a field for a password or a heading that asks for a login, and hardly a whole sentence."""
    sentences = sum(han(line.folded) for line in body if ends_sentence(line.folded))
    headings = [page_line.line.folded for page_line in page.lines if page_line.tag in ("h1", "h2", "h3")]
    if page.asks_password:
        return sentences < _LITTLE_PROSE
    return sentences == 0 and any(map(_LOGIN_TITLE.fullmatch, headings))


def _is_list(page: Page) -> bool:
    """Whether a page holds the titles of other articles, as links, among or instead of its sentences."""
    titles = sum(page_line.has_links and han(page_line.line.folded) >= _A_TITLE for page_line in page.lines)
    sentences = sum(not page_line.has_links and ends_sentence(page_line.line.folded) for page_line in page.lines)
    return titles >= max(_FEWEST_TITLES, sentences)
