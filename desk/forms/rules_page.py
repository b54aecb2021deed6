"""Cách tính, kiểm tra: how every figure of a form is made and what each check of it demands, in words."""

from fastapi import Response

from baocao.people import Action
from desk.forms.asked import FORM, ask_form
from desk.guarding import Visiting
from desk.pages import PageSet
from desk.rules import in_unit
from expectations.rule_lint import LintKind, lint_rules
from reporting.rules.rule_book import read_rule_book
from reporting.upkeep.config_changes import list_config_files

PAGES = PageSet()


@PAGES.get(f"{FORM}/quy-tac", may=in_unit(Action.VIEW))
def show_rules(visit: Visiting, unit: str, period: str, form: str) -> Response:
    """Of the configuration in force; where it stands, and what contradicts itself in it, for who oversees it."""
    asked = ask_form(visit, unit, period, form)
    catalogue = visit.workspace.catalogue
    oversees = visit.identity.may_somewhere(Action.OVERSEE)
    notes = [one for one in lint_rules(asked.plan.form, catalogue) if one.kind is not LintKind.UNWATCHED]
    return visit.show(
        "form/rules.html.j2",
        asked=asked,
        standing=asked.standing,
        book=read_rule_book(catalogue, asked.plan),
        oversees=oversees,
        files=list_config_files(catalogue.config_dir) if visit.identity.may_everywhere(Action.CONFIGURE) else [],
        notes=notes if oversees else [],
    )
