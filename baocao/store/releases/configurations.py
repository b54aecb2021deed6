"""Which configuration folder a hash stands for: kept whole, so that a run of long ago can be made again."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from baocao.store.database.statements import insert_new
from baocao.store.tables.release_rows import ConfigurationRow
from baocao.store.tables.rows import PayloadRow


def keep_configuration(session: Session, config_hash: str, bundle_sha256: str, kept_at: datetime) -> None:
    """Note where it is kept; twice is as good as once."""
    values = {"bundle_sha256": bundle_sha256, "kept_at": kept_at}
    insert_new(session, ConfigurationRow, {"config_hash": config_hash}, values)


def find_bundle(session: Session, config_hash: str) -> str | None:
    """The sha256 of the folder's bundle; None where it was never kept."""
    row = session.get(ConfigurationRow, config_hash)
    return row.bundle_sha256 if row else None


def list_kept_hashes(session: Session) -> tuple[str, ...]:
    """Every body the database speaks of: answers of sources and configurations."""
    answers = session.scalars(select(PayloadRow.sha256).distinct())
    bundles = session.scalars(select(ConfigurationRow.bundle_sha256).distinct())
    return tuple(sorted({*answers, *bundles}))
