"""Elements of a page that hold its article, and the line where readers' comments begin.

Some sites name the element; on all other pages readability weighs paragraphs against links.
"""

import re
from copy import deepcopy

from lxml.html import HtmlElement
from readability import Document
from readability.readability import Unparseable

from retrieval.intake.page.blocks import NUMBER
from retrieval.intake.page.markup import Page, PageLine
from retrieval.intake.prose.line_kind import NEVER_TEXT, classify
from retrieval.intake.prose.lines import ends_sentence, han

# Ids and classes of the element that holds the article at WeChat (hidden until a script runs), Xinhua, People's Daily,
# Tencent, Sohu, NetEase, Sina, and in the systems of government sites and local newspapers.
_IDS = frozenset(
    [
        "js_content",
        "detail-content",
        "detailContent",
        "p-detail",
        "rwb_zw",
        "Cnt-Main-Article-QQ",
        "mp-editor",
        "endText",
        "artibody",
        "zoom",
        "UCAP-CONTENT",
        "ContentBody",
        "articleText",
        "ozoom",
    ]
)
_CLASSES = frozenset(
    [
        "rich_media_content",
        "TRS_Editor",
        "TRS_UEDITOR",
        "trs_editor_view",
        "pages_content",
        "post_body",
        "rm_txt_con",
        "main-aticle",
        "article-body",
        "article_content",
    ]
)
# The line above readers' comments: 网友评论(12条), 热门跟帖, 我来评论.
_COMMENTS = re.compile(
    r"[\W_]*(?:网友|最新|精彩|全部|热门|热|用户|发表|我来)?(?:评论|跟帖|跟贴|留言|热议)(?:区|列表)?[\s(:]{0,3}\d{0,6}[条)]{0,2}[\W_]*"
)
# An element with less prose is not taken for the article.
_FEWEST_HAN = 60
# A named element with a smaller share of the page's prose holds a summary, or the site was rebuilt.
_LEAST_SHARE = 0.4
# Prose is a line of this many Chinese characters, or a sentence of at least a clause.
_LONG_LINE, _A_CLAUSE = 25, 6
# Readability takes too long on larger pages.
_MOST_ELEMENTS = 20_000
# A line with a larger share of links is not prose.
_FEW_LINKS = 0.3
# A page with less prose has no article; the article's element holds most of the prose.
_FEWEST_ON_PAGE, _MOST_OF_PROSE = 10, 0.7


def article_elements(page: Page, heading: int | None) -> set[int]:
    """The numbers of the elements that hold the article's lines; empty when no part of the page reads like an article.

    The first of these steps that gives enough prose wins: an element that a known site names, readability's choice, the
    innermost element around most of the prose. `heading` is the number of the line with the title, None when unknown.
    """
    prose = _prose(page.lines)
    too_small: set[int] = set()
    for container in _known_containers(page.root):
        # An element inside a container with too little prose has too little, too.
        if int(container.get(NUMBER)) in too_small:
            continue
        inside = _numbers_inside(container)
        if _amount(prose, inside) >= max(_FEWEST_HAN, _LEAST_SHARE * sum(prose.values())):
            return inside
        too_small |= inside
    chosen = _chosen_by_readability(page.root)
    if _amount(prose, chosen) < _FEWEST_HAN:
        chosen = _around_most(page.root, prose)
    # Readers' comments may be longer than the article: then only the prose between title and comments counts.
    comments = comments_start(page.lines, heading) if heading is not None else None
    above_comments = _prose(page.lines[heading:comments]) if comments is not None else {}
    if 2 * _amount(above_comments, chosen) < sum(above_comments.values()):
        chosen = _around_most(page.root, above_comments)
    return chosen


def comments_start(page_lines: list[PageLine], start: int) -> int | None:
    """The number of the first line from `start` on that stands above readers' comments (网友评论); None without one."""
    headings = (index for index in range(start, len(page_lines)) if _COMMENTS.fullmatch(page_lines[index].line.folded))
    return next(headings, None)


def _amount(prose: dict[int, int], inside: set[int]) -> int:
    """The Chinese characters of `prose` (as `_prose` returns it) in the elements `inside`."""
    return sum(amount for element, amount in prose.items() if element in inside)


def _prose(page_lines: list[PageLine]) -> dict[int, int]:
    """The Chinese characters of running text by number of element; links, buttons and credits do not count."""
    amounts: dict[int, int] = {}
    for page_line in page_lines:
        folded = page_line.line.folded
        amount = han(folded) if page_line.linked < _FEW_LINKS else 0
        is_prose = amount >= _LONG_LINE or (amount >= _A_CLAUSE and ends_sentence(folded))
        if is_prose and classify(page_line.line).kind not in NEVER_TEXT:
            amounts[page_line.element] = amounts.get(page_line.element, 0) + amount
    return amounts


def _known_containers(root: HtmlElement) -> list[HtmlElement]:
    """The elements whose id, class or itemprop marks an article's body, in document order."""
    containers = []
    for element in root.iter():
        names = (element.get("class") or "").split()
        if (
            element.get("id") in _IDS
            or any(name in _CLASSES for name in names)
            or element.get("itemprop") == "articleBody"
        ):
            containers.append(element)
    return containers


def _numbers_inside(container: HtmlElement) -> set[int]:
    return {int(element.get(NUMBER)) for element in container.iter()}


class _Readability(Document):  # type: ignore[misc]
    """Readability without its last step, writing HTML: the attribute `html` is the tree that it chose."""

    def get_clean_html(self) -> str:
        return str(self.html.text_content())


def _around_most(root: HtmlElement, prose: dict[int, int]) -> set[int]:
    """The numbers inside the innermost element around most of the prose; empty when the page has hardly any.

    The choice for pages on which readability fails, and for pages that are too large for it.
    """
    amounts: dict[HtmlElement, int] = {}
    # Backwards: all elements inside an element are counted before it.
    for element in reversed(list(root.iter())):
        amount = amounts.get(element, 0) + prose.get(int(element.get(NUMBER, -1)), 0)
        if amount:
            amounts[element] = amount
            if (around := element.getparent()) is not None:
                amounts[around] = amounts.get(around, 0) + amount
    total = sum(prose.values())
    if total < _FEWEST_ON_PAGE:
        return set()
    # The last in document order is the innermost.
    innermost = [element for element in root.iter() if amounts.get(element, 0) >= _MOST_OF_PROSE * total][-1]
    return _numbers_inside(innermost)


def _chosen_by_readability(root: HtmlElement) -> set[int]:
    """The numbers of the elements that readability keeps; empty when it finds none or the page is too large."""
    if sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        return set()
    # Readability changes the tree that it is given.
    document = _Readability(deepcopy(root))
    try:
        document.summary(html_partial=True)
    except Unparseable:
        return set()
    return {int(element.get(NUMBER)) for element in document.html.iter() if element.get(NUMBER) is not None}
