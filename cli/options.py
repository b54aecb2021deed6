"""The options many commands share."""

import click

from reporting.accounts import name_account

unit_option = click.option("--unit", "unit_code", help="Đơn vị, theo tên trong units.yaml.")
sandbox_option = click.option(
    "--sandbox",
    "data_set",
    is_flag=False,
    flag_value="dac-khu-2025",
    help="Chạy với máy chủ tập huấn và bộ dữ liệu này (dac-khu-2025, xa-2024, size:N …).",
)
by_option = click.option("--by", default=name_account, help="Ai làm việc này; mặc định tài khoản đang chạy lệnh.")
json_option = click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON cho chương trình khác đọc.")
form_option = click.option("--form", "form_code", help="Mẫu khác với mẫu đang có hiệu lực của kỳ.")
as_of_option = click.option("--as-of", help="Như đã biết vào lúc này (giờ Việt Nam), ví dụ 2026-01-05T09:00.")
as_released_option = click.option("--as-released", is_flag=True, help="Đúng như đã phát hành.")
revision_option = click.option(
    "--revision", type=int, help="Với --as-released: bản nào (0 là bản đầu tiên); mặc định bản mới nhất."
)
vintage_option = click.option("--vintage", type=int, help="Lần lập thứ mấy; mặc định là lần mới nhất.")
missing_option = click.option(
    "--missing",
    type=click.Choice(("require-all", "partial", "refuse")),
    help="Tổng hợp khi còn thiếu đơn vị trực thuộc: bản nháp (require-all), tạm tính (partial) hay không lập (refuse).",
)
