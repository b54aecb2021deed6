"""Answers of sources and configuration folders: the body as a file, what it is as an entry in the database."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib import import_module

from sqlalchemy import select
from sqlalchemy.orm import Session

from baocao.domain import RawPayload
from baocao.store.database.opening import Database
from baocao.store.database.statements import insert_new
from baocao.store.errors import PayloadDamagedError
from baocao.store.files.mentions import find_mentioned_hashes
from baocao.store.files.payloads import PayloadStore, Removal
from baocao.store.keys import KeptPayload
from baocao.store.serial.translation import kept_payload_of, payload_columns, raw_payload_of
from baocao.store.tables.release_rows import ConfigurationRow
from baocao.store.tables.rows import PayloadRow


class StoredPayloads:
    """The answers kept in one installation, and what else its payload folder holds."""

    def __init__(self, database: Database, files: PayloadStore) -> None:
        self._database = database
        self._files = files

    def keep(self, payload: RawPayload) -> KeptPayload:
        """Keep an answer before anything reads it: the body's file, then the entry. Twice is as good as once.

        Raise PayloadDamagedError where the body is not what its hash says.
        """
        keep_bodies(self._files, [payload])
        with self._database.writing() as session:
            (entry_sha256,) = enter_payloads(session, [payload])
            return kept_payload_of(session.get_one(PayloadRow, entry_sha256))

    def load(self, kept: KeptPayload) -> RawPayload:
        """Raise PayloadDamagedError where the body is missing or was changed."""
        return raw_payload_of(kept, self._files.get(kept.sha256))

    def require_intact(self, kept: KeptPayload) -> None:
        """Raise PayloadDamagedError where the body, or what is said of it, is not what was kept."""
        if payload_columns(self.load(kept))["entry_sha256"] != kept.entry_sha256:
            raise PayloadDamagedError(
                f"dữ liệu gốc {kept.sha256}: câu hỏi, thời điểm hoặc nguồn ghi trong cơ sở dữ liệu "
                "không còn như lúc giữ"
            )

    def list_hashes(self) -> tuple[str, ...]:
        """Every body the database speaks of, answers and configurations, by sha256."""
        with self._database.reading() as session:
            answers = session.scalars(select(PayloadRow.sha256).distinct())
            bundles = session.scalars(select(ConfigurationRow.bundle_sha256).distinct())
            return tuple(sorted({*answers, *bundles}))

    def remove_unmentioned(self, before: datetime, *, only_count: bool = False) -> Removal:
        """Remove files of the payload folder that no table speaks of and nobody has used since `before`.

        A run keeps a body before it enters it, so `before` must lie well back.
        """
        with self._database.reading() as session:
            mentioned = find_mentioned_hashes(session)
        return self._files.remove_unmentioned(mentioned, before, only_count=only_count)

    def copy_bodies(self, hashes: Iterable[str], payload_url: str) -> tuple[int, tuple[str, ...]]:
        """Copy kept bodies to another payload folder; how many were new there, and those missing or changed here."""
        other, new, damaged = PayloadStore(payload_url), 0, []
        for sha256 in hashes:
            try:
                new += self._files.copy_to(other, sha256)
            except PayloadDamagedError:
                damaged.append(sha256)
        return new, tuple(damaged)


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


def keep_bodies(files: PayloadStore, payloads: Sequence[RawPayload]) -> None:
    """All the files; raise PayloadDamagedError where a body is not what its hash says."""
    kept = files.put_all([payload.body for payload in payloads])
    if kept != [payload.sha256 for payload in payloads]:
        raise PayloadDamagedError(f"{payloads[0].source_code}: dữ liệu gốc đưa vào không khớp mã băm kèm theo")


def enter_payloads(session: Session, payloads: Sequence[RawPayload]) -> tuple[str, ...]:
    """The entries of payloads whose bodies are kept already, in one statement; one that is there says the same.

    Return their hashes.
    """
    columns = [payload_columns(payload) for payload in payloads]
    dialect = import_module(f"sqlalchemy.dialects.{session.get_bind().dialect.name}")
    session.execute(dialect.insert(PayloadRow).on_conflict_do_nothing(), list(columns))
    return tuple(each["entry_sha256"] for each in columns)
