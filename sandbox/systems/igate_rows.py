"""Rows of iGate's dossier listing, as the system writes them."""

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

import orjson

from sandbox.systems.igate_codes import APPLY_METHODS, LEVEL_IDS, LEVEL_NAMES, RECEIVING, STATUSES
from sandbox.world.catalogue import SECTORS
from sandbox.world.ledger import Channel, Dossier, LedgerUnit, Level, Procedure, Status, invent_person
from sandbox.world.periods import DAY_S, day_start, local_day
from sandbox.world.units import MERGED_ON, PROVINCE_CODE, PROVINCE_KEY, PROVINCE_NAME

_BLANK = b"@@"
_BLANK_TEXT = _BLANK.decode()
_COMPLETED = frozenset({Status.DONE, Status.RETURNED, Status.WITHDRAWN, Status.STOPPED})
_VIETNAMESE = 228
_SHIFT_S = 25_200
_MERGED_AT = day_start(MERGED_ON)


SECTOR_IDS = {name: f"5f3c9a1b4e1bd312a6f3bb{number:02d}" for number, name in enumerate(SECTORS, start=1)}


def _split_blanks(template: bytes) -> list[bytes]:
    """The literal parts with an empty place after each but the last, ready to be filled."""
    parts: list[bytes] = []
    for literal in template.split(_BLANK):
        parts += (literal, b"")
    return parts[:-1]


def _fill(parts: list[bytes], values: Iterable[bytes]) -> bytes:
    """The template with every blank filled, in order; as many values as blanks."""
    filled = parts.copy()
    filled[1::2] = values
    return b"".join(filled)


# Rows are filled into ready JSON: made as objects one by one, they would slow down what is being measured.
_FIELDS = (
    "id",
    "code",
    "nationCode",
    "appliedDate",
    "acceptedDate",
    "appointmentDate",
    "completedDate",
    "createdDate",
    "updatedDate",
    "applicant",
    "procedure",
    "procedureLevel",
    "dossierStatus",
    "dossierTaskStatus",
    "dossierReceivingKind",
    "applyMethod",
    "paymentMethod",
    "agency",
)
_ROW = _split_blanks(orjson.dumps({name: orjson.Fragment(_BLANK) for name in _FIELDS}))
_APPLICANT = _split_blanks(
    orjson.dumps(
        {
            "eformId": "64f0c1a2b3d4e5f6071829ff",
            "data": {
                "fullname": _BLANK_TEXT,
                "ownerFullname": _BLANK_TEXT,
                "identityNumber": _BLANK_TEXT,
                "phoneNumber": _BLANK_TEXT,
                "email": _BLANK_TEXT,
                "address": _BLANK_TEXT,
                "birthday": _BLANK_TEXT,
                "gender": orjson.Fragment(_BLANK),
                "chooseType": 1,
            },
        }
    )
)


def write_row(dossier: Dossier, now: int) -> bytes:
    """One dossier as JSON."""
    status = dossier.status_at(now)
    is_accepted = dossier.accepted_at is not None and dossier.accepted_at <= now
    quoted_code = f'"{write_code(dossier)}"'.encode()
    status_part = _named(*STATUSES[status])
    return _fill(
        _ROW,
        (
            f'"{write_id(dossier)}"'.encode(),
            quoted_code,
            b'"G22.99-' + quoted_code[1:] if dossier.channel is Channel.ONLINE else b"null",
            write_instant(dossier.applied_at),
            write_instant(dossier.accepted_at if is_accepted else None),
            write_instant(dossier.appointment_at),
            write_instant(dossier.finished_at if status in _COMPLETED else None),
            write_instant(dossier.entered_at),
            write_instant(dossier.changed_at(now)),
            _write_applicant(dossier.sequence),
            _procedure_part(dossier.procedure),
            _level_part(dossier.level),
            status_part,
            status_part,
            _named(*RECEIVING[dossier.sequence % 3]),
            b"null" if dossier.channel is None else _named(*APPLY_METHODS[dossier.channel]),
            b"null" if dossier.sequence % 4 else _named(1, "Thanh toán trực tuyến"),
            agency_part(dossier.unit, is_centre=has_centre(dossier)),
        ),
    )


