"""The checks of one vintage beside those of the whole vintage before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from baocao.check_comparison import CheckChanges, check_key, compare_checks, no_changes
from baocao.documents.form_json import checks_json
from baocao.domain import CheckResult, Outcome
from baocao.store import FormKey, NotInStoreError, Store, VintageKey
from baocao.vocabulary import CHECK_CHANGES
from reporting.standing import run_hint


@dataclass(frozen=True)
class ChecksComparison:
    """The checks of a vintage, and what became of each since `before`, which is None for the first one."""

    vintage: VintageKey
    before: VintageKey | None
    checks: tuple[CheckResult, ...]
    changes: CheckChanges

    @property
    def failed(self) -> tuple[CheckResult, ...]:
        return tuple(check for check in self.checks if check.outcome is Outcome.FAIL)

    @property
    def summary_vi(self) -> str:
        """`2 kiểm tra mới không đạt, 1 vẫn không đạt`; nothing where nothing fails or has changed."""
        counts = [f"{len(found)} {CHECK_CHANGES[change]}" for change, found in self.changes.items() if found]
        return ", ".join(counts).replace(" ", " kiểm tra ", 1)

    def name_changed(self) -> dict[str, list[str]]:
        """For a program, in short: by change the names of the checks, as incidents have them."""
        return {change.value: list(dict.fromkeys(map(check_key, found))) for change, found in self.changes.items()}

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        return {
            "unit": self.vintage.unit_code,
            "form": self.vintage.form_code,
            "period": self.vintage.period.code,
            "vintage": self.vintage.vintage,
            "before": self.before.vintage if self.before else None,
            "changes": {change.value: checks_json(found)["checks"] for change, found in self.changes.items()},
            **checks_json(self.checks),
        }


def compare_with_last(store: Store, vintage: VintageKey, checks: Sequence[CheckResult]) -> ChecksComparison:
    """The checks of a vintage against those kept of the last whole vintage before it."""
    whole = [one.key for one in store.vintages.list(vintage.form_key) if one.is_whole]
    before = next((key for key in reversed(whole) if key.vintage < vintage.vintage), None)
    changes = compare_checks(store.contents.check_results(before), checks) if before else no_changes()
    return ChecksComparison(vintage, before, tuple(checks), changes)


def compare_vintages(store: Store, form_key: FormKey, number: int | None) -> ChecksComparison:
    """The vintage named, or the latest whole one. Raise NotInStoreError where it was never finished."""
    whole = [one.key for one in store.vintages.list(form_key) if one.is_whole]
    wanted = [key for key in whole if number is None or key.vintage == number]
    if not wanted:
        raise NotInStoreError(f"{form_key}: chưa lập xong báo cáo này. Chạy: {run_hint(form_key)}")
    return compare_with_last(store, wanted[-1], store.contents.check_results(wanted[-1]))
