"""Elements of a page that hold its article, and the boxes among them that do not belong to it.

Some sites name the element; on all other pages readability weighs paragraphs against links.
"""

import re
from collections.abc import Callable
from copy import deepcopy
from itertools import islice
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement
from readability import Document
from readability.readability import Unparseable

from retrieval.intake.page.blocks import NUMBER
from retrieval.intake.page.markup import Page, PageLine
from retrieval.intake.prose.line_kind import NEVER_TEXT, Kind, classify
from retrieval.intake.prose.lines import ends_sentence, han

# Ids and classes of the element that holds the article at WeChat (hidden until a script runs), Xinhua, People's Daily,
# Tencent, Sohu, NetEase, Sina, and in the systems of government sites and local newspapers.
_IDS = frozenset(
    [
        *("js_content", "detail-content", "detailContent", "p-detail", "rwb_zw", "Cnt-Main-Article-QQ"),
        *("mp-editor", "endText", "artibody", "zoom", "UCAP-CONTENT", "ContentBody", "articleText"),
        "ozoom",
    ]
)
_CLASSES = frozenset(
    [
        *("rich_media_content", "TRS_Editor", "TRS_UEDITOR", "trs_editor_view", "pages_content"),
        *("post_body", "rm_txt_con", "main-aticle", "article-body", "article_content"),
    ]
)
# Words in classes and ids of boxes inside an article's element, and of parts of the page that stand around it.
_BOX = re.compile(
    r"(?:relat|recommend|tuijian|xiangguan|share|comment|player|copyright|advert|foot).*|ads?|qrcode|toolbar|breadcrumb"
    r"|pagination|nav"
)
_APART = re.compile(r"foot(?:er)?|copyright|nav|comments?")
_WORD, _LONGEST_NAME = re.compile(r"[A-Z]?[a-z]+"), 500
# Elements that may hold the title of another article and its summary, how many elements are in the largest of them,
# Chinese characters of such a title, and lines of text that may stand below it.
_TEASERS = ("li", "dl", "div", "section", "aside", "table")
_LARGEST_TEASER, _A_TITLE, _TEXTS_A_LINK = 300, 8, 2
# A part of the article with a larger share of its prose is no box.
_MOST_OF_BOX = 0.3
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
# Readability reads an element and its text once for each element around it. It takes a second for as many characters,
# an element counted as thirty.
_MOST_WORK, _AN_ELEMENT = 20_000_000, 30
# A page with less prose has no article; the article's element holds most of the prose.
_FEWEST_ON_PAGE, _MOST_OF_PROSE = 10, 0.7


class Content(NamedTuple):
    """Numbers of elements: `elements` hold the article, `boxes` hold what does not belong to it, also among these."""

    elements: set[int]
    boxes: set[int]


def find(page: Page, heading: int | None) -> Content:
    """The elements that hold the article's lines; none when no part of the page reads like an article.

    `heading` is the number of the line with the title, None when unknown. The page's footer, its navigation and its
    comments count only when they hold more than such parts do, and no prose stands elsewhere.
    """
    apart = _inside(page.root, lambda element: _is_named(element, _APART)) | _comments(page.lines, heading)
    prose, everywhere = _prose(page.lines, apart), _prose(page.lines, set())
    if sum(prose.values()) < _FEWEST_ON_PAGE:
        apart, prose = set(), everywhere
    elements = _article_elements(page, prose)
    return Content(elements, apart | _boxes(page, elements, prose))


def _article_elements(page: Page, prose: dict[int, int]) -> set[int]:
    """The first of these that holds enough prose: an element that a known site names, readability's choice, the
    innermost element around most of the prose.
    """
    enough = max(_FEWEST_HAN, _LEAST_SHARE * sum(prose.values()))
    amounts = _amounts(page.root, prose)
    for element in page.root.iter():
        if amounts.get(element, 0) >= enough and _is_known(element):
            return _numbers_inside(element)
    chosen = _chosen_by_readability(page)
    if _amount(prose, chosen) < min(_FEWEST_HAN, max(1, sum(prose.values()))):
        chosen = _around_most(page.root, prose)
    return chosen | _paragraphs_beside(page.root, chosen)


