"""Who may see a page or take a step: every route has one of these rules, and none can be made without."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from baocao.people import Action


class Reach(StrEnum):
    """For whom, or for which units, a rule asks.

    A half-signed-in person has given a password and not yet the second factor their roles need.
    """

    EVERYBODY = "everybody"
    HALF_SIGNED_IN = "half_signed_in"
    SIGNED_IN = "signed_in"
    IN_UNIT = "in_unit"
    SOMEWHERE = "somewhere"
    EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class PageRule:
    """Whoever asks must reach as far; `action` is None where no right is asked for."""

    reach: Reach
    action: Action | None = None


EVERYBODY: Final = PageRule(Reach.EVERYBODY)
HALF_SIGNED_IN: Final = PageRule(Reach.HALF_SIGNED_IN)
SIGNED_IN: Final = PageRule(Reach.SIGNED_IN)


def in_unit(action: Action) -> PageRule:
    """For the unit that stands in the path as `{unit}`. Whoever may not even see it is told that there is no page."""
    return PageRule(Reach.IN_UNIT, action)


def somewhere(action: Action) -> PageRule:
    """For one unit at least: the page shows no others (`identity.list_units`)."""
    return PageRule(Reach.SOMEWHERE, action)


def everywhere(action: Action) -> PageRule:
    """By a role for all units: pages about the installation."""
    return PageRule(Reach.EVERYWHERE, action)
