"""The end of a vintage: everything its run found out, in one transaction, or nothing of it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from baocao.domain import CheckResult, FilledForm, Observation, SourceFailure
from baocao.store.keys import VintageKey, VintageStatus
from baocao.store.runs.contents import write_check_results, write_failures, write_form, write_observations
from baocao.store.runs.vintages import find_vintage, find_writable_vintage
from baocao.store.serial.canonical import hash_text
from baocao.store.serial.forms import dump_form
from baocao.store.tables.content_rows import FilledFormRow


def finish_vintage(
    session: Session,
    key: VintageKey,
    *,
    observations: Iterable[Observation],
    filled_form: FilledForm,
    check_results: Iterable[CheckResult],
    failures: Iterable[SourceFailure],
    known_at: datetime,
    exit_code: int,
) -> None:
    """Make the vintage whole. Nothing happens where it is whole with the very same form already."""
    _refuse_other_form(key, filled_form)
    if _has_form(session, key, filled_form):
        return
    row = find_writable_vintage(session, key)
    write_observations(session, row.vintage_id, observations)
    write_form(session, row.vintage_id, filled_form)
    write_check_results(session, row.vintage_id, check_results)
    write_failures(session, row.vintage_id, failures)
    row.status, row.known_at, row.exit_code = VintageStatus.CHECKED, known_at, exit_code


def fail_vintage(
    session: Session, key: VintageKey, *, exit_code: int, reason: str, failures: Iterable[SourceFailure]
) -> None:
    """Close a vintage that came to no form."""
    row = find_writable_vintage(session, key)
    write_failures(session, row.vintage_id, failures)
    row.status, row.exit_code, row.reason = VintageStatus.FAILED, exit_code, reason


def mark_collected(session: Session, key: VintageKey) -> None:
    """Say that all sources were asked."""
    find_writable_vintage(session, key).status = VintageStatus.COLLECTED


def _refuse_other_form(key: VintageKey, form: FilledForm) -> None:
    if (form.unit_code, form.form_code, form.period) != (key.unit_code, key.form_code, key.period):
        raise ValueError(f"{key}: given the form {form.unit_code}/{form.form_code}/{form.period}")


def _has_form(session: Session, key: VintageKey, form: FilledForm) -> bool:
    kept = session.get(FilledFormRow, find_vintage(session, key).vintage_id)
    return kept is not None and kept.sha256 == hash_text(dump_form(form))
