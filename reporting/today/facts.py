"""What duties follow from, read for one person in a handful of questions however many units they see."""

from collections.abc import Collection

from baocao.catalogue.release import read_release_rules
from baocao.domain import FormStage, Period, Tier
from baocao.people import Action, Identity
from baocao.remarks import list_open_questions
from baocao.store import FormKey, VintageKey
from reporting.plan import find_typed_codes
from reporting.release.newer import find_newer
from reporting.standing import Standing, fold
from reporting.status.grid import read_grid
from reporting.status.rows import GridRow
from reporting.today.duties import DutyFacts
from reporting.workspace import Workspace

BEFORE_SUBMITTING = (FormStage.DRAFTED, FormStage.READY, FormStage.SENT_BACK)


def read_facts(workspace: Workspace, identity: Identity) -> DutyFacts:
    """Of the units this person sees, the period that ended last and the one under way."""
    seen = identity.list_units(Action.VIEW)
    rows = tuple(row for row in read_grid(workspace, None, seen))
    keys = {row.form_key for row in rows}
    periods = {row.period for row in rows}
    entries = workspace.store.releases.list_about({key.unit_code for key in keys}, periods)
    standings: dict[FormKey, Standing] = {}
    for entry in entries:
        standings[entry.form_key] = fold(standings.get(entry.form_key, Standing(entry.form_key)), [entry])
    remarks = workspace.store.remarks.list_of_periods(periods)
    indicators = workspace.catalogue.indicators
    return DutyFacts(
        rows=rows,
        standings={key: (one.returned, one.proposal) for key, one in standings.items() if key in keys},
        missing=_find_missing(
            workspace, [row for row in rows if identity.may(Action.TYPE_IN, row.unit.unit_code)], periods
        ),
        newer=_find_newer(workspace, rows, identity),
        names=workspace.store.people.list_names(),
        forms=workspace.catalogue.forms,
        groups=workspace.catalogue.group_labels,
        labels={code: one.label for code, one in indicators.items()},
        owners={code: one.owner for code, one in indicators.items()},
        questions=tuple(one for one in list_open_questions(remarks) if one.unit_code in set(seen)),
        incidents=workspace.store.incidents.open(),
        today=workspace.settings.today(),
        near_days=workspace.alerts.watch.working_days_before,
        two_persons=read_release_rules(workspace.catalogue.config_dir).two_persons,
    )


def _find_newer(workspace: Workspace, rows: tuple[GridRow, ...], identity: Identity) -> dict[FormKey, int]:
    """How much was typed in, corrected or handed in since the last vintage, of the forms this person puts forward."""
    found = {}
    for row in rows:
        if row.stage in BEFORE_SUBMITTING and row.vintage and identity.may(Action.SUBMIT, row.unit.unit_code):
            key = row.form_key
            vintage = VintageKey(key.unit_code, key.form_code, key.period, row.vintage)
            found[key] = len(find_newer(workspace, vintage))
    return {key: count for key, count in found.items() if count}


def _find_missing(
    workspace: Workspace, rows: Collection[GridRow], periods: set[Period]
) -> dict[FormKey, tuple[str, ...]]:
    """The typed-in figures nobody has given, in the file or at the desk."""
    catalogue = workspace.catalogue
    given = workspace.store.typed_entries.list_given({row.unit.unit_code for row in rows}, periods)
    found = {}
    codes: dict[tuple[str, Tier], tuple[str, ...]] = {}
    for row in rows:
        kind = (row.form_code, row.unit.tier)
        if kind not in codes:
            codes[kind] = find_typed_codes(catalogue, catalogue.form(row.form_code), row.unit)
        at_desk = given.get((row.unit.unit_code, row.period.code), set())
        missing = [code for code in codes[kind] if code not in at_desk]
        if missing:
            in_file = catalogue.manual_figures(row.unit.unit_code, row.period)
            missing = [code for code in missing if code not in in_file]
        if missing:
            found[row.form_key] = tuple(missing)
    return found
