"""Arguments of Prefect's tasks."""

from typing import TypeVar, cast

from prefect.utilities.annotations import quote

Given = TypeVar("Given")


def as_given(value: Given) -> Given:
    """An argument that is handed to a task as it is.

    Prefect otherwise walks twice through all of it, looking for futures: the whole catalogue, every observation.
    """
    return cast("Given", quote(value))
