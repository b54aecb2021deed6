"""Everything the doctor looks at, in the order it is told."""

from collections.abc import Iterator

from baocao.catalogue import Catalogue
from baocao.settings import Settings
from baocao.store import open_store
from baocao.store.database.inspection import DatabaseInspection
from reporting.plan import make_plans
from reporting.upkeep.doctor.alerts import look_at_alerts
from reporting.upkeep.doctor.desk import look_at_desk
from reporting.upkeep.doctor.endpoints import clocks_of, judge_certificates, look_at_endpoints
from reporting.upkeep.doctor.finding import DoctorFinding
from reporting.upkeep.doctor.hand_in import look_at_hand_in
from reporting.upkeep.doctor.installation import look_at_packages, look_at_python, look_at_telemetry
from reporting.upkeep.doctor.machine import look_at_clock, look_at_disks, look_at_fonts, look_at_time_zone
from reporting.upkeep.doctor.references import look_at_secrets, secret_files
from reporting.upkeep.doctor.report import look_at_reports, period_due_next
from reporting.upkeep.doctor.state import (
    look_at_database,
    look_at_incidents,
    look_at_messages,
    look_at_payloads,
    look_at_permissions,
)


def examine(
    settings: Settings, catalogue: Catalogue, unit_code: str, period_code: str | None
) -> Iterator[DoctorFinding]:
    """Look at everything a report of the unit needs; without a period, at the one due next."""
    period = period_code or period_due_next(catalogue, unit_code, settings)
    yield from look_at_reports(settings, catalogue, make_plans(catalogue, unit_code, period, None, settings.now()))
    yield look_at_alerts(catalogue, unit_code)
    yield from look_at_hand_in(settings, catalogue)
    yield from look_at_secrets(settings)
    endpoints = look_at_endpoints(catalogue, settings)
    yield from judge_certificates(catalogue, endpoints)
    database_finding, database = look_at_database(settings.database_url)
    yield database_finding
    yield look_at_messages(database)
    yield look_at_incidents(database)
    yield look_at_payloads(settings)
    yield from _look_at_desk(settings, catalogue, database)
    yield look_at_permissions(settings, database, secret_files(settings.config_dir))
    yield from look_at_disks(settings)
    clocks = clocks_of(endpoints)
    if database is not None and database.exists:
        clocks["cơ sở dữ liệu"] = database.clock_ahead_s
    yield look_at_clock(settings, clocks)
    yield look_at_time_zone()
    yield look_at_fonts()
    yield look_at_python()
    yield look_at_packages()
    yield look_at_telemetry()


def _look_at_desk(
    settings: Settings, catalogue: Catalogue, database: DatabaseInspection | None
) -> Iterator[DoctorFinding]:
    """With what is in the store, where it is there and this version's."""
    if database is None or not (database.exists and database.is_current):
        yield from look_at_desk(settings, catalogue, None)
        return
    with open_store(settings.database_url, settings.payload_url) as store:
        yield from look_at_desk(settings, catalogue, store)
