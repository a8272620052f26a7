"""A search server as the place of the articles and of what the bot remembers."""

from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.service.cluster_memory import cluster_memory
from bot.service.memory import Memory
from bot.settings import code_folders
from bot.words import operators
from retrieval.article import Article
from retrieval.catalogue import Catalogue
from retrieval.cluster import indices
from retrieval.cluster.address import Address
from retrieval.cluster.client import Client
from retrieval.cluster.indices import Names
from retrieval.clustered import ClusteredArchive
from retrieval.index.code_cache import CodeCache
from retrieval.indexing.salvage import Salvaged
from retrieval.store.errors import StoreError
from retrieval.text.analyzer import Analyzer


@dataclass(frozen=True)
class ClusterStorage:
    """A `Storage`: everything is in the indices of this address. `path` is where a database file would be."""

    address: Address
    ca: Path | None
    path: Path

    @property
    def name(self) -> str:
        return f"opensearch+{self.address.scheme}://{','.join(self.address.hosts)}/{self.address.prefix}"

    def exists(self) -> bool:
        with Client(self.address, self.ca) as client:
            return indices.exist(client, Names.of(self.address.prefix))

    def archive(
        self, analyzer: Analyzer, *, must_exist: bool = False, first_articles: Iterable[Article] = ()
    ) -> ClusteredArchive:
        return self._opened(analyzer, must_exist=must_exist, first_articles=first_articles)

    def open(
        self, analyzer: Analyzer, *, must_exist: bool = False, first_articles: Iterable[Article] = ()
    ) -> tuple[ClusteredArchive, Memory]:
        archive = self.archive(analyzer, must_exist=must_exist, first_articles=first_articles)
        return archive, cluster_memory(archive, self)

    def catalogue(self) -> Catalogue:
        return self._existing()

    def memory(self) -> Memory:
        return cluster_memory(self._existing(), self)

    def rows(self) -> Generator[Salvaged, None, None]:
        with closing(self._existing()) as archive:
            for article in archive.articles():
                yield Salvaged(article.id or 0, article, is_whole=True)

    def copy_to(self, target: Path) -> None:
        raise StoreError(operators.NO_COPY_OF_A_SERVER)

    def facts(self) -> tuple[int, dict[str, Any]]:
        with Client(self.address, self.ca) as client:
            facts = indices.facts(client, Names.of(self.address.prefix))
        return facts.pop("bytes"), facts

    def check(self, analyzer: Analyzer, *, repair: bool) -> list[str]:
        """The faults of the archive, a sentence each; with `repair` those that are left after they were mended."""
        with closing(self._opened(analyzer, must_exist=True, may_be_outdated=True)) as archive:
            return archive.repair() if repair else archive.faults()

    def _existing(self) -> ClusteredArchive:
        """The archive, for those who search nothing, whose terms another analyzer may have made."""
        analyzer = Analyzer(CodeCache(code_folders(self.path)), may_load=False)
        return self._opened(analyzer, must_exist=True, may_be_outdated=True)

    def _opened(self, analyzer: Analyzer, **how: Any) -> ClusteredArchive:
        client = Client(self.address, self.ca)
        try:
            return ClusteredArchive.open(client, analyzer, **how)
        except BaseException:
            client.close()
            raise
