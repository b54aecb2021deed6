"""The list of faults does not rot: each text is there just once, each test is there, each fault is one."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from baocao.settings import CHECKOUT_DIR
from tests.mutations.faults import Fault, read_faults

FAULTS = read_faults()
LEAST = 90


def test_there_are_many_and_each_has_a_name_of_its_own() -> None:
    assert len(FAULTS) >= LEAST
    assert [name for name, times in Counter(one.id for one in FAULTS).items() if times > 1] == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.id)
def test_a_fault_can_be_planted_and_its_test_is_there(fault: Fault) -> None:
    text = (CHECKOUT_DIR / fault.file).read_text(encoding="utf-8")
    assert text.count(fault.old) == 1, f"{fault.file} has changed: mend tests/mutations/faults/{fault.topic}.yaml"
    ast.parse(text.replace(fault.old, fault.new))
    place, _, name = fault.killed_by.partition("::")
    assert f"def {name.partition('[')[0]}(" in _read(place)


def _read(place: str) -> str:
    path = CHECKOUT_DIR / place
    assert Path(place).name.startswith("test_")
    return path.read_text(encoding="utf-8")
