"""One measurement in a process of its own: `python -m benchmarks.collect_one WAY URL PAGE_SIZE`, one JSON line out."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from sandbox.credentials import ENVIRONMENT, ONE_STOP_CLIENT
from sandbox.world.units import DAC_KHU

NOW = "2025-12-15T07:00+07:00"
TOKEN = "/sso/auth/realms/digo/protocol/openid-connect/token"
SEARCH = "/igate/pa/dossier/search"
ASKED = {
    "spec": "page",
    "sort": "createdDate,asc",
    "accepted-from": "2024-09-14T00:00:00.000Z",
    "accepted-to": "2025-12-15T23:59:59.999Z",
    "ancestor-agency-id": DAC_KHU.agency_key,
}
LAST = b'"last":true'


def sign_in(session: requests.Session, url: str) -> dict[str, str]:
    form = {
        "grant_type": "client_credentials",
        "client_id": ONE_STOP_CLIENT,
        "client_secret": ENVIRONMENT["BAOCAO_ONE_STOP_SECRET"],
    }
    token = session.post(url + TOKEN, data=form, timeout=60).json()["access_token"]
    return {"Authorization": f"bearer {token}"}


def go_through(url: str, page_size: int, read: Callable[[bytes], tuple[int, bool]]) -> int:
    """Ask for every page with `requests` and hand its bytes to `read`, which says how many rows and whether it ends."""
    rows, page, is_last = 0, 0, False
    with requests.Session() as session:
        session.trust_env = False
        headers = sign_in(session, url)
        while not is_last:
            params = {"page": str(page), "size": str(page_size), **ASKED}
            answer = session.get(url + SEARCH, params=params, headers=headers, timeout=300)
            if answer.status_code == requests.codes.unauthorized:
                headers = sign_in(session, url)
                continue
            count, is_last = read(answer.content)
            rows, page = rows + count, page + 1
    return rows


def download(url: str, page_size: int) -> int:
    """Nothing but the bytes: what the server can give."""
    return go_through(url, page_size, lambda body: (body.count(b'"nationCode":'), LAST in body[-800:]))


def floor(url: str, page_size: int) -> int:
    """The same pages fetched and decoded, nothing else."""
    import orjson

    def read(body: bytes) -> tuple[int, bool]:
        page = orjson.loads(body)
        return len(page["content"]), page["last"]

    return go_through(url, page_size, read)


def product(url: str, page_size: int) -> tuple[int, float, float]:
    """Fetch, minimise, keep, parse and count, as the main job does."""
    from baocao.catalogue import Catalogue
    from baocao.catalogue.sources import PaceLimits
    from baocao.counting import SourceRecords
    from baocao.domain import System
    from baocao.settings import Settings
    from baocao.store import FormKey, open_store
    from reporting.collection.collecting import collect_source
    from reporting.pipeline import count
    from reporting.plan import make_plan
    from reporting.report_input import ReportInput

    os.environ.update(ENVIRONMENT)
    with tempfile.TemporaryDirectory(prefix="bench-collect-", dir=os.environ.get("BENCH_DIR")) as home:
        settings = Settings.read({"BAOCAO_HOME": home, "BAOCAO_SANDBOX_URL": url, "BAOCAO_NOW": NOW})
        catalogue = Catalogue.read(settings.config_dir)
        plan = make_plan(catalogue, "dac-khu", "2025-Q4", "2025-bieu-mau-7", settings.now())
        with open_store(settings.database_url, settings.payload_url) as store:
            key = FormKey("dac-khu", plan.form.form_code, plan.period)
            with store.leases.hold(key) as lease:
                vintage = store.vintages.open(lease, opened_at=datetime.now(UTC), code_version="1", config_hash="1")
                records: dict[System, SourceRecords] = {}
                for system in (System.PORTAL, System.ONE_STOP):
                    source = plan.sources[system]
                    changed: Mapping[str, Any] = {
                        "pace": PaceLimits(requests_per_s=1000, at_once=4),
                        "options": {**source.options, "page_size": page_size},
                    }
                    started, started_cpu = time.perf_counter(), time.process_time()
                    records[system] = collect_source(store, settings, plan, source.model_copy(update=changed), vintage)
                count(catalogue, plan, ReportInput(records, settings.now()), vintage.vintage)
                took_s, cpu_s = time.perf_counter() - started, time.process_time() - started_cpu
                return len(records[System.ONE_STOP].frames["dossiers"]), took_s, cpu_s


def peak_mb() -> float:
    """The most memory this process has held, as the kernel counted it."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def main() -> None:
    way, url, page_size = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if way == "product":
        rows, took_s, cpu_s = product(url, page_size)
    else:
        started, started_cpu = time.perf_counter(), time.process_time()
        rows = {"download": download, "floor": floor}[way](url, page_size)
        took_s, cpu_s = time.perf_counter() - started, time.process_time() - started_cpu
    print(json.dumps({"rows": rows, "s": took_s, "cpu_s": cpu_s, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main()
