"""How old a stock is beside the cut-off it is given for: taken then, too early, or too late."""

from datetime import datetime, timedelta

GRACE = timedelta(hours=12)
"""What a night of retries takes: a stock within it is the cut-off's."""

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def find_age(captured_at: datetime, cutoff_at: datetime) -> timedelta:
    """How long after the cut-off it was taken; negative before it."""
    return captured_at - cutoff_at


def is_nearer(captured_at: datetime, other_at: datetime, cutoff_at: datetime) -> bool:
    """Whether a stock tells the cut-off at least as well as one taken at another time."""
    return abs(find_age(captured_at, cutoff_at)) <= abs(find_age(other_at, cutoff_at))


def describe_distance(captured_at: datetime, cutoff_at: datetime) -> str:
    """The note of a stock that is not the cut-off's; "" where it is."""
    age = find_age(captured_at, cutoff_at)
    if abs(age) <= GRACE:
        return ""
    days = max(abs(age) // DAY, 1)
    if age > timedelta(0):
        return f"Chụp muộn {days} ngày sau thời điểm chốt số liệu"
    return f"Chụp sớm {days} ngày trước thời điểm chốt số liệu"


def describe_age(captured_at: datetime, cutoff_at: datetime) -> str:
    """The age in words, always: `đúng thời điểm chốt`, `trước thời điểm chốt 3 ngày`, `sau … 7 giờ`."""
    age = find_age(captured_at, cutoff_at)
    if abs(age) < HOUR:
        return "đúng thời điểm chốt số liệu"
    size = f"{abs(age) // DAY} ngày" if abs(age) >= DAY else f"{abs(age) // HOUR} giờ"
    return f"{'sau' if age > timedelta(0) else 'trước'} thời điểm chốt số liệu {size}"
