"""The typed-in figures of a run: read before anybody is asked, kept with the vintage, read back from what is kept."""

from collections.abc import Collection, Iterable, Mapping

from baocao.catalogue import ManualFigure
from baocao.catalogue.hand_files import MANUAL, name_hand_file
from baocao.domain import Period, RawPayload
from baocao.errors import ConfigError
from baocao.store import Collection as KeptAnswers
from baocao.store import Store, VintageKey
from baocao.typed_figures import TYPED_IN, TypedEntry, TypedFigures, join_entries, parse_typed
from reporting.plan import Plan
from reporting.workspace import Workspace


def read_typed(workspace: Workspace, plan: Plan) -> RawPayload:
    """What the people of the unit have typed in by now. Raise ConfigError where their files are wrong.

    The signed corrections are read too, for a mistake in them would end the run after everybody was asked.
    """
    from connectors.files.typed_in import fetch_typed

    workspace.catalogue.corrections(plan.unit.unit_code, plan.period)
    entries = list_entries(workspace, plan.unit.unit_code, plan.period)
    return fetch_typed(workspace.catalogue, plan.unit, plan.period, plan.window, workspace.settings.now(), entries)


def read_current_and_entries(
    workspace: Workspace, unit_code: str, period: Period
) -> tuple[dict[str, ManualFigure], dict[str, TypedEntry]]:
    """The figures as `read_current` has them, and the desk's entries behind them."""
    in_file = workspace.catalogue.manual_figures(unit_code, period)
    entries = list_entries(workspace, unit_code, period)
    name, names = name_hand_file(MANUAL, unit_code, period), workspace.store.people.name_of
    return join_entries(name, in_file, entries, names), entries


def list_entries(workspace: Workspace, unit_code: str, period: Period) -> dict[str, TypedEntry]:
    """The desk's, of those figures that are still typed in."""
    indicators = workspace.catalogue.indicators
    entries = workspace.store.typed_entries.list_current(unit_code, period)
    return {code: one for code, one in entries.items() if code in indicators and indicators[code].typed is not None}


def read_current(workspace: Workspace, unit_code: str, period: Period) -> dict[str, ManualFigure]:
    """What the file and the desk say now. Raise ConfigError where the file is wrong, or contradicts the desk."""
    return read_current_and_entries(workspace, unit_code, period)[0]


def keep_typed(workspace: Workspace, plan: Plan, vintage: VintageKey, payload: RawPayload) -> TypedFigures:
    """Make the figures the vintage's own, in the place of those it has."""
    kept, at = workspace.store.payloads.keep(payload), payload.fetched_at
    collection = KeptAnswers(TYPED_IN, plan.unit.unit_code, plan.period, (kept,), started_at=at, ended_at=at)
    workspace.store.collections.keep(vintage, collection)
    return parse_typed(payload.request, payload.sha256, payload.body)


def find_typed(store: Store, collections: Iterable[KeptAnswers]) -> TypedFigures | None:
    """The figures a vintage was made from; None of a vintage made before they were kept with it."""
    kept = next((one for one in collections if one.source_code == TYPED_IN), None)
    if kept is None:
        return None
    (payload,) = kept.payloads
    return parse_typed(payload.request, payload.sha256, store.files.get(payload.sha256))


def find_typed_since(
    workspace: Workspace,
    reference: VintageKey,
    only: Collection[str] | None = None,
    today: Mapping[str, ManualFigure] | None = None,
) -> tuple[str, ...]:
    """What is typed in today otherwise than the figures of a vintage, in words; nothing where those are not kept.

    `only` are the indicators asked about, by default all of the unit; `today` are the figures, where they are known.
    """
    typed = find_typed(workspace.store, workspace.store.collections.list(reference, TYPED_IN))
    if typed is None:
        return ()
    try:
        now = today if today is not None else read_current(workspace, reference.unit_code, reference.period)
    except ConfigError as error:
        return (str(error),)
    indicators = workspace.catalogue.indicators
    moved = (code for code in dict.fromkeys((*typed.figures, *now)) if typed.figures.get(code) != now.get(code))
    return tuple(
        describe_typed_change(
            indicators[code].label if code in indicators else code, typed.figures.get(code), now.get(code)
        )
        for code in moved
        if only is None or code in only
    )


def describe_typed_change(label: str, was: ManualFigure | None, now: ManualFigure | None) -> str:
    """`số nhập tay “Số báo cáo đã gửi”: 1 → 0,5 (Văn phòng nhập 12/12/2025)`."""
    ends = [None if figure is None else f"{figure.value:f}".replace(".", ",") for figure in (was, now)]
    said = " → ".join("chưa nhập" if end is None else end for end in ends)
    if ends[0] == ends[1]:
        said = f"vẫn {ends[0]}, căn cứ đã sửa"
    who = f" ({now.given_by} nhập {now.given_on:%d/%m/%Y})" if now else ""
    return f"số nhập tay “{label}”: {said}{who}"
