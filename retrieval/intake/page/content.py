"""Which elements of a page hold its article?

Some sites name the element; for all others readability weighs paragraphs against links.
"""

import re
from copy import deepcopy

from lxml.html import HtmlElement
from readability import Document
from readability.readability import Unparseable

from retrieval.intake.page.markup import NUMBER, Page, Shown
from retrieval.intake.prose import boilerplate
from retrieval.intake.prose.lines import ends_sentence, han

# Ids and classes of the element that holds the article: WeChat (hidden until a script runs), Xinhua, People's Daily,
# Tencent, Sohu, NetEase, Sina, systems of government sites and of local newspapers.
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
_COMMENTS = re.compile(
    r"[\W_]*(?:网友|最新|精彩|全部|热门|热|用户|发表|我来)?(?:评论|跟帖|跟贴|留言|热议)(?:区|列表)?[\s(:]{0,3}\d{0,6}[条)]{0,2}[\W_]*"
)
_FEWEST_HAN = 60
# A container with less than this share of the page's prose is not the one: the site was rebuilt, or it holds a summary.
_LEAST_SHARE = 0.4
_LONG_LINE, _A_CLAUSE = 25, 6
_MOST_ELEMENTS = 20_000
_NEGLIGIBLE = 0.3
_A_LITTLE, _MOST_OF_IT = 10, 0.7


def elements(page: Page, heading: int | None) -> set[int]:
    """The numbers of the elements that hold the article's lines; empty when no part of the page reads like one.

    `heading` is the number of the line with the title, when it is known.
    """
    prose = _prose(page.shown)
    poor: set[int] = set()
    for container in _named(page.root):
        # What stands inside a container that holds too little holds less.
        if int(container.get(NUMBER)) in poor:
            continue
        inside = _inside(container)
        if _amount(prose, inside) >= max(_FEWEST_HAN, _LEAST_SHARE * sum(prose.values())):
            return inside
        poor |= inside
    found = _weighed(page.root)
    if _amount(prose, found) < _FEWEST_HAN:
        found = _around(page.root, prose)
    # Readers may have written more than the newspaper.
    remarks = comments(page.shown, heading) if heading is not None else None
    told = _prose(page.shown[heading:remarks]) if remarks is not None else {}
    if 2 * _amount(told, found) < sum(told.values()):
        found = _around(page.root, told)
    return found


def comments(shown: list[Shown], start: int) -> int | None:
    """The number of the first line from `start` on below which readers write; None when there is none."""
    found = (index for index in range(start, len(shown)) if _COMMENTS.fullmatch(shown[index].line.folded))
    return next(found, None)


def _amount(prose: dict[int, int], inside: set[int]) -> int:
    return sum(amount for element, amount in prose.items() if element in inside)


def _prose(lines: list[Shown]) -> dict[int, int]:
    """How many Chinese characters of running text each element has that has any; links are none."""
    amounts: dict[int, int] = {}
    for shown in lines:
        amount = han(shown.line.folded) if shown.linked < _NEGLIGIBLE else 0
        reads_on = amount >= _LONG_LINE or (amount >= _A_CLAUSE and ends_sentence(shown.line.folded))
        if reads_on and boilerplate.credit(shown.line) is None:
            amounts[shown.element] = amounts.get(shown.element, 0) + amount
    return amounts


def _named(root: HtmlElement) -> list[HtmlElement]:
    found = []
    for element in root.iter():
        names = (element.get("class") or "").split()
        if (
            element.get("id") in _IDS
            or any(name in _CLASSES for name in names)
            or element.get("itemprop") == "articleBody"
        ):
            found.append(element)
    return found


def _inside(container: HtmlElement) -> set[int]:
    return {int(element.get(NUMBER)) for element in container.iter()}


class _Readability(Document):  # type: ignore[misc]
    """Readability without its last step, the making of HTML: its attribute `html` is the tree that it chose."""

    def get_clean_html(self) -> str:
        return str(self.html.text_content())


def _around(root: HtmlElement, prose: dict[int, int]) -> set[int]:
    """The innermost element around most of the prose: for pages that readability gives up on, or that are too large."""
    amounts: dict[HtmlElement, int] = {}
    # From the last element to the first one, so that all inside an element are counted before it is.
    for element in reversed(list(root.iter())):
        amount = amounts.get(element, 0) + prose.get(int(element.get(NUMBER, -1)), 0)
        if amount:
            amounts[element] = amount
            if (around := element.getparent()) is not None:
                amounts[around] = amounts.get(around, 0) + amount
    total = sum(prose.values())
    if total < _A_LITTLE:
        return set()
    # Later in document order is further inside.
    innermost = [element for element in root.iter() if amounts.get(element, 0) >= _MOST_OF_IT * total][-1]
    return _inside(innermost)


def _weighed(root: HtmlElement) -> set[int]:
    if sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        return set()
    # It takes apart what it is given.
    document = _Readability(deepcopy(root))
    try:
        document.summary(html_partial=True)
    except Unparseable:
        return set()
    return {int(element.get(NUMBER)) for element in document.html.iter() if element.get(NUMBER) is not None}
