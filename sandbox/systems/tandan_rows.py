"""Rows of TanDan's dossier search, as the system writes them."""

from typing import Any

from sandbox.systems.igate_rows import write_code
from sandbox.world.ledger import Channel, Dossier, Level, Status, invent_person
from sandbox.world.periods import local_time

LEVELS = {Level.FULL: "4", Level.LEVEL_4: "4", Level.PARTIAL: "3", Level.LEVEL_3: "3", Level.INFORMATION: "2"}
_CHANNELS = {Channel.IN_PERSON: "1", Channel.ONLINE: "2", Channel.POSTAL: "3", None: None}
_STATUSES = {
    Status.REGISTERED: "1",
    Status.RECEIVED: "2",
    Status.REFUSED: "3",
    Status.PROCESSING: "4",
    Status.SUPPLEMENT: "5",
    Status.FEE_DUE: "6",
    Status.WITHDRAWN: "7",
    Status.STOPPED: "8",
    Status.DONE: "9",
    Status.RETURNED: "10",
}
_ENDED = frozenset({Status.DONE, Status.RETURNED, Status.WITHDRAWN, Status.STOPPED})


def is_accepted(dossier: Dossier, now: int) -> bool:
    """Whether the day of receipt is noted by now."""
    return dossier.accepted_at is not None and dossier.accepted_at <= now


def write_row(dossier: Dossier, now: int) -> dict[str, Any]:
    """One dossier as the search answers it."""
    person, status = invent_person(dossier.sequence), dossier.status_at(now)
    return {
        "id": f"{dossier.sequence:08x}-0000-4000-8000-000000000000",
        "maHoSo": write_code(dossier),
        "maTTHC": f"{dossier.procedure.code}.000.00.00.H98",
        "tenTTHC": dossier.procedure.name,
        "linhVuc": dossier.procedure.sector,
        "mucDo": LEVELS[dossier.level],
        "kenhThucHien": _CHANNELS[dossier.channel],
        "trangThaiHoSoId": _STATUSES[status],
        "ngayNopHoSo": _write_moment(dossier.applied_at),
        "ngayTiepNhan": _write_moment(dossier.accepted_at if is_accepted(dossier, now) else None),
        "ngayHenTra": _write_moment(dossier.appointment_at),
        "ngayKetThucXuLy": _write_moment(dossier.finished_at if status in _ENDED else None),
        "chuHoSo": person.full_name,
        "soGiayToChuHoSo": person.identity_number,
        "soDienThoaiChuHoSo": person.phone,
        "emailChuHoSo": person.email,
        "diaChiChuHoSo": person.address,
        "donViId": dossier.unit.official_code,
        "tenDonVi": dossier.unit.name,
        "createdOn": _write_moment(dossier.entered_at),
    }


def _write_moment(second: int | None) -> str | None:
    return None if second is None else local_time(second).strftime("%Y-%m-%dT%H:%M:%S")
