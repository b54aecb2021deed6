"""What a unit brings to the form above it, as a kept payload: a roll-up counts from these, and again from them alone.

One payload per unit, the same to the byte while its form is the same, and one that says of which units the roll-up
is made. Keys in them are codes of procedures (or what a definition tells apart), never anything about a person.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson

from baocao.catalogue import MissingMode
from baocao.domain import RawPayload, Tier
from baocao.rolling_up import FigurePart, Parts, over_tiers
from baocao.store import Collection, KeptPayload, Store, VintageKey
from reporting.plan import Plan

SOURCE_CODE = "roll_up"
OVERVIEW, CHILD = "overview", "child"
MEDIA_TYPE = "application/json"


@dataclass(frozen=True)
class Contribution:
    """One unit's form as the one above counts it. `revision` is None where it is not released."""

    unit_code: str
    name: str
    vintage: int
    revision: int | None
    is_draft: bool
    parts: Parts

    def key(self, like: VintageKey) -> VintageKey:
        """The very vintage, of the same form and period as the one above."""
        return VintageKey(self.unit_code, like.form_code, like.period, self.vintage)


@dataclass(frozen=True)
class Overview:
    """How a roll-up was made: of which forms, which units were missing and why, what was to be done about that.

    `own` is what the unit's own sources bring, `brought` what each unit below does, `whole` everything together: what
    its form is counted from. `evidence` is the payload a figure of the roll-up names: it names those of the units by
    their hash.
    """

    mode: MissingMode
    children: str
    missing: Mapping[str, str]
    own: Parts
    whole: Parts
    brought: tuple[Contribution, ...] = ()
    evidence: tuple[str, ...] = ()

    @property
    def lacking(self) -> dict[str, frozenset[str]]:
        """The units whose part of a figure is not in the whole, by figure."""
        codes = {code for figures in self.whole.values() for code in figures}
        return {code: over_tiers(self.whole, code).missing for code in codes}


def pack(plan: Plan, at: datetime, overview: Overview) -> list[RawPayload]:
    """The overview first, then a payload per unit."""
    bodies = {each.unit_code: _dump(_plain(each)) for each in overview.brought}
    hashes = {code: hashlib.sha256(body).hexdigest() for code, body in bodies.items()}
    payloads = [_payload(plan, at, {"part": OVERVIEW}, _dump(_plain_overview(overview, hashes)))]
    for each in overview.brought:
        asked = {"part": CHILD, "unit": each.unit_code, "vintage": each.vintage}
        payloads.append(_payload(plan, at, asked, bodies[each.unit_code]))
    return payloads


def find_collection(collections: tuple[Collection, ...]) -> Collection | None:
    """The one a roll-up keeps; None where the form is no roll-up."""
    return next((collection for collection in collections if collection.source_code == SOURCE_CODE), None)


def unpack(store: Store, collection: Collection) -> Overview:
    """What was packed; raise PayloadDamagedError where a payload was changed."""
    first = next(kept for kept in collection.payloads if kept.request["part"] == OVERVIEW)
    brought = [_load(store, kept) for kept in collection.payloads if kept.request["part"] == CHILD]
    return replace(_overview(_load(store, first)), brought=tuple(map(_brought, brought)), evidence=(first.sha256,))


def collect(plan: Plan, kept: tuple[KeptPayload, ...], at: datetime) -> Collection:
    return Collection(SOURCE_CODE, plan.unit.unit_code, plan.period, kept, started_at=at, ended_at=at)


def _payload(plan: Plan, at: datetime, request: dict[str, Any], body: bytes) -> RawPayload:
    sha256 = hashlib.sha256(body).hexdigest()
    return RawPayload(
        source_code=SOURCE_CODE,
        unit_code=plan.unit.unit_code,
        window=plan.window,
        request=request,
        fetched_at=at,
        media_type=MEDIA_TYPE,
        body=body,
        sha256=sha256,
        answer_sha256=sha256,
        answer_bytes=len(body),
    )


def _load(store: Store, kept: KeptPayload) -> dict[str, Any]:
    content: dict[str, Any] = orjson.loads(store.files.get(kept.sha256))
    return content


def _dump(content: object) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def _plain_overview(overview: Overview, hashes: Mapping[str, str]) -> dict[str, Any]:
    return {
        "mode": overview.mode.value,
        "children": overview.children,
        "missing": dict(overview.missing),
        "own": _plain_parts(overview.own),
        "whole": _plain_parts(overview.whole),
        "sha256": dict(hashes),
    }


def _overview(plain: dict[str, Any]) -> Overview:
    own, whole = (_parts(plain[name]) for name in ("own", "whole"))
    return Overview(MissingMode(plain["mode"]), plain["children"], plain["missing"], own, whole)


def _plain(brought: Contribution) -> dict[str, Any]:
    plain = {name: getattr(brought, name) for name in ("unit_code", "name", "vintage", "revision", "is_draft")}
    return {**plain, "parts": _plain_parts(brought.parts)}


def _brought(plain: dict[str, Any]) -> Contribution:
    return Contribution(**{**plain, "parts": _parts(plain["parts"])})


def _plain_parts(parts: Parts) -> dict[str, Any]:
    return {tier.value: {code: _plain_part(part) for code, part in found.items()} for tier, found in parts.items()}


def _parts(plain: dict[str, Any]) -> Parts:
    return {Tier(tier): {code: _part(part) for code, part in found.items()} for tier, found in plain.items()}


def _plain_part(part: FigurePart) -> dict[str, Any]:
    """Without `givers` where there are none, as payloads of before are."""
    return {
        **({"givers": sorted(part.givers)} if part.givers else {}),
        "value": None if part.value is None else f"{part.value:f}",
        "keys": None if part.keys is None else sorted(part.keys),
        "given_count": part.given_count,
        "missing": sorted(part.missing),
        "is_provisional": part.is_provisional,
        "notes": dict(part.notes),
    }


def _part(plain: dict[str, Any]) -> FigurePart:
    return FigurePart(
        value=None if plain["value"] is None else Decimal(plain["value"]),
        keys=None if plain["keys"] is None else frozenset(plain["keys"]),
        given_count=plain["given_count"],
        missing=frozenset(plain["missing"]),
        is_provisional=plain["is_provisional"],
        notes=plain["notes"],
        givers=frozenset(plain.get("givers", ())),
    )
