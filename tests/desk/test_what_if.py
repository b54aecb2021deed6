"""A change of figures or checks tried on the past from the desk: what would differ, why; nothing is written."""

import shutil
from pathlib import Path

import httpx
import pytest

from baocao.people import PersonRole
from tests.desk.conftest import Browser, MakeDesk, RunningDesk
from tests.desk.test_configuration import fields_of
from tests.desk.test_more_pages import release
from tests.reporting.conftest import UNIT

PAGE = "/quan-tri/thu"
ALL_CHANNELS = """\
indicators:
  documents_outgoing_count:
    count:
      records: documents
      where: {direction: [outgoing]}
      date_field: issued_on
"""


@pytest.fixture
def desk(make_desk: MakeDesk, made_once: Path, tmp_path: Path) -> RunningDesk:
    return make_desk(home=Path(shutil.copytree(made_once, tmp_path / "home")))


def state_of(desk: RunningDesk) -> dict[str, bytes]:
    files = (path for path in (desk.home / "config").rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in files}


def watch(it: Browser, answer: httpx.Response) -> tuple[str, str]:
    """What was told meanwhile, and the page at its end."""
    place = answer.headers["location"]
    told = it.get(f"{place}/dong").text
    return told, it.get(place).text


def test_cells_that_would_differ_are_shown_by_how_much_and_why_and_nothing_is_written(desk: RunningDesk) -> None:
    release(desk)
    it, before = desk.as_role(PersonRole.IT), state_of(desk)
    log = len(desk.store.releases.list())
    told, text = watch(it, it.change(PAGE, PAGE, text=ALL_CHANNELS, periods="2025-Q4", unit=UNIT))
    assert "event: line" in told
    assert ("1 sẽ khác" in text, "trong đó 1 đã phát hành" in text, "độ mật" in text) == (True, True, True)
    assert "Số lượng văn bản đi" in text or "3.2.2" in text
    assert (state_of(desk), len(desk.store.releases.list())) == (before, log)
    assert desk.store.vintages.latest_numbers("2025-bieu-mau-7", desk.store.releases.list()[0].form_key.period) == {
        UNIT: 1
    }


def test_a_check_made_stricter_says_which_findings_would_be_new(desk: RunningDesk) -> None:
    it = desk.as_role(PersonRole.IT)
    whole = "indicators: {procedures_full_eligible_count: {part_of: procedures_full_count}}"
    _, text = watch(it, it.change(PAGE, PAGE, text=whole, unit=UNIT))
    assert "Mới không đạt:" in text


def test_a_change_without_effect_says_so(desk: RunningDesk) -> None:
    it = desk.as_role(PersonRole.IT)
    _, text = watch(it, it.change(PAGE, PAGE, text="indicators: {documents_outgoing_count: {label: Văn bản đi}}"))
    assert ("0 sẽ khác" in text, "1 không đổi" in text) == (True, True)


def test_a_whole_file_is_tried_as_it_would_be_written_from_its_preview(desk: RunningDesk) -> None:
    it = desk.as_role(PersonRole.IT)
    page = "/quan-tri/cau-hinh/indicators.yaml"
    text = (desk.home / "config" / "indicators.yaml").read_text(encoding="utf-8")
    changed = text.replace("    part_of: periodic_reports_due_count\n", "", 1)
    assert changed != text
    seen = it.change(page, page, text=changed, step="xem").text
    assert f'formaction="{PAGE}" name="name" value="indicators.yaml"' in seen
    _, shown = watch(it, it.change(PAGE, page, **fields_of(seen), name="indicators.yaml"))
    assert "biểu mẫu" in shown
    assert "Cả tệp indicators.yaml như sẽ sửa" in shown
    assert (desk.home / "config" / "indicators.yaml").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"text": " "}, "Ghi thay đổi muốn thử"),
        ({"text": "chi_tieu: {}"}, "không có khóa này"),
        ({"text": "indicators: {moi: {label: Mới}}"}, "dòng 1, indicators.moi.measure: thiếu khóa này"),
        ({"text": ALL_CHANNELS, "periods": "quý nào"}, "kỳ"),
    ],
)
def test_what_cannot_be_tried_is_told_and_what_was_written_stays_in_the_field(
    desk: RunningDesk, fields: dict[str, str], says: str
) -> None:
    answer = desk.as_role(PersonRole.IT).change(PAGE, PAGE, **fields)
    assert (answer.status_code, says in answer.text) == (422, True)
    assert fields["text"].strip() in answer.text


def test_a_proposal_may_come_as_a_file(desk: RunningDesk) -> None:
    it = desk.as_role(PersonRole.IT)
    data = {"csrf": it.csrf(PAGE), "periods": "2025-Q4", "unit": UNIT}
    answer = it.post(PAGE, data=data, files={"file": ("thu.yaml", ALL_CHANNELS.encode())})
    _, text = watch(it, answer)
    assert "1 sẽ khác" in text
    assert it.post(PAGE, data=data, files={"file": ("thu.yaml", b"\xff\xfe")}).status_code == 422


def test_files_that_are_no_definitions_are_not_opened_here(desk: RunningDesk) -> None:
    it = desk.as_role(PersonRole.IT)
    assert it.get(PAGE, params={"tep": "checks.yaml"}).status_code == 200
    assert it.get(PAGE, params={"tep": "sources.yaml"}).status_code == 404
    assert it.get(PAGE, params={"tep": "../var/desk.key"}).status_code == 404
