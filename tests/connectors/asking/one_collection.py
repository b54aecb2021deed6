"""One collection as a run makes it, in this process or, to be killed, in one of its own."""

import hashlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pandas as pd

from baocao.catalogue import Catalogue
from baocao.catalogue.sources import PaceLimits
from baocao.settings import Settings
from baocao.store import FormKey, Lease, LeaseHeldError, Store, open_store
from reporting.collection.collecting import collect_source
from reporting.plan import make_plan
from sandbox.credentials import ENVIRONMENT


def collect_once(home: Path, url: str, now: datetime, source_code: str, page_size: int, per_s: float) -> dict[str, Any]:
    """The payloads' hashes and the records' own hash of the next vintage."""
    os.environ.update(ENVIRONMENT)
    settings = Settings.read({"BAOCAO_HOME": str(home), "BAOCAO_SANDBOX_URL": url, "BAOCAO_NOW": now.isoformat()})
    catalogue = Catalogue.read(settings.config_dir)
    plan = make_plan(catalogue, "dac-khu", "2025-Q4", "2025-bieu-mau-7", settings.now())
    source = catalogue.source(source_code)
    gentle = {
        "pace": PaceLimits(requests_per_s=per_s, at_once=1),
        "options": {**source.options, "page_size": page_size},
        "lookback_days": 0,
    }
    source = source.model_copy(update=gentle)
    with open_store(settings.database_url, settings.payload_url) as store:
        key = FormKey(plan.unit.unit_code, plan.form.form_code, plan.period)
        with _lease(store, key) as lease:
            vintage = store.vintages.open(lease, opened_at=settings.now(), code_version="1", config_hash="1")
            given = collect_source(store, settings, plan, source, vintage)
        collections = store.collections.list(vintage)
        return {
            "vintage": vintage.vintage,
            "payloads": [payload.sha256 for payload in collections[-1].payloads],
            "records": hash_frames(dict(given.frames)),
            "failure": collections[-1].failure,
        }


@contextmanager
def _lease(store: Store, key: FormKey) -> Iterator[Lease]:
    """A short one, so that nobody waits long for that of a killed run to run out."""
    with ExitStack() as held:
        while True:
            try:
                lease = held.enter_context(store.leases.hold(key, ttl=timedelta(seconds=1)))
                break
            except LeaseHeldError:
                time.sleep(0.1)
        yield lease


def hash_frames(frames: dict[str, pd.DataFrame]) -> str:
    text = "".join(frame.to_csv() for _, frame in sorted(frames.items()))
    return hashlib.sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    home, url, now, source_code, page_size, per_s = sys.argv[1:]
    found = collect_once(Path(home), url, datetime.fromisoformat(now), source_code, int(page_size), float(per_s))
    print(orjson.dumps({**found, "failure": str(found["failure"])}).decode())
