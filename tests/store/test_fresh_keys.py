"""Keys of signatures in blocks: the articles that they find, as rows of one table find them, and their move there."""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from retrieval.duplicates import signatures
from retrieval.store.database import Database
from retrieval.store.fresh_keys import FreshKeys
from retrieval.store.reprint_links import ReprintLinks
from tests.support.articles import make_article
from tests.support.stored_articles import insert

NEWEST, CLOSEST = 3, 6
# All keys in one table, a row each: the state before there were blocks.
FORMERLY = f"""
    SELECT s.article_id, s.data FROM signatures s JOIN (
        SELECT k.article_id, count(*) AS shared FROM json_each(?) wanted JOIN former_keys k ON k.key = wanted.value
        AND k.article_id IN
            (SELECT article_id FROM former_keys WHERE key = wanted.value ORDER BY article_id DESC LIMIT {NEWEST})
        GROUP BY k.article_id ORDER BY shared DESC, k.article_id DESC LIMIT {CLOSEST}
    ) found ON found.article_id = s.article_id ORDER BY found.shared DESC, s.article_id DESC
"""
SENTENCES = [f"第{number}条消息说明了{word}的情况和原因。" for number, word in enumerate("桥路河山城市县乡村镇街巷")]


class Former:
    """The keys in one table."""

    def __init__(self, store: Database) -> None:
        self.store = store
        with store.write():
            store.execute("CREATE TABLE former_keys (key INTEGER, article_id INTEGER, PRIMARY KEY (key, article_id))")

    def similar(self, signature: bytes) -> list[int]:
        rows = self.store.rows(FORMERLY, [json.dumps(signatures.keys(signature))])
        return [row["article_id"] for row in rows if signatures.alike(signature, row["data"])]

    def add(self, number: int, signature: bytes) -> None:
        rows = [(key, number) for key in signatures.keys(signature)]
        self.store.execute_many("INSERT INTO former_keys VALUES (?, ?)", rows)

    def forget(self, number: int) -> None:
        self.store.execute("DELETE FROM former_keys WHERE article_id = ?", [number])


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds that few articles reach."""
    monkeypatch.setattr("retrieval.store.fresh_keys._OPEN", 200)
    monkeypatch.setattr("retrieval.store.fresh_keys._AT_ONCE", 100)
    monkeypatch.setattr("retrieval.store.fresh_keys._MOST_APART", 2)
    monkeypatch.setattr("retrieval.store.fresh_keys._FEWEST_MOVED", 1_000)


@contextmanager
def adding(store: Database, fresh: FreshKeys) -> Iterator[ReprintLinks]:
    links = ReprintLinks(store, fresh)
    with store.write(), links.adding():
        yield links


def signature(chance: random.Random) -> bytes:
    return signatures.signature(chance.sample(SENTENCES, chance.randint(1, 6)))


def numbers(store: Database, count: int) -> list[int]:
    return [insert(store, make_article(f"第{number}篇。")) for number in range(count)]


def rows(store: Database, table: str) -> int:
    return store.number(f"SELECT count(*) FROM {table}")


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("seed", range(6))
def test_blocks_find_the_articles_that_one_table_finds(
    store: Database, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr("retrieval.duplicates.signatures.NEWEST", NEWEST)
    monkeypatch.setattr("retrieval.duplicates.signatures.CLOSEST", CLOSEST)
    monkeypatch.setattr(
        "retrieval.store.reprint_links._SHARING",
        "SELECT k.key, k.article_id FROM json_each(?) wanted JOIN signature_keys k ON k.key = wanted.value",
    )
    chance, former, fresh = random.Random(seed), Former(store), FreshKeys(store)
    left, stored = numbers(store, 60), set[int]()
    moving = iter(())
    for _ in range(40):
        with adding(store, fresh) as links:
            for _ in range(chance.randint(1, 4)):
                new = signature(chance)
                found = links.similar(new, signatures.keys(new))
                assert found == former.similar(new)
                if len(stored) == len(left) or (stored and chance.random() < 0.3):
                    number = chance.choice(sorted(stored))
                    links.forget(number)
                    former.forget(number)
                    stored.discard(number)
                number = chance.choice([number for number in left if number not in stored])
                links.add(number, new, signatures.keys(new), found)
                former.add(number, new)
                stored.add(number)
        # A move goes on between the transactions.
        if next(moving, "over") == "over":
            moving = fresh.move()
    assert fresh.is_due() == (rows(store, "fresh_keys") > 0 and sum_of_pairs(store) >= 1_000)


def sum_of_pairs(store: Database) -> int:
    return store.number("SELECT coalesce(sum(pairs), 0) FROM fresh_keys")


@pytest.mark.usefixtures("few")
def test_a_move_leaves_every_key_in_the_table_and_no_block(store: Database) -> None:
    fresh, chance = FreshKeys(store), random.Random(1)
    for number in numbers(store, 30):
        with adding(store, fresh) as links:
            new = signature(chance)
            links.add(number, new, signatures.keys(new), [])
    pairs = sum_of_pairs(store)
    assert fresh.is_due()
    assert list(fresh.move())
    assert (rows(store, "signature_keys"), rows(store, "fresh_keys")) == (pairs, 0)
    assert not fresh.is_due()


@pytest.mark.usefixtures("few")
def test_an_article_that_is_forgotten_during_a_move_leaves_no_key(store: Database) -> None:
    fresh, chance = FreshKeys(store), random.Random(1)
    first, *others = numbers(store, 30)
    for number in (first, *others):
        with adding(store, fresh) as links:
            new = signature(chance)
            links.add(number, new, signatures.keys(new), [])
    moving = fresh.move()
    next(moving)
    with store.write():
        ReprintLinks(store).forget(first)
    list(moving)
    list(FreshKeys(store).move())
    assert rows(store, "fresh_keys") == 0
    assert not store.rows("SELECT 1 FROM signature_keys WHERE article_id = ?", [first])
    assert store.rows("SELECT 1 FROM signature_keys WHERE article_id = ?", [others[-1]])


@pytest.mark.usefixtures("few")
def test_the_blocks_of_another_process_are_found(store: Database) -> None:
    mine, theirs, chance = FreshKeys(store), FreshKeys(Database(store.path)), random.Random(2)
    for number in numbers(store, 20):
        new = signature(chance)
        keys = signatures.keys(new)
        with adding(theirs._database, theirs) as links:
            links.add(number, new, keys, [])
        with store.write():
            assert number in ReprintLinks(store, mine).similar(new, keys)


def test_a_spoilt_block_is_counted_and_finds_nothing(store: Database) -> None:
    with store.write():
        store.insert("fresh_keys", {"id": 5, "first": 1, "final": 9, "pairs": 1, "data": b"\1" * 17})
        assert FreshKeys(store).find([1, 2]) == {}
    assert ReprintLinks(store).count_spoilt_signatures() == 1


def test_what_a_transaction_wrote_that_failed_is_not_remembered(store: Database) -> None:
    links, (one, other) = ReprintLinks(store), numbers(store, 2)
    new, later = signatures.signature(SENTENCES[:6]), signatures.signature(SENTENCES[6:])
    with suppress(RuntimeError), store.write():
        with links.adding():
            links.add(one, new, signatures.keys(new), [])
        assert links.similar(new, signatures.keys(new)) == [one]
        raise RuntimeError
    with suppress(RuntimeError), store.write(), links.adding():
        links.add(one, new, signatures.keys(new), [])
        raise RuntimeError
    with store.write(), links.adding():
        links.add(other, later, signatures.keys(later), [])
    with store.write(), links.adding():
        assert links.similar(new, signatures.keys(new)) == []
        assert links.similar(later, signatures.keys(later)) == [other]


def test_a_forgotten_article_leaves_no_key_in_a_block(store: Database) -> None:
    fresh, (one, other) = FreshKeys(store), numbers(store, 2)
    texts = {one: SENTENCES[:6], other: SENTENCES[4:]}
    signed = {number: signatures.signature(text) for number, text in texts.items()}
    with adding(store, fresh) as links:
        for number, new in signed.items():
            links.add(number, new, signatures.keys(new), [])
    with store.write():
        ReprintLinks(store, fresh).forget(one)
    (block,) = store.rows("SELECT data FROM fresh_keys")
    keys = {key.to_bytes(8, "little", signed=True) for key in signatures.keys(signed[other])}
    data = block["data"]
    assert {data[place : place + 8] for place in range(0, len(data) // 2, 8)} == keys
    with store.write():
        ReprintLinks(store, fresh).forget(other)
    assert rows(store, "fresh_keys") == 0
