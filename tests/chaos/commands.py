"""What is killed: every command that writes, in the order in which an office comes to them, each from where it begins.

A command that is new in the registry and neither here nor in ELSEWHERE turns `test_commands.py` red.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.crash.work import PERIOD, UNIT

BY_LAN, BY_MINH, BY_IT = "lan", "minh", "quan-tri"
WHOLE = ("--unit", UNIT)
REASON = ("--reason", "Hồ sơ nhập muộn")


@dataclass(frozen=True)
class Command:
    """A command line from the registry. `source` says which of the played systems answers, `mail` whether mail is taken.

    `passed` are the exit codes of the command given again where it was done already; `makes_forms`: done twice it makes
    one vintage more, which is no harm. `by` is who is signed in.
    """

    name: str
    line: tuple[str, ...]
    source: str = "well"
    mail: str = "taken"
    makes_forms: bool = False
    passed: tuple[int, ...] = ()
    hours_later: float = 0
    ends: tuple[int, ...] = (0,)
    by: str = ""

    @property
    def registered(self) -> str:
        """As the registry calls it: `run`, `release prepare`, `database migrate`."""
        words = [word for word in self.line[:2] if not word.startswith("-")]
        return " ".join(words) if words[0] in ("form", "release", "database", "alerts", "incidents") else words[0]


def _run(name: str, *more: str, source: str = "well", **rest: object) -> Command:
    line = ("run", PERIOD, *WHOLE, "--on", "here", *more)
    return Command(name, line, source=source, makes_forms=True, **rest)  # type: ignore[arg-type]


COURSE: tuple[Command, ...] = (
    Command("database downgrade", ("database", "downgrade", "0008", "--yes")),
    Command("database migrate", ("database", "migrate")),
    Command("capture", ("capture", PERIOD, *WHOLE)),
    _run("run, source down", source="refusing", mail="refused", ends=(12,)),
    Command("alerts send", ("alerts", "send"), hours_later=3),
    Command("incidents ack", ("incidents", "ack", "1", "--until", "2025-12-30"), by=BY_LAN),
    Command("watch", ("watch", "--period", PERIOD, *WHOLE)),
    _run("run"),
    Command("lint", ("lint", f"out/{UNIT}/{PERIOD}/2025-bieu-mau-7/form.docx", "--annotate", "marked", "--mend", "mended")),
    Command("form draft", ("form", "draft", f"out/{UNIT}/{PERIOD}/2025-bieu-mau-7/form.docx", "--code", "moi"), passed=(2,)),
    Command("form blank", ("form", "blank", "2025-bieu-mau-7", *WHOLE, "--period", PERIOD, "--to", "blank")),
    Command("hand-in", ("hand-in", f"out/{UNIT}/{PERIOD}/2025-bieu-mau-7/form.docx", *WHOLE, "--period", PERIOD),
            makes_forms=True),
    Command("checks", ("checks", PERIOD, *WHOLE, "--data-docs", "docs")),
    Command("metrics", ("metrics", "--file", "baocao.prom")),
    Command("rerun, kept answers", ("rerun", PERIOD, *WHOLE, "--from", "payloads"), makes_forms=True),
    Command("backfill", ("backfill", f"{PERIOD}..{PERIOD}", *WHOLE, "--only", "all"), makes_forms=True, hours_later=1),
    Command("correct", ("correct", PERIOD, "{cell}", *WHOLE, "--from", "{was}", "--to", "{now}", *REASON,
                        "--evidence", "Sổ theo dõi"), by=BY_LAN, passed=(2,)),
    _run("run, corrected", hours_later=2),
    Command("roll-up", ("run", PERIOD, "--unit", "tinh", "--missing", "partial", "--on", "here"), makes_forms=True, ends=(20,), hours_later=2),
    Command("release prepare", ("release", "prepare", PERIOD, *WHOLE), by=BY_LAN, passed=(0,)),
    Command("release withdraw", ("release", "withdraw", PERIOD, *WHOLE, *REASON), by=BY_LAN, passed=(21,)),
    Command("release prepare, to be sent back", ("release", "prepare", PERIOD, *WHOLE), by=BY_LAN, passed=(0,)),
    Command("release send-back", ("release", "send-back", PERIOD, *WHOLE, *REASON), by=BY_MINH, passed=(21,)),
    Command("release prepare again", ("release", "prepare", PERIOD, *WHOLE), by=BY_LAN, passed=(0,)),
    Command("release approve", ("release", "approve", PERIOD, *WHOLE), by=BY_MINH, passed=(21,)),
    Command("release publish", ("release", "publish", PERIOD, *WHOLE), by=BY_MINH, passed=(0, 21)),
    Command("backup", ("backup", "kept"), passed=(2,)),
    Command("rerun, accepted", ("rerun", PERIOD, *WHOLE, "--from", "sources", "--accept", *REASON), by=BY_LAN,
            source="later", makes_forms=True, passed=(0, 21)),
    Command("approve the restatement", ("release", "approve", PERIOD, *WHOLE), by=BY_MINH, source="later", passed=(21,)),
    Command("release restate", ("release", "restate", PERIOD, *WHOLE), by=BY_MINH, source="later", passed=(0, 21)),
    Command("release unlock", ("release", "unlock", PERIOD, *WHOLE, *REASON), by=BY_IT, source="later",
            passed=(21,)),
)  # fmt: skip
"""Each begins where the one before it ended."""

RESTORE = Command("restore", ("restore", "kept"), passed=(2,))
"""Begins in an empty installation beside a back-up."""

COMMANDS: tuple[Command, ...] = (*COURSE, RESTORE)

ELSEWHERE: Mapping[str, str] = {
    "alerts test": "sends a letter and keeps nothing",
    "database roles": "changes accounts of the server, not the store: tests/baocao/store/database",
    "release stamp": "asks an authority for a time stamp of what is released: tests/reporting/release",
    "deploy": "writes to Prefect's server: tests/flows/operations/test_schedules.py",
    "serve": "lives long; its death: tests/flows/operations/test_serve_interrupted.py",
    "desk": "lives long; every change of its is one transaction: tests/desk",
    **dict.fromkeys(
        ("people add", "people role", "people lock", "people reset"), "one transaction each: tests/cli/test_people.py"
    ),
    **dict.fromkeys(("sign-in", "sign-out"), "asks for a password; one transaction each: tests/cli/test_sign_in.py"),
    "worker": "lives long; its death: tests/flows/operations/test_worker_lost.py",
    "sandbox": "plays the sources, keeps nothing",
    "probe": "keeps nothing",
    "take-in": "wants a mailbox or a folder; killed at each step in tests/reporting/intake/test_taking_in.py",
    "database status": "looks",
    "incidents history": "looks",
}
"""Commands that write, or seem to, and are not killed here, and why."""
