"""Who works here, in which role for which units, and what each role may do there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

ALL_UNITS: Final = "*"
"""In the place of a unit's code: every unit there is."""


class PersonRole(StrEnum):
    """What somebody is, for a unit."""

    OFFICER = "officer"
    OWNER = "owner"
    APPROVER = "approver"
    PROVINCE = "province"
    IT = "it"
    AUDITOR = "auditor"


class Action(StrEnum):
    """What can be done at the desk, to a unit's forms or to the installation."""

    VIEW = "view"
    TYPE_IN = "type_in"
    CORRECT = "correct"
    COMMENT = "comment"
    HAND_IN = "hand_in"
    SUBMIT = "submit"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    RELEASE = "release"
    UNLOCK = "unlock"
    RUN = "run"
    ACKNOWLEDGE = "acknowledge"
    CHASE = "chase"
    AUDIT = "audit"
    OVERSEE = "oversee"
    CONFIGURE = "configure"
    MANAGE_PEOPLE = "manage_people"


_A = Action
MAY: Final[Mapping[PersonRole, frozenset[Action]]] = {
    PersonRole.OFFICER: frozenset(
        {_A.VIEW, _A.TYPE_IN, _A.CORRECT, _A.COMMENT, _A.HAND_IN, _A.SUBMIT, _A.RUN, _A.ACKNOWLEDGE, _A.AUDIT}
    ),
    PersonRole.OWNER: frozenset({_A.VIEW, _A.TYPE_IN, _A.COMMENT, _A.ACKNOWLEDGE}),
    PersonRole.APPROVER: frozenset({_A.VIEW, _A.COMMENT, _A.APPROVE, _A.SEND_BACK, _A.RELEASE, _A.AUDIT}),
    PersonRole.PROVINCE: frozenset(
        {_A.VIEW, _A.COMMENT, _A.SEND_BACK, _A.RUN, _A.ACKNOWLEDGE, _A.CHASE, _A.AUDIT, _A.HAND_IN}
    ),
    PersonRole.IT: frozenset(
        {_A.VIEW, _A.RUN, _A.ACKNOWLEDGE, _A.UNLOCK, _A.AUDIT, _A.OVERSEE, _A.CONFIGURE, _A.MANAGE_PEOPLE}
    ),
    PersonRole.AUDITOR: frozenset({_A.VIEW, _A.AUDIT, _A.OVERSEE}),
}
REACHING_DOWN: Final = frozenset({PersonRole.PROVINCE, PersonRole.IT, PersonRole.AUDITOR})
"""Roles that hold for the units below theirs too."""
NEEDING_SECOND_FACTOR: Final = frozenset({PersonRole.APPROVER, PersonRole.IT})


@dataclass(frozen=True, slots=True)
class Grant:
    """A role for a unit, or for ALL_UNITS; an owner's also says of which figures, by a code of indicators.yaml."""

    role: PersonRole
    unit_code: str
    owner_code: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in. `person_code` is what the journal and the release log name them by.

    `is_demo` for those of the training server: they can sign in nowhere else.
    """

    person_code: str
    name: str
    grants: tuple[Grant, ...] = ()
    locked_at: datetime | None = None
    is_demo: bool = False

    @property
    def roles(self) -> frozenset[PersonRole]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def needs_second_factor(self) -> bool:
        return bool(self.roles & NEEDING_SECOND_FACTOR)


@dataclass(frozen=True)
class Identity:
    """A person who has signed in, and where they may do what. `parents` is the unit above each unit."""

    person: Person
    parents: Mapping[str, str | None]

    @property
    def code(self) -> str:
        return self.person.person_code

    def may(self, action: Action, unit_code: str) -> bool:
        """Whether this person may do it for this unit; for a unit there is not, nobody may do anything."""
        return unit_code in self.parents and any(
            action in MAY[grant.role] and self._covers(grant, unit_code) for grant in self.person.grants
        )

    def may_somewhere(self, action: Action) -> bool:
        return any(action in MAY[grant.role] for grant in self.person.grants)

    def may_everywhere(self, action: Action) -> bool:
        """By a role for all units: of what concerns the installation as such."""
        return any(action in MAY[grant.role] and grant.unit_code == ALL_UNITS for grant in self.person.grants)

    def list_units(self, action: Action) -> tuple[str, ...]:
        """The units this person may do it for, in the order of units.yaml."""
        return tuple(unit_code for unit_code in self.parents if self.may(action, unit_code))

    def roles_for(self, unit_code: str) -> frozenset[PersonRole]:
        return frozenset(grant.role for grant in self.person.grants if self._covers(grant, unit_code))

    def _covers(self, grant: Grant, unit_code: str) -> bool:
        if grant.unit_code in (ALL_UNITS, unit_code):
            return True
        return grant.role in REACHING_DOWN and grant.unit_code in _list_above(self.parents, unit_code)


def _list_above(parents: Mapping[str, str | None], unit_code: str) -> Iterator[str]:
    above, seen = parents.get(unit_code), {unit_code}
    while above is not None and above not in seen:
        yield above
        seen.add(above)
        above = parents.get(above)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and from where: `person_code` by the sign-in, `origin` an address or account@machine."""

    person_code: str
    origin: str
