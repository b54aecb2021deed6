"""A finding about the installation: what, why it matters, what to do now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rich.console import Console
from rich.markup import escape

from baocao.errors import BaocaoError


class Health(StrEnum):
    """How one thing is. Only what is bad keeps a report from being made."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"


@dataclass(frozen=True)
class DoctorFinding:
    """One thing looked at. `check` never changes; `exit_code` is that of the error behind a bad one."""

    check: str
    about: str
    health: Health
    says: str
    why: str = ""
    mend: str = ""
    exit_code: int = 0


MARKS = {Health.GOOD: "[green]✓[/]", Health.DOUBTFUL: "[yellow]![/]", Health.BAD: "[red]✗[/]"}


def good(check: str, about: str, says: str) -> DoctorFinding:
    return DoctorFinding(check, about, Health.GOOD, says)


def doubtful(check: str, about: str, says: str, *, why: str, mend: str) -> DoctorFinding:
    return DoctorFinding(check, about, Health.DOUBTFUL, says, why, mend)


def bad(check: str, about: str, says: str, *, why: str, mend: str, exit_code: int = 1) -> DoctorFinding:
    return DoctorFinding(check, about, Health.BAD, says, why, mend, exit_code)


def examine_with(check: str, about: str, look: Callable[[], str], *, why: str, mend: str) -> DoctorFinding:
    """What `look` says is good; the error it raises is bad."""
    try:
        return good(check, about, look())
    except BaocaoError as error:
        return bad(check, about, str(error), why=why, mend=mend, exit_code=error.exit_code)


def show_examined(console: Console, findings: Sequence[DoctorFinding]) -> None:
    for finding in findings:
        head = f"{MARKS[finding.health]} [bold]{escape(finding.about)}[/]: {escape(finding.says)}"
        console.print(head)
        for word, text in (("Vì sao", finding.why), ("Cần làm", finding.mend)):
            if text:
                console.print(f"    {word}: {escape(text)}")
