"""Late records of a period: those that reached their system after its figures were taken, and are counted since."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from baocao.domain import Window
from baocao.records import KEYS
from baocao.selection import select_records
from baocao.store import VintageKey
from baocao.vocabulary import RECORDS
from reporting.workspace import Workspace

if TYPE_CHECKING:
    from reporting.differences.evidence_sides import EvidenceSide

SHOWN_CODES = 5


@dataclass(frozen=True)
class LateRecords:
    """Records of one kind, by code, that vintage `since` did not have and the later one counts."""

    kind: str
    codes: tuple[str, ...]
    since: int

    @property
    def says(self) -> str:
        """`Làn đến muộn: 23 hồ sơ vào hệ thống sau lần lập 1, đã tính ở lần lập này: H98…, …`."""
        named = ", ".join(self.codes[:SHOWN_CODES]) + (", …" if len(self.codes) > SHOWN_CODES else "")
        what = f"{len(self.codes)} {RECORDS[self.kind]} vào hệ thống sau lần lập {self.since}"
        return f"Làn đến muộn: {what}, đã tính ở lần lập này: {named}"

    def as_json(self) -> dict[str, Any]:
        return {
            "records": self.kind,
            "count": len(self.codes),
            "codes": list(self.codes),
            "since_vintage": self.since,
        }


def find_late(workspace: Workspace, key: VintageKey) -> tuple[LateRecords, ...]:
    """What a vintage counts that the first one taken after the close did not have; none where it is that one."""
    store = workspace.store
    earlier = [vintage for vintage in store.vintages.list(key.form_key) if vintage.key.vintage < key.vintage]
    window = store.contents.filled_form(key).window
    first = next(
        (vintage.key for vintage in earlier if vintage.is_whole and _is_closed(workspace, vintage.key, window)), None
    )
    if first is None or _answers(workspace, first) == _answers(workspace, key):
        return ()
    from reporting.differences.evidence_sides import read_side

    return compare_late(read_side(workspace, first), read_side(workspace, key))


def compare_late(before: "EvidenceSide", after: "EvidenceSide") -> tuple[LateRecords, ...]:
    """The late records of one vintage beside an earlier one, by kind."""
    found: dict[str, set[str]] = {}
    for kind, codes in _find_new(before, after):
        found.setdefault(kind, set()).update(codes)
    since = before.vintage.key.vintage
    return tuple(LateRecords(kind, tuple(sorted(codes)), since) for kind, codes in found.items() if codes)


def _find_new(before: "EvidenceSide", after: "EvidenceSide") -> Iterator[tuple[str, set[str]]]:
    """Of every flow that is counted within the period: the records counted now that were not there then at all."""
    window, plan = after.filled.window, after.plan or before.plan
    if plan is None or window is None:
        return
    for indicator in plan.indicators.values():
        definition, system = indicator.count, indicator.system
        if definition is None or system is None or definition.date_field is None or definition.when != "within":
            continue
        kind = definition.records
        olds, news = before.collected.get(system), after.collected.get(system)
        if olds and news and kind in olds.frames and kind in news.frames:
            counted, _ = select_records(definition, after.frames_for(system), window)
            yield kind, set(counted[KEYS[kind]]) - set(olds.frames[kind][KEYS[kind]])


def _is_closed(workspace: Workspace, key: VintageKey, window: Window | None) -> bool:
    known_at = workspace.store.contents.filled_form(key).known_at
    return window is not None and known_at is not None and known_at >= window.end_at


def _answers(workspace: Workspace, key: VintageKey) -> set[str]:
    return {payload.entry_sha256 for payload in workspace.store.collections.list_payloads(key)}
