"""The commands about the past: what was known when, made again, released, verified."""

import sys

import click

from cli.options import (
    as_of_option,
    as_released_option,
    by_option,
    form_option,
    json_option,
    revision_option,
    sandbox_option,
    unit_option,
    vintage_option,
)
from cli.period_commands import PERIOD_COMMANDS


@click.command()
@click.argument("period")
@unit_option
@form_option
@as_of_option
@as_released_option
@revision_option
@click.option("--latest", is_flag=True, help="Lần lập mới nhất (mặc định).")
@vintage_option
@click.option("--history", is_flag=True, help="Mọi lần lập: lúc nào, trạng thái, khác lần trước bao nhiêu ô.")
@click.option("--files", "folder", help="Ghi các tệp của biểu mẫu này vào thư mục, đúng từng byte.")
@json_option
def show(
    period: str,
    unit_code: str | None,
    form_code: str | None,
    as_of: str | None,
    vintage: int | None,
    revision: int | None,
    folder: str | None,
    *,
    as_released: bool,
    latest: bool,
    history: bool,
    as_json: bool,
) -> None:
    """Xem biểu mẫu của một kỳ như đã biết vào một thời điểm, hoặc đúng như đã phát hành."""
    if sum((as_of is not None, as_released, latest, vintage is not None, history)) > 1:
        raise click.UsageError("chỉ dùng một trong: --as-of, --as-released, --latest, --vintage, --history")
    from cli.show import show_form, show_history
    from reporting.history.showing import Wanted, read_instant

    if history:
        sys.exit(show_history(period, unit_code, form_code, as_json=as_json))
    wanted = Wanted(read_instant(as_of) if as_of else None, as_released, revision, vintage)
    sys.exit(show_form(period, unit_code, form_code, wanted, folder, as_json=as_json))


@click.command()
@click.argument("period")
@click.argument("cell")
@unit_option
@form_option
@as_of_option
@as_released_option
@revision_option
@vintage_option
@json_option
def explain(
    period: str,
    cell: str,
    unit_code: str | None,
    form_code: str | None,
    as_of: str | None,
    revision: int | None,
    vintage: int | None,
    *,
    as_released: bool,
    as_json: bool,
) -> None:
    """Giải thích một ô: công thức, số đầu vào, từng bước lọc, hệ thống, lần hỏi, mã băm dữ liệu gốc."""
    if sum((as_of is not None, as_released, vintage is not None)) > 1:
        raise click.UsageError("chỉ dùng một trong: --as-of, --as-released, --vintage")
    from cli.explain import explain_cell
    from reporting.history.showing import Wanted, read_instant

    wanted = Wanted(read_instant(as_of) if as_of else None, as_released, revision, vintage)
    sys.exit(explain_cell(period, cell, unit_code, form_code, wanted, as_json=as_json))


@click.command()
@click.argument("period")
@unit_option
@form_option
@click.option(
    "--from",
    "source",
    type=click.Choice(("payloads", "sources")),
    required=True,
    help="payloads: từ dữ liệu gốc đã giữ, không kết nối mạng; sources: hỏi lại các hệ thống.",
)
@click.option("--vintage", type=int, help="Dữ liệu gốc của lần lập nào; mặc định bản phát hành, hoặc lần mới nhất.")
@click.option("--accept-late-stocks", is_flag=True, help="Hỏi lại cả số liệu thời điểm (sẽ là số của ngày hỏi).")
@click.option("--accept", "accepted", is_flag=True, help="Trình lần lập mới làm bản điều chỉnh của bản phát hành.")
@click.option("--reason", default="", help="Lý do điều chỉnh.")
@by_option
@sandbox_option
@json_option
def rerun(
    period: str,
    unit_code: str | None,
    form_code: str | None,
    source: str,
    vintage: int | None,
    reason: str,
    by: str,
    data_set: str | None,
    *,
    accept_late_stocks: bool,
    accepted: bool,
    as_json: bool,
) -> None:
    """Lập lại một kỳ đã qua, so từng ô với bản đã phát hành và nói rõ nguyên nhân khác nhau."""
    from cli.rerun import rerun_report
    from reporting.release.entries import Request

    code = rerun_report(
        period,
        unit_code,
        form_code,
        source,
        vintage,
        data_set,
        Request(by, reason),
        late_stocks=accept_late_stocks,
        accepted=accepted,
        as_json=as_json,
    )
    sys.exit(code)


@click.command()
@click.argument("step", type=click.Choice(("prepare", "approve", "publish", "restate", "withdraw", "unlock", "status")))
@click.argument("period")
@unit_option
@form_option
@click.option("--vintage", type=int, help="Với prepare: trình lần lập nào; mặc định lần mới nhất.")
@click.option("--early", is_flag=True, help="Với prepare: phát hành số tạm tính, trước khi kỳ khép lại; cần --reason.")
@click.option("--reason", default="", help="Lý do.")
@by_option
@json_option
def release(
    step: str,
    period: str,
    unit_code: str | None,
    form_code: str | None,
    vintage: int | None,
    reason: str,
    by: str,
    *,
    early: bool,
    as_json: bool,
) -> None:
    """Trình (prepare), duyệt (approve), phát hành (publish), phát hành bản điều chỉnh (restate), rút lại, mở khóa."""
    from cli.release import move_form
    from reporting.release.entries import Request

    sys.exit(move_form(step, period, unit_code, form_code, Request(by, reason, early), vintage, as_json=as_json))


@click.command()
@click.option("--expect", "expected_entry", help="Mã một dòng nhật ký đã ghi lại ở nơi khác, phải còn trong nhật ký.")
@click.option("--replay", "replayed", is_flag=True, help="Lập lại mọi bản đã phát hành từ dữ liệu gốc, so từng byte.")
@json_option
def verify(expected_entry: str | None, *, replayed: bool, as_json: bool) -> None:
    """Kiểm tra mọi thứ đã phát hành còn nguyên vẹn: nhật ký, dữ liệu gốc, tệp; mã kết thúc 0 hoặc 14."""
    from cli.verify import verify_store

    sys.exit(verify_store(expected_entry, replayed=replayed, as_json=as_json))


TIME_COMMANDS = (show, explain, rerun, release, verify, *PERIOD_COMMANDS)
