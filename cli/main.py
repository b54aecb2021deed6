"""The command `baocao`: one module a command, and how a command ends.

A command module imports at its top only what costs nothing, and what is heavy inside its function, so that asking for
help stays quick. A command returns its exit code, or nothing for 0.
"""

import logging
import os
import sys
import traceback
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import click

from baocao.disk import DiskError, explain_disk_error, is_of_disk
from baocao.errors import BaocaoError, ConfigError, ReaderGoneError
from baocao.private_files import keep_to_owner
from baocao.references import redact_secrets
from baocao.settings import find_var_dir
from baocao.unfinished import own_temporary_files
from cli.alerts import alerts
from cli.backfill import backfill
from cli.backup import backup, restore
from cli.capture import capture
from cli.checks import checks
from cli.compare import compare_files
from cli.correct import correct
from cli.database import database
from cli.deploy import deploy
from cli.desk import desk
from cli.doctor import doctor
from cli.explain import explain
from cli.form import form
from cli.hand_in import hand_in
from cli.health import health
from cli.incidents import incidents
from cli.lint import lint
from cli.metrics import metrics
from cli.people import people
from cli.probe import probe
from cli.release import release
from cli.rerun import rerun_report
from cli.rules import show_rules
from cli.run import run
from cli.sandbox import sandbox
from cli.serve import serve
from cli.show import show
from cli.sign_in import sign_in, sign_out
from cli.status import status
from cli.streams import prepare_streams, silence_stdout
from cli.take_in import take_in
from cli.usage import explain_usage_error, speak_vietnamese
from cli.verify import verify_store
from cli.watch import watch
from cli.what_if import what_if
from cli.worker import worker
from flows.engine.secrets import teach_references
from flows.engine.signals import RunStoppedError, end_process, forced_end, stop_signals_as_errors
from reporting.log.run_log import LogSettings, log_started, note

COMMANDS: tuple[click.Command, ...] = (
    run, explain, checks, show_rules, what_if, status, lint, compare_files, form, hand_in, take_in,
    show, rerun_report, backfill, capture, correct, release, verify_store,
    incidents, alerts, watch,
    sign_in, sign_out, people, desk,
    doctor, probe, serve, deploy, worker, health, metrics, backup, restore, database, sandbox,
)  # fmt: skip
LOOKING = frozenset(
    {
        "status", "show", "explain", "verify", "checks", "rules", "compare", "lint", "doctor", "health", "what-if",
        "incidents list", "incidents show", "incidents history", "alerts status", "release status", "database status",
        "metrics", "backup", "probe", "people list",
        "form check", "form preview",
    }
)  # fmt: skip
"""They make nothing below the home, not even a log, where nothing was made yet."""
GOING_ON = frozenset({"release", "rerun", "correct", "incidents", "alerts", "sign-in", "sign-out"})
"""They go on from what was made before: where there is nothing they refuse, and make nothing either."""
INTERRUPTED = 130
STOP_GRACE_S = 10

logger = logging.getLogger(__name__)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="baocao", message="baocao %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Lập biểu mẫu thống kê chính quyền điện tử, chính quyền số từ các hệ thống nguồn.

    Thu thập số liệu theo kỳ, kiểm tra, điền biểu mẫu sẵn sàng trình ký; giải thích được từng con số.
    """
    keep_to_owner()
    context.with_resource(own_temporary_files())
    if context.invoked_subcommand not in LOOKING:
        from baocao.documents.folders import clear_below

        clear_below(find_var_dir(os.environ).parent / "out")


for _command in COMMANDS:
    cli.add_command(_command)


@cli.result_callback()
def end_with(exit_code: int | None) -> None:
    """End the process with the code a command returned."""
    if exit_code:
        sys.exit(exit_code)


class ErrorNote:
    """Notes in the log the error its block ends with: our own with its text, any other by its class and place only."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        command = next((word for word in sys.argv[1:2] if word in cli.commands), None)
        if isinstance(error, ConfigError) and not find_var_dir(os.environ).exists():
            return  # a command refused before it made anything makes no log either; it is said on the screen
        if isinstance(error, BaocaoError):
            kind, code = type(error).__name__, error.exit_code
            note("command failed", level=logging.ERROR, command=command, error=kind, exit_code=code, reason=str(error))
        elif isinstance(error, OSError) and is_of_disk(error):
            note("command failed", level=logging.ERROR, command=command, error=type(error).__name__)
        elif isinstance(error, Exception) and not isinstance(error, click.ClickException | click.exceptions.Exit):
            logger.critical("command ended by an unexpected error", exc_info=(type(error), error, trace))


def main() -> None:
    """Run the command; a known error becomes one message and its own exit code.

    A stop signal ends it within seconds, whatever it is doing: in order if it can, else by force.
    """
    prepare_streams()
    speak_vietnamese()
    sys.excepthook = tell_unexpected
    teach_references()
    with forced_end(lambda: None, STOP_GRACE_S):
        end_process(run_command())


def run_command() -> int:
    """The exit code; everything there is to say has been said."""
    try:
        with stop_signals_as_errors(), _log_of_command(), ErrorNote():
            exit_code = call_command()
            sys.stdout.flush()
    except (click.ClickException, click.Abort, KeyboardInterrupt, BaocaoError, OSError) as error:
        exit_code, says = _explain(error)
        click.echo(says, err=True, nl=bool(says))
    return exit_code


def _log_of_command() -> AbstractContextManager[None]:
    """The log; none of a command that makes nothing where nothing was made yet, unless one is asked for."""
    typed = {sys.argv[1] if len(sys.argv) > 1 else "", " ".join(sys.argv[1:3])}
    settings = LogSettings.read(os.environ)
    makes_none = typed & (LOOKING | GOING_ON) and not find_var_dir(os.environ).exists()
    if makes_none and not os.environ.get("BAOCAO_LOG_FILE"):
        settings = replace(settings, file=os.devnull)
    return log_started(settings)


def call_command() -> int:
    """By click; the code a command ends with."""
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


def _explain(error: BaseException) -> tuple[int, str]:
    """The exit code, and the sentence for people."""
    match error:
        case click.ClickException():
            return error.exit_code, explain_usage_error(error)
        case ReaderGoneError():
            silence_stdout()
            return error.exit_code, ""
        case BaocaoError():
            said = str(error) if isinstance(error, RunStoppedError) else f"Lỗi: {error}"
            return error.exit_code, redact_secrets(said)
        case BrokenPipeError():
            silence_stdout()
            return ReaderGoneError.exit_code, ""
        case OSError() if is_of_disk(error):
            silence_stdout()
            says = explain_disk_error(error, None if error.filename else "màn hình hoặc tệp kết quả")
            return DiskError.exit_code, redact_secrets(f"Lỗi: {says}")
        case click.Abort() | KeyboardInterrupt():
            return INTERRUPTED, "Đã dừng theo yêu cầu; không có gì bị ghi dở."
    raise error


def tell_unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """In place of a traceback, which may quote anything: class and place; the log has the same."""
    frames = traceback.extract_tb(trace)
    where = f" ở {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    del error
    click.echo(
        f"Lỗi: chương trình gặp lỗi ngoài dự kiến ({kind.__name__}{where}). Gửi dòng này và nhật ký vận hành "
        "(var/log/baocao.log) cho người phát triển.",
        err=True,
    )
