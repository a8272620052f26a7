"""The place that the settings name: the one choice between a database file and a search server."""

from importlib import import_module
from typing import Protocol

from bot.service.file_storage import FileStorage
from bot.service.memory import Storage
from bot.settings import Settings
from retrieval.text.analyzer import Analyzer


class ServerStorage(Storage, Protocol):
    """A `Storage` in a search server."""

    def check(self, analyzer: Analyzer, *, repair: bool) -> list[str]:
        """The faults of the archive, a sentence each; with `repair` those that are left after they were mended."""
        ...


def storage_of(settings: Settings) -> Storage:
    """The database file, or with ARCHIVE_URL the search server."""
    return server_of(settings) or FileStorage(settings.database_path)


def server_of(settings: Settings) -> ServerStorage | None:
    """The search server of ARCHIVE_URL; None without one, and then its client is not imported."""
    if settings.archive_url is None:
        return None
    cluster = import_module("bot.service.cluster_storage")
    storage: ServerStorage = cluster.ClusterStorage(settings.archive_url, settings.archive_ca, settings.database_path)
    return storage
