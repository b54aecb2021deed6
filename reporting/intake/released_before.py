"""What was released for an earlier period, for who looks at a form somebody filled: asked only where it names one."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from baocao.catalogue.owed import list_other_forms
from baocao.domain import Period
from baocao.forms.handmade import Released
from baocao.settings import Settings

if TYPE_CHECKING:
    from reporting.workspace import Workspace


def released_in(workspace: "Workspace") -> Released:
    def ask(unit_code: str, form_code: str, period: Period) -> Mapping[str, Decimal]:
        from reporting.past import as_known

        beside = list_other_forms(workspace.catalogue, workspace.catalogue.form(form_code).series_code)
        asked = as_known([unit_code], [period], workspace.settings.now(), beside)
        past = workspace.store.histories.figures(asked).get(unit_code, {}).get(period)
        if past is None or not past.is_released:
            return {}
        return {code: one.value for code, one in past.figures.items() if one.value is not None}

    return ask


@contextmanager
def released_figures(settings: Settings) -> Iterator[Released]:
    """The store is opened at the first question, to look; where none was made nothing was released."""
    with ExitStack() as opened:

        @cache
        def look() -> Released | None:
            from baocao.store import has_store
            from reporting.workspace import open_to_look

            return (
                released_in(opened.enter_context(open_to_look(settings))) if has_store(settings.database_url) else None
            )

        def ask(unit_code: str, form_code: str, period: Period) -> Mapping[str, Decimal]:
            released = look()
            return released(unit_code, form_code, period) if released else {}

        yield ask
