"""A draft filled from what was kept of a past period: nobody is asked, nothing is kept."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from baocao.catalogue import Catalogue
from baocao.documents.reading.files import read_content
from baocao.errors import ConfigError
from baocao.forms.drafting import DraftWishes, draft_form
from reporting.drafting.drafting import write_draft
from reporting.drafting.preview import fill_from_past, read_with_draft
from tests.baocao.forms.drafting.test_new_forms import COLUMNS, HEAD, new_form
from tests.reporting.conftest import PERIOD, UNIT, Office

ROWS = (
    ("I", "Thủ tục hành chính", "", "", ""),
    ("1", "Tổng số hồ sơ của DVCTT toàn trình", "Hồ sơ", "", ""),
    ("2", "Số hồ sơ nộp trực tuyến của các DVCTT toàn trình", "Hồ sơ", "", ""),
    ("3", "Tỷ lệ hồ sơ trực tuyến toàn trình", "%", "=(2)/(1)*100", ""),
    ("II", "Khảo sát", "", "", ""),
    ("1", "Số phiếu góp ý về trang thông tin", "Phiếu", "", ""),
)


@pytest.fixture
def draft(made: Office, catalogue: Catalogue, tmp_path: Path) -> Path:
    blank = read_content(new_form(ROWS, HEAD, COLUMNS))
    wishes = DraftWishes(form_code="moi", valid_from=date(2025, 1, 1))
    return write_draft(
        draft_form(blank, catalogue, wishes, date(2026, 1, 5)), tmp_path / "moi", knows_italics=True
    ).folder


def test_a_draft_shows_a_past_periods_figures_and_leaves_the_new_ones_empty(made: Office, draft: Path) -> None:
    before = sorted(path for path in made.home.rglob("*") if path.is_file() and path.suffix != ".log")
    with made.open(sandbox_url="http://127.0.0.1:9") as workspace:
        released = workspace.store.contents.filled_form
        catalogue, form = read_with_draft(made.config_dir, str(draft))
        shown = fill_from_past(replace(workspace, catalogue=catalogue), form, UNIT, PERIOD)
        kept = released(shown.kept).cells
    cells = shown.report.filled.cells
    assert {key: cells[key].display for key in ("I.1", "I.2", "I.3")} == {
        "I.1": kept["4.3.1"].display, "I.2": kept["4.3.2"].display, "I.3": kept["4.3"].display,
    }  # fmt: skip
    assert kept["4.3.1"].value
    assert cells["II.1"].value is None
    assert sorted(path for path in made.home.rglob("*") if path.is_file() and path.suffix != ".log") == before


def test_a_period_nobody_made_is_refused_with_the_command_that_makes_it(made: Office, draft: Path) -> None:
    with made.open() as workspace:
        catalogue, form = read_with_draft(made.config_dir, str(draft))
        with pytest.raises(ConfigError, match=r"chưa có số liệu nào .*baocao run 2025-Q3 --unit dac-khu"):
            fill_from_past(replace(workspace, catalogue=catalogue), form, UNIT, "2025-Q3")
