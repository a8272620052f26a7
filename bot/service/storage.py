"""The place that the settings name: the one choice between a database file and a search server."""

from importlib import import_module

from bot.service.file_storage import FileStorage
from bot.service.memory import Storage
from bot.settings import Settings


def storage_of(settings: Settings) -> Storage:
    """The database file, or with ARCHIVE_URL the search server, whose client is imported only then."""
    if settings.archive_url is None:
        return FileStorage(settings.database_path)
    cluster = import_module("bot.service.cluster_storage")
    storage: Storage = cluster.ClusterStorage(settings.archive_url, settings.archive_ca, settings.database_path)
    return storage
