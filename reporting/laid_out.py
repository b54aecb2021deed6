"""A form with the lines it has: those of a matrix come from the data, so its last vintage says which there are."""

from baocao.catalogue import Form
from baocao.store import FormKey
from reporting.workspace import Workspace


def find_laid_out(workspace: Workspace, form_key: FormKey) -> Form:
    """The form as its last vintage was laid out; a matrix nobody has made yet has its fixed lines only."""
    form = workspace.catalogue.form(form_key.form_code)
    latest = workspace.store.vintages.find_latest(form_key) if form.matrix is not None else None
    return form if latest is None else form.laid_out(workspace.store.contents.filled_form(latest.key))
