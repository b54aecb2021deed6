"""Whether everything a form tells apart by field, receiving unit or procedure is declared somewhere."""

from collections.abc import Iterator
from decimal import Decimal

from baocao.catalogue import Catalogue, Form
from baocao.domain import Severity, Topic
from baocao.groups import UNKNOWN_GROUP, Dimension, list_groups, write_group_code
from baocao.hints import hint
from baocao.vocabulary import DIMENSIONS
from expectations.form.figures_view import FiguresView
from expectations.rule import Check, CheckFinding, Demand, Obstacle, Operands, Rule, Subject
from expectations.wording import figure

_MEND = {
    Dimension.FIELD: "Khai báo mã hoặc tên lĩnh vực (hay mã thủ tục) ở fields.yaml rồi lập lại từ dữ liệu đã lưu.",
    Dimension.UNIT: "Khai báo mã đơn vị ở source_keys của units.yaml rồi lập lại từ dữ liệu đã lưu.",
    Dimension.PROCEDURE: "Bổ sung mã thủ tục của hồ sơ ở hệ thống nguồn rồi chạy lại.",
}


def declared_subjects(catalogue: Catalogue, form: Form | None) -> Iterator[Subject]:
    """One for each dimension, about the counts the form shows by it."""
    asked = form.matrix.groupings(None) if form is not None and form.matrix is not None else ()
    for dimension in Dimension:
        counts = [code for code, by in asked if by == dimension and catalogue.indicators[code].count]
        if counts:
            yield Subject(
                owner=catalogue.indicators[counts[0]].owner,
                cells=(),
                sentence_vi=f"Mọi {DIMENSIONS[dimension]} trong biểu đều đã khai báo.",
                sentence_en=f"{dimension}: all declared",
                roles={"codes": tuple(counts), "dimension": (dimension,)},
            )


def _undeclared(rule: Rule, view: FiguresView) -> Operands | Obstacle:
    """The greatest of the figures of what is declared nowhere."""
    codes, (dimension,) = rule.roles["codes"], rule.roles["dimension"]
    mine = [code for code in codes if code in view.observations]
    if not mine:
        return Obstacle("biểu của đơn vị không cần số liệu này", silent=True)
    if missing := view.unless_given(mine):
        return missing
    values = (view.value(write_group_code(code, Dimension(dimension), UNKNOWN_GROUP)) for code in mine)
    return (max((value for value in values if value is not None), default=Decimal(0)),)


def _explain(rule: Rule, view: FiguresView) -> CheckFinding:
    codes, dimension = rule.roles["codes"], Dimension(rule.roles["dimension"][0])
    unknown = {code: write_group_code(code, dimension, UNKNOWN_GROUP) for code in codes}
    lead = max(codes, key=lambda code: view.value(unknown[code]) or Decimal(0))
    found = view.observations[unknown[lead]]
    value = figure(found.value or Decimal(0))
    where = f"thuộc {DIMENSIONS[dimension]} chưa khai báo, nằm ở dòng riêng, vẫn có trong tổng"
    said = f"“{view.label(lead)}”: {value} {where}. {found.note}"
    return CheckFinding(
        observed=value,
        expected="0",
        message_vi=f"{said.rstrip('. ')}.",
        message_en=f"{lead}: {found.value} in no declared {dimension}.",
        mend_vi=f"{_MEND[dimension]}{_say_probe(view, lead)}",
        severity=Severity.CRITICAL if _could_move_a_line(rule, view) else Severity.WARNING,
        evidence={"dimension": str(dimension), "indicator": lead},
    )


def _say_probe(view: FiguresView, code: str) -> str:
    system = view.catalogue.indicators[code].system
    sources = view.catalogue.sources_of(view.unit) if view.unit else {}
    source = sources.get(system) if system else None
    return f" Tên nguồn đang ghi: {hint('probe', source.source_code, unit=view.unit_code)}." if source else ""


def _could_move_a_line(rule: Rule, view: FiguresView) -> bool:
    """Whether a line would be another by more than the tolerance, were the undeclared of any count its own."""
    dimension = Dimension(rule.roles["dimension"][0])
    tolerance = Decimal(str(view.catalogue.limits.unknown.tolerance_pct)) / 100
    for code in rule.roles["codes"]:
        unknown = view.value(write_group_code(code, dimension, UNKNOWN_GROUP)) or Decimal(0)
        keys = [key for key in list_groups(view.observations, dimension) if key != UNKNOWN_GROUP]
        lines = (view.value(write_group_code(code, dimension, key)) or Decimal(0) for key in keys)
        if unknown > tolerance * min(lines, default=Decimal(0)):
            return True
    return False


GROUPS_DECLARED: Check[FiguresView] = Check(
    check="balance.groups_declared",
    topic=Topic.BALANCE,
    severity=Severity.CRITICAL,
    cells_vi="các dòng lấy từ số liệu: mỗi lĩnh vực, đơn vị tiếp nhận hoặc thủ tục một dòng",
    says_vi="Mọi lĩnh vực, đơn vị tiếp nhận có hồ sơ đều đã khai báo; cái chưa khai báo nằm ở một dòng riêng.",
    milder_vi="Chỉ là “cảnh báo” khi không dòng nào có thể lệch quá dung sai unknown.tolerance_pct của checks.yaml.",
    unclear_vi="Số liệu của biểu không có hoặc chưa thu thập được.",
    columns=("undeclared",),
    operands=_undeclared,
    demand=lambda _: Demand("ExpectColumnValuesToBeBetween", {"min_value": 0, "max_value": 0}),
    explain=_explain,
)
