"""Checks of different things counted against the records they are drawn from: procedures against their dossiers."""

from collections.abc import Iterator
from decimal import Decimal

from baocao.catalogue import Catalogue, Form
from baocao.domain import Severity
from expectations.form.definitions import are_disjoint, counts_records, is_exact_cover, tightest
from expectations.form.parts import counts_on, rows_by_indicator, sum_of, wholes_of
from expectations.form.view import FormCheck, FormView
from expectations.form.wording import summed, unless_given, written
from expectations.rule import CheckFinding, Obstacle, Operands, Rule, Subject, rule_holds
from expectations.wording import capital, cells_vi, figure


def bounds_of_distinct(form: Form, catalogue: Catalogue) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each count of different keys (procedures) and the cells that count the records (dossiers) it is drawn from."""
    counts = counts_on(form, catalogue)
    records = {key: count for key, count in counts.items() if counts_records(count)}
    for key, count in counts.items():
        around = () if counts_records(count) else tightest(count, records)
        if around:
            yield key, around


def _distinct(form: Form, catalogue: Catalogue) -> Iterator[Subject]:
    counts, groups = counts_on(form, catalogue), dict[tuple[str, ...], list[str]]()
    for key, around in bounds_of_distinct(form, catalogue):
        groups.setdefault(around, []).append(key)
        exact = is_exact_cover(counts[key], [counts[other] for other in around])
        yield _distinct_subject(form, catalogue, (key,), around, exact=exact)
    for around, keys in groups.items():
        pairs = ((counts[one], counts[other]) for n, one in enumerate(keys) for other in keys[:n])
        if len(keys) > 1 and all(are_disjoint(one, other) for one, other in pairs):
            yield _distinct_subject(form, catalogue, tuple(keys), around, exact=False)


def _distinct_subject(
    form: Form, catalogue: Catalogue, keys: tuple[str, ...], around: tuple[str, ...], *, exact: bool
) -> Subject:
    indicator = catalogue.indicators[form.row(keys[0]).indicator or ""]
    return Subject(
        owner=indicator.owner,
        cells=(*keys, *around),
        sentence_vi=f"{capital(cells_vi(keys, ' + '))} không lớn hơn {cells_vi(around, ' + ')}"
        + (", và khác 0 khi có hồ sơ." if exact else "."),
        sentence_en=f"Cells {' + '.join(keys)} are not above {' + '.join(around)}"
        + (", and not 0 where those are not." if exact else "."),
        roles={"distinct": keys, "records": around},
        limits={"exact": exact},
    )


def _distinct_and_records(rule: Rule, view: FormView) -> Operands | Obstacle:
    distinct, records = sum_of(view, rule.roles["distinct"]), sum_of(view, rule.roles["records"])
    alone = (view.value(key) or Decimal(0) for key in rule.roles["distinct"])
    if len(rule.roles["distinct"]) > 1 and any(value > records for value in alone):
        return Obstacle("một ô đã vượt riêng", silent=True)
    return unless_given(view, rule.cells) or (distinct, records, bool(rule.limits["exact"]))


def _fits(distinct: Decimal, records: Decimal, exact: bool) -> bool:
    """Not more keys than records; where `exact`, a key where there is a record."""
    return distinct <= records and not (exact and records > 0 and distinct <= 0)


def _explain_distinct(rule: Rule, view: FormView) -> CheckFinding:
    keys, around = rule.roles["distinct"], rule.roles["records"]
    distinct, records = sum_of(view, keys), sum_of(view, around)
    unit = view.indicator(keys[0]).measure.label
    record = view.indicator(around[0]).measure.label
    over = distinct > records
    why = f"mỗi {unit} phải có ít nhất một {record}" if over else f"đã có {record} thì phải có {unit} phát sinh"
    bound = f"không lớn hơn {figure(records)}" if over else "ít nhất 1"
    return CheckFinding(
        observed=figure(distinct),
        expected=bound,
        message_vi=f"{capital(summed(view, keys))} không khớp với {summed(view, around)}: {why}.",
        message_en=f"Cells {' + '.join(keys)} are {distinct} beside {records} records in {' + '.join(around)}.",
        mend_vi=f"Đếm lại số {unit} khác nhau ở {cells_vi(keys)} từ danh sách {record}.",
    )


def _slips(form: Form, catalogue: Catalogue) -> Iterator[Subject]:
    """Counts with a whole of their own unit, and cells that count in the unit they may have been mistaken for."""
    rows = rows_by_indicator(form)
    for key, around in bounds_of_distinct(form, catalogue):
        indicator = catalogue.indicators[form.row(key).indicator or ""]
        wholes = (
            rows[whole.indicator_code].key
            for whole in wholes_of(indicator, catalogue)
            if whole.measure == indicator.measure and whole.indicator_code in rows
        )
        whole = next(wholes, None)
        if whole is not None:
            yield _slip_subject(catalogue, form, (key, whole), around)


def _slip_subject(catalogue: Catalogue, form: Form, cells: tuple[str, str], around: tuple[str, ...]) -> Subject:
    indicator = catalogue.indicators[form.row(cells[0]).indicator or ""]
    other = catalogue.indicators[form.row(around[0]).indicator or ""].measure
    return Subject(
        owner=indicator.owner,
        cells=(*cells, *around),
        sentence_vi=f"Ô {cells[0]} là số {indicator.measure.label}, không phải số {other.label}.",
        sentence_en=f"Cell {cells[0]} counts {indicator.measure}s, not {other}s.",
        roles={"whole": cells[1:], "around": around},
    )


def _slip(rule: Rule, view: FormView) -> Operands | Obstacle:
    key, whole = rule.cells[:2]
    return unless_given(view, rule.cells) or (view.value(key), view.value(whole), sum_of(view, rule.roles["around"]))


def _explain_slip(rule: Rule, view: FormView) -> CheckFinding:
    key, whole = rule.cells[:2]
    around = rule.roles["around"]
    unit, other = (view.indicator(found).measure.label for found in (key, around[0]))
    return CheckFinding(
        observed=f"{written(view, key)} {unit}",
        expected=f"không quá {written(view, whole)} {unit}",
        message_vi=(
            f"Ô {key} ghi {written(view, key)} {unit} trong khi chỉ có {written(view, whole)} {unit} (ô {whole}); "
            f"có thể đã ghi nhầm số {other}, vì {summed(view, around)} là số {other}."
        ),
        message_en=f"Cell {key} is {view.value(key)}, more than exist ({view.value(whole)}): another unit was counted.",
        mend_vi=f"Đếm lại số {unit} khác nhau cho ô {key} (tối đa {written(view, whole)}), không ghi số {other}.",
        evidence={"explains": "form.part_within_whole"},
    )


DISTINCT_CHECKS = (
    FormCheck(
        check="form.distinct_within_count",
        severity=Severity.CRITICAL,
        cells_vi="số thủ tục, số hồ sơ",
        says_vi="Số thủ tục có phát sinh hồ sơ không lớn hơn số hồ sơ; có hồ sơ thì có thủ tục phát sinh.",
        unclear_vi="Một trong các ô không có số liệu.",
        columns=("distinct", "records", "exact"),
        derive=_distinct,
        operands=_distinct_and_records,
        demand=rule_holds(_fits),
        explain=_explain_distinct,
    ),
    FormCheck(
        check="form.unit_slip",
        severity=Severity.CRITICAL,
        cells_vi="số thủ tục, tổng số thủ tục, số hồ sơ",
        says_vi="Không ghi nhầm đơn vị: số quá lớn theo đơn vị của ô nhưng hợp lý theo đơn vị khác.",
        unclear_vi="Một trong các ô không có số liệu.",
        columns=("value", "whole", "around"),
        derive=_slips,
        operands=_slip,
        demand=rule_holds(lambda value, whole, around: not whole < value <= around),
        explain=_explain_slip,
    ),
)
