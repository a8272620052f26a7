"""Exports of blogs: posts are read; drafts, private posts, pages, pictures and menus are left out, and counted."""

import json
from typing import Any

import pytest

from retrieval.article import Article
from retrieval.intake import Refusal, read
from tests.support.documents import BODY

LEFT_OUT = "有 1 个草稿、1 个私密文章、1 个页面、1 个附件，没有收录。"
STATES = [("draft", "post"), ("private", "post"), ("publish", "page"), ("inherit", "attachment"), ("publish", "post")]


def ghost(status: str, kind: str) -> dict[str, Any]:
    moments = {"created_at": "2024-03-01T01:30:00.000Z", "published_at": "2024-03-05T01:30:00.000Z"}
    return {"title": "新桥", "html": f"<p>{BODY}</p>", "plaintext": BODY, "status": status, "type": kind, **moments}


def rest(status: str, kind: str) -> dict[str, Any]:
    shown = {"title": {"rendered": "新桥"}, "content": {"rendered": f"<p>{BODY}</p>", "protected": False}}
    return {"id": 1, "date_gmt": "2024-03-05T01:30:00", "status": status, "type": kind, **shown}


def item(status: str, kind: str) -> str:
    return (
        f"<item><title>新桥</title><content:encoded><![CDATA[{BODY}]]></content:encoded><pubDate></pubDate>"
        f"<wp:post_date_gmt>2024-03-05 01:30:00</wp:post_date_gmt><wp:status>{status}</wp:status>"
        f"<wp:post_type>{kind}</wp:post_type></item>"
    )


def wxr() -> str:
    names = 'xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return f"<rss {names}><channel>{''.join(item(*state) for state in STATES)}</channel></rss>"


EXPORTS = {
    "ghost.json": json.dumps({"db": [{"meta": {}, "data": {"users": [], "posts": [ghost(*one) for one in STATES]}}]}),
    "content.json": json.dumps({"posts": [ghost(*one) for one in STATES], "meta": {"pagination": {}}}),
    "rest.json": json.dumps([rest(*one) for one in STATES]),
    "wordpress.xml": wxr(),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_what_is_no_published_post_is_left_out_and_counted(name: str) -> None:
    [article] = read(EXPORTS[name].encode(), name)
    assert isinstance(article, Article)
    assert (article.title, article.text, article.published) == ("新桥", BODY, "2024-03-05 09:30")
    assert article.notes == (f"{name}：{LEFT_OUT}",)


def test_an_export_of_drafts_only_is_refused_and_so_is_a_draft_alone() -> None:
    drafts = json.dumps([rest("draft", "post")] * 2)
    assert list(read(drafts.encode(), "a.json")) == [Refusal("a.json", "有 2 个草稿，没有收录。")]
    draft = json.dumps(rest("draft", "post"))
    assert list(read(draft.encode(), "a.json")) == [Refusal("a.json", "是草稿，没有收录。")]


def test_a_record_with_a_status_of_its_own_is_an_article() -> None:
    [article] = read(json.dumps({"text": BODY, "status": 200, "type": "page"}).encode(), "a.json")
    assert isinstance(article, Article)


@pytest.mark.parametrize(
    "said",
    [
        {"status": "DRAFT"},
        {"Status": "In progress"},
        {"_status": "draft"},
        {"state": "unpublished"},
        {"status": {"id": 3, "name": "Scheduled"}},
        {"状态": "待审核"},
        {"發佈狀態": "未發佈"},
        {"状态": "已删除"},
        {"稿件状态": "已退稿"},
        {"draft": True},
        {"published": False},
        {"is_deleted": 1},
        {"是否发布": "否"},
        {"createdAt": "2024-03-05T01:30:00Z", "updatedAt": "2024-03-05T01:30:00Z", "publishedAt": None},
    ],
    ids=str,
)
def test_a_post_that_no_reader_sees_is_left_out_in_the_words_of_each_program(said: dict[str, Any]) -> None:
    posts = [{"title": "旧桥", "content": BODY} | said, {"title": "新桥", "content": BODY}]
    [article] = read(json.dumps(posts).encode(), "a.json")
    assert isinstance(article, Article)
    assert article.title == "新桥"
    assert "1 个" in article.notes[0]
    strapi = {"data": [{"id": number, "attributes": post} for number, post in enumerate(posts)]}
    assert [item.title for item in read(json.dumps(strapi).encode(), "a.json") if isinstance(item, Article)] == ["新桥"]


@pytest.mark.parametrize(
    "said",
    [
        {"status": "publish"},
        {"status": "sent"},
        {"状态": "已发布"},
        {"draft": False},
        {"published": True},
        {"published": "2024-03-05"},
        {"is_deleted": 0},
        {"createdAt": "2024-03-05", "publishedAt": None},
        {"state": "CA"},
    ],
    ids=str,
)
def test_a_post_that_says_nothing_against_it_is_read(said: dict[str, Any]) -> None:
    [article] = read(json.dumps([{"title": "新桥", "content": BODY} | said]).encode(), "a.json")
    assert isinstance(article, Article)


@pytest.mark.parametrize("front", ["draft: true", "published: false", "status: draft", "状态: 草稿"])
def test_a_draft_in_markdown_is_refused(front: str) -> None:
    assert list(read(f"---\ntitle: 新桥\n{front}\n---\n\n{BODY}\n".encode(), "a.md")) == [
        Refusal("a.md", "是草稿，没有收录。")
    ]
