"""The options many commands share, and which unit is meant where the person did not say."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baocao.errors import ConfigError
from baocao.messages import list_names
from cli.sandbox import DEFAULT_DATA_SET

if TYPE_CHECKING:
    from baocao.catalogue import Catalogue

UNIT_VARIABLE = "BAOCAO_UNIT"
ALL_UNITS = "all"
unit_option = click.option(
    "--unit", "unit_code", envvar=UNIT_VARIABLE, show_envvar=True, help="Đơn vị, theo tên trong units.yaml."
)
any_unit_option = click.option(
    "--unit",
    "unit_code",
    envvar=UNIT_VARIABLE,
    show_envvar=True,
    callback=lambda _context, _param, given: None if given == ALL_UNITS else given,
    help="Chỉ đơn vị này; all, hoặc không ghi: mọi đơn vị.",
)
sandbox_option = click.option(
    "--sandbox",
    "data_set",
    is_flag=False,
    flag_value=DEFAULT_DATA_SET,
    help="Chạy với máy chủ tập huấn và bộ dữ liệu này (dac-khu-2025, xa-2024, size:N …).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON cho chương trình khác đọc.")
form_option = click.option(
    "--form", "form_code", help="Một biểu mẫu, theo tên tệp trong forms/; mặc định mọi biểu mẫu đơn vị phải nộp cho kỳ."
)
as_of_option = click.option("--as-of", help="Như đã biết vào lúc này (giờ Việt Nam), ví dụ 2026-01-05T09:00.")
as_released_option = click.option("--as-released", is_flag=True, help="Đúng như đã phát hành.")
revision_option = click.option(
    "--revision", type=int, help="Với --as-released: bản nào (0 là bản đầu tiên); mặc định bản mới nhất."
)
vintage_option = click.option("--vintage", type=int, help="Lần lập thứ mấy; mặc định là lần mới nhất.")


def is_typed(name: str) -> bool:
    """Whether the option stands on the command line, not only in the environment."""
    return click.get_current_context().get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


def require_files(*paths: Path) -> None:
    """Raise ConfigError, naming all of them, where some are not there or are folders."""
    says = {True: "là thư mục, không phải tệp", False: "không có tệp này"}
    wrong = [f"{path}: {says[path.is_dir()]}" for path in paths if not path.is_file()]
    if wrong:
        raise ConfigError("\n".join(wrong))


def choose_unit(given: str | None, catalogue: Catalogue) -> str:
    """The unit named, else BAOCAO_UNIT, else the only one with sources; raise ConfigError where none is meant."""
    named = given or os.environ.get(UNIT_VARIABLE)
    if named:
        return catalogue.unit(named).unit_code
    connected = [unit.unit_code for unit in catalogue.units.values() if unit.source_keys]
    if len(connected) == 1:
        return connected[0]
    raise ConfigError(f"chưa rõ đơn vị nào: thêm --unit TÊN hoặc đặt BAOCAO_UNIT; có: {list_names(catalogue.units)}")
