"""The address that a copied page shows in its head or foot."""

import pytest

from tests.support.copied_pages import BODY, MINUTE, PAGE, TITLE, only

URL = "https://www.example.com/2024/a.html?id=Ab1"


@pytest.mark.parametrize(
    "line",
    [
        URL,
        f"原文链接：{URL}",
        f"链接: {URL}",
        f"来源：{URL}",
        f"（阅读原文：{URL}）",
        f"👉 阅读全文：{URL}",
        f"原文:{URL}",
    ],
)
@pytest.mark.parametrize("place", ["above the title", "below the title", "at the end", "above the editor"])
def test_an_address_in_header_or_footer_becomes_the_article_address(line: str, place: str) -> None:
    text = {
        "above the title": f"{line}\n{PAGE}{BODY}",
        "below the title": f"{TITLE}\n{line}\n城北在线 2024-05-08 09:05\n{BODY}",
        "at the end": f"{PAGE}{BODY}\n{line}",
        "above the editor": f"{PAGE}{BODY}\n{line}\n责任编辑：李立",
    }[place]
    article = only(text)
    assert (article.title, article.url, article.published, article.text) == (TITLE, URL, MINUTE, BODY)


@pytest.mark.parametrize(
    "line",
    [
        "ftp://example.com/a.txt",
        "javascript:alert(1)",
        "https://www.example.com/",
        "https://localhost/1",
        "https:///a/1",
    ],
)
def test_text_that_is_not_a_page_address_gives_no_address(line: str) -> None:
    assert only(f"{PAGE}{BODY}\n原文链接：{line}").url is None


def test_several_addresses_in_the_footer_stay_in_the_text() -> None:
    links = f"{URL}\nhttps://www.example.com/b/2"
    article = only(f"{PAGE}{BODY}\n{links}")
    assert article.url is None
    assert article.text == f"{BODY}\n{links}"
