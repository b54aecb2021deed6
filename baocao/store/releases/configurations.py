"""Which configuration folder a hash stands for: kept whole, so that a run of long ago can be made again."""

from datetime import datetime

from baocao.store.database.opening import Database
from baocao.store.database.statements import insert_new
from baocao.store.files.payloads import PayloadStore
from baocao.store.tables.release_rows import ConfigurationRow


class StoredConfigurations:
    """The configuration folders of one installation."""

    def __init__(self, database: Database, files: PayloadStore) -> None:
        self._database = database
        self._files = files

    def keep(self, config_hash: str, bundle: bytes, kept_at: datetime) -> None:
        """Keep the whole configuration folder a run was made with; twice is as good as once."""
        values = {"bundle_sha256": self._files.put(bundle), "kept_at": kept_at}
        with self._database.writing() as session:
            insert_new(session, ConfigurationRow, {"config_hash": config_hash}, values)

    def find(self, config_hash: str) -> str | None:
        """The sha256 of the kept folder's bundle, a file of the store's; None where it was never kept."""
        with self._database.reading() as session:
            row = session.get(ConfigurationRow, config_hash)
            return row.bundle_sha256 if row else None
