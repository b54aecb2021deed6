"""The root cause of stocks nobody captured at the cut-off: their source, on that night."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from baocao.catalogue import Form, Indicator, Source
from baocao.domain import VIETNAM, Period, Severity, SourceFailure, Window
from baocao.hints import hint
from baocao.incidents.model import Cause, CauseKind
from baocao.incidents.wording import tell_failure, tell_missed, variant_of
from baocao.vocabulary import IT_OWNER


@dataclass(frozen=True)
class MissedCapture:
    """One source whose capture failed for one report of these `indicators`.

    `tried_ats` are the attempts since the last good one; `unit_codes` are all units whose capture failed with it.
    """

    source: Source
    failure: SourceFailure
    period: Period
    window: Window
    indicators: Mapping[str, Indicator]
    form: Form
    tried_ats: Sequence[datetime]
    unit_codes: tuple[str, ...]

    @property
    def stocks(self) -> tuple[Indicator, ...]:
        """What is counted from the source."""
        found = (one for one in self.indicators.values() if one.count is not None)
        return tuple(one for one in found if one.system is self.source.system)

    @property
    def cells(self) -> tuple[str, ...]:
        """Of the stocks, and of the ratios made of them."""
        codes = {stock.indicator_code for stock in self.stocks}
        ratios = {code for code, one in self.indicators.items() if codes.intersection(one.inputs)}
        return tuple(row.key for row in self.form.rows if row.indicator in codes | ratios)


def find_missed(missed: MissedCapture) -> Cause:
    """Critical: the source overwrites what was not captured."""
    source, failure = missed.source, missed.failure
    said = tell_missed(
        tell_failure(source, failure), missed.period, [s.label for s in missed.stocks], _asked(missed), _command(missed)
    )
    return Cause(
        fingerprint=f"capture/{source.source_code}/{missed.window.end_on:%Y-%m-%d}",
        kind=CauseKind.CAPTURE,
        severity=Severity.CRITICAL,
        owner=IT_OWNER,
        subject_vi=said.subject,
        why_vi=said.why,
        mend_vi=said.mend,
        units=missed.unit_codes,
        cells=missed.cells,
        system=source.system,
        variant=variant_of(failure),
        began_at=missed.tried_ats[0] if missed.tried_ats else None,
    )


def _asked(missed: MissedCapture) -> str:
    cutoff = f"Thời điểm chốt là hết ngày {missed.window.end_on:%d/%m/%Y}"
    times = [f"{at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}" for at in missed.tried_ats]
    if not times:
        return f"{cutoff}."
    if len(times) == 1:
        return f"{cutoff}; đã hỏi lúc {times[0]}, không được."
    return f"{cutoff}; đã hỏi {len(times)} lần, từ {times[0]} đến {times[-1]}, đều không được."


def _command(missed: MissedCapture) -> str:
    return hint("capture", missed.period, unit=missed.unit_codes[0] if len(missed.unit_codes) == 1 else None)
