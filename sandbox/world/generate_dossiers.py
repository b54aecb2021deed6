"""Draws the dossiers of one unit and period: so many per procedure, level and channel as planned."""

from datetime import date
from random import Random

from sandbox.world.catalogue import changing_procedure, steady_procedures
from sandbox.world.ledger import Channel, Dossier, LedgerUnit, Level, Procedure, Status
from sandbox.world.lives import cycle_open_status
from sandbox.world.periods import DAY_S, day_end, day_start
from sandbox.world.plans import LevelFlow, PeriodPlan

Span = tuple[int, int, int]  # first and last second of receipt, first second of application
_HALF = 0.5
_SUBMITTED_EARLIER = 0.4
_ACCEPTANCE_UNNOTED = 0.02
_BORDERS = ((0, 0), (1, -1), (0, 23_400), (1, -21_600))


class DossierMaker:
    """Knows the catalogue; each call draws from the random numbers it is handed."""

    def __init__(self, procedures: list[Procedure], changes_on: date | None) -> None:
        self._steady = {level: steady_procedures(procedures, level) for level in Level}
        self._changing = changing_procedure(procedures)
        self._changes_at = 0 if changes_on is None else day_start(changes_on)
        self._open_status = cycle_open_status()

    def draw_counted(self, unit: LedgerUnit, period: PeriodPlan, rng: Random) -> list[Dossier]:
        """The dossiers that count at the data set's `now`."""
        return [dossier for flow in period.flows for dossier in self._draw_flow(unit, period, flow, rng)]

    def _draw_flow(self, unit: LedgerUnit, period: PeriodPlan, flow: LevelFlow, rng: Random) -> list[Dossier]:
        active = self._active_procedures(flow)
        with_online, without = active[: flow.with_online], active[flow.with_online :]
        online: list[Dossier] = []
        for procedure, count in share_out(flow.online, with_online, with_online):
            span = self._span(unit, period, flow.level, procedure)
            online += [self._draw_online(unit, procedure, flow.level, span, rng) for _ in range(count)]
        _touch_borders([d for d in online if d.procedure is not self._changing], period)
        channels = iter(_offline_channels(flow, rng))
        offline: list[Dossier] = []
        for procedure, count in share_out(flow.total - flow.online, active, without):
            span = self._span(unit, period, flow.level, procedure)
            offline += [
                self._draw_offline(unit, procedure, flow.level, span, next(channels), rng) for _ in range(count)
            ]
        return online + offline

    def draw_late(self, unit: LedgerUnit, period: PeriodPlan, rng: Random, now: int) -> list[Dossier]:
        """Handed in at the counter in the last three days, keyed in one to four weeks after `now`."""
        drawn: list[Dossier] = []
        for flow in period.flows:
            active = self._active_procedures(flow)[: flow.with_dossier]
            for place in range(flow.late):
                procedure = active[place % len(active)]
                channel = Channel.IN_PERSON if place % 4 else None
                span = self._span(unit, period, flow.level, procedure)
                dossier = self._draw_offline(unit, procedure, flow.level, span, channel, rng)
                end = min(span[1], day_end(period.last_on))
                dossier.applied_at = end - DAY_S * (place % 3) - 8 * 3_600 - place * 60
                dossier.accepted_at = dossier.applied_at
                dossier.entered_at = now + rng.randrange(7, 28) * DAY_S + 3_600
                drawn.append(dossier)
        return drawn

    def draw_uncounted(self, unit: LedgerUnit, period: PeriodPlan, rng: Random) -> list[Dossier]:
        """Registered and refused ones on any procedure offered online, and those of mere information."""
        offered = [
            procedure
            for flow in period.flows
            for procedure in self._steady[flow.level]
            if procedure.is_listed(period.first_on)
        ]
        information = self._steady[Level.INFORMATION]
        return [
            *(self._draw_registered(unit, period, rng.choice(offered), rng) for _ in range(period.registered)),
            *(self._draw_refused(unit, period, rng.choice(offered), rng) for _ in range(period.refused)),
            *(self._draw_plain(unit, period, rng.choice(information), rng) for _ in range(period.information)),
        ]

    def _draw_registered(self, unit: LedgerUnit, period: PeriodPlan, procedure: Procedure, rng: Random) -> Dossier:
        level = procedure.levels[-1][1]
        dossier = self._draw_online(unit, procedure, level, self._span(unit, period, level, procedure), rng)
        dossier.accepted_at = None
        dossier.open_status = Status.REGISTERED
        return dossier

    def _draw_refused(self, unit: LedgerUnit, period: PeriodPlan, procedure: Procedure, rng: Random) -> Dossier:
        dossier = self._draw_registered(unit, period, procedure, rng)
        dossier.accepted_at = dossier.applied_at + 600 if rng.random() < _HALF else None
        dossier.finished_at = dossier.applied_at + rng.randrange(900, 2 * DAY_S)
        dossier.ending = Status.REFUSED
        return dossier

    def _draw_plain(self, unit: LedgerUnit, period: PeriodPlan, procedure: Procedure, rng: Random) -> Dossier:
        span = self._span(unit, period, Level.INFORMATION, procedure)
        dossier = self._draw_offline(unit, procedure, Level.INFORMATION, span, Channel.IN_PERSON, rng)
        dossier.finished_at, dossier.ending = dossier.received_at + 3_600, Status.RETURNED
        return dossier

    def _active_procedures(self, flow: LevelFlow) -> list[Procedure]:
        """The changing procedure goes last among those with online dossiers, so that `with_online` covers it."""
        ordinary = flow.with_dossier - flow.changing
        active = self._steady[flow.level][flow.first : flow.first + ordinary]
        if len(active) < ordinary:
            raise ValueError(f"{ordinary} procedures planned at {flow.level}, {len(active)} in the catalogue")
        if flow.changing and self._changing is not None:
            active.insert(flow.with_online - 1, self._changing)
        return active

    def _span(self, unit: LedgerUnit, period: PeriodPlan, level: Level, procedure: Procedure) -> Span:
        first, last, since = day_start(period.first_on), day_end(period.last_on), day_start(unit.valid_from)
        if procedure is not self._changing:
            return first, last, since
        if level is Level.FULL:
            return max(first, self._changes_at), last, max(since, self._changes_at)
        return first, min(last, self._changes_at - 1), since

    def _draw_online(self, unit: LedgerUnit, procedure: Procedure, level: Level, span: Span, rng: Random) -> Dossier:
        received_at = span[0] + int(rng.random() * (span[1] + 1 - span[0]))
        applied_at: int = received_at
        if rng.random() < _SUBMITTED_EARLIER:
            applied_at = max(received_at - int(rng.random() * 1.5 * DAY_S), span[2])
        return self._make(unit, procedure, level, Channel.ONLINE, applied_at, received_at, applied_at, rng)

    def _draw_offline(
        self, unit: LedgerUnit, procedure: Procedure, level: Level, span: Span, channel: Channel | None, rng: Random
    ) -> Dossier:
        day = int(rng.random() * ((span[1] + 1 - span[0]) // DAY_S))
        weekday = ((span[0] + 25_200) // DAY_S + day + 3) % 7
        day = max(0, day - max(0, weekday - 4))
        at = span[0] + day * DAY_S + 27_000 + int(rng.random() * 34_000)
        return self._make(unit, procedure, level, channel, at, at, at + int(rng.random() * 1_200), rng)

    def _make(
        self,
        unit: LedgerUnit,
        procedure: Procedure,
        level: Level,
        channel: Channel | None,
        applied_at: int,
        received_at: int,
        entered_at: int,
        rng: Random,
    ) -> Dossier:
        is_unnoted = applied_at == received_at and rng.random() < _ACCEPTANCE_UNNOTED
        accepted_at = None if is_unnoted else received_at
        status = next(self._open_status)
        return Dossier(0, 0, unit, procedure, level, channel, applied_at, accepted_at, entered_at, status)


def share_out(total: int, among: list[Procedure], at_least_one: list[Procedure]) -> list[tuple[Procedure, int]]:
    """Spread dossiers unevenly over procedures, giving some of them one at the least."""
    if not among:
        return []
    certain = [int(any(procedure is one for one in at_least_one)) for procedure in among]
    rest = total - sum(certain)
    if rest < 0:
        raise ValueError(f"{total} dossiers are too few for {sum(certain)} procedures")
    weights = [(place + 1) ** -0.8 for place in range(len(among))]
    whole = sum(weights)
    counts = [sure + int(rest * weight / whole) for sure, weight in zip(certain, weights, strict=True)]
    counts[0] += total - sum(counts)
    return list(zip(among, counts, strict=True))


def _offline_channels(flow: LevelFlow, rng: Random) -> list[Channel | None]:
    channels: list[Channel | None] = [Channel.IN_PERSON] * (flow.total - flow.online)
    channels[: flow.postal] = [Channel.POSTAL] * flow.postal
    channels[flow.postal : flow.postal + flow.channel_missing] = [None] * flow.channel_missing
    rng.shuffle(channels)
    return channels


def _touch_borders(online: list[Dossier], period: PeriodPlan) -> None:
    """Four sit on the window's edges: its first and last second, early on its first day, late on its last."""
    edges = day_start(period.first_on), day_end(period.last_on) + 1
    for dossier, (edge, offset) in zip(online, _BORDERS, strict=False):
        dossier.applied_at = dossier.entered_at = edges[edge] + offset
        dossier.accepted_at = edges[edge] + offset
