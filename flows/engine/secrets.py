"""Secrets kept in Prefect: `prefect:BLOCK` is the block of that name and the type Secret, at the run's Prefect API."""

import os
import sys

from baocao.references import add_scheme

SCHEME = "prefect"


def teach_references() -> None:
    """Let `prefect:` references be resolved in this process; Prefect is imported when one is met."""
    add_scheme(SCHEME, read_block)


def read_block(name: str) -> str | None:
    """The block's value; None where there is no API, it does not answer, or it has no such block."""
    if not _is_configured():
        return None
    from httpx import HTTPError
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound

    try:
        with get_client(sync_client=True) as client:
            block = client.read_block_document_by_name(name, "secret", include_secrets=True)
    except (HTTPError, ObjectNotFound):
        return None
    value = block.data.get("value")
    return value if isinstance(value, str) else None


def _is_configured() -> bool:
    """Whether this process has a Prefect API to ask; readies the environment where Prefect is not imported yet."""
    from baocao.private_files import make_private_dir
    from baocao.settings import find_var_dir
    from flows.engine.environment import apply_environment, prefect_home
    from flows.engine.settings import configured_url

    var_dir = find_var_dir(os.environ)
    if "prefect" not in sys.modules:
        apply_environment(var_dir)
    folder = prefect_home(var_dir)
    if configured_url(folder) is None:
        return False
    make_private_dir(folder)
    return True
