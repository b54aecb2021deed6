"""What `form check` says of a draft: every mistake, contradiction and open question at once, each with its row."""

import dataclasses
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from baocao.catalogue import Catalogue
from baocao.documents.reading.files import read_content
from baocao.errors import ConfigError
from baocao.forms.drafting import DraftWishes, draft_form
from baocao.settings import CHECKOUT_DIR
from reporting.drafting.checking import check_form
from reporting.drafting.drafting import write_draft
from tests.baocao.forms.drafting.test_new_forms import new_form
from tests.configuration import ONE_FORM_CONFIG_DIR

CONFIG = ONE_FORM_CONFIG_DIR


@pytest.fixture(scope="module")
def drafted(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The draft of a form with a unit nobody declared, and a row without one."""
    folder = tmp_path_factory.mktemp("drafts") / "new"
    draft = draft_form(read_content(new_form()), catalogue, DraftWishes(), date(2026, 2, 3))
    write_draft(draft, folder, knows_italics=True)
    return folder


@pytest.fixture
def folder(drafted: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(drafted, tmp_path / "new"))


def change(path: Path, old: str, new: str, times: int = 1) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, times), encoding="utf-8")


def form_of(folder: Path) -> Path:
    return folder / "forms" / "2026-bieu-mau-2.yaml"


def figures_of(folder: Path) -> Path:
    return folder / "indicators" / "2026-bieu-mau-2.yaml"


def settle(folder: Path) -> None:
    """As a person would: the missing unit written, every question ticked."""
    change(figures_of(folder), "measure: don_vi_tinh", "measure: case")
    change(form_of(folder), 'unit: ""', "unit: Trường hợp")
    questions = folder / "questions.yaml"
    questions.write_text(questions.read_text(encoding="utf-8").replace("done: false", "done: true"), encoding="utf-8")


def test_a_fresh_draft_has_its_questions_open_and_its_missing_unit_told(folder: Path) -> None:
    review = check_form(CONFIG, str(folder))
    assert review.form_codes == ("2026-bieu-mau-2",)
    assert any("không có đơn vị tính “don_vi_tinh”" in told and "measures.yaml" in told for told in review.mistakes)
    assert not any("“ty_dong”" in told for told in review.mistakes)
    assert {one.row for one in review.questions} >= {"", "I.1", "II.3", "II.5"}
    assert not review.is_whole


def test_a_draft_with_everything_settled_is_whole(folder: Path) -> None:
    settle(folder)
    review = check_form(CONFIG, str(folder))
    assert (review.mistakes, review.contradictions, review.questions) == ((), (), ())


def test_shipped_forms_are_whole() -> None:
    for code in ("2024-phu-luc-8", "2025-bieu-mau-7"):
        assert check_form(CONFIG, code).is_whole


def test_all_contradictions_are_told_at_once_with_row_key_and_what_is_allowed(folder: Path) -> None:
    settle(folder)
    form, figures = form_of(folder), figures_of(folder)
    change(form, "key: I.1.b", "key: I.1.a")  # a cell twice
    change(form, "unit: Phiếu", "unit: Hồ sơ")  # a measure that does not fit
    change(form, 'unit: "Chưa = 0, Hoàn thành = 1"', 'unit: "Chưa = 0, Đang làm = 1, Hoàn thành = 2"')
    change(form, "heading: true", "heading: true\n    tiers: [commun]")
    text = figures.read_text(encoding="utf-8")
    figures.write_text(
        re.sub(r"denominator: \w+", "denominator: cuoc_dien_tap_ung_cuu_su_gom_coun", text), encoding="utf-8"
    )
    change(figures, "owner: office", "owner: offic")
    review = check_form(CONFIG, str(folder))
    told = "\n".join(review.mistakes)
    for says in (
        r"dòng \d+, rows\.\d+: ô I\.1\.a đã có ở dòng trên",
        r"rows\.0\.tiers\.0: .*được dùng: province, .*ý bạn là “commune”",
        r"ratio: không có chỉ tiêu “cuoc_dien_tap_ung_cuu_su_gom_coun”.*ý bạn là “cuoc_dien_tap_ung_cuu_su_gom_count”",
        r"owner: không có người phụ trách “offic”.*ý bạn là “office”",
    ):
        assert re.search(says, told), f"{says} not in:\n{told}"
    by_cell = {key: says for _, key, says in review.contradictions}
    assert "in đơn vị “Hồ sơ” nhưng chỉ tiêu" in by_cell["II.1"]
    assert "tính bằng “phiếu”" in by_cell["II.1"]
    assert "biểu in các mã 0, 1, 2 nhưng" in by_cell["I.3"]


def test_a_ratio_typed_in_beside_its_counts_and_one_of_different_things_are_told(folder: Path, tmp_path: Path) -> None:
    config = Path(shutil.copytree(CONFIG, tmp_path / "config"))
    change(
        config / "indicators.yaml",
        "ratio: {numerator: procedures_full_count, denominator: procedures_full_eligible_count}",
        "typed: {}",
    )
    change(
        config / "indicators.yaml",
        "ratio: {numerator: dossiers_full_online_count, denominator: dossiers_full_count}",
        "ratio: {numerator: dossiers_full_online_count, denominator: procedures_full_count}",
    )
    by_cell = {key: says for _, key, says in check_form(config, "2025-bieu-mau-7").contradictions}
    assert "nhập tay trong khi mẫu in các số để chia (ô 4.1.1, 4.1.2)" in by_cell["4.1"]
    assert "chia hồ sơ (dossiers_full_online_count) cho thủ tục (procedures_full_count)" in by_cell["4.3"]
    assert set(by_cell) == {"4.1", "4.3"}


def test_a_name_that_is_neither_a_draft_nor_a_form_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="ý bạn là “2025-bieu-mau-7”"):
        check_form(CONFIG, "2025-bieu-mau")
    with pytest.raises(ConfigError, match="không phải thư mục bản thảo"):
        check_form(CONFIG, str(tmp_path))


def test_a_draft_somebody_worked_on_is_not_written_over(folder: Path, catalogue: Catalogue) -> None:
    draft = draft_form(read_content(new_form()), catalogue, DraftWishes(), date(2026, 2, 3))
    settle(folder)
    before = form_of(folder).read_bytes()
    with pytest.raises(ConfigError, match="không ghi đè"):
        write_draft(draft, folder, knows_italics=True)
    assert form_of(folder).read_bytes() == before
    write_draft(draft, folder, knows_italics=True, again=True)
    assert form_of(folder).read_bytes() != before


def test_a_successor_may_not_be_in_force_beside_the_form_before(catalogue: Catalogue, tmp_path: Path) -> None:
    from tests.baocao.forms.drafting.blanks import as_shipped, by_word

    known = dataclasses.replace(catalogue)
    blank = by_word(as_shipped("2025-bieu-mau-7"))
    draft = draft_form(read_content(blank), known, DraftWishes(form_code="2026-moi"), date(2026, 2, 3))
    write_draft(draft, tmp_path / "moi", knows_italics=True)
    review = check_form(CONFIG, str(tmp_path / "moi"))
    assert any("valid_to" in told and "2026-moi" in told for told in review.mistakes)
    assert any("valid_to" in one.asks for one in review.questions)


def test_a_matrix_whose_line_of_measure_is_of_another_thing_is_told(tmp_path: Path) -> None:
    config = Path(shutil.copytree(CHECKOUT_DIR / "config", tmp_path / "config"))
    change(config / "forms" / "2020-ii-06a-vpcp.yaml", "Đơn vị tính: Số hồ sơ TTHC", "Đơn vị tính: Văn bản")
    told = {key: says for _, key, says in check_form(config, "2020-ii-06a-vpcp").contradictions}
    assert set(told) == {f"cột {number}" for number in range(3, 14)}
    assert "in đơn vị “Văn bản” nhưng chỉ tiêu all_to_settle_count tính bằng “hồ sơ”" in told["cột 3"]
    assert check_form(CHECKOUT_DIR / "config", "2020-ii-06a-vpcp").contradictions == ()
