"""What is said of the coverage of a vintage's sources: in words for a cell, whole for a program and the release log."""

from collections.abc import Container, Sequence
from typing import Any

from baocao.catalogue import Catalogue
from baocao.coverage import UNKNOWN_VI, Coverage, unknown_as_json
from baocao.domain import System
from baocao.store import Collection
from reporting.roll_up.payloads import find_collection

BELOW_VI = "cộng từ báo cáo của các đơn vị trực thuộc; độ đủ ghi ở báo cáo của từng đơn vị"


def describe_coverages(
    coverages: Sequence[Coverage], collections: Sequence[Collection], unit_code: str
) -> list[dict[str, Any]]:
    """Every source a vintage's figures come from; one whose coverage was not kept says that it is not known."""
    rolled_up = find_collection(tuple(collections))
    told = [coverage.as_json() for coverage in coverages]
    if rolled_up is not None:
        return [*told, {"source": rolled_up.source_code, "proved": None, "says_vi": BELOW_VI}]
    return told or [unknown_as_json(code) for code in _list_sources(collections, unit_code)]


def say_coverages(
    catalogue: Catalogue,
    coverages: Sequence[Coverage],
    collections: Sequence[Collection],
    systems: Container[System],
    unit_code: str,
) -> tuple[str, ...]:
    """A line for each source of some systems: `one_stop_igate: 15/09/2025 – 14/12/2025 (đủ 91 ngày); …`."""
    rolled_up = find_collection(tuple(collections))
    if rolled_up is not None:
        return (BELOW_VI,) if systems else ()
    if coverages:
        return tuple(f"{one.source_code}: {one.says_vi}" for one in coverages if one.system in systems)
    codes = _list_sources(collections, unit_code)
    known = [code for code in codes if code in catalogue.sources and catalogue.source(code).system in systems]
    return tuple(f"{code}: {UNKNOWN_VI}" for code in known)


def _list_sources(collections: Sequence[Collection], unit_code: str) -> list[str]:
    from baocao.handed_in import HANDED_IN
    from baocao.typed_figures import TYPED_IN

    own = [one.source_code for one in collections if one.unit_code == unit_code and one.failure is None]
    return [code for code in dict.fromkeys(own) if code not in (TYPED_IN, HANDED_IN)]
