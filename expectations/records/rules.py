"""A check on certain columns of collected records, and how its failing is told: counts and codes, nothing personal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from baocao.domain import Severity
from baocao.vocabulary import FIELDS, RECORDS
from expectations.engine.trial import Trial, Verdict
from expectations.records.cards import FEW_PER_HUNDRED
from expectations.records.frame import RecordFrame
from expectations.rule import CheckCard, CheckFinding, Demand
from expectations.wording import figure

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 5
MENDING = "Sửa ở hệ thống nguồn rồi chạy lại; nếu hệ thống nguồn đúng thì báo bộ phận kỹ thuật xem lại cách đọc."


@dataclass(frozen=True, kw_only=True)
class RecordRule:
    """`fields` are the columns it is about; `columns` those of `frame` (by default the records) that are judged.

    `tell` speaks of the verdict it failed by; `unclear` says why it cannot be judged.
    """

    card: CheckCard
    found: RecordFrame
    demand: Demand
    tell: "Callable[[RecordRule, Verdict], CheckFinding]"
    fields: tuple[str, ...] = ()
    columns: tuple[str, ...] | None = None
    frame: "pd.DataFrame | None" = None
    unclear: str = ""

    @property
    def records_vi(self) -> str:
        return RECORDS[self.found.kind]

    @property
    def judged(self) -> "pd.DataFrame":
        return self.found.plain if self.frame is None else self.frame

    @property
    def sentence_vi(self) -> str:
        about = ", ".join(FIELDS[name] for name in self.fields)
        return f"{self.card.says_vi.rstrip('.')} ({self.records_vi}{': ' + about if about else ''})."

    @property
    def sentence_en(self) -> str:
        return " ".join((f"{self.card.check}:", self.found.kind, *self.fields))

    @property
    def subject(self) -> str:
        return " ".join((self.found.kind, *self.fields))

    def trial(self) -> Trial:
        columns = self.fields if self.columns is None else self.columns
        return Trial(self.card.check, self.card.severity, self.demand, columns, self.judged, self.sentence_vi)

    def failing(self, verdict: Verdict) -> "pd.DataFrame":
        return self.judged.iloc[list(verdict.failing)]

    def milder(self, verdict: Verdict) -> Severity | None:
        """A warning where only few records in a hundred are concerned."""
        few = len(verdict.failing) * 100 <= len(self.judged) * FEW_PER_HUNDRED
        return Severity.WARNING if few else None


def listed(values: Sequence[object]) -> str:
    """The first few, and how many more."""
    more = len(values) - SHOWN
    return ", ".join(map(str, values[:SHOWN])) + (f" và {figure(more)} giá trị khác" if more > 0 else "")


def tell_rows(
    problem: str, mend: str = MENDING, *, graded: bool = False
) -> Callable[[RecordRule, Verdict], CheckFinding]:
    """How many records have a problem, the first few by their codes; `graded` is milder where they are few."""

    def tell(rule: RecordRule, verdict: Verdict) -> CheckFinding:
        failing = rule.failing(verdict)
        codes = list(failing[rule.found.key].dropna().drop_duplicates())
        said = f"{figure(len(failing))} trong {figure(len(rule.judged))} {rule.records_vi}"
        return CheckFinding(
            observed=said,
            expected="không có",
            message_vi=f"{said} {problem}{': ' + listed(codes) if codes else ''}.",
            message_en=f"{rule.sentence_en}: {len(failing)} of {len(rule.judged)} records fail.",
            mend_vi=mend,
            severity=rule.milder(verdict) if graded else None,
            evidence=evidence(rule, count=len(failing), codes=codes[:SHOWN]),
        )

    return tell


def tell_values(rule: RecordRule, verdict: Verdict) -> CheckFinding:
    """The values that fail, each with its count."""
    (name,) = rule.fields
    counts = {str(value)[:40]: int(n) for value, n in rule.failing(verdict)[name].value_counts().items()}
    values = [f"“{value}” ({figure(count)})" for value, count in counts.items()]
    said = f"{figure(len(verdict.failing))} {rule.records_vi} có {FIELDS[name]} ngoài danh mục"
    return CheckFinding(
        observed=listed(values),
        expected="giá trị trong danh mục",
        message_vi=f"{said}: {listed(values)}.",
        message_en=f"{rule.sentence_en}: {len(counts)} unknown values in {len(verdict.failing)} records.",
        mend_vi="Hệ thống nguồn có mã mới: báo bộ phận kỹ thuật bổ sung vào danh mục rồi chạy lại.",
        severity=rule.milder(verdict),
        evidence=evidence(rule, values=counts),
    )


def evidence(rule: RecordRule, **more: object) -> dict[str, object]:
    return {"kind": rule.found.kind, "fields": list(rule.fields), **more}
