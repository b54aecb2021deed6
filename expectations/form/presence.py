"""Checks of what is there at all: rows left blank, not collected, filled although they are headings or not ours."""

from collections.abc import Iterator

from baocao.catalogue import Catalogue, Form, Indicator, Source
from baocao.domain import UNCOLLECTED, CellStatus, Severity, Tier, Topic
from baocao.hints import hint
from baocao.vocabulary import STATUSES, TIERS
from expectations.form.figures import figure_rows, one_per_figure
from expectations.form.view import ABSENT, GIVEN, FormCheck, FormView
from expectations.form.wording import UNKNOWN_TIER, why_empty, written
from expectations.rule import CheckFinding, Demand, Obstacle, Operands, Rule, Subject
from expectations.wording import capital, figure

MEND_PARTIAL_VI = (
    "Lấy lại số liệu sau ngày cuối kỳ (với tệp xuất: xuất lại cho đủ ngày), rồi chạy lại báo cáo của kỳ này."
)


def _owed(rule: Rule, view: FormView) -> Operands | Obstacle:
    """The state of a cell this unit owes."""
    (key,) = rule.cells
    state = view.state(key)
    if view.applies(key) is None and state != GIVEN:
        return UNKNOWN_TIER
    if state in {CellStatus.NOT_APPLICABLE, *UNCOLLECTED}:
        return Obstacle(why_empty(view, key))
    if state in {CellStatus.BLANK, ABSENT} and _is_over_zero(view, key):
        return Obstacle(f"mẫu số của ô {key} bằng 0: xem form.no_denominator", silent=True)
    return (state,)


def _is_over_zero(view: FormView, key: str) -> bool:
    """Whether the form itself shows that the cell is a ratio over 0."""
    ratio, keys = view.indicator(key).ratio, view.layout.keys
    if ratio is None or ratio.numerator not in keys or ratio.denominator not in keys:
        return False
    return view.value(keys[ratio.denominator]) == 0


def _explain_blank(rule: Rule, view: FormView) -> CheckFinding:
    (key,) = rule.cells
    cell, label = view.cell(key), view.row(key).meant_label
    text = (cell.text or "").strip() if cell else ""
    said = f"ghi “{text}”, không phải số liệu" if text else "để trống"
    if cell is None:
        said = "không có trên biểu"
    return CheckFinding(
        observed=text or "trống",
        expected="số liệu, hoặc “Không phát sinh”",
        message_vi=f"Ô {key} “{label}” {said}, trong khi đơn vị phải báo cáo chỉ tiêu này.",
        message_en=f"Cell {key} holds no figure although the unit owes it.",
        mend_vi=f"Điền ô {key}; nếu trong kỳ không phát sinh thì ghi rõ số 0 hoặc “Không phát sinh”, không để trống.",
        evidence={"text": text, "explained_by": "document"} if text or cell is None else {},
    )


def _collected(rule: Rule, view: FormView) -> Operands | Obstacle:
    (key,) = rule.cells
    state = view.state(key)
    if state in {CellStatus.NOT_APPLICABLE, CellStatus.BLANK, ABSENT}:
        return Obstacle(why_empty(view, key))
    return (state,)


def _source_of(view: FormView, indicator: Indicator) -> Source | None:
    """The source system the figure comes from; for a ratio, that of the first input that has one."""
    inputs = (view.catalogue.indicators[code] for code in indicator.inputs)
    systems = [found.system for found in (indicator, *inputs) if found.system]
    if not systems or view.unit is None:
        return None
    return view.catalogue.sources_of(view.unit).get(systems[0])


def _explain_not_collected(rule: Rule, view: FormView) -> CheckFinding:
    (key,) = rule.cells
    cell, source = view.cell(key), _source_of(view, view.indicator(key))
    origin = f" từ {source.label}" if source else ""
    is_partial = cell is not None and cell.status is CellStatus.INCOMPLETE
    status = STATUSES[CellStatus.INCOMPLETE if is_partial else CellStatus.NOT_COLLECTED]
    said = cell.note.removeprefix(f"{status.capitalize()}:").strip().rstrip(".") if cell else ""
    note = f" Lý do: {said}." if said else ""
    return CheckFinding(
        observed=status if is_partial else "chưa thu thập",
        expected="số liệu" + (" của mọi ngày trong kỳ" if is_partial else "") + origin,
        message_vi=f"Ô {key} “{view.row(key).meant_label}” {status}{origin}.{note}",
        message_en=f"Cell {key} was not{' wholly' * is_partial} collected"
        + (f" from {source.source_code}." if source else "."),
        mend_vi=MEND_PARTIAL_VI
        if is_partial
        else capital(
            (f"kiểm tra kết nối bằng lệnh “{_probe(source, view)}”, rồi " if source else "")
            + "chạy lại báo cáo của kỳ này khi hệ thống nguồn đã hoạt động."
        ),
        evidence={"source": source.source_code} if source else {},
    )


def _probe(source: Source, view: FormView) -> str:
    return hint("probe", source.source_code, unit=view.unit_code)


