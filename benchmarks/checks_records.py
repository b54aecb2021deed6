"""Made-up dossiers of many units in one frame, sound but for a fault here and there."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pandas as pd

from baocao.catalogue import Catalogue
from baocao.domain import Window
from baocao.records import build_frame

A_UNIT = 100
WINDOW = Window(date(2025, 9, 15), date(2025, 12, 14))
LAST_ON = WINDOW.end_on
TODAY = date(2025, 12, 22)


def working_days(catalogue: Catalogue) -> list[date]:
    """Up to the last day there are dossiers of, as the check of their number looks at them."""
    return [day for day in WINDOW.days() if catalogue.calendar.is_working_day(day)]


def make_dossiers(units: int, rng: Random) -> pd.DataFrame:
    size = units * A_UNIT
    days = [day for day in WINDOW.days() if day.weekday() < 5]
    received = [datetime(*days[n % len(days)].timetuple()[:3], 3, tzinfo=UTC) for n in range(size)]
    codes = [f"H98.51-25{n:07d}" for n in range(size)]
    finished: list[datetime | None] = [at + timedelta(days=2) for at in received]
    for _ in range(units // 20):
        codes[rng.randrange(size)] = codes[rng.randrange(size)]
        finished[rng.randrange(size)] = received[0] - timedelta(days=30)
    rows = {
        "dossier_code": codes,
        "procedure_code": ["1.003560"] * size,
        "service_level": ["full"] * size,
        "channel": ["online"] * size,
        "status": ["done"] * size,
        "submitted_at": [at - timedelta(hours=2) for at in received],
        "received_at": received,
        "finished_at": finished,
    }
    return build_frame("dossiers", rows)
