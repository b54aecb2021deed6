"""The commands about whole periods: capture their stocks, make many of them, correct a figure of one."""

import sys

import click

from cli.options import by_option, form_option, json_option, sandbox_option, unit_option


@click.command()
@click.argument("period")
@click.option("--unit", "unit_code", help="Một đơn vị; mặc định mọi đơn vị có hệ thống cho số liệu thời điểm.")
@sandbox_option
@json_option
def capture(period: str, unit_code: str | None, data_set: str | None, *, as_json: bool) -> None:
    """Chụp số liệu thời điểm của kỳ (thủ tục cung cấp, tích hợp thanh toán …) và giữ cho mọi lần lập sau."""
    from cli.capture import capture_stocks

    sys.exit(capture_stocks(period, unit_code, data_set, as_json=as_json))


@click.command()
@click.argument("periods", metavar="2024-Q1..2025-Q4")
@click.option("--unit", "unit_codes", multiple=True, help="Đơn vị; dùng nhiều lần được; all: mọi đơn vị đã kết nối.")
@click.option(
    "--only",
    type=click.Choice(("missing", "failed", "stale", "all")),
    help="missing: chưa lập; failed: lập hỏng; stale: đã cũ; all: tất cả. Mặc định: chưa lập và lập hỏng.",
)
@click.option("--dry-run", is_flag=True, help="Chỉ nói sẽ làm gì.")
@sandbox_option
@json_option
def backfill(
    periods: str,
    unit_codes: tuple[str, ...],
    only: str | None,
    data_set: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Lập bù nhiều kỳ của nhiều đơn vị; dừng giữa chừng thì chạy lại lệnh để đi tiếp."""
    from cli.backfill import Asked, backfill_range
    from reporting.history.backfill_jobs import Only
    from reporting.history.period_ranges import PeriodRange

    asked = Asked(PeriodRange.parse(periods), unit_codes, Only(only) if only else None, dry_run)
    sys.exit(backfill_range(asked, data_set, as_json=as_json))


@click.command()
@click.argument("period")
@click.argument("indicator")
@unit_option
@form_option
@click.option("--from", "expect", required=True, help="Số hệ thống nguồn đang nói.")
@click.option("--to", "value", required=True, help="Số đúng.")
@click.option("--reason", required=True, help="Vì sao.")
@click.option("--evidence", required=True, help="Căn cứ: văn bản, sổ, biên bản.")
@by_option
@json_option
def correct(
    period: str,
    indicator: str,
    unit_code: str | None,
    form_code: str | None,
    expect: str,
    value: str,
    reason: str,
    evidence: str,
    by: str,
    *,
    as_json: bool,
) -> None:
    """Ghi một đính chính có người ký: ô hoặc mã chỉ tiêu, từ số nào thành số nào, vì sao, căn cứ gì."""
    from cli.correct import correct_figure
    from reporting.history.correcting import Wish

    wish = Wish(indicator, expect, value, reason, evidence, by)
    sys.exit(correct_figure(period, unit_code, form_code, wish, as_json=as_json))


PERIOD_COMMANDS = (capture, backfill, correct)
