"""Is this installation well: the few things monitoring asks every minute. No source is asked, nothing is changed."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from baocao.errors import ConfigError
from baocao.settings import Settings
from reporting.upkeep.doctor.finding import DoctorFinding, Health, bad
from reporting.upkeep.doctor.machine import look_at_clock, look_at_disks
from reporting.upkeep.doctor.running import look_at_engine, look_at_marks
from reporting.upkeep.doctor.state import look_at_database, look_at_incidents, look_at_messages, look_at_payloads


@dataclass(frozen=True)
class HealthReport:
    """All that was looked at; `is_well` unless something is bad."""

    findings: Sequence[DoctorFinding]

    @property
    def is_well(self) -> bool:
        return all(finding.health is not Health.BAD for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        return {"healthy": self.is_well, "checks": [asdict(finding) for finding in self.findings]}


def look_from(environment: Mapping[str, str]) -> HealthReport:
    """The health of the installation the environment names; one that cannot be read is unwell."""
    try:
        return look_at_health(Settings.read(environment))
    except ConfigError as error:
        why, mend = "mọi lệnh khác đều dừng ở đây", "Sửa biến môi trường hoặc thư mục cấu hình mà câu trên nêu tên."
        found = bad("report.configuration", "Cấu hình", str(error), why=why, mend=mend, exit_code=error.exit_code)
        return HealthReport((found,))


def look_at_health(settings: Settings) -> HealthReport:
    database_finding, database = look_at_database(settings.database_url)
    clocks = {} if database is None or not database.exists else {"cơ sở dữ liệu": database.clock_ahead_s}
    findings = [
        database_finding,
        look_at_messages(database),
        look_at_incidents(database),
        look_at_payloads(settings),
        *look_at_disks(settings),
        look_at_clock(settings, clocks),
        look_at_engine(os.environ.get("PREFECT_API_URL")),
        *look_at_marks(settings.var_dir),
    ]
    return HealthReport(findings)
