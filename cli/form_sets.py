"""The forms a command is about: the one named, or all a unit owes for a period."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from baocao.errors import ConfigError
from baocao.settings import Settings
from cli.options import choose_unit
from cli.tables import open_console
from cli.terminal import escape, print_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from baocao.catalogue import Catalogue, Form
    from reporting.plan import Plan


def list_forms(period: str, unit_code: str | None, form_code: str | None) -> list[str]:
    """The form named, else the codes of all the unit owes for the period; raise ConfigError where it owes none."""
    from baocao.catalogue import Catalogue
    from reporting.plan import make_plans

    if form_code:
        return [form_code]
    settings = Settings.read(os.environ)
    catalogue = Catalogue.read(settings.config_dir)
    plans = make_plans(catalogue, choose_unit(unit_code, catalogue), period, None, settings.now())
    return [plan.form.form_code for plan in plans]


def choose_form(catalogue: Catalogue, period: str, unit_code: str, form_code: str | None, cell: str) -> str | None:
    """The form named, else the only one the unit owes for the period that has this cell or indicator.

    Raise ConfigError, naming them, where several have it; None leaves it to whoever looks the cell up.
    """
    from reporting.plan import make_plans

    if form_code:
        return form_code
    plans = make_plans(catalogue, unit_code, period, None, Settings.read(os.environ).now())
    having = [plan.form for plan in plans if _has_figure(plan, cell) or has_row(plan.form, cell)]
    if len(having) > 1:
        named = ", ".join(f"{form.form_code} ({form.appendix})" for form in having)
        raise ConfigError(f"“{cell}” có ở {len(having)} biểu mẫu của kỳ {period}: {named}. Thêm --form và một mã ấy.")
    return having[0].form_code if having else plans[0].form.form_code


def _has_figure(plan: Plan, code: str) -> bool:
    """Whether the form has a figure of this code; one of a group only a matrix has."""
    from baocao.groups import GROUP_MARK, total_code

    return total_code(code) in plan.indicators and (GROUP_MARK not in code or plan.form.matrix is not None)


def has_row(form: Form, cell: str) -> bool:
    """Whether a form has a cell; of a matrix any line may come from the data, its columns are known."""
    if form.matrix is not None:
        return form.matrix.has_column(cell)
    return any(row.key == cell.rstrip(".") for row in form.rows)


def print_each(forms: Sequence[str], show_one: Callable[[str], Any], *, as_json: bool) -> None:
    """Show one form after the other, or print all as one JSON; of several, one that is not there stops no other.

    `show_one` gives what it has as JSON. Raise its ConfigError or NotInStoreError where no form is there.
    """
    from baocao.store import NotInStoreError

    found: list[Any] = []
    missing: list[ConfigError | NotInStoreError] = []
    for form in forms:
        try:
            found.append(show_one(form))
        except (ConfigError, NotInStoreError) as error:
            missing.append(error)
    if not found:
        raise missing[0]
    if as_json:
        print_json(found[0] if len(forms) == 1 else {"forms": found, "missing": list(map(str, missing))})
    else:
        for one in missing:
            open_console().print(f"[yellow]{escape(str(one))}[/]")
