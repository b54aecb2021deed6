"""`baocao correct`: a signed correction, written where every later run of the period finds it."""

import os

from rich.console import Console
from rich.markup import escape

from baocao.settings import Settings
from cli.choosing import choose_unit
from cli.show import print_json
from reporting.history.correcting import Corrected, Wish, write_correction
from reporting.plan import Plan, make_plan
from reporting.workspace import open_workspace


def correct_figure(period: str, unit_code: str | None, form_code: str | None, wish: Wish, *, as_json: bool) -> int:
    """Write it and say what to do now; return the exit code."""
    settings = Settings.read(os.environ)
    with open_workspace(settings) as workspace:
        unit = choose_unit(unit_code, workspace.catalogue)
        plan = make_plan(workspace.catalogue, unit, period, form_code, settings.now())
        done = write_correction(workspace, plan, wish)
    if as_json:
        print_json({"file": str(done.path), **done.correction.model_dump()})
    else:
        _show(Console(), plan, done)
    return 0


def _show(console: Console, plan: Plan, done: Corrected) -> None:
    correction = done.correction
    label = plan.indicators[correction.indicator].label if correction.indicator in plan.indicators else ""
    says = f"{correction.expect} → {correction.value}, {correction.signed_by} ký ngày {correction.signed_on:%d/%m/%Y}"
    console.print(f"Đã ghi đính chính: {escape(label or correction.indicator)}, {escape(says)}", highlight=False)
    console.print(f"  Tệp: {escape(str(done.path))}", highlight=False, soft_wrap=True)
    again = f"baocao rerun {plan.period} --from payloads"
    console.print(f"Bước tiếp theo: {again}. Nếu hệ thống nguồn nói số khác, lần lập sẽ dừng lại (mã 2).")
