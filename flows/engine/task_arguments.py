"""Arguments of Prefect's tasks."""

from typing import TypeVarTuple, cast

from prefect.utilities.annotations import quote

Values = TypeVarTuple("Values")


def quote_arguments(*values: *Values) -> tuple[*Values]:
    """Arguments that are handed to a task as they are.

    Prefect otherwise walks twice through all of them, looking for futures: the whole catalogue, every observation.
    """
    return cast("tuple[*Values]", tuple(quote(value) for value in values))
