"""The commands about checks: which are in force, and what they said."""

import sys

import click

from cli.options import form_option, json_option, unit_option


@click.command()
@form_option
@json_option
def rules(form_code: str | None, *, as_json: bool) -> None:
    """Mọi kiểm tra đang áp dụng cho một mẫu, và chỗ sai của chính bộ quy tắc; mã kết thúc 0 hoặc 2."""
    from cli.rules import show_rules

    sys.exit(show_rules(form_code, as_json=as_json))


@click.command()
@click.argument("period")
@unit_option
@form_option
@click.option("--vintage", type=int, help="Lần lập thứ mấy; mặc định lần mới nhất.")
@click.option("--data-docs", "docs_dir", help="Lập trang Data Docs của Great Expectations vào thư mục này.")
@click.option("--province", is_flag=True, help="Cả tỉnh: đơn vị nào đã báo cáo, thiếu ô nào, đúng hạn hay muộn.")
@json_option
def checks(
    period: str,
    unit_code: str | None,
    form_code: str | None,
    vintage: int | None,
    docs_dir: str | None,
    *,
    province: bool,
    as_json: bool,
) -> None:
    """Kết quả kiểm tra của một kỳ: lỗi mới, lỗi còn, lỗi đã hết so với lần lập trước; mã kết thúc 0 hoặc 20."""
    if province and any((unit_code, form_code, vintage, docs_dir)):
        raise click.UsageError("--province xem mọi đơn vị: không dùng cùng --unit, --form, --vintage, --data-docs")
    from cli.checks import show_checks, show_province

    if province:
        sys.exit(show_province(period, as_json=as_json))
    sys.exit(show_checks(period, unit_code, form_code, vintage, docs_dir, as_json=as_json))


CHECK_COMMANDS = (rules, checks)
