"""Findings as a person reads them: how grave, which check, which cells, what is wrong, what to do."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape

from baocao.domain import CheckResult, Severity
from baocao.vocabulary import SEVERITIES

COLOURS = {Severity.CRITICAL: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def show_findings(console: Console, findings: Sequence[CheckResult]) -> None:
    for finding in findings:
        colour = COLOURS[finding.severity]
        cells = f" (ô {', '.join(finding.cells)})" if finding.cells else ""
        console.print(
            f"\n[{colour}]{SEVERITIES[finding.severity]}[/] {finding.check}{cells}", highlight=False, soft_wrap=True
        )
        console.print(f"  {escape(finding.message_vi)}", highlight=False, soft_wrap=True)
        if finding.mend_vi:
            console.print(f"  Cần làm: {escape(finding.mend_vi)}", highlight=False, soft_wrap=True)
