"""Keeping a lease while the work lasts."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from baocao.store.database.opening import Database
from baocao.store.errors import LeaseLostError, StoreUnavailableError
from baocao.store.keys import FormKey
from baocao.store.leasing.leases import Lease, acquire_lease, release_lease, renew_lease

_BEATS_PER_TTL = 3


@contextmanager
def hold_lease(database: Database, form_key: FormKey, holder: str, ttl: timedelta) -> Iterator[Lease]:
    """Take the lease, renew it from a thread three times per `ttl`, give it back at the end.

    Raise LeaseHeldError while another run has it. Losing it is told by the next write, not here.
    """
    lease = acquire_lease(database, form_key, holder, ttl)
    ended = threading.Event()
    beat = threading.Thread(target=_renew_until, args=(database, lease, ended), name="baocao-lease", daemon=True)
    beat.start()
    try:
        yield lease
    finally:
        ended.set()
        beat.join()
        with suppress(StoreUnavailableError):  # it runs out by itself
            release_lease(database, lease)


def _renew_until(database: Database, lease: Lease, ended: threading.Event) -> None:
    while not ended.wait(lease.ttl.total_seconds() / _BEATS_PER_TTL):
        try:
            renew_lease(database, lease)
        except StoreUnavailableError:
            continue
        except LeaseLostError:
            return
