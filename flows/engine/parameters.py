"""The flows' parameters as Prefect's page, command line and REST API take them: what they mean, what is allowed."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from baocao.catalogue import MissingMode
from baocao.domain import PARTS_PATTERN

PERIOD_PATTERN = rf"^(\d{{4}}(-({PARTS_PATTERN}))?|{PARTS_PATTERN}|year)?$"
# `prefect deployment run -p period=2025` sends a number, since it reads parameters as JSON.
PERIOD_SCHEMA = {
    "anyOf": [
        {"title": "Kỳ", "type": "string", "pattern": PERIOD_PATTERN},
        {"title": "Năm", "type": "integer", "minimum": 2000, "maximum": 2100},
    ]
}

PeriodCode = Annotated[str, BeforeValidator(str), Field(pattern=PERIOD_PATTERN), WithJsonSchema(PERIOD_SCHEMA)]
UnitCode = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
FormCode = Annotated[str, Field(pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$")]
GroupName = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Mode = Literal["collect", "wait", "replay"]
"""collect: ask the sources now. wait: ask a source that is down again, half-hourly. replay: from kept answers only."""
Missing = Literal["as-configured", "require-all", "partial", "refuse"]
"""What a roll-up does while units are missing (docs/province.md)."""
GroupMode = Literal["missing", "all"]
"""missing: only the units that are not in. all: every unit again."""

PERIOD_WORDS = """\
2025-Q4, 2025-H1, 2025-9M hoặc 2025 (cả năm). Q4: quý IV gần nhất đã khép lại. Để trống: kỳ gần nhất đã khép lại."""
MODE_WORDS: Mapping[str, str] = {
    "collect": "hỏi các hệ thống nguồn ngay",
    "wait": "hệ thống nào không trả lời thì nửa giờ hỏi lại, trong ba giờ",
    "replay": "lập lại từ dữ liệu gốc đã giữ, không hỏi hệ thống nào",
    "missing": "chỉ hỏi đơn vị chưa có số liệu đầy đủ",
    "all": "lập lại cho mọi đơn vị",
    "as-configured": "theo units.yaml",
    "require-all": "vẫn lập nhưng là bản nháp",
    "partial": "lập và nêu tên đơn vị còn thiếu",
    "refuse": "không lập",
}
WORDS: Mapping[str, tuple[str, str]] = {
    "unit": ("Đơn vị báo cáo", "Tên đơn vị trong units.yaml."),
    "units": ("Các đơn vị", "Tên các đơn vị trong units.yaml."),
    "group": ("Nhóm đơn vị", "Tên nhóm trong operations.yaml."),
    "period": ("Kỳ báo cáo", PERIOD_WORDS),
    "form": ("Mẫu", "Mẫu khác với mẫu đang có hiệu lực của kỳ; để trống: mẫu đang có hiệu lực."),
    "mode": ("Cách lập", ""),
    "missing": ("Biểu mẫu tổng hợp khi còn thiếu đơn vị", ""),
    "dry_run": ("Chỉ đếm", "Chỉ cho biết sẽ xoá những gì, không xoá."),
    "on": ("Ngày", "Xem như hôm nay là ngày này (2025-12-16); để trống: hôm nay."),
    "flow_run_id": ("Mã lần chạy", "Lần chạy bị mất, theo mã của Prefect."),
}
"""Title and description of each parameter on Prefect's page, where officers read them."""


def missing_mode(chosen: Missing) -> MissingMode | None:
    """None where units.yaml says it."""
    return None if chosen == "as-configured" else MissingMode(chosen)
