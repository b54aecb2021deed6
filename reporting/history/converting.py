"""A form never filled for a period, made from what was counted for the form in force: shown, and not kept."""

from dataclasses import dataclass, replace
from typing import Any

from baocao.documents.form_json import form_json
from baocao.store import Vintage
from reporting.configurations import configuration_of
from reporting.history.showing import ShownForm, VintageChoice, find_shown
from reporting.plan import Plan, find_key_in_force, make_plan
from reporting.report import Report
from reporting.workspace import Workspace


@dataclass(frozen=True)
class Conversion:
    """The form asked for, from the kept answers of a vintage of the form in force."""

    plan: Plan
    report: Report
    source: Vintage

    def as_json(self) -> dict[str, Any]:
        known_at = self.source.known_at
        return {
            **form_json(self.report.filled, self.plan.form),
            "vintage_known_at": known_at.isoformat() if known_at else None,
            "converted_from": {"form": self.source.key.form_code, "vintage": self.source.key.vintage},
            "series_breaks": [one.as_json() for one in self.plan.breaks],
        }


def needs_conversion(workspace: Workspace, plan: Plan) -> bool:
    """Whether the form asked for is not the version in force and was never filled for this period."""
    in_force = find_key_in_force(workspace.catalogue, plan)
    return plan.form_key != in_force and not workspace.store.vintages.list(plan.form_key)


def convert(workspace: Workspace, plan: Plan, wanted: VintageChoice) -> Conversion:
    """Count again, from the answers and under the configuration of the vintage wanted; no source is asked."""
    from reporting.gathering import gather_from_payloads
    from reporting.pipeline import count

    shown: ShownForm = find_shown(workspace.store, find_key_in_force(workspace.catalogue, plan), wanted)
    with configuration_of(workspace, shown.vintage.config_hash) as catalogue:
        then = replace(workspace, catalogue=catalogue)
        now = workspace.settings.now()
        other = make_plan(catalogue, plan.unit.unit_code, plan.period.code, plan.form.form_code, now)
        gathered = gather_from_payloads(then, other, shown.vintage.key)
        observations, filled = count(catalogue, other, gathered, shown.vintage.key.vintage)
    return Conversion(other, Report(observations, filled, ()), shown.vintage)
