"""One dossier as the national portal holds it, which is not always as the province does."""

from typing import Any

from sandbox.systems.igate_rows import write_code
from sandbox.world.ledger import Channel, Dossier, Status, invent_person
from sandbox.world.periods import local_time
from sandbox.world.state import World

# Waiting for papers, for the fee, and stopped all arrive as 9 (finished) at the national portal.
_STATUSES = {
    Status.REGISTERED: "1",
    Status.RECEIVED: "2",
    Status.REFUSED: "3",
    Status.PROCESSING: "4",
    Status.SUPPLEMENT: "9",
    Status.FEE_DUE: "9",
    Status.WITHDRAWN: "7",
    Status.STOPPED: "9",
    Status.DONE: "9",
    Status.RETURNED: "10",
}
_CHANNELS = {Channel.IN_PERSON: "1", Channel.ONLINE: "2", Channel.POSTAL: "3", None: ""}


def find_dossier(world: World, code: str) -> list[dict[str, Any]]:
    """The dossier with this code, or none."""
    official_code = code.rsplit("-", 2)[0]
    unit = next((one for one in world.ledger.units if official_code in (one.official_code, one.old_code)), None)
    if unit is None:
        return []
    return [_write_dossier(d, world.now) for d in world.visible_dossiers(unit) if write_code(d) == code][:1]


def _write_dossier(dossier: Dossier, now: int) -> dict[str, Any]:
    person = invent_person(dossier.sequence)
    is_accepted = dossier.accepted_at is not None and dossier.accepted_at <= now
    return {
        "MaHoSo": write_code(dossier),
        "MaTTHC": dossier.procedure.code,
        "TenTTHC": dossier.procedure.name,
        "ChuHoSo": person.full_name,
        "LoaiDoiTuong": "1",
        "MaDoiTuong": person.identity_number,
        "TrichYeuHoSo": "",
        "NgayNopHoSo": _write_moment(dossier.applied_at),
        "NgayTiepNhan": _write_moment(dossier.accepted_at) if is_accepted else "",
        "TrangThaiHoSo": _STATUSES[dossier.status_at(now)],
        "KenhThucHien": _CHANNELS[dossier.channel],
        "DonViXuLy": dossier.unit.name,
    }


def _write_moment(second: int | None) -> str:
    return "" if second is None else local_time(second).strftime("%Y%m%d%H%M%S")
