"""One vintage at a time: opened under the form's lease, closed as failed where its run ends without a form."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress

from baocao.errors import BaocaoError, ReleaseError
from baocao.store import FormKey, VintageKey
from reporting.log.run_log import about, note, run_id
from reporting.plan import Plan
from reporting.release.folders import bring_up
from reporting.workspace import Workspace, code_version


@contextmanager
def opened_vintages(workspace: Workspace, plans: Sequence[Plan]) -> Iterator[tuple[VintageKey, ...]]:
    """The next vintage of each form of a unit's period, all held until the last is done."""
    with ExitStack() as stack:
        yield tuple(stack.enter_context(opened_vintage(workspace, plan)) for plan in plans)


@contextmanager
def opened_vintage(workspace: Workspace, plan: Plan, replayed_from: int | None = None) -> Iterator[VintageKey]:
    """The form's next vintage, held by this run alone; a run that ends without a form leaves it marked failed."""
    named = about(
        run=run_id(), unit=plan.unit.unit_code, period=plan.period.code, form=plan.form.form_code, vintage=None
    )
    with named, workspace.store.leases.hold(FormKey(plan.unit.unit_code, plan.form.form_code, plan.period)) as lease:
        bring_up(workspace, lease.form_key)
        vintage = workspace.store.vintages.open(
            lease,
            opened_at=workspace.settings.now(),
            code_version=code_version(),
            config_hash=workspace.catalogue.content_hash,
            replayed_from=replayed_from,
        )
        try:
            with about(vintage=vintage.vintage):
                note("run started", version=code_version())
                yield vintage
        except BaocaoError as error:
            note("run failed", level=logging.ERROR, error=type(error).__name__, exit_code=error.exit_code)
            with suppress(ReleaseError):  # already finished, or taken over: then it is not ours to close
                workspace.store.vintages.fail(vintage, exit_code=error.exit_code, reason=str(error))
            raise
