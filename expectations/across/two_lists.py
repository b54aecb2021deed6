"""Two systems' lists of the same things over the same days: what both have, and what only one of them has.

A list is a frame with the columns `key`, `day` (in Viet Nam), `is_due` (the other system should have it too),
`channel` and `status`, empty where the source does not say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from baocao.domain import VIETNAM, Window

if TYPE_CHECKING:
    import pandas as pd

ONLINE = "online"
# Steps of one state: which of the two is shown depends on when the copy was made.
_SAME_STATE: Mapping[str, str] = {"accepted": "processing", "returned": "done"}
_TURNED_AWAY = ("registered", "refused")
_BY_AXIS = ("electronic", "both")
StatusPair = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How many are due on either side, and the codes that differ, each kind in order.

    Without codes (`is_listed` false), or where the two use different ones, only the numbers can be compared.
    """

    ours: int
    theirs: int
    only_ours: tuple[str, ...] = ()
    only_theirs: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    statuses: tuple[StatusPair, ...] = ()
    known_statuses: int = 0
    at_border: int = 0
    other_days: int = 0
    is_listed: bool = True
    shares_codes: bool = True

    @property
    def by_code(self) -> bool:
        return self.is_listed and self.shares_codes

    @property
    def suspects(self) -> frozenset[str]:
        """Each differing code once, however it differs."""
        return frozenset((*self.only_ours, *self.only_theirs, *self.channels, *(key for key, *_ in self.statuses)))

    @property
    def size(self) -> int:
        return len(self.suspects) if self.by_code else abs(self.ours - self.theirs)

    @property
    def pct(self) -> float:
        return self.size * 100 / max(self.ours, self.theirs, 1)


def list_dossiers(records: "pd.DataFrame", date_field: str, *, is_portal: bool) -> "pd.DataFrame":
    """Every dossier; due are the online ones that were not turned away. A portal that names no channel lists these."""
    import pandas as pd

    channel, status = (records[name].astype(object) for name in ("channel", "status"))
    nameless = ONLINE if is_portal and channel.isna().all() else "in_person"
    channel = channel.where(channel.notna(), nameless)
    fallback = "submitted_at" if date_field == "received_at" else "received_at"
    days = records[date_field].fillna(records[fallback]).dt.tz_convert(VIETNAM).dt.tz_localize(None)
    return pd.DataFrame({
        "key": records["dossier_code"].astype(object),
        "day": days.dt.normalize(),
        "is_due": channel.eq(ONLINE) & ~status.isin(_TURNED_AWAY),
        "channel": channel,
        "status": status,
    })  # fmt: skip


def list_documents(records: "pd.DataFrame") -> "pd.DataFrame":
    """Every outgoing document; due are those that may and do go by the axis, each by its sender's own id."""
    import pandas as pd

    sent = records[records["direction"].eq("outgoing")]
    is_open = ~sent["confidentiality"].eq("confidential")
    return pd.DataFrame({
        "key": sent["document_key"].astype(object).str.removeprefix("outgoing/"),
        "day": sent["issued_on"],
        "is_due": is_open & sent["form_of_sending"].isin(_BY_AXIS),
        "channel": None,
        "status": None,
    })  # fmt: skip


def compare_lists(
    ours: "pd.DataFrame", theirs: "pd.DataFrame", window: Window, *, border_days: int, copies: Mapping[str, str]
) -> Difference:
    """What is due in the window on either side, held against all the other side has, whatever its day."""
    mine, other = (_placed(rows, window, border_days) for rows in (ours, theirs))
    both = mine.merge(other, on="key", how="outer", suffixes=("", "_theirs"), indicator="side").sort_values("key")
    counted, counted_theirs = both["is_counted"].eq(True), both["is_counted_theirs"].eq(True)
    here, there = int(counted.sum()), int(counted_theirs.sum())
    if here and there and not both["side"].eq("both").any():
        return Difference(ours=here, theirs=there, shares_codes=False)
    lone = both["side"].eq("left_only") & counted
    lone_theirs = both["side"].eq("right_only") & counted_theirs
    edge, edge_theirs = both["is_edge"].eq(True), both["is_edge_theirs"].eq(True)
    shared = both[both["side"].eq("both") & (counted | counted_theirs)]
    statuses, known = _statuses(shared, copies)
    return Difference(
        ours=here,
        theirs=there,
        only_ours=tuple(both.loc[lone & ~edge, "key"]),
        only_theirs=tuple(both.loc[lone_theirs & ~edge_theirs, "key"]),
        channels=_channels(shared),
        statuses=statuses,
        known_statuses=known,
        at_border=int((lone & edge).sum() + (lone_theirs & edge_theirs).sum()),
        other_days=_other_days(shared),
    )


def _placed(rows: "pd.DataFrame", window: Window, border_days: int) -> "pd.DataFrame":
    """The list with `is_counted` (due, within the window) and `is_edge` (near its first or last day)."""
    import pandas as pd

    kept = rows[rows["key"].notna()].drop_duplicates("key", keep="last")
    first, last = pd.Timestamp(window.start_on), pd.Timestamp(window.end_on)
    border = timedelta(days=border_days)
    day = kept["day"]
    return kept.assign(
        is_counted=kept["is_due"] & day.between(first, last),
        is_edge=day.lt(first + border) | day.gt(last - border),
    )


def _channels(shared: "pd.DataFrame") -> tuple[str, ...]:
    told = shared["channel"].notna() & shared["channel_theirs"].notna()
    return tuple(shared.loc[told & shared["channel"].eq(ONLINE).ne(shared["channel_theirs"].eq(ONLINE)), "key"])


def _statuses(shared: "pd.DataFrame", copies: Mapping[str, str]) -> tuple[tuple[StatusPair, ...], int]:
    """The pairs of statuses that say different things, and how many of them are known to."""
    told = shared[shared["status"].notna() & shared["status_theirs"].notna()]
    ours, theirs = (told[name].replace(dict(_SAME_STATE)) for name in ("status", "status_theirs"))
    differing = told[ours.ne(theirs)]
    known = differing["status"].map(copies).eq(differing["status_theirs"])
    rest = differing.loc[~known, ["key", "status", "status_theirs"]]
    return tuple(rest.itertuples(index=False, name=None)), int(known.sum())


def _other_days(shared: "pd.DataFrame") -> int:
    """How many both have, but by their dates in different periods."""
    due = shared["is_due"].eq(True) & shared["is_due_theirs"].eq(True)
    return int((due & shared["is_counted"].ne(shared["is_counted_theirs"])).sum())
