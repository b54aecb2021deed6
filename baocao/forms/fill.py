"""From observations to the filled form: every row gets its figure, or the reason why it has none."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from baocao.catalogue import Form, FormRow, Indicator
from baocao.catalogue.grouped import GroupLabels
from baocao.catalogue.matrix import arrange_lines
from baocao.counting import CountingContext
from baocao.domain import Cell, CellStatus, FilledForm, FormHead, FormLine, FormMark, Observation
from baocao.figures import print_figure
from baocao.groups import GROUP_MARK, Dimension, GroupCode, total_code


def fill_form(
    form: Form,
    indicators: Mapping[str, Indicator],
    observations: Mapping[str, Observation],
    context: CountingContext,
    *,
    vintage: int | None = None,
    groups: GroupLabels | None = None,
    lines: tuple[FormLine, ...] | None = None,
) -> FilledForm:
    """Every row of the form as a cell; provisional while the period is open. `groups` are for lines from the data;
    `lines` those of a form that is filled again.
    """
    unit = context.unit
    filled = FilledForm(
        form_code=form.form_code,
        unit_code=unit.unit_code,
        unit_name=unit.name,
        period=context.period,
        window=context.window,
        status=FormMark.UNMARKED if context.is_closed else FormMark.PROVISIONAL,
        cells={},
        head=FormHead(issuer=unit.name, place=unit.place, signed_as=unit.signed_as),
        known_at=context.known_at,
        vintage=vintage,
        lines=_find_lines(form, observations, context, groups or {}) if lines is None else lines,
        tier=unit.tier if form.matrix else None,
    )
    rows = form.laid_out(filled).rows
    return replace(filled, cells={row.key: _fill_row(row, indicators, observations, context) for row in rows})


def _find_lines(
    form: Form, observations: Mapping[str, Observation], context: CountingContext, groups: GroupLabels
) -> tuple[FormLine, ...]:
    """The lines of a matrix form: a field or procedure of which nothing was counted has none, a unit always."""
    if form.matrix is None:
        return ()
    codes, by_unit = set(form.matrix.indicator_codes), f"{GROUP_MARK}{Dimension.UNIT}:"
    shown = (code for code, found in observations.items() if found.value != 0 or by_unit in code)
    mine = (code for code in shown if total_code(code) in codes)
    return arrange_lines(form.matrix, context.unit.tier, mine, groups)


def _fill_row(
    row: FormRow,
    indicators: Mapping[str, Indicator],
    observations: Mapping[str, Observation],
    context: CountingContext,
) -> Cell:
    if row.indicator is None:
        return Cell(row.key, None, "", CellStatus.HEADING)
    indicator = indicators[total_code(row.indicator)]
    if context.unit.tier not in row.tiers:
        return Cell(row.key, None, "", CellStatus.NOT_APPLICABLE, indicator.measure, row.indicator)
    observation = observations.get(row.indicator) or _find_without_records(row.indicator, indicator, observations)
    display = "" if observation.value is None else print_figure(observation.value, indicator.measure)
    return Cell(
        row.key, observation.value, display, observation.status, indicator.measure, row.indicator, observation.note
    )


def _find_without_records(code: str, indicator: Indicator, observations: Mapping[str, Observation]) -> Observation:
    """The figure of a group of which there was nothing: 0 of a count, no denominator of what is divided.

    Where the whole is not known, or the group is a unit, its part is not known either.
    """
    parsed = GroupCode.parse(code)
    whole = observations[parsed.indicator_code]
    if whole.value is None:
        return replace(whole, indicator_code=code)
    if parsed.dimension is Dimension.UNIT:
        return replace(whole, indicator_code=code, value=None, status=CellStatus.NOT_COLLECTED, payload_hashes=())
    if indicator.typed is not None:
        return replace(whole, indicator_code=code, value=None, status=CellStatus.BLANK, note="Chưa có người nhập")
    is_count = indicator.count is not None
    status = whole.status if is_count else CellStatus.NO_DENOMINATOR
    return replace(whole, indicator_code=code, value=Decimal(0) if is_count else None, status=status, steps=())
