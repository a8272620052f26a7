"""Where the tests keep their archives: in files, or with `--over-server` in a search server, under a prefix each."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.service.cluster_memory import cluster_memory
from bot.service.cluster_storage import ClusterStorage
from bot.service.file_storage import file_memory
from bot.service.memory import Memory
from retrieval.cluster.address import Address
from retrieval.cluster.client import Client
from retrieval.clustered import ClusteredArchive
from retrieval.embedded import EmbeddedArchive
from retrieval.engine import SearchEngine
from retrieval.text.analyzer import Analyzer


class Places:
    """The archives of tests, each under the path that a file of its own has."""

    def __init__(self) -> None:
        self.server: Address | None = None
        self._paths: dict[str, Path] = {}
        self._opened: list[SearchEngine] = []

    def engine(self, path: Path, analyzer: Analyzer, **options: Any) -> SearchEngine:
        """The engine over the archive of a path, opened or created."""
        if self.server is None:
            return SearchEngine.open(path, analyzer=analyzer, **options)
        self._opened.append(SearchEngine(self._storage(path).archive(analyzer, **options), analyzer))
        return self._opened[-1]

    def memory(self, engine: SearchEngine) -> Memory:
        """The bot's memory beside the articles of an engine."""
        if isinstance(engine.archive, ClusteredArchive):
            prefix = engine.archive.documents.client.address.prefix
            return cluster_memory(engine.archive, self._storage(self._paths[prefix]))
        assert isinstance(engine.archive, EmbeddedArchive)
        return file_memory(engine.archive.database)

    def clear(self, path: Path) -> None:
        """Delete what a server has of a path, and close what is open there; a file goes with its folder."""
        if self.server is not None:
            while self._opened:
                self._opened.pop().close()
            with Client(self.server) as client:
                pattern = f"{_prefix(path)}-*"
                found = client.request("GET", f"/{pattern}/_settings").body
                if found:
                    client.request("DELETE", f"/{','.join(found)}", ok=(200, 404))

    def _storage(self, path: Path) -> ClusterStorage:
        assert self.server is not None
        self._paths[prefix := _prefix(path)] = path
        return ClusterStorage(replace(self.server, prefix=prefix), None, path)


def _prefix(path: Path) -> str:
    return "t" + hashlib.blake2b(str(path).encode(), digest_size=8).hexdigest()


places = Places()
