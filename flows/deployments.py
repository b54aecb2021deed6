"""What runs by itself or on demand, as data: `baocao deploy`, `baocao serve` and prefect.yaml put it up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from baocao.calendar import Calendar
from baocao.catalogue import Catalogue
from baocao.catalogue.hand_in import read_hand_in
from baocao.catalogue.operations import Operations
from baocao.settings import TELEMETRY_OFF
from flows.engine.environment import SIGN_OF_LIFE
from flows.engine.schedules import (
    TIME_ZONE,
    Schedule,
    cutoff_schedules,
    daily,
    every_minutes,
    monthly,
    report_schedules,
    weekly,
)
from reporting.schedule.operations import parts_of, regimes_in_use

SPREADING_QUEUE = "spreading"
"""The queue of runs that wait for others, one at a time: several could take all places and wait for ever."""
OUR_TAG = "baocao"
TAKE_OVER_TAG = "baocao-take-over"
"""Runs that are started again when they are lost; batches of units are not, since the run above them hands them out."""
PREFECT_YAML_HEAD = """\
# Made from config/ by `baocao deploy --print`; a test compares. Put up by `baocao deploy`, which also makes the work
# pool, limits per source and automations for lost runs, and removes what is no longer listed; or, without these,
# by `prefect --no-prompt deploy --all`.
"""


@dataclass(frozen=True)
class Deployment:
    """One deployment of a flow. `choices` are the values offered for a parameter; `at_once` lets later runs queue.

    One that `spreads` hands out units to other runs and waits for them.
    """

    name: str
    entrypoint: str
    description: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    schedules: tuple[Schedule, ...] = ()
    tags: tuple[str, ...] = (OUR_TAG, TAKE_OVER_TAG)
    at_once: int | None = 1
    spreads: bool = False
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def list_deployments(catalogue: Catalogue, operations: Operations) -> tuple[Deployment, ...]:
    """In the order in which a person would look for them."""
    return (
        _unit_deployment(catalogue),
        *_group_deployments(catalogue.calendar, operations),
        *_province_deployments(catalogue, operations),
        _capture_deployment(catalogue),
        _watch_deployment(operations),
        *_take_in_deployment(catalogue),
        Deployment(
            "weekly",
            "flows.weekly_verify.weekly_verify",
            "Hằng tuần: mọi thứ đã giữ và đã phát hành còn nguyên vẹn không.",
            schedules=(weekly(operations.verify.weekday, operations.verify.hour, operations.verify.minute),),
        ),
        Deployment(
            "monthly",
            "flows.retention.retention",
            "Hằng tháng: dọn lịch sử chạy cũ, tệp mồ côi, tệp tạm; không đụng tới số liệu.",
            schedules=(monthly(operations.retention_hour),),
        ),
        Deployment(
            "batch",
            "flows.unit_batch.unit_batch",
            "Một lô đơn vị; do luồng của nhóm hoặc của tỉnh gọi.",
            tags=(OUR_TAG,),
            at_once=None,
        ),
        Deployment(
            "lost-runs",
            "flows.take_over.take_over",
            "Chạy lại một lần chạy bị mất giữa chừng; do quy tắc tự động của Prefect gọi.",
            tags=(OUR_TAG,),
            at_once=None,
        ),
    )


def _unit_deployment(catalogue: Catalogue) -> Deployment:
    connected = tuple(unit.unit_code for unit in catalogue.units.values() if unit.source_keys)
    return Deployment(
        "unit",
        "flows.quarterly_report.quarterly_report",
        "Lập báo cáo của một đơn vị cho một kỳ bất kỳ, kể cả kỳ đã qua.",
        at_once=None,
        choices={"unit": connected},
    )


def _group_deployments(calendar: Calendar, operations: Operations) -> list[Deployment]:
    return [
        Deployment(
            name,
            "flows.group_report.group_report",
            f"{group.label}: từ ngày sau ngày chốt số liệu, hỏi những đơn vị chưa có số liệu.",
            parameters={"group": name},
            schedules=tuple(
                report_schedules(
                    calendar,
                    group.regime,
                    parts_of(calendar, group.regime, group.parts),
                    group.tiers,
                    operations.report_hours,
                    operations.report_minute,
                    operations.late_days,
                )
            ),
            spreads=True,
            choices={"group": tuple(operations.groups)},
        )
        for name, group in operations.groups.items()
    ]


def _province_deployments(catalogue: Catalogue, operations: Operations) -> list[Deployment]:
    calendar = catalogue.calendar
    found = []
    for unit_code, schedule in operations.provinces.items():
        unit = catalogue.unit(unit_code)
        parts = parts_of(calendar, unit.regime, schedule.parts)
        schedules = report_schedules(calendar, unit.regime, parts, (unit.tier,), (operations.province_hour,))
        found.append(
            Deployment(
                unit_code,
                "flows.province_report.province_report",
                f"{unit.name}: cộng số liệu các đơn vị khi đã đủ, hoặc đến hạn thì nêu rõ đơn vị còn thiếu.",
                parameters={"unit": unit_code},
                schedules=tuple(schedules),
                spreads=True,
                choices={"unit": tuple(operations.provinces)},
            )
        )
    return found


def _capture_deployment(catalogue: Catalogue) -> Deployment:
    """One for all regimes: the flow finds out whose period closes that night."""
    schedules = {
        schedule.rrule: schedule
        for regime in regimes_in_use(catalogue)
        for schedule in cutoff_schedules(catalogue.calendar, regime)
    }
    return Deployment(
        "cut-off",
        "flows.stock_capture.stock_capture",
        "Đêm chốt số liệu: chụp số liệu thời điểm mà hệ thống nguồn sẽ ghi đè.",
        schedules=tuple(schedules.values()),
    )


def _watch_deployment(operations: Operations) -> Deployment:
    return Deployment(
        "daily",
        "flows.daily_watch.daily_watch",
        "Hằng ngày: hạn sắp đến, đơn vị chưa có số liệu, sự cố chưa xử lý.",
        schedules=(daily(operations.watch_hour),),
    )


def _take_in_deployment(catalogue: Catalogue) -> list[Deployment]:
    """Where a folder or a mailbox is watched."""
    rules = read_hand_in(catalogue)
    if rules.folder is None and rules.mailbox is None:
        return []
    return [
        Deployment(
            "take-in",
            "flows.take_in_forms.take_in_forms",
            "Cứ ít phút: nhận và trả lời biểu mẫu đơn vị nộp vào thư mục, hộp thư.",
            schedules=(every_minutes(rules.every_minutes),),
            tags=(OUR_TAG,),
        )
    ]


def render_prefect_yaml(deployments: tuple[Deployment, ...], work_pool: str) -> str:
    """The same as Prefect's own file."""
    content = {
        "name": "baocao",
        "pull": [],  # the package is installed where the workers are
        "deployments": [_as_yaml(deployment, work_pool) for deployment in deployments],
    }
    return PREFECT_YAML_HEAD + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)


def _as_yaml(deployment: Deployment, work_pool: str) -> dict[str, Any]:
    limit = {"limit": deployment.at_once, "collision_strategy": "ENQUEUE"} if deployment.at_once else None
    return {
        "name": deployment.name,
        "entrypoint": deployment.entrypoint,
        "description": deployment.description,
        "tags": list(deployment.tags),
        "parameters": dict(deployment.parameters),
        "schedules": [
            {
                "slug": schedule.slug,
                "rrule": schedule.rrule,
                "timezone": TIME_ZONE,
                "parameters": dict(schedule.parameters),
                "active": True,
            }
            for schedule in deployment.schedules
        ],
        "concurrency_limit": limit,
        "work_pool": {
            "name": work_pool,
            **({"work_queue_name": SPREADING_QUEUE} if deployment.spreads else {}),
            "job_variables": {"env": {**SIGN_OF_LIFE, **TELEMETRY_OFF}},
        },
    }
