"""The file `checks.yaml`: the thresholds of checks that compare with the past, and the breaks everybody knows of."""

from collections.abc import Iterator
from datetime import date

from pydantic import Field

from baocao.catalogue.model import YamlModel
from baocao.domain import Tier


class JumpLimits(YamlModel):
    """A figure jumps where it leaves the usual by `spreads` and by `at_least` and by `at_least_pct` of the expected.

    The usual is known from `own_changes` earlier changes of the unit, else from `peer_changes` of its tier.
    """

    spreads: float = Field(default=4, gt=0)
    at_least: int = Field(default=10, ge=1)
    at_least_pct: int = Field(default=30, ge=0, le=100)
    own_changes: int = Field(default=4, ge=2)
    peer_changes: int = Field(default=8, ge=3)


class SilentLimits(YamlModel):
    """A unit fell silent where a system counts nothing after `periods` periods of `at_least` or more each."""

    periods: int = Field(default=2, ge=1)
    at_least: int = Field(default=5, ge=1)


class FrozenLimits(YamlModel):
    """A count is frozen where `periods` periods in a row give the same figure, of `at_least` or more."""

    periods: int = Field(default=3, ge=2)
    at_least: int = Field(default=100, ge=1)


class ShrunkLimits(YamlModel):
    """A stock shrank where it lost more than both `at_least` and `at_least_pct` of what it was."""

    at_least: int = Field(default=2, ge=0)
    at_least_pct: int = Field(default=10, ge=0, le=100)


class SeriesBreak(YamlModel):
    """A day from which figures are not comparable with those before; none given means all tiers, units, indicators."""

    since: date
    label: str = Field(min_length=5)
    tiers: tuple[Tier, ...] = ()
    units: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()


class HistoryLimits(YamlModel):
    """How figures are compared with earlier ones."""

    jump: JumpLimits = JumpLimits()
    silent: SilentLimits = SilentLimits()
    frozen: FrozenLimits = FrozenLimits()
    shrunk: ShrunkLimits = ShrunkLimits()
    breaks: tuple[SeriesBreak, ...] = ()


class CheckLimits(YamlModel):
    """The whole file."""

    history: HistoryLimits = HistoryLimits()

    @property
    def named(self) -> Iterator[tuple[str, str]]:
        """Every unit and indicator the file names, each with its kind."""
        for known in self.history.breaks:
            yield from (("unit", code) for code in known.units)
            yield from (("indicator", code) for code in known.indicators)
