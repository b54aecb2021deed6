"""The form a path speaks of: its plan, its standing, and where its pages are."""

from dataclasses import dataclass
from functools import cached_property

from baocao.errors import ConfigError
from baocao.store import FormKey
from desk.mistakes import MissingPageError
from desk.visits import Visit
from reporting.delivery.desk_links import path_of
from reporting.plan import Plan, make_plan
from reporting.release.entries import SeenForm, StepRequest
from reporting.release.releasing import number_at_stake
from reporting.roll_up.children import has_children
from reporting.standing import Standing, find_standing

FORM = "/bieu-mau/{unit}/{period}/{form}"


@dataclass(frozen=True)
class AskedForm:
    """One form of one unit for one period, as a visit asks for it."""

    visit: Visit
    plan: Plan

    @property
    def key(self) -> FormKey:
        return self.plan.form_key

    @property
    def path(self) -> str:
        return path_of(self.key)

    @cached_property
    def standing(self) -> Standing:
        return find_standing(self.visit.workspace.store, self.key)

    @property
    def is_rolled_up(self) -> bool:
        return has_children(self.visit.workspace.catalogue, self.plan)

    @property
    def make_words(self) -> str:
        """How this form comes to its figures, as the button says that makes it."""
        if self.is_rolled_up:
            return "Tổng hợp từ các đơn vị"
        return "Lấy số liệu từ các hệ thống" if self.plan.sources else "Lập biểu mẫu từ số nhập tay"

    def name_cell(self, key: str) -> str:
        """A cell as a sentence begins with it."""
        return self.visit.workspace.catalogue.name_cell(self.key.form_code, key)

    @cached_property
    def seen(self) -> SeenForm:
        """What a page that offers a step shows."""
        return SeenForm(number_at_stake(self.visit.workspace.store, self.standing), self.standing.last_sha256)

    def request(self, reason: str = "", *, early: bool = False, seen: SeenForm | None = None) -> StepRequest:
        """A step of the release, by who is signed in and from where."""
        actor = self.visit.actor
        return StepRequest(actor.person_code, reason.strip(), early, f"{actor.person_code}@{actor.origin}", seen)

    def note(self, deed: str, **said: object) -> None:
        """Into the journal."""
        about = {"form": self.key.form_code, "period": self.key.period.code, **said}
        store = self.visit.workspace.store
        store.journal.append(self.visit.actor, deed, self.visit.real_now, about, self.key.unit_code)


def ask_form(visit: Visit, unit: str, period: str, form: str) -> AskedForm:
    """Raise MissingPageError where the path speaks of no form the unit could owe."""
    workspace = visit.workspace
    try:
        return AskedForm(visit, make_plan(workspace.catalogue, unit, period, form, workspace.settings.now()))
    except ConfigError as error:
        raise MissingPageError from error
