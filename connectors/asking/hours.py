"""The hours in which a source may be asked."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from datetime import time as clock_time

from baocao.domain import VIETNAM
from baocao.errors import SourceUnavailableError
from connectors.contract import Assignment


def await_opening(assignment: Assignment) -> None:
    """Raise SourceUnavailableError outside the source's hours, or wait for them where its pace says so."""
    pace, now = assignment.source.pace, assignment.clock()
    opening = next_opening(pace.hours, now)
    if opening is None:
        return
    if pace.outside_hours == "refuse":
        names = assignment.source.source_code, assignment.unit_code
        raise SourceUnavailableError(*names, f"chỉ được hỏi trong giờ {pace.hours}; mở lúc {opening:%H:%M %d/%m/%Y}")
    wait_until(opening, now)


def next_opening(hours: str | None, now: datetime) -> datetime | None:
    """When a source that may be asked only in `hours` ("19:00-06:00", Viet Nam) opens next; None where it is open."""
    if not hours:
        return None
    opens, closes = (clock_time.fromisoformat(part.strip()) for part in hours.split("-"))
    local = now.astimezone(VIETNAM)
    at = local.time()
    is_open = opens <= at < closes if opens < closes else at >= opens or at < closes
    if is_open:
        return None
    today = datetime.combine(local.date(), opens, VIETNAM)
    return today if today > local else today + timedelta(days=1)


def wait_until(opening: datetime, now: datetime, sleep: Callable[[float], None] = time.sleep) -> None:
    """Wait for a source to open."""
    sleep(max(0.0, (opening - now).total_seconds()))