def _paragraphs_beside(root: HtmlElement, chosen: set[int]) -> set[int]:
    """The numbers inside the paragraphs of the page's only article element, when it holds `chosen`; else none.

    A page that asks for a login below the first paragraph keeps the others in an element of their own.
    """
    articles = list(root.iter("article"))
    if len(articles) != 1 or not chosen <= _numbers_inside(articles[0]):
        return set()
    return {number for paragraph in articles[0].iter("p") for number in _numbers_inside(paragraph)}


def _boxes(page: Page, elements: set[int], prose: dict[int, int]) -> set[int]:
    """The numbers of those of `elements` that hold other articles, buttons, a player, comments or notices.

    A box is named as one, or begins with the title of another article, a link, below a label at most. A box with more
    than a third of the prose belongs to the article, whatever its name.
    """
    most = _MOST_OF_BOX * _amount(prose, elements)
    amounts = _amounts(page.root, prose)
    shown = {page_line.element: page_line for page_line in reversed(page.lines)}

    def is_box(element: HtmlElement) -> bool:
        if int(element.get(NUMBER, -1)) not in elements or amounts.get(element, 0) > most:
            return False
        return _is_named(element, _BOX) or (element.tag in _TEASERS and _is_teaser(element, shown))

    return _inside(page.root, is_box)


def _inside(root: HtmlElement, fits: Callable[[HtmlElement], bool]) -> set[int]:
    """The numbers inside all elements that fit."""
    inside: set[int] = set()
    for element in root.iter():
        if int(element.get(NUMBER, -1)) not in inside and fits(element):
            inside |= _numbers_inside(element)
    return inside


def _is_named(element: HtmlElement, words: re.Pattern[str]) -> bool:
    """Whether the tag of an element, or a word of its class or id, is one of `words`; mbShareBtn is three words."""
    label = f"{element.tag} {element.get('id') or ''} {element.get('class') or ''}"
    return any(words.fullmatch(word.lower()) for word in _WORD.findall(label[:_LONGEST_NAME]))


def _is_teaser(element: HtmlElement, shown: dict[int, PageLine]) -> bool:
    """Whether an element begins with the heading of a box (推荐阅读), or with the title of another article, a link,
    below a label at most, and says little more.

    `shown` are the page's lines by the number of their element.
    """
    # A larger element is no teaser; the limit bounds the time for deep pages.
    numbers = [int(part.get(NUMBER, -1)) for part in islice(element.iter(), _LARGEST_TEASER)]
    block = [shown[number] for number in numbers if number in shown]
    if len(numbers) == _LARGEST_TEASER or not block:
        return False
    links = [page_line.is_link and han(page_line.line.folded) >= _A_TITLE for page_line in block]
    if classify(block[0].line).kind is Kind.BOX:
        return True
    begins = links[0] or (any(links[1:2]) and han(block[0].line.folded) < _A_TITLE)
    texts = sum(not page_line.has_links and han(page_line.line.folded) >= _A_TITLE for page_line in block)
    return begins and texts <= _TEXTS_A_LINK * sum(links)


def around(page: Page, texts: list[int]) -> set[int]:
    """The numbers of the elements inside the innermost element around two or more lines; of all elements for fewer."""
    numbers = {str(page.lines[text].element) for text in texts}
    first, *others = [element for element in page.root.iter() if element.get(NUMBER) in numbers] or [page.root]
    if not others:
        return _numbers_inside(page.root)
    path = [*others[0].iterancestors()]
    return _numbers_inside(next(element for element in first.iterancestors() if element in path))


