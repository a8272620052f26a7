"""How do the segments stay few, whole, and those of the analyzer in use? Merges and rebuilding."""

from collections.abc import Sequence
from contextlib import closing
from itertools import groupby

from retrieval.archive import StoredPassage
from retrieval.article import Passage
from retrieval.duplicates import signatures
from retrieval.index.protocol import Document, Index
from retrieval.indexing.term_frequencies import TermFrequencies, Work, term_frequencies_of_all
from retrieval.indexing.workers import Workers
from retrieval.store.articles import Store
from retrieval.text.analyzer import Analyzer

_Tokenizing = Workers[Sequence[Work], list[list[TermFrequencies]]]

# A segment is not merged beyond this: a row of 300 MB stalled other writers for two seconds.
_CAP = 32 << 20
# So many segments become one, if it is at least so many times as large as the largest of them: a posting is copied
# once for each time that its segment grows so much.
_FEWEST, _GROWTH = 8, 4
# Passages of one segment, and articles of one piece of work, when postings are made anew.
_REBUILD_BATCH, _SHARE = 10_000, 200
# Articles that are compared with the others in one transaction, which other writers wait for.
_COMPARED_AT_ONCE = 40


class Maintenance:
    """What nobody asks for and everybody needs; it may run beside readers and other writers, in any process."""

    def __init__(self, store: Store, analyzer: Analyzer, index: Index, fingerprint: str) -> None:
        self._store, self._analyzer, self._index = store, analyzer, index
        self._fingerprint = fingerprint

    def rebuild(self) -> None:
        """Make all postings anew from the stored passages, beside those in use, and change over in one moment."""
        store = self._store
        with store.write():
            epoch = store.new_epoch()
        removal = store.last_removal()
        last = written = 0
        with closing(_Tokenizing(self._analyzer, term_frequencies_of_all)) as workers:
            while batch := store.passages_behind(last, _REBUILD_BATCH):
                data, last = self._segment_of(batch, workers)
                with store.write():
                    store.append_segment(data, last, epoch)
                written += 1
            with store.write():
                # What came while the last batch was made; nobody can add any more now.
                while batch := store.passages_behind(last, _REBUILD_BATCH):
                    data, last = self._segment_of(batch, workers)
                    store.append_segment(data, last, epoch)
                    written += 1
                store.begin_epoch(epoch, self._fingerprint, written, removal)
        store.drop_old_segments()

    def merge_is_due(self) -> bool:
        return bool(_run([size for _, size in self._store.segment_sizes()]))

    def merge(self) -> bool:
        """Put one segment in place of many, if there are; False when there is nothing to do.

        It is computed beside the file, which is then held for one brief transaction; what is found stays the same.
        Raises StoreError, and SegmentError when one of them is damaged; then all stays as it was.
        """
        store = self._store
        sizes = store.segment_sizes()
        run = _run([size for _, size in sizes])
        numbers = [sizes[place][0] for place in run]
        if not numbers:
            return False
        with store.view():
            segments = [data for number in numbers if (data := store.segment(number)) is not None]
            removed = store.removed_passages()
        if len(segments) < len(numbers):
            return True  # another process was faster; there may be more to do
        merged = self._index.merge(segments, removed)
        with store.write():
            store.replace_segments(numbers, merged)
        return True

    def begin_signatures(self) -> None:
        """Have all articles compared anew, by and by, when their signatures were made by other rules."""
        if self._store.signature_rules() != signatures.RULES:
            with self._store.write():
                self._store.begin_signatures()

    def compare_next(self) -> bool:
        """Compare some of the articles that have never been compared; False when there are none.

        Those are the articles that were stored before reprints were known of, or whose signatures are out of date.
        """
        store = self._store
        reached = store.compared()
        if reached is None:
            return False
        numbers = store.uncompared(reached, _COMPARED_AT_ONCE)
        made = {
            number: signatures.signature(passage.text for _, passage in store.passages_of(number)) for number in numbers
        }
        with store.write():
            # One may have been removed or given new words meanwhile, and what another process began anew goes on there.
            if store.compared() != reached:
                return True
            for number in store.uncompared(reached, _COMPARED_AT_ONCE):
                if number in made:
                    signature, keys = made[number], signatures.keys(made[number])
                    store.compare(number, signature, keys, store.alike(signature, keys))
            store.set_compared(numbers[-1] if numbers else None)
        return True

    def compare_all(self) -> None:
        """Make all signatures and links anew."""
        with self._store.write():
            self._store.forget_signatures()
        while self.compare_next():
            pass

    def _segment_of(self, batch: Sequence[StoredPassage], workers: _Tokenizing) -> tuple[bytes, int]:
        """The segment of stored passages, and the number of its last."""
        articles = [list(group) for _, group in groupby(batch, lambda one: one.article_id)]
        work: list[Work] = [(group[0].title, [Passage(one.text, one.heading) for one in group]) for group in articles]
        shares = [work[start : start + _SHARE] for start in range(0, len(work), _SHARE)]
        sized = [(sum(len(one.text) for _, pieces in share for one in pieces), share) for share in shares]
        found = (bag for share in workers.results(sized) for its_bags in share for bag in its_bags)
        documents = [
            Document(one.id, one.article_id, bag, one.published, one.source)
            for one, bag in zip(batch, found, strict=True)
        ]
        return self._index.prepare(documents), batch[-1].id


def _run(sizes: Sequence[int]) -> range:
    """The longest row of neighbours that should become one; an empty one when none should."""
    best = range(0)
    for begin in range(len(sizes)):
        total = largest = 0
        for end in range(begin, len(sizes)):
            total, largest = total + sizes[end], max(largest, sizes[end])
            if total > _CAP:
                break
            length = end + 1 - begin
            if length >= max(_FEWEST, len(best) + 1) and total >= _GROWTH * largest:
                best = range(begin, end + 1)
    return best
