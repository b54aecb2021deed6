"""The commands of whoever runs it for a province: how far all units are, the database, back-up."""

import sys

import click

from cli.options import json_option


@click.command()
@click.argument("period", required=False)
@click.option("--html", "html_file", help="Ghi thêm một trang HTML độc lập vào tệp này.")
@json_option
def status(period: str | None, html_file: str | None, *, as_json: bool) -> None:
    """Bảng tiến độ: từng đơn vị, từng hệ thống, từng kỳ; đến hạn ngày nào, còn mấy ngày làm việc, việc cần làm tiếp."""
    from cli.status import show_status

    sys.exit(show_status(period, html_file, as_json=as_json))


@click.command()
@click.argument("folder")
@json_option
def backup(folder: str, *, as_json: bool) -> None:
    """Sao lưu cơ sở dữ liệu, dữ liệu gốc và cấu hình vào một thư mục; lần sau chỉ chép thêm phần mới."""
    from cli.backup import take_back_up

    sys.exit(take_back_up(folder, as_json=as_json))


@click.command()
@click.argument("folder")
@json_option
def restore(folder: str, *, as_json: bool) -> None:
    """Khôi phục một bản sao lưu vào nơi cài đặt còn trống, rồi kiểm tra toàn vẹn."""
    from cli.backup import bring_back_up

    sys.exit(bring_back_up(folder, as_json=as_json))


@click.group()
def database() -> None:
    """Cơ sở dữ liệu: xem trạng thái, nâng, hạ lược đồ, tạo các tài khoản ít quyền."""


@database.command("status")
@json_option
def database_status(*, as_json: bool) -> None:
    """Cơ sở dữ liệu ở đâu, lược đồ phiên bản nào, mã hoá đường truyền chưa; không thay đổi gì."""
    from cli.database import show_database

    sys.exit(show_database(as_json=as_json))


@database.command("migrate")
@click.option("--to", "revision", default="head", show_default=True, help="Phiên bản lược đồ.")
@json_option
def database_migrate(revision: str, *, as_json: bool) -> None:
    """Nâng lược đồ lên phiên bản của chương trình này, bằng tài khoản được phép đổi lược đồ."""
    from cli.database import move_database

    sys.exit(move_database(revision, as_json=as_json))


@database.command("downgrade")
@click.argument("revision")
@click.option("--yes", "sure", is_flag=True, help="Không hỏi lại.")
@json_option
def database_downgrade(revision: str, *, sure: bool, as_json: bool) -> None:
    """Hạ lược đồ về một phiên bản cũ hơn; phần mà phiên bản cũ không có chỗ chứa sẽ mất."""
    from cli.database import move_database

    if not sure:
        click.confirm(
            "Phần dữ liệu mà lược đồ cũ không có chỗ chứa sẽ mất. Đã sao lưu và vẫn hạ?", abort=True, err=True
        )
    sys.exit(move_database(revision, as_json=as_json))


@database.command("roles")
@click.option("--prefix", default="baocao", show_default=True, help="Tên các tài khoản bắt đầu bằng.")
@click.option("--apply", "applied", is_flag=True, help="Chạy luôn các lệnh, bằng tài khoản của BAOCAO_DATABASE_URL.")
@json_option
def database_roles(prefix: str, *, applied: bool, as_json: bool) -> None:
    """In lệnh SQL tạo ba tài khoản PostgreSQL: đổi lược đồ (migrator), chạy báo cáo (runner), chỉ đọc (reader)."""
    from cli.database import show_roles

    sys.exit(show_roles(prefix, applied=applied, as_json=as_json))


PROVINCE_COMMANDS: tuple[click.Command, ...] = (status, backup, restore, database)
