"""The commands about incidents and alerts: what is wrong, who has taken it on, what is sent, what is still missing."""

import sys

import click

from cli.options import by_option, json_option, sandbox_option, unit_option


@click.group(invoke_without_command=True)
@click.pass_context
def incidents(context: click.Context) -> None:
    """Sự cố: mỗi nguyên nhân gốc là một sự cố, từ khi phát hiện đến khi khắc phục."""
    if context.invoked_subcommand is None:
        context.invoke(list_incidents)


@incidents.command("list")
@click.option("--all", "whole", is_flag=True, help="Cả những sự cố đã khắc phục.")
@unit_option
@json_option
def list_incidents(unit_code: str | None = None, *, whole: bool = False, as_json: bool = False) -> None:
    """Các sự cố đang mở, nặng nhất trước."""
    from cli.incidents import show_list

    sys.exit(show_list(unit_code, whole=whole, as_json=as_json))


@incidents.command("show")
@click.argument("number", type=int)
@json_option
def show_incident(number: int, *, as_json: bool) -> None:
    """Một sự cố: vì sao, từ khi nào, ảnh hưởng ô nào, cần làm gì."""
    from cli.incidents import show_one

    sys.exit(show_one(number, as_json=as_json))


@incidents.command("history")
@click.argument("number", type=int)
@json_option
def incident_history(number: int, *, as_json: bool) -> None:
    """Những gì đã xảy ra với một sự cố, theo thứ tự thời gian."""
    from cli.incidents import show_history

    sys.exit(show_history(number, as_json=as_json))


@incidents.command("ack")
@click.argument("number", type=int)
@click.option("--until", required=True, help="Nhận xử lý đến hết ngày này (2025-12-15); tới lúc đó không nhắc lại.")
@click.option("--note", default="", help="Ghi chú: đang làm gì.")
@by_option
@json_option
def acknowledge_incident(number: int, until: str, note: str, by: str, *, as_json: bool) -> None:
    """Nhận xử lý một sự cố: ai, đến ngày nào."""
    from cli.incidents import acknowledge_one

    sys.exit(acknowledge_one(number, by, until, note, as_json=as_json))


@click.group()
def alerts() -> None:
    """Kênh cảnh báo: gửi thử, gửi những gì còn chờ, xem tình trạng."""


@alerts.command("test")
@click.option("--channel", "channels", multiple=True, help="Chỉ kênh này; mặc định mọi kênh trong alerts.yaml.")
@json_option
def send_test(channels: tuple[str, ...], *, as_json: bool) -> None:
    """Gửi một tin thử qua từng kênh và nói kênh nào nhận, kênh nào không, vì sao; mã 30 nếu có kênh không nhận."""
    from cli.alerts import try_channels

    sys.exit(try_channels(channels, as_json=as_json))


@alerts.command("send")
@json_option
def send_waiting(*, as_json: bool) -> None:
    """Gửi những thông báo đã đến giờ gửi; mã 30 nếu còn thông báo không kênh nào nhận."""
    from cli.alerts import send_all

    sys.exit(send_all(as_json=as_json))


@alerts.command("status")
@json_option
def alert_status(*, as_json: bool) -> None:
    """Thông báo đang chờ, vừa gửi, và sự cố chưa có tuyến nào nhận."""
    from cli.alerts import show_status

    sys.exit(show_status(as_json=as_json))


@click.command()
@click.option("--on", help="Xét như vào 7 giờ sáng ngày này (2025-12-10); mặc định hôm nay.")
@click.option("--period", help="Chỉ kỳ này; mặc định các kỳ sắp đến hạn.")
@unit_option
@sandbox_option
@json_option
def watch(on: str | None, period: str | None, unit_code: str | None, data_set: str | None, *, as_json: bool) -> None:
    """Việc hằng ngày: báo từng người phụ trách báo cáo còn thiếu gì và còn mấy ngày làm việc."""
    from cli.watch import watch_now

    sys.exit(watch_now(on, period, unit_code, data_set, as_json=as_json))


ALERT_COMMANDS = (incidents, alerts, watch)
