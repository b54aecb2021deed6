"""What an entry of the release log says: who asked for what, and the manifest of a release."""

from dataclasses import dataclass
from typing import Any

from baocao.documents.form_json import plain_decimal
from baocao.domain import Outcome
from baocao.forms.compare import CellDifference
from baocao.remarks import CellRemark
from baocao.store import LogEntry, VintageKey
from reporting.accounts import name_account_and_machine
from reporting.entering.remarks import list_explanations
from reporting.files.covering import describe_coverages
from reporting.release.files import keep_release_files, read_report
from reporting.workspace import Workspace, code_version


@dataclass(frozen=True)
class SeenForm:
    """What somebody had before them when they decided: a vintage (0: none), and the form's last entry in the log."""

    vintage: int
    last_sha256: str

    def __str__(self) -> str:
        return f"{self.vintage}:{self.last_sha256}"

    @classmethod
    def parse(cls, text: str) -> "SeenForm | None":
        """None of what no page of ours says."""
        vintage, sign, last_sha256 = text.partition(":")
        return cls(int(vintage), last_sha256) if sign and vintage.isascii() and vintage.isdigit() else None


@dataclass(frozen=True)
class StepRequest:
    """Who asks for a step, and what they say to it. `account` is where from: by default who runs the command, where.

    `seen` is what they decided by; a step without it is taken on whatever stands there by then.
    """

    by: str
    reason: str = ""
    early: bool = False
    account: str = ""
    seen: SeenForm | None = None

    @property
    def said(self) -> dict[str, Any]:
        return {
            "by": self.by,
            "account": self.account or name_account_and_machine(),
            "reason": self.reason,
            "early": self.early,
        }


def print_entry(entry: LogEntry) -> dict[str, Any]:
    """An entry of the log for a program."""
    key = entry.form_key
    return {
        "position": entry.position,
        "sha256": entry.sha256,
        "previous": entry.previous,
        "kind": entry.kind,
        "at": entry.at.isoformat(),
        "unit": key.unit_code,
        "form": key.form_code,
        "period": key.period.code,
        **entry.content,
    }


def describe(
    workspace: Workspace, key: VintageKey, request: StepRequest, *, revision: int, changes: tuple[CellDifference, ...]
) -> dict[str, Any]:
    """The manifest of a release: what is released, from what, made by what, checked how, and by whom."""
    store = workspace.store
    vintage, report = store.vintages.find(key), read_report(store, key)
    explained = list_explanations(store.remarks.list(key.form_key))
    files = keep_release_files(workspace, key, revision, changes, request.reason)
    return {
        **request.said,
        "vintage": key.vintage,
        "root": store.roots.keep(key),
        "revision": revision,
        "known_at": vintage.known_at,
        "figures_known_at": report.known_at,
        "code_version": vintage.code_version,
        "config_hash": vintage.config_hash,
        "config_bundle": store.configurations.find(vintage.config_hash),
        "made_by_version": code_version(),
        "inputs": sorted({payload.sha256 for payload in store.collections.list_payloads(key)}),
        "checks": {outcome.value: sum(c.outcome is outcome for c in report.checks) for outcome in Outcome},
        "coverage": describe_coverages(report.coverages, store.collections.list(key), key.unit_code),
        "failed_checks": sorted({c.check for c in report.checks if c.outcome is Outcome.FAIL}),
        "explanations": [_print_explanation(one) for one in explained.values()],
        "files": files,
        "changes": [_print_change(one) for one in changes],
    }


def _print_explanation(one: CellRemark) -> dict[str, Any]:
    return {"check": one.check, "cell": one.cell, "text": one.text, "by": one.account, "at": one.at}


def _print_change(one: CellDifference) -> dict[str, Any]:
    return {
        "cell": one.number or one.number_before,
        "before": plain_decimal(one.before),
        "after": plain_decimal(one.after),
        "cause": one.cause_vi,
    }


def only_who(request: StepRequest) -> dict[str, Any]:
    return {name: value for name, value in request.said.items() if name in ("by", "account")}


def name_who(entry: LogEntry) -> dict[str, Any]:
    return {"by": entry.content["by"], "account": entry.content["account"], "at": entry.at, "entry": entry.sha256}
