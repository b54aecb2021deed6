"""One vintage at a time: opened under the form's lease, closed as failed where its run ends without a form."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from baocao.errors import BaocaoError, ReleaseError
from baocao.store import FormKey, VintageKey
from flows.plan import Plan
from flows.released_folders import bring_up
from flows.workspace import Workspace, code_version


@contextmanager
def opened_vintage(workspace: Workspace, plan: Plan, replayed_from: int | None = None) -> Iterator[VintageKey]:
    """The form's next vintage, held by this run alone; a run that ends without a form leaves it marked failed."""
    with workspace.store.lease(FormKey(plan.unit.unit_code, plan.form.form_code, plan.period)) as lease:
        bring_up(workspace, lease.form_key)
        vintage = workspace.store.open_vintage(
            lease,
            opened_at=workspace.settings.now(),
            code_version=code_version(),
            config_hash=workspace.catalogue.content_hash,
            replayed_from=replayed_from,
        )
        try:
            yield vintage
        except BaocaoError as error:
            with suppress(ReleaseError):  # already finished, or taken over: then it is not ours to close
                workspace.store.fail_vintage(vintage, exit_code=error.exit_code, reason=str(error))
            raise
