"""Arguments of Prefect's tasks."""

from typing import TypeVarTuple, cast

from prefect.utilities.annotations import quote

Given = TypeVarTuple("Given")


def as_given(*values: *Given) -> tuple[*Given]:
    """Arguments that are handed to a task as they are.

    Prefect otherwise walks twice through all of them, looking for futures: the whole catalogue, every observation.
    """
    return cast("tuple[*Given]", tuple(quote(value) for value in values))
