"""What each kind of request takes of the server's processor: one browser, one request after the other.

Processor seconds come from /proc and do not depend on what else runs on the machine, nor on what the browser takes.
"""

import itertools
import random
import statistics
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from benchmarks.desk_browser import Browser, Tally
from benchmarks.desk_servers import Servers
from benchmarks.desk_work import COUNTED_FORM, FORMS, Shift
from benchmarks.desk_world import PERIOD, Worker

WARM = 3
DIGITAL, REFORM = FORMS
TYPED = ((DIGITAL, "periodic_reports_sent_count"), (REFORM, "reform_tasks_done_count"))


@dataclass(frozen=True)
class Cost:
    """Milliseconds for one request of a kind: of the server's processor, of the database's, by the clock."""

    kind: str
    cpu_ms: float
    database_ms: float
    median_ms: float


def measure_alone(
    servers: Servers, workers: Mapping[str, Worker], typed: Mapping[str, tuple[str, ...]], times: int
) -> list[Cost]:
    """Of the unit nobody else works for meanwhile."""
    return [_measure(servers, kind, ask, tally, times) for kind, ask, tally in _list_requests(servers, workers, typed)]


def measure_floor(servers: Servers, code: str, times: int) -> Cost:
    tally = Tally()
    browser = Browser(servers.ports, "127.9.9.9", tally)
    return _measure(servers, "floor", lambda: browser.get("floor", f"/{code}"), tally, times)


def _measure(servers: Servers, kind: str, ask: Callable[[], object], tally: Tally, times: int) -> Cost:
    for _ in range(WARM):
        ask()
    tally.answers.clear()
    before = servers.cpu_s(), servers.database_cpu_s()
    for _ in range(times):
        ask()
    spent = servers.cpu_s() - before[0], servers.database_cpu_s() - before[1]
    took = [one.took_s for one in tally.answers if one.kind == kind]
    return Cost(kind, spent[0] / times * 1000, spent[1] / times * 1000, statistics.median(took) * 1000)


def _list_requests(
    servers: Servers, workers: Mapping[str, Worker], typed: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, Callable[[], object], Tally]]:
    tally = Tally()
    officer, province = (
        Shift(workers[role], Browser(servers.ports, "127.9.9.8", tally), typed, random.Random(1))
        for role in ("officer", "province")
    )
    for shift in (officer, province):
        list(shift.sign_in())
    unit_code = officer.worker.unit_codes[0]
    of_forms = f"/bieu-mau/{unit_code}/{PERIOD}"
    get = officer.browser.get
    yield "Việc hôm nay", partial(get, "Việc hôm nay", "/"), tally
    for form_code in (DIGITAL, REFORM, COUNTED_FORM):
        yield f"form {form_code}", partial(get, f"form {form_code}", f"{of_forms}/{form_code}"), tally
    yield "vì sao", partial(get, "vì sao", f"{of_forms}/{DIGITAL}/o/2"), tally
    yield "steps", partial(get, "steps", f"{of_forms}/{DIGITAL}/trinh-duyet"), tally
    for form_code, code in TYPED:
        path, trial = f"{of_forms}/{form_code}", f"typed, {form_code}"
        get("form", path)
        yield trial, partial(officer.browser.peek, trial, f"{path}/thu?code={code}&value=7"), tally
    for form_code, code in TYPED:
        path, saved = f"{of_forms}/{form_code}", f"saved, {form_code}"
        get("form", path)
        values = itertools.cycle(range(1, 30))
        yield saved, partial(_save, officer, saved, path, code, values), tally
    see = province.browser.get
    yield "Việc hôm nay, province", partial(see, "Việc hôm nay, province", "/"), tally
    yield "Bảng đơn vị", partial(see, "Bảng đơn vị", "/bang"), tally


def _save(officer: Shift, kind: str, path: str, code: str, values: Iterator[int]) -> None:
    officer.save(kind, officer.worker.unit_codes[0], path, code, next(values))
