"""Between rows and the types of the product, both ways: columns are called as the fields are."""

import json
from dataclasses import astuple, fields
from functools import cache
from typing import Any

from baocao.coverage import Coverage
from baocao.domain import (
    CellStatus,
    CheckResult,
    CountStep,
    Observation,
    Outcome,
    Period,
    RawPayload,
    Severity,
    SourceFailure,
    System,
    Window,
)
from baocao.notices import CountProof
from baocao.store.canonical import dump_plain, dump_tagged, hash_text, load_tagged
from baocao.store.keys import Collection, KeptPayload, Vintage, VintageKey, VintageStatus
from baocao.store.serial.forms import dump_failure, load_failure
from baocao.store.tables.content_rows import CheckResultRow, CoverageRow, ObservationRow, SourceFailureRow
from baocao.store.tables.rows import CollectionRow, PayloadRow, Row, VintageRow


def payload_columns(payload: RawPayload) -> dict[str, Any]:
    """The columns of a payload's row, among them the hash of all the others."""
    columns = _without(_fields_of(payload), "window", "body")
    columns |= {
        "window_start_on": payload.window.start_on,
        "window_end_on": payload.window.end_on,
        "request": dump_tagged(payload.request),
        "body_bytes": len(payload.body),
    }
    return {"entry_sha256": hash_text(dump_plain(columns)), **columns}


def kept_payload_of(row: PayloadRow) -> KeptPayload:
    window, request = Window(row.window_start_on, row.window_end_on), load_tagged(row.request)
    return KeptPayload(**{**_columns_for(KeptPayload, row), "window": window, "request": request})


def raw_payload_of(kept: KeptPayload, body: bytes) -> RawPayload:
    return RawPayload(**_without(_fields_of(kept), "entry_sha256", "body_bytes"), body=body)


def vintage_of(row: VintageRow) -> Vintage:
    key = VintageKey(row.unit_code, row.form_code, Period.parse(row.period_code), row.number)
    return Vintage(**{**_columns_for(Vintage, row), "key": key, "status": VintageStatus(row.status)})


def collection_columns(collection: Collection) -> dict[str, Any]:
    columns = _without(_fields_of(collection), "period", "payloads")
    failure = collection.failure and dump_failure(collection.failure)
    return {**columns, "period_code": collection.period.code, "failure": failure}


def collection_of(row: CollectionRow, payloads: tuple[KeptPayload, ...]) -> Collection:
    period, failure = Period.parse(row.period_code), row.failure and load_failure(row.failure)
    columns = _columns_for(Collection, row)
    return Collection(**{**columns, "period": period, "payloads": payloads, "failure": failure})


def observation_columns(observation: Observation) -> dict[str, Any]:
    return {
        **_without(_fields_of(observation), "period"),
        "period_code": observation.period.code,
        "payload_hashes": dump_plain(observation.payload_hashes),
        "steps": dump_plain([(step.step, step.left_count) for step in observation.steps]),
    }


def observation_of(row: ObservationRow) -> Observation:
    return Observation(
        **{
            **_columns_for(Observation, row),
            "period": Period.parse(row.period_code),
            "status": CellStatus(row.status),
            "payload_hashes": tuple(json.loads(row.payload_hashes)),
            "steps": tuple(CountStep(step, left_count) for step, left_count in json.loads(row.steps)),
        }
    )


def check_result_columns(result: CheckResult) -> dict[str, Any]:
    return {**_fields_of(result), "cells": dump_plain(result.cells), "evidence": dump_tagged(result.evidence)}


def check_result_of(row: CheckResultRow) -> CheckResult:
    return CheckResult(
        **{
            **_columns_for(CheckResult, row),
            "severity": Severity(row.severity),
            "outcome": Outcome(row.outcome),
            "cells": tuple(json.loads(row.cells)),
            "evidence": load_tagged(row.evidence),
        }
    )


def coverage_columns(coverage: Coverage) -> dict[str, Any]:
    window = coverage.window
    return {
        **_without(_fields_of(coverage), "window"),
        "window_start_on": window and window.start_on,
        "window_end_on": window and window.end_on,
        "proofs": dump_plain([astuple(proof) for proof in coverage.proofs]),
    }


def coverage_of(row: CoverageRow) -> Coverage:
    start_on, end_on = row.window_start_on, row.window_end_on
    return Coverage(
        source_code=row.source_code,
        system=System(row.system),
        unit_code=row.unit_code,
        window=Window(start_on, end_on) if start_on and end_on else None,
        held_at=row.held_at,
        proofs=tuple(CountProof(*proof) for proof in json.loads(row.proofs)),
    )


def failure_columns(failure: SourceFailure) -> dict[str, Any]:
    return _fields_of(failure)


def failure_of(row: SourceFailureRow) -> SourceFailure:
    return SourceFailure(**{**_columns_for(SourceFailure, row), "system": System(row.system)})


def _fields_of(thing: Any) -> dict[str, Any]:
    return {field.name: getattr(thing, field.name) for field in fields(thing)}


def _columns_for(kind: type[Any], row: Row) -> dict[str, Any]:
    """The row's columns that are fields of `kind`."""
    return {name: getattr(row, name) for name in _shared_names(kind, type(row))}  # type: ignore[arg-type]


@cache
def _shared_names(kind: type[Any], row: type[Row]) -> tuple[str, ...]:
    names = {field.name for field in fields(kind)}
    return tuple(name for name in row.__table__.columns.keys() if name in names)  # noqa: SIM118


def _without(columns: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in columns.items() if name not in names}
