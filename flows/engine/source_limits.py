"""How many collections may be at one source at once, over all workers: Prefect's limits, made by `baocao deploy`.

How often a source is asked is the store's business (`store.rate_limits`), which holds for every run; these limits keep
workers from queueing up behind one slow source. A run started by a command has the store's rate limits alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError
from prefect.concurrency.sync import concurrency

from baocao.errors import EngineError
from baocao.hints import hint
from flows.engine.run_context import is_deployed

LEASE_S = 60
"""A slot of a worker that died is free again after so long."""


def limit_name(source_code: str) -> str:
    return f"source-{source_code.replace('_', '-')}"


@contextmanager
def source_slot(source_code: str) -> Iterator[None]:
    """Hold one of the source's slots. Raise EngineError where the limit is missing: it would otherwise only warn."""
    if not is_deployed():
        yield
        return
    try:
        with concurrency(
            limit_name(source_code), strict=True, lease_duration=LEASE_S, raise_on_lease_renewal_failure=False
        ):
            yield
    except ConcurrencySlotAcquisitionError as error:
        raise EngineError(
            f"máy chủ Prefect chưa có giới hạn '{limit_name(source_code)}': chạy `{hint('deploy')}` để tạo ra nó."
        ) from error
