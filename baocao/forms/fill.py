"""From observations to the filled form: every row gets its figure, or the reason why it has none."""

from collections.abc import Mapping

from baocao.catalogue import Form, FormRow, Indicator
from baocao.counting import CountingContext
from baocao.domain import Cell, CellStatus, FilledForm, FormHead, FormMark, Observation
from baocao.figures import print_figure


def fill_form(
    form: Form,
    indicators: Mapping[str, Indicator],
    observations: Mapping[str, Observation],
    context: CountingContext,
    *,
    vintage: int | None = None,
) -> FilledForm:
    """Every row of the form as a cell; provisional while the period is open."""
    cells = {row.key: _fill_row(row, indicators, observations, context) for row in form.rows}
    unit = context.unit
    return FilledForm(
        form_code=form.form_code,
        unit_code=unit.unit_code,
        unit_name=unit.name,
        period=context.period,
        window=context.window,
        status=FormMark.UNMARKED if context.is_closed else FormMark.PROVISIONAL,
        cells=cells,
        head=FormHead(issuer=unit.name, place=unit.place, signed_as=unit.signed_as),
        known_at=context.known_at,
        vintage=vintage,
    )


def _fill_row(
    row: FormRow,
    indicators: Mapping[str, Indicator],
    observations: Mapping[str, Observation],
    context: CountingContext,
) -> Cell:
    if row.indicator is None:
        return Cell(row.key, None, "", CellStatus.HEADING)
    indicator = indicators[row.indicator]
    if context.unit.tier not in row.tiers:
        return Cell(row.key, None, "", CellStatus.NOT_APPLICABLE, indicator.measure, row.indicator)
    observation = observations[row.indicator]
    display = "" if observation.value is None else print_figure(observation.value, indicator.measure)
    return Cell(
        row.key, observation.value, display, observation.status, indicator.measure, row.indicator, observation.note
    )
