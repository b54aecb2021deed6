"""Who reports under whom in a period: the units below a unit, with merged and renamed ones counted once."""

from collections.abc import Iterator, Mapping

from baocao.catalogue.units import Unit
from baocao.domain import Window


def children_in(units: Mapping[str, Unit], parent: Unit, window: Window) -> tuple[Unit, ...]:
    """The units directly below `parent` in a window, by code.

    They exist on at least one day of it. A predecessor (of the parent or of a unit below it) that ended within the
    window is among them where it stood under no other unit of the window: else it is counted there.
    """
    direct = [unit for unit in units.values() if unit.parent == parent.unit_code and unit.exists_in(window)]
    if not direct:
        return ()
    here = {unit.unit_code for unit in direct}
    before = [unit for unit in _predecessors(units, (parent, *direct)) if _ends_in(unit, window)]
    gone = [unit for unit in before if unit.unit_code in here or not _stands(units, unit, window)]
    below = {unit.unit_code: unit for unit in (*direct, *gone)}
    below.pop(parent.unit_code, None)
    return tuple(below[code] for code in sorted(below))


def continuations(units: Mapping[str, Unit], children: tuple[Unit, ...], window: Window) -> dict[str, frozenset[str]]:
    """By code of a child that was renamed or merged: the sources that call its successor by the very same key.

    What they hold is counted with the successor, wherever that stands in the window; it must not be counted again.
    """
    found: dict[str, frozenset[str]] = {}
    for successor in units.values():
        for child in children:
            if child.unit_code in successor.predecessors and successor.exists_in(window):
                shared = set(child.source_keys.items()) & set(successor.source_keys.items())
                found[child.unit_code] = found.get(child.unit_code, frozenset()) | {source for source, _ in shared}
    return {code: sources for code, sources in found.items() if sources}


def _predecessors(units: Mapping[str, Unit], of: tuple[Unit, ...]) -> Iterator[Unit]:
    """Those before them, and those before those."""
    waiting, seen = list(of), set[str]()
    while waiting:
        for code in waiting.pop().predecessors:
            if code in units and code not in seen:
                seen.add(code)
                waiting.append(units[code])
                yield units[code]


def _ends_in(unit: Unit, window: Window) -> bool:
    return unit.valid_to is not None and window.start_on <= unit.valid_to <= window.end_on


def _stands(units: Mapping[str, Unit], unit: Unit, window: Window) -> bool:
    """Whether the unit stands under one that exists in the window."""
    return unit.parent is not None and unit.parent in units and units[unit.parent].exists_in(window)
