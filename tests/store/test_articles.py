"""Articles in the store: rows, numbers, versions and statistics."""

import pytest

from retrieval.article import Article, Paragraph, passages
from retrieval.duplicates.identity import identity_of
from retrieval.store.articles import Articles
from retrieval.store.database import Database
from retrieval.store.passages import Passages
from tests.support.articles import make_article
from tests.support.stored_articles import insert


def test_a_stored_article_is_read_back_unchanged(store: Database, first_article: Article) -> None:
    number = insert(store, first_article)
    assert Articles(store).article(number) == first_article
    assert [passage for _, passage in Passages(store).of_article(number)] == passages(first_article)
    assert Articles(store).article(number + 1) is None


def test_every_article_is_returned_once_for_any_batch_size(store: Database) -> None:
    numbers = [insert(store, make_article(f"第{n}。")) for n in range(5)]
    for batch in (1, 2, 5, 100):
        assert [article.id for article in Articles(store).articles(batch)] == numbers


def test_passages_carry_their_article_and_missing_ones_are_left_out(store: Database) -> None:
    article = make_article("一。", title="题", source="报", author="人", published="2020-01-01", url="u", heading="节")
    number = insert(store, article)
    passage_id = Passages(store).of_article(number)[0][0]
    by_id = Passages(store).passages([passage_id, 99])
    assert list(by_id) == [passage_id]
    passage = by_id[passage_id]
    assert (passage.article_id, passage.text, passage.heading, passage.title) == (number, "一。", "节", "题")
    assert (passage.source, passage.author, passage.published, passage.url) == ("报", "人", "2020-01-01", "u")


@pytest.mark.parametrize("number", [0, 40, 2**53 - 1])
def test_a_free_exported_id_is_kept_and_ids_continue_after_it(store: Database, number: int) -> None:
    assert insert(store, make_article("一。", id=number)) == number
    assert insert(store, make_article("二。", id=number)) == number + 1


def test_a_number_is_given_behind_the_highest_one_and_those_that_are_kept_free(store: Database) -> None:
    def added(article: Article, behind: int) -> int:
        with store.write():
            return Articles(store).insert(article, identity_of(article), passages(article), behind)[0]

    assert added(make_article("一。", id=1), 5) == 1
    assert added(make_article("二。", id=1), 5) == 6
    assert added(make_article("三。", id=3), 5) == 3
    assert added(make_article("四。"), 5) == 7


@pytest.mark.parametrize("number", [2**53, 2**63 - 1])
def test_a_very_large_id_is_kept_and_ids_continue_below_it(store: Database, number: int) -> None:
    assert insert(store, make_article("一。")) == 1
    assert insert(store, make_article("二。", id=number)) == number
    assert [insert(store, make_article(f"第{n}。")) for n in range(2)] == [2, 3]
    assert insert(store, make_article("三。", id=number)) == 4


def test_a_replaced_article_keeps_its_id_and_stores_its_old_version(store: Database) -> None:
    number = insert(store, make_article("旧话。", title="旧题"))
    old_passages = [passage_id for passage_id, _ in Passages(store).of_article(number)]
    with store.write():
        _, new_passages = Articles(store).replace(
            number, (new := make_article("新话。", title="新题")), identity_of(new), passages(new), entry=1
        )
    assert Articles(store).article(number) == make_article("新话。", title="新题")
    assert [passage_id for passage_id, _ in Passages(store).of_article(number)] == new_passages
    assert not set(old_passages) & set(new_passages)
    versions = store.rows("SELECT article_id, title, text FROM versions")
    assert versions == [{"article_id": number, "title": "旧题", "text": "旧话。"}]
    new, old = make_article("新话。", title="别的"), make_article("旧话。", title="别的")
    assert Articles(store).same(new, identity_of(new)) is not None
    assert Articles(store).same(old, identity_of(old)) is None


def test_ids_are_never_reused_after_a_removal(store: Database) -> None:
    number = insert(store, make_article("一。"))
    gone = Passages(store).ids()
    with store.write():
        assert Articles(store).remove(number, entry=1)
        assert not Articles(store).remove(number, entry=1)
        assert not Articles(store).remove(99, entry=1)
    assert Articles(store).article(number) is None
    assert store.rows("SELECT text FROM versions") == [{"text": "一。"}]
    assert insert(store, make_article("二。")) == number + 1
    assert not Passages(store).ids() & gone


def test_statistics_count_stored_articles(store: Database) -> None:
    assert Articles(store).size() == (0, None)
    insert(store, make_article("一。", source="甲", published="2020-01-01"))
    insert(store, make_article("二。", source="乙", published="2020-01-03 08:00"))
    insert(store, make_article("三。"))
    statistics = Articles(store).statistics()
    assert (statistics.articles, statistics.passages, statistics.sources, statistics.segments) == (3, 3, 2, 0)
    assert (statistics.oldest, statistics.newest) == ("2020-01-01", "2020-01-03 08:00")
    assert Articles(store).size() == (3, "2020-01-03 08:00")


def test_a_heading_and_an_equal_paragraph_stay_distinct(store: Database) -> None:
    article = Article("题", (Paragraph("甲"), Paragraph("甲", "甲"), Paragraph("乙", "甲"), Paragraph("甲", "乙")))
    assert Articles(store).article(insert(store, article)) == article


def test_the_articles_that_were_stored_last_come_by_their_moments(store: Database) -> None:
    articles = Articles(store)
    for number, moment in ((1, "2026-11-27T03"), (2, "2026-11-27T01"), (3, "2026-11-27T02")):
        insert(store, make_article(f"第{number}号公告。", title=f"第{number}号公告", source="城北日报"))
        with store.write():
            Articles(store).set_added(number, f"{moment}:00:00+00:00")
    articles = Articles(store)
    assert [(stored.id, stored.title, stored.source, stored.added[:13]) for stored in articles.recent(2)] == [
        (1, "第1号公告", "城北日报", "2026-11-27T03"),
        (3, "第3号公告", "城北日报", "2026-11-27T02"),
    ]