def has_centre(dossier: Dossier) -> bool:
    """Three in four dossiers belong to the unit's one-stop centre, the others to the unit itself."""
    return dossier.sequence % 4 != 0


def write_id(dossier: Dossier) -> str:
    """The Mongo ObjectId: time of entry, then the running number."""
    return f"{dossier.entered_at:08x}a1b2c3d4{dossier.sequence:08x}"


def write_code(dossier: Dossier) -> str:
    """Unit code, day of application and number within it: H98.51-251014-0001."""
    day = _write_short_day((dossier.applied_at + _SHIFT_S) // DAY_S)
    unit = dossier.unit
    is_old = unit.old_code and dossier.applied_at < _MERGED_AT
    return f"{unit.old_code if is_old else unit.official_code}-{day}-{dossier.number:04d}"


@lru_cache(maxsize=2_048)
def _write_short_day(day: int) -> str:
    return local_day(day * DAY_S).strftime("%y%m%d")


@lru_cache(maxsize=4_096)
def write_instant(second: int | None) -> bytes:
    """UTC in quotes as the system writes it, "2025-12-14T16:59:59.000+0000", or null."""
    if second is None:
        return b"null"
    day, rest = divmod(second, DAY_S)
    return _write_utc_day(day) + _clock()[rest]


@lru_cache(maxsize=2_048)
def _write_utc_day(day: int) -> bytes:
    return f'"{local_day(day * DAY_S)}T'.encode()


@cache
def _clock() -> list[bytes]:
    """Every second of a day, written once."""
    return [b'%02d:%02d:%02d.000+0000"' % (second // 3_600, second // 60 % 60, second % 60) for second in range(DAY_S)]


def _write_applicant(sequence: int) -> bytes:
    """The invented person of this number; gender and kind of applicant as the form has them."""
    person = invent_person(sequence)
    written = "\0".join((person.full_name, *person, "1" if sequence % 2 else "0"))
    return _fill(_APPLICANT, written.encode().split(b"\0"))


def _translate(name: str) -> list[dict[str, Any]]:
    return [{"languageId": _VIETNAMESE, "name": name}]


@lru_cache(maxsize=64)
def _named(number: int, name: str) -> bytes:
    return orjson.dumps({"id": number, "name": _translate(name)})


@lru_cache(maxsize=8)
def _level_part(level: Level) -> bytes:
    return orjson.dumps({"id": LEVEL_IDS[level], "name": _translate(LEVEL_NAMES[level])})


_PROCEDURES: dict[str, tuple[Procedure, bytes]] = {}


def _procedure_part(procedure: Procedure) -> bytes:
    """Made once for each procedure; the catalogue of another data set may use the same code."""
    code = procedure.code
    held = _PROCEDURES.get(code)
    if held is None or held[0] is not procedure:
        part = {
            "id": f"5f0a{code.replace('.', ''):0>20}",
            "code": f"{code}.000.00.00.{PROVINCE_CODE}",
            "translate": _translate(procedure.name),
            "sector": {
                "id": SECTOR_IDS[procedure.sector],
                "code": procedure.sector[:2].upper(),
                "name": _translate(procedure.sector),
            },
        }
        held = _PROCEDURES[code] = (procedure, orjson.dumps(part))
    return held[1]


@lru_cache(maxsize=2_048)
def agency_part(unit: LedgerUnit, *, is_centre: bool) -> bytes:
    """The unit, or its one-stop centre with the unit as parent."""
    province = {"id": PROVINCE_KEY, "code": PROVINCE_CODE, "name": _translate(PROVINCE_NAME)}
    own = {"id": unit.agency_key, "code": unit.official_code, "name": _translate(unit.name)}
    if not is_centre:
        return orjson.dumps(own | {"parent": province, "ancestors": [province]})
    centre = {"id": unit.centre_key, "code": unit.centre_code, "name": _translate(f"Bộ phận một cửa {unit.name}")}
    return orjson.dumps(centre | {"parent": own, "ancestors": [own, province]})