def _comments(page_lines: list[PageLine], heading: int | None) -> set[int]:
    """The numbers of the elements below the heading of readers' comments (网友评论); none without prose above it.

    Only lines below the title, whose number is `heading`, are searched: navigation may hold the word, too, and a button
    (评论) may stand right below the title.
    """
    if heading is None:
        return set()
    for index in range(heading + 1, len(page_lines)):
        if _COMMENTS.fullmatch(page_lines[index].line.folded) and _prose(page_lines[heading + 1 : index], set()):
            above = {page_line.element for page_line in page_lines[:index]}
            return {page_line.element for page_line in page_lines[index:]} - above
    return set()


def _amount(prose: dict[int, int], inside: set[int]) -> int:
    """The Chinese characters of `prose` (as `_prose` returns it) in the elements `inside`."""
    return sum(amount for element, amount in prose.items() if element in inside)


def _prose(page_lines: list[PageLine], apart: set[int]) -> dict[int, int]:
    """The Chinese characters of running text by number of element, without links, credits and the elements `apart`."""
    amounts: dict[int, int] = {}
    for page_line in page_lines:
        folded = page_line.line.folded
        amount = 0 if page_line.has_links else han(folded)
        is_prose = amount >= _LONG_LINE or (amount >= _A_CLAUSE and ends_sentence(folded))
        if is_prose and page_line.element not in apart and classify(page_line.line).kind not in NEVER_TEXT:
            amounts[page_line.element] = amounts.get(page_line.element, 0) + amount
    return amounts


def _is_known(element: HtmlElement) -> bool:
    """Whether the id, a class or itemprop of an element marks an article's body."""
    classes = (element.get("class") or "").split()
    return element.get("id") in _IDS or not _CLASSES.isdisjoint(classes) or element.get("itemprop") == "articleBody"


def _numbers_inside(container: HtmlElement) -> set[int]:
    return {int(element.get(NUMBER, -1)) for element in container.iter()}


class _Readability(Document):  # type: ignore[misc]
    """Readability without its last step, writing HTML: the attribute `html` is the tree that it chose."""

    def get_clean_html(self) -> str:
        return str(self.html.text_content())


def _amounts(root: HtmlElement, prose: dict[int, int]) -> dict[HtmlElement, int]:
    """The Chinese characters of prose in each element that has any."""
    amounts: dict[HtmlElement, int] = {}
    # Backwards: all elements inside an element are counted before it.
    for element in reversed(list(root.iter())):
        amount = amounts.get(element, 0) + prose.get(int(element.get(NUMBER, -1)), 0)
        if amount:
            amounts[element] = amount
            if (around := element.getparent()) is not None:
                amounts[around] = amounts.get(around, 0) + amount
    return amounts


def _around_most(root: HtmlElement, prose: dict[int, int]) -> set[int]:
    """The numbers inside the innermost element around most of the prose; empty when the page has hardly any.

    The choice for pages on which readability fails, and for pages that are too large for it.
    """
    amounts = _amounts(root, prose)
    total = sum(prose.values())
    if total < _FEWEST_ON_PAGE:
        return set()
    # The last in document order is the innermost.
    innermost = [element for element in root.iter() if amounts.get(element, 0) >= _MOST_OF_PROSE * total][-1]
    return _numbers_inside(innermost)


def _work(root: HtmlElement) -> int:
    """The characters that readability reads: each once for each element around it."""
    depth = work = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        text = element.text if event == "start" else element.tail
        work += depth * (len(text or "") + (_AN_ELEMENT if event == "start" else 0))
    return work


def _chosen_by_readability(page: Page) -> set[int]:
    """The numbers of the elements that readability keeps; empty when it finds none or the page is too large."""
    if _work(page.root) > _MOST_WORK:
        return set()
    # Readability changes the tree that it is given.
    document = _Readability(deepcopy(page.root))
    try:
        document.summary(html_partial=True)
    except Unparseable:
        return set()
    return {int(element.get(NUMBER)) for element in document.html.iter() if element.get(NUMBER) is not None}
