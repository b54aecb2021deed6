"""A signed correction written by command into `corrections/<unit>/<period>.yaml`; what stands there stays."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from baocao.catalogue import Catalogue, Correction, Form
from baocao.catalogue.cell_names import find_row
from baocao.catalogue.forms import MatrixCell
from baocao.catalogue.hand_files import CORRECTIONS, find_hand_file, name_hand_file
from baocao.catalogue.manual import Corrections
from baocao.catalogue.matrix import arrange_declared_lines
from baocao.catalogue.wrong_values import find_mistakes
from baocao.catalogue.yaml_files import read_yaml
from baocao.documents.files import write_file
from baocao.domain import CellStatus
from baocao.errors import ConfigError
from baocao.groups import UNKNOWN_GROUP, Dimension, GroupCode, total_code
from baocao.messages import quote_given, say_unknown
from baocao.store import FormKey
from baocao.vocabulary import DIMENSIONS
from baocao.written.errors import WrongValueError
from baocao.written.numbers import read_number
from reporting.plan import Plan
from reporting.workspace import Workspace

LEASE_NAME = "corrections"
HEADER = "# Signed corrections of this unit and period; docs/operating.md says what each key means.\ncorrections:\n"
_OPTIONS: Mapping[str | int, str] = {
    "indicator": "CELL", "expect": "--from", "value": "--to", "reason": "--reason", "evidence": "--evidence",
    "signed_by": "sign-in", "signed_on": "BAOCAO_NOW",
}  # fmt: skip
_ITEM = re.compile(r"^( *)- ", re.MULTILINE)


@dataclass(frozen=True)
class CorrectionRequest:
    """A correction as a person asks for it; `indicator` is a code or a cell: `4.3.1`, `dòng Hộ tịch, cột 8`."""

    indicator: str
    expect: str
    value: str
    reason: str
    evidence: str
    by: str


@dataclass(frozen=True)
class SignedCorrection:
    """The correction and the file it stands in."""

    correction: Correction
    path: Path


def write_correction(workspace: Workspace, plan: Plan, wish: CorrectionRequest) -> SignedCorrection:
    """Add it to the file. Raise ConfigError, having written nothing, where it is wrong, given already, or where the
    source does not say what the correction expects.
    """
    catalogue = workspace.catalogue
    correction = _read_wish(workspace, plan, wish)
    path = catalogue.config_dir / _name_file(catalogue, plan)
    with workspace.store.leases.hold(FormKey(plan.unit.unit_code, LEASE_NAME, plan.period)):
        before = catalogue.corrections(plan.unit.unit_code, plan.period)
        _refuse_duplicate(path, before, correction)
        _refuse_other_figure(workspace, plan, correction)
        _append(path, before, correction)
    return SignedCorrection(correction, path)


def _name_file(catalogue: Catalogue, plan: Plan) -> str:
    """The file there is, however its name writes the period."""
    about = (CORRECTIONS, plan.unit.unit_code, plan.period)
    return find_hand_file(catalogue.config_dir, *about) or name_hand_file(*about)


def _read_wish(workspace: Workspace, plan: Plan, wish: CorrectionRequest) -> Correction:
    indicator_code = _find_indicator(workspace.catalogue, lay_out_known(workspace, plan), plan, wish.indicator)
    content = {
        "indicator": indicator_code,
        "expect": _read_figure("--from", wish.expect),
        "value": _read_figure("--to", wish.value),
        "reason": wish.reason,
        "evidence": wish.evidence,
        "signed_by": _name_signer(workspace, wish.by),
        "signed_on": workspace.settings.today(),
    }
    try:
        correction = Correction.model_validate(content)
    except ValidationError as error:
        wrong = "; ".join(f"{_OPTIONS[one.place[-1]]}: {one.says}" for one in find_mistakes(error, Correction, content))
        raise ConfigError(wrong) from None
    if correction.expect == correction.value:
        raise ConfigError("--from và --to là cùng một số: không có gì để đính chính")
    return correction


def _name_signer(workspace: Workspace, person_code: str) -> str:
    """By name, as the note of the cell prints it, and by the code no other person has."""
    name = workspace.store.people.name_of(person_code)
    return person_code if name == person_code else f"{name} ({person_code})"


def lay_out_known(workspace: Workspace, plan: Plan) -> Form:
    """The form with every line it may have: those of what is declared, and of the figures of its latest vintage."""
    if plan.form.matrix is None:
        return plan.form
    latest = workspace.store.vintages.find_latest(plan.form_key)
    kept = workspace.store.contents.observations(latest.key) if latest else ()
    codes, labels = (one.indicator_code for one in kept), workspace.catalogue.group_labels
    return plan.form.with_lines(arrange_declared_lines(plan.form.matrix, plan.unit.tier, labels, codes))


def _find_indicator(catalogue: Catalogue, form: Form, plan: Plan, given: str) -> str:
    """By its code, or by the cell of the form; only a counted figure can be corrected."""
    row = find_row(form, given)
    code = (row.indicator if row else None) or given
    group = _find_group(catalogue, code)
    if isinstance(row, MatrixCell) and row.line.kind == "total" and form.matrix and form.matrix.dimensions_of(None):
        says = "dòng này là tổng của các dòng trên; đính chính ô của dòng có số sai, tổng được tính theo"
        raise ConfigError(f"{row.place}: {says}")
    indicator = catalogue.indicator(total_code(code))
    if indicator.is_computed:
        parts = ", ".join(f"{part.indicator_code}{group}" for part in catalogue.base_figures(indicator))
        kind = "tỷ lệ" if indicator.ratio is not None else "số tính từ các số khác"
        raise ConfigError(f"{code} là {kind}, luôn được tính lại; đính chính một trong các số thành phần: {parts}")
    if indicator.count is not None and indicator.count.days is not None:
        raise ConfigError(f"{code} là số bình quân hoặc trung vị: sửa ngày của hồ sơ ở hệ thống nguồn rồi lập lại")
    if indicator.count is None:
        place = f"manual/{plan.unit.unit_code}/{plan.period}.yaml"
        raise ConfigError(f"{code} là số nhập tay, không phải số đếm; sửa trong {place}")
    return code


def _find_group(catalogue: Catalogue, code: str) -> str:
    """`@field:ho-tich` of a code with a group, which must be declared; else nothing."""
    try:
        group = GroupCode.parse(code)
    except ValueError:
        raise ConfigError(f"{code}: số của một nhóm ghi như mã_chỉ_tiêu@field:mã_lĩnh_vực") from None
    known = catalogue.group_labels.get(group.dimension or "", {})
    if known and group.group_key not in (*known, UNKNOWN_GROUP):
        raise ConfigError(say_unknown(DIMENSIONS[group.dimension or Dimension.FIELD], group.group_key, known))
    return code[len(group.indicator_code) :]


def _read_figure(option: str, given: str) -> Decimal:
    """A whole count, as people write it too: 16736, 16.736 or 16 736; with a comma it could be a fraction."""
    is_grouped = re.fullmatch(r"\s*[1-9]\d{0,2}([.\s]\d{3})+\s*", given) is not None
    try:
        figure = read_number(re.sub(r"[.\s]", "", given) if is_grouped else given)
    except WrongValueError as error:
        raise ConfigError(f"{option}: {error}") from None
    if figure < 0 or figure != figure.to_integral_value():
        raise ConfigError(f"{option}: số đếm phải là số nguyên không âm{quote_given(given)}; ghi như 16736")
    return figure


def _refuse_duplicate(path: Path, before: tuple[Correction, ...], correction: Correction) -> None:
    for known in before:
        if known.indicator == correction.indicator:
            said = f"từ {known.expect} thành {known.value}, {known.signed_by} ký ngày {known.signed_on:%d/%m/%Y}"
            raise ConfigError(f"{path}: {known.indicator} đã có đính chính ở đây ({said}); sửa chính mục đó")


def _refuse_other_figure(workspace: Workspace, plan: Plan, correction: Correction) -> None:
    """Where the figure is known, the source must have said what the correction expects."""
    latest = workspace.store.vintages.find_latest(FormKey(plan.unit.unit_code, plan.form.form_code, plan.period))
    if latest is None:
        return
    for observation in workspace.store.contents.observations(latest.key):
        if observation.indicator_code != correction.indicator or observation.value is None:
            continue
        if observation.status is not CellStatus.CORRECTED and observation.value != correction.expect:
            raise ConfigError(
                f"{correction.indicator}: hệ thống nguồn cho {observation.value} (lần lập {latest.key.vintage}), không "
                f"phải {correction.expect}; ghi --from {observation.value}, hoặc lập lại kỳ này trước"
            )


def _append(path: Path, before: tuple[Correction, ...], correction: Correction) -> None:
    """Below what is there, in its own indentation; the whole is read back before it takes the file's place."""
    text = path.read_text(encoding="utf-8") if path.exists() else HEADER
    found = _ITEM.search(text)
    indent = found[1] if found else "  "
    entry = yaml.safe_dump([_as_yaml(correction)], allow_unicode=True, sort_keys=False, width=1000)
    added = "".join(f"{indent}{line}\n" for line in entry.splitlines())
    draft = path.with_suffix(".draft")
    write_file(draft, f"{text.rstrip()}\n{added}".encode())
    try:
        if _read_back(draft) != (*before, correction):
            raise ConfigError(f"{path}: không thêm được vào cuối tệp này; ghi đính chính bằng tay")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _read_back(draft: Path) -> tuple[Correction, ...] | None:
    try:
        return read_yaml(draft, Corrections).corrections
    except ConfigError:
        return None


def _as_yaml(correction: Correction) -> dict[str, Any]:
    return {
        "indicator": correction.indicator,
        "expect": int(correction.expect),
        "value": int(correction.value),
        "reason": correction.reason,
        "evidence": correction.evidence,
        "signed_by": correction.signed_by,
        "signed_on": correction.signed_on,
    }
