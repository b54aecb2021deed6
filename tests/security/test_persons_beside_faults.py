"""Persons in every field while something else goes wrong too: what is left and what is said holds none."""

import random
from collections.abc import Iterator

import pytest

from baocao.catalogue import Catalogue
from baocao.catalogue.sources import Limits
from sandbox.faults.registry import FAULTS
from sandbox.server import RunningSandbox
from tests.connectors.suite import ENTRIES, Entry, assignment, connector
from tests.security.test_persons import FIELDS, left_behind, shown

SEED = 20261130
IMPATIENT = Limits(connect_s=5, read_s=1, total_s=2, answer_mb=1, attempts=1, retry_after_s=0, backoff_s=0.01)
"""Nothing here depends on an answer that comes in time: no way to fail may show a person."""
OTHERS = sorted(set(FAULTS) - {"person_in_fields"})
QUICK = [one for one in OTHERS if one not in {"silent", "drip"}]
"""The others cost seconds each."""
Planting = tuple[str, bool]


def plantings(entry: Entry) -> list[Planting]:
    """Where the person stands (one field or, for the empty name, all), and whether several stand for one value."""
    return [(field, as_list) for field in ("", *FIELDS[entry.source_code]) for as_list in (False, True)]


def all_cases() -> Iterator[tuple[Entry, str, Planting]]:
    for entry in ENTRIES:
        for fault in OTHERS:
            for planting in plantings(entry):
                yield entry, fault, planting


def pairs() -> list[tuple[Entry, str, Planting]]:
    """Every fault with every dialect, and each way of planting with some of them; drawn alike every time."""
    chance = random.Random(SEED)
    cases = []
    for entry in ENTRIES:
        ways = plantings(entry)
        chance.shuffle(ways)
        cases += [(entry, fault, ways[place % len(ways)]) for place, fault in enumerate(QUICK)]
    return cases


def name_of(case: tuple[Entry, str, Planting]) -> str:
    entry, fault, (field, as_list) = case
    return f"{entry.source_code}-{fault}-{field or 'all'}{'-list' if as_list else ''}"


def look_for_persons(catalogue: Catalogue, sandbox: RunningSandbox, case: tuple[Entry, str, Planting]) -> None:
    """The other fault is switched on first, so that it changes answers that hold persons already."""
    entry, fault, (field, as_list) = case
    sandbox.set_fault(entry.system, fault)
    sandbox.set_fault(entry.system, "person_in_fields", field=field or None, as_list=as_list)
    asked = assignment(catalogue, entry, sandbox.url, limits=IMPATIENT)
    texts = list(left_behind(connector(catalogue, entry), asked))
    assert texts
    assert {found for text in texts for found in shown(text)} == set()


@pytest.mark.parametrize("case", pairs(), ids=name_of)
@pytest.mark.usefixtures("credentials")
def test_a_person_is_not_shown_whatever_else_goes_wrong(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox, case: tuple[Entry, str, Planting]
) -> None:
    look_for_persons(catalogue, tiny_sandbox, case)


@pytest.mark.slow
@pytest.mark.parametrize("case", list(all_cases()), ids=name_of)
@pytest.mark.usefixtures("credentials")
def test_no_fault_of_any_dialect_shows_a_person(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox, case: tuple[Entry, str, Planting]
) -> None:
    look_for_persons(catalogue, tiny_sandbox, case)
