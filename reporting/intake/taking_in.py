"""Forms that come by a watched folder or a mailbox: each taken once, answered once, and moved aside.

The order makes a kill harmless: the file is entered with its message key, then the report made, then the answer given,
then that is noted, then the message moved. Begun again, each message goes on from where it stood.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass

from baocao.domain import Period
from baocao.errors import BaocaoError, ConfigError
from baocao.mishaps import Mishap, attempt
from baocao.store import FormKey, HandIn
from reporting.intake.answers import WrittenAnswer, write_answer
from reporting.intake.choosing_period import choose_period
from reporting.intake.given_file import GivenFile, HandInWay
from reporting.intake.handing_in import hand_in, require_plans
from reporting.log.run_log import note
from reporting.workspace import Workspace

NOBODYS_UNIT = "*"
LEASE = FormKey(NOBODYS_UNIT, "take_in", Period(2000))
"""One look at a time over all machines."""


@dataclass(frozen=True)
class TakenFile:
    """What became of one file of one unit: `says_vi` is the sentence, without anything of the sender or the name."""

    unit_code: str
    way: HandInWay
    says_vi: str
    given: HandIn | None = None


@dataclass(frozen=True)
class Intake:
    """One look into folder and mailbox. `refused` counts what nobody may hand in; `failed` says what went wrong."""

    taken: tuple[TakenFile, ...] = ()
    refused: int = 0
    failed: tuple[str, ...] = ()

    def plus(self, other: "Intake") -> "Intake":
        return Intake((*self.taken, *other.taken), self.refused + other.refused, (*self.failed, *other.failed))

    @property
    def exit_code(self) -> int:
        return BaocaoError.exit_code if self.failed else 0


def take_file(
    workspace: Workspace, unit_code: str, file: GivenFile, answer_by: Callable[[WrittenAnswer], None]
) -> TakenFile:
    """One file that came with nobody beside it, with its message key; answered once, whoever was killed in between.

    What is wrong with who or when is answered as well. Raises what `answer_by` raises: then nothing is noted.
    """
    try:
        asked = file if file.period else _with_period(workspace, unit_code, file)
        answer = hand_in(workspace, asked)
    except ConfigError as error:
        answer_by(WrittenAnswer("Không nhận được biểu mẫu", str(error)))
        return TakenFile(unit_code, file.way, str(error))
    if answer.given.answered_at is None:
        answer_by(write_answer(asked, answer))
        workspace.store.hand_ins.mark_answered(answer.given, workspace.settings.now())
    note("hand-in answered", unit=unit_code, period=answer.given.period.code, outcome=answer.given.outcome.value)
    return TakenFile(unit_code, file.way, answer.says_vi, answer.given)


def take_apart(act: Callable[[], TakenFile], unit_code: str) -> TakenFile | str:
    """One file that cannot be taken keeps no other from it; says what went wrong, never what stood in it."""
    try:
        found = attempt(act, BaocaoError)
    except BaocaoError as error:
        note("hand-in failed", level=logging.ERROR, unit=unit_code, error=type(error).__name__)
        return f"{unit_code}: {error}"
    if isinstance(found, Mishap):
        note("hand-in failed", level=logging.ERROR, unit=unit_code, error=found.error)
        return f"{unit_code}: {found}"
    return found


def make_key(*parts: object) -> str:
    """What tells one message from another: nothing of it can be read back."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


def _with_period(workspace: Workspace, unit_code: str, file: GivenFile) -> GivenFile:
    from dataclasses import replace

    known = workspace.store.hand_ins.find_message(file.message_key) if file.message_key else None
    unit = workspace.catalogue.unit(unit_code)
    period = known.period.code if known else choose_period(workspace, unit, file.content)
    require_plans(workspace, unit_code, period)
    return replace(file, period=period)
