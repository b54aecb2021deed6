"""`baocao rules`: every check in force for a form, and what is wrong with the rule set itself."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from baocao.domain import VIETNAM
from baocao.errors import ConfigError
from baocao.settings import Settings
from baocao.vocabulary import SEVERITIES, SUITES
from cli.options import form_option, json_option
from cli.tables import Column, open_console, print_table
from cli.terminal import COLOURS, escape, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rich.console import Console
    from rich.text import Text

    from baocao.catalogue import Catalogue, Form
    from expectations.rule import Rule
    from expectations.rule_lint import LintNote

COLUMNS = (
    Column("Mã kiểm tra", is_key=True),
    Column("Mức độ"),
    Column("Ô"),
    Column("Nội dung"),
    Column("Đầu mối"),
)
UNWATCHED = "rules.unwatched"  # not a fault: a cell no other confirms may simply be so
NOTES = {
    "rules.contradiction": ("red", "mâu thuẫn"),
    "rules.never_fires": ("red", "không bao giờ bắt được lỗi"),
    UNWATCHED: ("yellow", "không đối chiếu"),
}


@click.command("rules")
@form_option
@json_option
def show_rules(form_code: str | None, *, as_json: bool) -> int:
    """Mọi kiểm tra đang áp dụng cho một mẫu, và chỗ sai của chính bộ quy tắc; mã kết thúc 0 hoặc 2."""
    from baocao.catalogue import Catalogue
    from expectations.registry import rules, rules_of_records
    from expectations.rule_lint import lint_rules

    settings = Settings.read(os.environ)
    catalogue = Catalogue.read(settings.config_dir)
    form = _choose_form(catalogue, form_code, settings.now())
    found, notes = [*rules(form, catalogue), *rules_of_records(catalogue)], lint_rules(form, catalogue)
    if as_json:
        print_json(_rules_json(form, found, notes))
    else:
        _show(open_console(), catalogue, form, found, notes)
    return ConfigError.exit_code if _faults_of(notes) else 0


def _faults_of(notes: Sequence[LintNote]) -> list[LintNote]:
    """The notes somebody has to edit the configuration for."""
    return [note for note in notes if note.kind != UNWATCHED]


def _choose_form(catalogue: Catalogue, form_code: str | None, now: datetime) -> Form:
    """The form named, else the only one in force today; raise ConfigError, naming them, where there are several."""
    if form_code:
        return catalogue.form(form_code)
    today = now.astimezone(VIETNAM).date()
    valid = [form for form in catalogue.forms.values() if form.in_force_on(today)]
    if len(valid) == 1:
        return valid[0]
    named = ", ".join(f"{form.form_code} ({form.appendix})" for form in valid or catalogue.forms.values())
    raise ConfigError(f"Ngày {today:%d/%m/%Y} có {len(valid)} biểu mẫu hiệu lực. Thêm --form và một mã: {named}.")


def _rules_json(form: Form, found: Sequence[Rule], notes: Sequence[LintNote]) -> dict[str, Any]:
    return {
        "form": form.form_code,
        "rules": [
            {
                "check": rule.check,
                "severity": rule.severity.value,
                "owner": rule.owner,
                "cells": list(rule.cells),
                "about": rule.subject,
                "sentence_vi": rule.sentence_vi,
                "sentence_en": rule.sentence_en,
            }
            for rule in found
        ],
        "notes": [
            {
                "kind": note.kind.value,
                "check": note.check,
                "cells": list(note.cells),
                "message_vi": note.message_vi,
                "message_en": note.message_en,
            }
            for note in notes
        ],
    }


def _show(console: Console, catalogue: Catalogue, form: Form, found: Sequence[Rule], notes: Sequence[LintNote]) -> None:
    for suite, label in SUITES.items():
        mine = [rule for rule in found if rule.check.split(".")[0] == suite]
        if mine:
            print_table(console, COLUMNS, (_row(catalogue, form, rule) for rule in mine), title=label)
    for note in notes:
        colour, kind = NOTES[note.kind]
        console.print(f"[{colour}]{kind}[/] {escape(note.message_vi)}")
    faults = len(_faults_of(notes))
    count = f"{form.appendix}: {len(found)} quy tắc, {len({rule.check for rule in found})} loại kiểm tra"
    said = f"[bold red]{faults} chỗ phải sửa trong cấu hình[/]" if faults else "[bold green]không mâu thuẫn[/]"
    console.print(f"\n{count}; {said}; {len(notes) - faults} ô chỉ được kiểm tra riêng lẻ.")


def _row(catalogue: Catalogue, form: Form, rule: Rule) -> tuple[str | Text, ...]:
    from rich.text import Text

    from expectations.form.matrix import name_cells_in

    severity = Text(SEVERITIES[rule.severity], style=COLOURS[rule.severity])
    cells, says = ", ".join(rule.cells), rule.sentence_vi
    if form.matrix is not None:
        says = name_cells_in(says, {row.key: row for row in form.rows})
        cells = catalogue.name_cells(form.form_code, *rule.cells) if rule.cells else ""
    return rule.check, severity, cells, says, catalogue.owner_label(rule.owner)
