"""The command `baocao`: every command imports what it needs itself, so that asking for help costs nothing."""

import os
import sys

import click

from baocao.errors import BaocaoError
from cli.alert_commands import ALERT_COMMANDS
from cli.check_commands import CHECK_COMMANDS
from cli.monitoring_commands import MONITORING_COMMANDS
from cli.noting import NotingErrors
from cli.operation_commands import OPERATION_COMMANDS
from cli.options import json_option, missing_option, sandbox_option, unit_option
from cli.province_commands import PROVINCE_COMMANDS
from cli.time_commands import TIME_COMMANDS
from flows.engine.secrets import teach_references
from reporting.log.run_log import LogSettings, log_started

INTERRUPTED = 130
TIERS = ("province", "department", "district", "commune", "ward", "special_zone")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="baocao", message="baocao %(version)s")
def cli() -> None:
    """Lập biểu mẫu thống kê chính quyền điện tử, chính quyền số từ các hệ thống nguồn.

    Thu thập số liệu theo kỳ, kiểm tra, điền biểu mẫu sẵn sàng trình ký; giải thích được từng con số.
    """


@cli.command()
@click.argument("period")
@unit_option
@click.option("--form", "form_code", help="Mẫu khác với mẫu đang có hiệu lực của kỳ.")
@missing_option
@sandbox_option
@json_option
def run(
    period: str,
    unit_code: str | None,
    form_code: str | None,
    missing: str | None,
    data_set: str | None,
    *,
    as_json: bool,
) -> None:
    """Thu thập, kiểm tra và điền biểu mẫu của một kỳ (2025-Q4, 2025-H1, 2025-9M, 2025)."""
    from cli.run import run_report

    sys.exit(run_report(period, unit_code, form_code, data_set, missing, as_json=as_json))


@cli.command()
@unit_option
@click.option("--period", help="Kỳ báo cáo cần chuẩn bị; mặc định là kỳ sắp đến hạn.")
@sandbox_option
@json_option
def doctor(unit_code: str | None, period: str | None, data_set: str | None, *, as_json: bool) -> None:
    """Kiểm tra cài đặt: cấu hình đủ chưa, hệ thống nguồn kết nối được không, còn thiếu gì."""
    from cli.doctor import examine

    sys.exit(examine(unit_code, period, data_set, as_json=as_json))


@cli.command()
@click.argument("source")
@unit_option
@click.option("--days", default=7, show_default=True, help="Lấy thử dữ liệu của bấy nhiêu ngày gần nhất.")
@sandbox_option
@json_option
def probe(source: str, unit_code: str | None, days: int, data_set: str | None, *, as_json: bool) -> None:
    """Thử một hệ thống nguồn: trả về những gì, mới đến đâu."""
    from cli.probe import probe_source

    sys.exit(probe_source(source, unit_code, days, data_set, as_json=as_json))


@cli.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--form", "form_code", default="auto", help="Mẫu nào; mặc định tự nhận ra.")
@click.option("--unit-tier", "tier", type=click.Choice(TIERS), help="Cấp của đơn vị; mặc định đoán từ phần đầu.")
@click.option("--period", help="Kỳ báo cáo; mặc định suy từ ngày ghi trên biểu mẫu.")
@click.option("--annotate", "annotate_dir", help="Ghi vào thư mục này bản sao có chú thích tại từng ô (Word, Excel).")
@json_option
def lint(
    files: tuple[str, ...],
    form_code: str,
    tier: str | None,
    period: str | None,
    annotate_dir: str | None,
    *,
    as_json: bool,
) -> None:
    """Kiểm tra biểu mẫu người khác điền (Word, Excel, PDF, văn bản), không cần kết nối hệ thống nào."""
    from cli.lint import lint as lint_forms

    sys.exit(lint_forms(files, form_code, tier, period, annotate_dir, as_json=as_json))


@cli.command()
@click.argument("before")
@click.argument("after")
@click.option("--all", "whole", is_flag=True, help="Hiện cả các ô không đổi.")
@json_option
def compare(before: str, after: str, *, whole: bool, as_json: bool) -> None:
    """So hai biểu mẫu đã điền, từng ô một (form.json của baocao hoặc tệp bất kỳ)."""
    from cli.compare import compare_files

    sys.exit(compare_files(before, after, as_json=as_json, whole=whole))


@cli.command()
@click.argument("data_set", default="dac-khu-2025")
@click.option("--port", default=8710, show_default=True, help="Cổng trên máy này (127.0.0.1).")
def sandbox(data_set: str, port: int) -> None:
    """Chạy máy chủ tập huấn: ba hệ thống nguồn với số liệu biết trước."""
    from sandbox.server import serve

    serve(data_set, port)


for _command in (
    *TIME_COMMANDS,
    *CHECK_COMMANDS,
    *ALERT_COMMANDS,
    *PROVINCE_COMMANDS,
    *OPERATION_COMMANDS,
    *MONITORING_COMMANDS,
):
    cli.add_command(_command)


def main() -> None:
    """Run the command; a known error becomes one message and its own exit code."""
    teach_references()
    try:
        with log_started(LogSettings.read(os.environ)), NotingErrors(cli.commands):
            cli(standalone_mode=False)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Đã dừng theo yêu cầu; không có gì bị ghi dở.", err=True)
        sys.exit(INTERRUPTED)
    except BaocaoError as error:
        click.echo(f"Lỗi: {error}", err=True)
        sys.exit(error.exit_code)
