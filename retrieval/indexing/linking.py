"""Reprint links of older articles: those stored before reprints were compared, or whose signatures are out of date."""

from collections import deque

from retrieval.duplicates import signatures
from retrieval.store.database import Database
from retrieval.store.fresh_keys import FreshKeys
from retrieval.store.passages import Passages
from retrieval.store.reprint_links import ReprintLinks

# Articles that one transaction compares, for which other writers wait.
_AT_ONCE = 40


def forget_outdated(database: Database) -> None:
    """Delete signatures and links that were made by other rules; `link_next` makes them anew."""
    links = ReprintLinks(database)
    if links.signature_rules() == signatures.RULES:
        return
    with database.write():
        if links.signature_rules() != signatures.RULES:
            links.forget_all()


def link_next(database: Database, fresh: FreshKeys | None = None) -> bool:
    """Compare some articles without a signature, and link them; False when there are none.

    `fresh` is what former calls have read of the fresh keys.
    """
    links, passages = ReprintLinks(database, fresh), Passages(database)
    last = links.compared()
    if last is None:
        return False
    numbers = links.uncompared(last, _AT_ONCE)
    signed = {
        number: signatures.signature(passage.text for _, passage in passages.of_article(number)) for number in numbers
    }
    with database.write(), links.adding():
        # Another process may have compared these articles, or started anew.
        if links.compared() != last:
            return True
        # Articles may have been removed or updated meanwhile: only those that still lack a signature are compared.
        keys_of = {number: signatures.keys(signature) for number, signature in signed.items()}
        links.expect(key for keys in keys_of.values() for key in keys)
        for number in links.uncompared(last, _AT_ONCE):
            if number in signed:
                signature, keys = signed[number], keys_of[number]
                links.add(number, signature, keys, links.similar(signature, keys))
        links.set_compared(numbers[-1] if numbers else None)
    return True


def link_all(database: Database) -> None:
    """Make all signatures and links anew."""
    with database.write():
        ReprintLinks(database).forget_all()
    fresh = FreshKeys(database)
    while link_next(database, fresh):
        if fresh.is_due():
            deque(fresh.move(), maxlen=0)
