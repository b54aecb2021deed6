"""Templates: every value escaped, nothing missing taken for empty, figures and days printed as everywhere else."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from baocao.calendar import say_days_left
from baocao.desk_words import say_at_desk, say_without_options
from baocao.domain import VIETNAM, Measure
from baocao.figures import print_figure, print_instant
from baocao.messages import upper_first
from baocao.people import Action
from baocao.vocabulary import CELL_CHANGES, DEEDS, FORM_STAGES, PERSON_ROLES, RELEASE_STEPS, SEVERITIES, STATUSES
from desk.static_files import StaticFiles

if TYPE_CHECKING:
    from desk.pages import PageRoute
    from desk.visits import Visit

FOLDER = Path(__file__).parent / "templates"
SAID_AT_TERMINAL = ("baocao ", "manual/", "--", ".yaml")


class Templates:
    """The pages' texts. `pages` are those that may stand in the navigation."""

    def __init__(self, files: StaticFiles, pages: Sequence["PageRoute"]) -> None:
        loader = FileSystemLoader(FOLDER)
        self._environment = Environment(
            loader=loader,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_say_for_reader,
        )
        self._environment.filters.update(FILTERS)
        self._environment.globals.update(csrf=_print_csrf, file_url=files.url_of, **WORDS)
        self._nav = [page for page in pages if page.nav]

    def render(self, template: str, visit: "Visit", **content: Any) -> str:
        is_in = visit.session is not None and not visit.session_lacks
        nav = [page for page in self._nav if is_in and is_open_to(page, visit)]
        return self._environment.get_template(template).render(visit=visit, nav=nav, is_in=is_in, **content)

    def render_mistake(self, request: Request, title: str, says: str) -> str:
        """Without asking the store: it may be what went wrong."""
        return self._environment.get_template("mistake.html.j2").render(
            path=request.url.path, title=title, says=says, is_in=False, nav=[], visit=None
        )


@pass_context
def _say_for_reader(context: Context, value: Any) -> Any:
    """What people are told to type is said to whoever runs the installation, and to others as a page of the desk."""
    if not isinstance(value, str) or not any(mark in value for mark in SAID_AT_TERMINAL):
        return value
    visit = context.get("visit")
    is_it = visit is not None and visit.session is not None and visit.identity.may_somewhere(Action.CONFIGURE)
    said = say_without_options(value) if is_it else say_at_desk(value)
    return Markup(said) if isinstance(value, Markup) else said  # noqa: S704  # what was escaped stays so


WORDS: Mapping[str, Mapping[Any, str]] = {
    "roles": PERSON_ROLES,
    "severities": SEVERITIES,
    "stages": FORM_STAGES,
    "statuses": STATUSES,
    "release_steps": RELEASE_STEPS,
    "cell_changes": CELL_CHANGES,
}


@pass_context
def _print_csrf(context: Context) -> Markup:
    """The field every form that changes something carries."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(context["visit"].csrf)


def is_open_to(page: "PageRoute", visit: "Visit") -> bool:
    """Whether the navigation offers the page: by the rule that guards it."""
    from desk.rules import Reach

    if page.may.action is None:
        return True
    if page.may.reach is Reach.EVERYWHERE:
        return visit.identity.may_everywhere(page.may.action)
    return visit.identity.may_somewhere(page.may.action)


@pass_context
def name_person(context: Context, code: str) -> str:
    """As people call them; the code of who is no longer, or never was, among the accounts."""
    visit = context.get("visit")
    return visit.names.get(code, code) if visit else code


@pass_context
def name_systems(context: Context, text: str) -> str:
    """The name of a system in the place of its code, where a sentence begins with it."""
    for code, source in context["visit"].workspace.catalogue.sources.items():
        text = text.replace(f"{code}: ", f"{source.label}: ")
    return text


def print_day(day: date) -> str:
    """`05/12/2025`, of an instant in Vietnamese time."""
    local = day.astimezone(VIETNAM) if isinstance(day, datetime) else day
    return f"{local:%d/%m/%Y}"


def print_count(count: int) -> str:
    """`3.321`."""
    return print_figure(Decimal(count), Measure.DOSSIER)


def name_deed(deed: str) -> str:
    """What an entry of the journal is about."""
    return DEEDS.get(deed, deed)


FILTERS: Mapping[str, Callable[..., str]] = {
    "day": print_day,
    "days_left": say_days_left,
    "instant": print_instant,
    "count": print_count,
    "figure": print_figure,
    "deed": name_deed,
    "person": name_person,
    "systems": name_systems,
    "upper_first": upper_first,
}