def _headings(form: Form, catalogue: Catalogue) -> Iterator[Subject]:
    for row in form.rows:
        if row.heading:
            below = (found for line, found in figure_rows(form, catalogue) if line.key.startswith(row.key + "."))
            owner = next((found.owner for found in below), "")
            yield Subject(
                owner=owner,
                cells=(row.key,),
                sentence_vi=f"Dòng {row.key} là tiêu đề, không ghi số liệu.",
                sentence_en=f"Row {row.key} is a heading and holds no figure.",
            )


def _any_value(rule: Rule, view: FormView) -> Operands | Obstacle:
    (key,) = rule.cells
    cell = view.cell(key)
    return (cell.value,) if cell else Obstacle(f"biểu không có dòng {key}")


def _explain_heading(rule: Rule, view: FormView) -> CheckFinding:
    (key,) = rule.cells
    value = view.value(key)
    said = figure(value) if value is not None else ""
    return CheckFinding(
        observed=said,
        expected="trống",
        message_vi=f"Dòng {key} “{view.row(key).meant_label}” là tiêu đề, không có đơn vị tính, nhưng lại ghi {said}.",
        message_en=f"Row {key} is a heading without a unit but holds {value}.",
        mend_vi=f"Xoá số {said} ở dòng {key}, hoặc chuyển về đúng dòng chỉ tiêu nếu đó là số liệu cần báo cáo.",
    )


def _tiered(form: Form, catalogue: Catalogue) -> Iterator[Subject]:
    subjects = one_per_figure(
        lambda _: True, "Ô {key} chỉ do cấp có thẩm quyền điền.", "Cell {key} is filled by its own tiers only."
    )
    for subject in subjects(form, catalogue):
        if set(form.row(subject.cells[0]).tiers) != set(Tier):
            yield subject


def _of_other_tier(rule: Rule, view: FormView) -> Operands | Obstacle:
    """The value of a cell this unit does not fill."""
    (key,) = rule.cells
    applies = view.applies(key)
    if applies is None:
        return UNKNOWN_TIER
    return Obstacle(f"ô {key} là ô của chính đơn vị", silent=True) if applies else (view.value(key),)


def _explain_other_tier(rule: Rule, view: FormView) -> CheckFinding:
    (key,) = rule.cells
    whose = ", ".join(TIERS[tier] for tier in view.row(key).tiers)
    own = TIERS[view.tier] if view.tier else "đơn vị"
    return CheckFinding(
        observed=written(view, key),
        expected="trống",
        message_vi=(
            f"Ô {key} “{view.row(key).meant_label}” ghi {written(view, key)}, nhưng dòng này do {whose} báo cáo, "
            f"không áp dụng cho {own}."
        ),
        message_en=f"Cell {key} is filled, but the row belongs to {', '.join(view.row(key).tiers)}, not {view.tier}.",
        mend_vi=f"Để trống ô {key}; số liệu của đơn vị ghi ở dòng dành cho {own}.",
    )


PRESENCE_CHECKS = (
    FormCheck(
        check="form.blank",
        topic=Topic.NOT_GIVEN,
        severity=Severity.CRITICAL,
        cells_vi="mỗi ô số liệu",
        says_vi="Ô đơn vị phải báo cáo thì không để trống; không phát sinh thì ghi rõ.",
        unclear_vi="Ô không áp dụng cho cấp của đơn vị, hoặc chưa thu thập được (xem form.not_collected).",
        columns=("state",),
        derive=one_per_figure(lambda _: True, "Ô {key} không để trống.", "Cell {key} is not blank."),
        operands=_owed,
        demand=lambda _: Demand("ExpectColumnValuesToNotBeInSet", {"value_set": [CellStatus.BLANK.value, ABSENT]}),
        explain=_explain_blank,
    ),
    FormCheck(
        check="form.not_collected",
        topic=Topic.NOT_COLLECTED,
        severity=Severity.CRITICAL,
        cells_vi="mỗi ô số liệu",
        says_vi="Số liệu lấy từ hệ thống nguồn đã thu thập được, đủ các ngày của kỳ.",
        unclear_vi="Ô không áp dụng cho cấp của đơn vị, hoặc để trống (xem form.blank).",
        columns=("state",),
        derive=one_per_figure(lambda _: True, "Ô {key} đã thu thập được.", "Cell {key} was collected."),
        operands=_collected,
        demand=lambda _: Demand(
            "ExpectColumnValuesToNotBeInSet", {"value_set": [status.value for status in UNCOLLECTED]}
        ),
        explain=_explain_not_collected,
    ),
    FormCheck(
        check="form.value_in_heading",
        severity=Severity.WARNING,
        cells_vi="mỗi dòng tiêu đề",
        says_vi="Dòng tiêu đề không ghi số liệu.",
        unclear_vi="Biểu không có dòng đó.",
        columns=("value",),
        derive=_headings,
        operands=_any_value,
        demand=lambda _: Demand("ExpectColumnValuesToBeNull"),
        explain=_explain_heading,
    ),
    FormCheck(
        check="form.other_tier",
        severity=Severity.WARNING,
        cells_vi="ô chỉ dành cho một số cấp",
        says_vi="Không điền dòng dành cho cấp khác.",
        unclear_vi="Đơn vị chưa có trong units.yaml nên chưa biết thuộc cấp nào.",
        columns=("value",),
        derive=_tiered,
        operands=_of_other_tier,
        demand=lambda _: Demand("ExpectColumnValuesToBeNull"),
        explain=_explain_other_tier,
    ),
)
