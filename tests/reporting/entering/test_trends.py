"""The small pictures and the peers of a unit that owes several forms: each form has its own past."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import yaml

from baocao.store import FormKey
from reporting.entering.peers import PeerFigures, read_peers
from reporting.entering.trends import read_trends
from reporting.plan import Plan, make_plan
from reporting.workspace import Workspace
from tests.reporting.conftest import NOW, PERIOD, UNIT, Office
from tests.reporting.test_forms_owed import STEERING

FORM, OTHER_FORM = "2025-bieu-mau-7", "2019-bieu-mau-2"
CODE, DUE = "periodic_reports_due_count", 12
"""What the unit typed in for the quarter."""


def keep_quarter(workspace: Workspace, plan: Plan, unit: str, form_code: str, factor: int) -> None:
    """The quarter before: this one's figures multiplied, or none of them."""
    key, contents = FormKey(unit, form_code, plan.period.predecessor), workspace.store.contents
    latest = workspace.store.vintages.find_latest(plan.form_key)
    assert latest is not None
    form = replace(contents.filled_form(latest.key), unit_code=unit, form_code=form_code, period=key.period)
    figures = [
        replace(one, unit_code=unit, period=key.period, value=one.value and one.value * factor)
        for one in contents.observations(latest.key)
        if factor
    ]
    with workspace.store.leases.hold(key) as lease:
        opened = workspace.store.vintages.open(lease, opened_at=NOW, code_version="1", config_hash="")
        workspace.store.vintages.finish(
            opened, observations=figures, filled_form=form, check_results=[], known_at=NOW, exit_code=0
        )


def test_a_form_made_later_hides_neither_the_trend_nor_the_peers_of_another(made: Office) -> None:
    add_form_and_units(made)
    with made.open(NOW + timedelta(days=1)) as workspace:
        plan = make_plan(workspace.catalogue, UNIT, PERIOD, FORM, workspace.settings.now())
        before = replace(plan, period=plan.period.predecessor)
        for unit, factor in ((UNIT, 2), ("xa-1", 3), ("xa-2", 4), ("xa-3", 5)):
            keep_quarter(workspace, plan, unit, FORM, factor)
            keep_quarter(workspace, plan, unit, OTHER_FORM, 0)
        trends = read_trends(workspace, plan)
        peers = read_peers(workspace, before, CODE)
    assert trends.figures[CODE][-1] == 2 * DUE
    assert peers == PeerFigures(3, Decimal(3 * DUE), Decimal(4 * DUE), Decimal(5 * DUE))


def add_form_and_units(made: Office) -> None:
    (made.config_dir / "forms" / f"{OTHER_FORM}.yaml").write_text(STEERING, encoding="utf-8")
    path: Path = made.config_dir / "units.yaml"
    units = yaml.safe_load(path.read_text(encoding="utf-8"))
    like = {key: value for key, value in units["units"][UNIT].items() if key in ("tier", "parent", "regime")}
    for code in ("xa-1", "xa-2", "xa-3"):
        units["units"][code] = {"name": f"Đặc khu {code}", **like}
    path.write_text(yaml.safe_dump(units, allow_unicode=True), encoding="utf-8")
