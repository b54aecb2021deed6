"""Secrets kept in Prefect: `prefect:BLOCK` is the block of that name and the type Secret, at the run's Prefect API."""

from connectors.references import add_scheme

SCHEME = "prefect"


def teach_references() -> None:
    """Let `prefect:` references be resolved in this process; Prefect is imported when one is met."""
    add_scheme(SCHEME, read_block)


def read_block(name: str) -> str | None:
    """The block's value; None where there is no API, it does not answer, or it has no such block."""
    from httpx import HTTPError
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound
    from prefect.settings import get_current_settings

    if get_current_settings().api.url is None:
        return None
    try:
        with get_client(sync_client=True) as client:
            block = client.read_block_document_by_name(name, "secret", include_secrets=True)
    except (HTTPError, ObjectNotFound):
        return None
    value = block.data.get("value")
    return value if isinstance(value, str) else None
