"""Keeping a lease while the work lasts."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from baocao.store.database.opening import Database
from baocao.store.errors import LeaseLostError, StoreUnavailableError
from baocao.store.keys import FormKey
from baocao.store.leasing.holders import name_process
from baocao.store.leasing.leases import DEFAULT_TTL, Lease, acquire_lease, release_lease, renew_lease

_BEATS_PER_TTL = 3
_held: list[tuple[Database, Lease]] = []


class StoredLeases:
    """The leases of one installation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def hold(self, form_key: FormKey, holder: str | None = None, ttl: timedelta = DEFAULT_TTL) -> Iterator[Lease]:
        """Hold the form while the block lasts, renewed from a thread; raise LeaseHeldError while another run does.

        A vintage can be written only within the block of the lease it was opened under. Losing the lease is told by
        the next write, not here.
        """
        lease = acquire_lease(self._database, form_key, holder or name_process(), ttl)
        ended = threading.Event()
        given = (self._database, lease, ended)
        beat = threading.Thread(target=_renew_until, args=given, name="baocao-lease", daemon=True)
        beat.start()
        held = (self._database, lease)
        _held.append(held)
        try:
            yield lease
        finally:
            _held.remove(held)
            ended.set()
            beat.join()
            with suppress(StoreUnavailableError):  # it runs out by itself
                release_lease(self._database, lease)

    def renew(self, lease: Lease) -> None:
        """Raise LeaseLostError where another run has taken over. Renewing as such happens by itself."""
        renew_lease(self._database, lease)


def release_held_leases() -> None:
    """Give back every lease of this process, which is about to end while threads still work under them.

    What they then want to write is refused; the next run need not wait for the leases to run out.
    """
    for database, lease in tuple(_held):
        with suppress(StoreUnavailableError):
            release_lease(database, lease)


def _renew_until(database: Database, lease: Lease, ended: threading.Event) -> None:
    while not ended.wait(lease.ttl.total_seconds() / _BEATS_PER_TTL):
        try:
            renew_lease(database, lease)
        except StoreUnavailableError:
            continue
        except LeaseLostError:
            return
