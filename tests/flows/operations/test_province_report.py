"""The province's own run while a unit is missing: before its due day it waits, on that day the mode decides."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
import yaml

from baocao.domain import VIETNAM
from baocao.store import open_store
from sandbox.server import start
from tests.crash.zygote import Zygote
from tests.flows.operations.installations import write_yaml
from tests.flows.operations.quarter import DATA_SET, FORM_KEYS, PERIOD, PROVINCE, Quarter

ABSENT = "xa-giay"
ABSENT_SAYS = "xa-giay (chưa có báo cáo)"
MORNING, BEFORE, DUE = (datetime(2025, 12, day, 7, tzinfo=VIETNAM) for day in (15, 24, 25))


@dataclass
class Land:
    """All units are in but one that reports on paper, and nobody has brought its form."""

    quarter: Quarter

    def add_up(self, at: datetime, **parameters: str) -> tuple[str, str]:
        taken = self.quarter.take("province-report", at, unit=PROVINCE, period="Q4", **parameters)
        return taken.ends, taken.says

    @property
    def forms(self) -> list[str]:
        """What the province's vintages say of themselves, and with which exit code their run ended."""
        with open_store(self.quarter.database_url, str(self.quarter.home / "var" / "payloads")) as store:
            whole = [one for one in store.vintages.list(FORM_KEYS[-1]) if one.is_whole]
            return [f"{store.contents.filled_form(one.key).status.value} {one.exit_code}" for one in whole]


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory, zygote: Zygote) -> Iterator[Land]:
    with start(DATA_SET, now=MORNING) as sandbox:
        quarter = Quarter(tmp_path_factory.mktemp("land"), sandbox, zygote)
        quarter.give_figure()
        path = quarter.config / "units.yaml"
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        content["units"][ABSENT] = {"name": "UBND xã Giấy", "tier": "commune", "parent": PROVINCE}
        write_yaml(path, content)
        for group in ("cap-xa", "so-nganh"):
            assert quarter.take("group-report", MORNING, group=group, period="Q4").ends == "Completed"
        yield Land(quarter)


def test_before_its_due_day_it_waits_and_says_for_whom(land: Land) -> None:
    ends, says = land.add_up(BEFORE)
    assert (ends, says) == ("Incomplete", f"{PROVINCE} {PERIOD}: đợi {ABSENT_SAYS}")
    assert land.forms == []


def test_on_its_due_day_a_missing_unit_is_refused_where_that_is_the_mode(land: Land) -> None:
    ends, says = land.add_up(DUE, missing="refuse")
    assert ends == "Failed"
    assert "còn thiếu 1/4 đơn vị: UBND xã Giấy" in says
    assert land.forms == []


def test_on_its_due_day_what_is_in_is_added_up_and_who_is_missing_is_named(land: Land) -> None:
    ends, says = land.add_up(DUE)
    assert ends == "Failed"
    assert says.endswith(f"; còn thiếu: {ABSENT_SAYS}")
    assert land.forms == ["draft 20"]


def test_what_was_added_up_is_not_added_up_again_while_nothing_has_changed(land: Land) -> None:
    before = land.forms
    ends, says = land.add_up(DUE)
    assert (ends, land.forms) == ("Unchanged", before)
    assert says.endswith(f"còn thiếu: {ABSENT_SAYS}")


def test_what_has_to_leave_on_its_due_day_is_made_without_the_unit_and_is_no_draft(land: Land) -> None:
    ends, says = land.add_up(DUE, missing="partial")
    assert ends == "Completed"
    assert says.endswith(f"; còn thiếu: {ABSENT_SAYS}")
    assert land.forms == ["draft 20", "checked 0"]
