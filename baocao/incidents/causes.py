"""From failed checks and failed sources to root causes: one dead source is one cause, whatever it takes with it.

Each failure belongs to one cause: first to a source that gave nothing, then to records that cannot be right, then to
figures people owe, and what is left to the figure it starts from. Information is for the report, not for an incident.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from baocao.catalogue.cell_names import name_cells
from baocao.check_comparison import check_key
from baocao.domain import CheckResult, Severity, Topic
from baocao.incidents.model import GRAVITY, Cause, CauseKind
from baocao.incidents.record_topics import RECORD_TOPICS, SHARED_TOPICS, find_system
from baocao.incidents.run_findings import RunFindings
from baocao.incidents.wording import again_vi, first_few, tell_failure, tell_figures, tell_missing, variant_of
from baocao.vocabulary import IT_OWNER

TWO_WAYS = frozenset({Topic.TWO_COUNTS, Topic.TWO_LISTS, Topic.COMPARISON})
FROM_RECORDS = TWO_WAYS | {Topic.HISTORY, Topic.FROZEN, Topic.BALANCE, Topic.COUNTED_TWICE}


def find_causes(run: RunFindings) -> tuple[Cause, ...]:
    """Every root cause of a report, the gravest kind first."""
    down = tuple(_failed_sources(run))
    left = [one for one in run.failing if not _is_explained(one, down)]
    bad_records = tuple(_bad_records(run, left))
    left = [one for one in left if one.topic not in RECORD_TOPICS]
    owed = (*_unconnected(run, left), *_not_given(run, left))
    left = [one for one in left if one.topic not in {Topic.NOT_COLLECTED, Topic.NOT_GIVEN}]
    wrong = tuple(_wrong_figures(run, left, {cause.system for cause in bad_records}))
    absorbed = tuple(_absorb(cause, run, left) for cause in bad_records)
    return (*down, *absorbed, *owed, *wrong)


def _failed_sources(run: RunFindings) -> Iterator[Cause]:
    for failure in run.failures:
        cells = run.lost(failure.system)
        said = tell_failure(run.catalogue.source(failure.source_code), failure)
        explained = (one for one in run.failing if set(one.cells) & set(cells))
        yield Cause(
            fingerprint=f"source/{failure.source_code}",
            kind=CauseKind.SOURCE,
            severity=Severity.CRITICAL if cells else Severity.WARNING,
            owner=IT_OWNER,
            subject_vi=said.subject,
            why_vi=said.why,
            mend_vi=f"{said.mend} {again_vi(run.period_code, run.unit.unit_code)}",
            units=run.sharing(failure.source_code),
            cells=cells,
            checks=tuple(check_key(one) for one in explained),
            system=failure.system,
            variant=variant_of(failure),
        )


def _is_explained(result: CheckResult, down: Sequence[Cause]) -> bool:
    return any(set(result.cells) & set(cause.cells) for cause in down)


def _bad_records(run: RunFindings, left: Sequence[CheckResult]) -> Iterator[Cause]:
    groups: dict[tuple[str, Topic], list[CheckResult]] = defaultdict(list)
    found = [(find_system(run.catalogue, one), one) for one in left if one.topic in RECORD_TOPICS]
    strange = {system for system, one in found if one.topic is Topic.CODES}
    for system, one in found:
        topic = Topic.CODES if one.topic is Topic.BLANKS and system in strange else one.topic
        groups[system, topic].append(one)
    sources = run.catalogue.sources_of(run.unit)
    for (system, topic), results in groups.items():
        source = next((found for key, found in sources.items() if key == system), None)
        source_code = source.source_code if source else system
        is_shared = topic in SHARED_TOPICS
        whose = source_code if is_shared else f"{source_code}/{run.unit.unit_code}"
        about = source.label if source else system
        cause = _cause_of(run, results, f"records/{whose}/{topic}", CauseKind.RECORDS)
        units = run.sharing(source_code) if is_shared else (run.unit.unit_code,)
        yield replace(cause, subject_vi=f"{about}: {RECORD_TOPICS[topic]}", system=system, units=units)


def _absorb(cause: Cause, run: RunFindings, left: Sequence[CheckResult]) -> Cause:
    """The cause with the cells that look wrong because its records are."""
    behind = [one for one in left if one.topic in FROM_RECORDS and run.system_of(one) == cause.system]
    cells = dict.fromkeys(cell for one in behind for cell in one.cells)
    severity = max((cause.severity, *(one.severity for one in behind)), key=GRAVITY.__getitem__)
    why = first_few([cause.why_vi, *(one.message_vi for one in behind if one.severity is Severity.CRITICAL)])
    checks = (*cause.checks, *map(check_key, behind))
    return replace(cause, severity=severity, why_vi=why, cells=tuple(cells), checks=checks)


def _unconnected(run: RunFindings, left: Sequence[CheckResult]) -> Iterator[Cause]:
    """Cells whose system is not connected at all, or does not give them."""
    groups: dict[str, list[CheckResult]] = defaultdict(list)
    for one in left:
        if one.topic is Topic.NOT_COLLECTED:
            groups[run.system_of(one)].append(one)
    for system, results in groups.items():
        fingerprint = f"unconnected/{run.unit.unit_code}/{system}"
        cause = _cause_of(run, results, fingerprint, CauseKind.SOURCE)
        yield replace(cause, owner=IT_OWNER, subject_vi=f"chưa lấy được số liệu {len(results)} ô", system=system)


def _not_given(run: RunFindings, left: Sequence[CheckResult]) -> Iterator[Cause]:
    """Figures people owe, one cause for each who owes some."""
    groups: dict[str, list[CheckResult]] = defaultdict(list)
    for one in left:
        if one.topic is Topic.NOT_GIVEN:
            groups[run.owner([one])].append(one)
    for owner, results in groups.items():
        fingerprint = f"missing/{run.unit.unit_code}/{run.period_code}/{owner}"
        cause = _cause_of(run, results, fingerprint, CauseKind.MISSING)
        lines = [(line.key, line.label) for line in run.filled.lines]
        together = name_cells(run.form, cause.cells, run.catalogue.group_labels, lines)
        rows = {row.cell_words: row.meant_label for row in map(run.form.row, cause.cells)}
        said = tell_missing(rows, together, _inputs(run, cause.cells), run.unit.unit_code, run.period_code)
        yield replace(cause, subject_vi=said.subject, why_vi=said.why, mend_vi=said.mend)


def _inputs(run: RunFindings, cells: Sequence[str]) -> list[str]:
    """The labels of the figures to give, where a cell is computed from others."""
    ratios = [found for found in map(run.indicator, cells) if found and found.inputs]
    return [run.catalogue.indicators[code].label for ratio in ratios for code in ratio.inputs]


def _wrong_figures(run: RunFindings, left: Sequence[CheckResult], bad_systems: set[str]) -> Iterator[Cause]:
    """What is left, grouped by the figure it starts from."""
    starts = {one.cells[0] for one in left if one.cells}
    groups: dict[str, list[CheckResult]] = defaultdict(list)
    for one in left:
        if not (one.topic in FROM_RECORDS and run.system_of(one) in bad_systems):
            groups[_root(run, one, starts)].append(one)
    for root, results in groups.items():
        fingerprint = f"figures/{run.unit.unit_code}/{run.period_code}/{root}"
        cause = _cause_of(run, results, fingerprint, CauseKind.FIGURES)
        cell = next((key for key in cause.cells if _name(run, key) == root), "")
        subject = tell_figures(results[0].topic, run.form.row(cell).cell_words if cell else "")
        yield replace(cause, subject_vi=subject, system=run.system_of(results[0]))


def _root(run: RunFindings, result: CheckResult, starts: set[str]) -> str:
    """The figure at fault: the first cell a check names; of a ratio, its count where that is in question itself.

    Two ways of counting that differ name no cell: at fault is the source ours is held against, whichever checks tell.
    """
    if not result.cells:
        other = result.evidence.get("against") or result.evidence.get("source")
        return f"reconcile/{other}" if other and result.topic in TWO_WAYS else result.check
    cell = result.cells[0]
    indicator = run.indicator(cell)
    rows = {row.indicator: row.key for row in run.form.rows}
    inputs = [rows[code] for code in indicator.inputs if code in rows] if indicator else []
    return _name(run, next((key for key in inputs if key in starts), cell))


def _name(run: RunFindings, cell: str) -> str:
    indicator = run.indicator(cell)
    return indicator.indicator_code if indicator else cell


def _cause_of(run: RunFindings, results: Sequence[CheckResult], fingerprint: str, kind: CauseKind) -> Cause:
    """The cause behind results of this unit, in the words of the checks themselves."""
    told = sorted(results, key=lambda one: -GRAVITY[one.severity])
    first_what_is_behind = sorted(told, key=lambda one: bool(one.cells))
    mends = dict.fromkeys(one.mend_vi for one in told if one.mend_vi)
    return Cause(
        fingerprint=fingerprint,
        kind=kind,
        severity=told[0].severity,
        owner=run.owner(told),
        subject_vi=told[0].message_vi,
        why_vi=first_few([one.message_vi for one in first_what_is_behind]),
        mend_vi=first_few(list(mends)),
        units=(run.unit.unit_code,),
        cells=tuple(dict.fromkeys(cell for one in results for cell in one.cells)),
        checks=tuple(dict.fromkeys(map(check_key, results))),
    )
