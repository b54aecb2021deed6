"""What a run comes to when something is wrong: its exit code, what is filled all the same, what is said."""

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from baocao.settings import CHECKOUT_DIR
from sandbox.server import RunningSandbox
from sandbox.world.ledger import PLANTED_PATTERNS
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.flows.conftest import COMMAND, Installation
from tests.flows.engine.processes import HANG_GUARD_S

HEARING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
"""Tests run in the background have Ctrl-C ignored, and so have the processes they start."""
ONE_STOP_CELLS = {"4.2", "4.2.1", "4.2.2", "4.3", "4.3.1", "4.3.2", "4.4", "4.4.1", "4.4.2"}


def statuses(result: Any) -> dict[str, str]:
    return {key: cell["status"] for key, cell in result["cells"].items()}


def test_with_one_system_down_the_other_cells_are_filled(tiny: Installation, tiny_sandbox: RunningSandbox) -> None:
    tiny_sandbox.set_fault("one_stop", "unavailable_503")
    ended = tiny.report("2025-Q4")
    assert ended.code == 11
    missing = {key for key, status in statuses(ended.json).items() if status == "not_collected"}
    assert missing == ONE_STOP_CELLS
    assert "báo lỗi, bận hoặc chưa có số liệu khi được hỏi" in ended.json["cells"]["4.3.1"]["note"]
    assert ended.json["cells"]["4.1.2"]["display"] != ""
    assert ended.json["failures"][0]["reason"].startswith("HTTP 503 tại /sso/")


def test_a_source_only_compared_with_may_fail_and_the_run_does_not(tiny: Installation) -> None:
    before = tiny.report("2025-Q4")
    config = Path(shutil.copytree(ONE_FORM_CONFIG_DIR, tiny.home / "config"))
    entry = read_entry(config / "examples" / "sources-comparison.yaml", "one_stop_comparison")
    add_source(config, "one_stop_comparison", {**entry, "base_url": "http://127.0.0.1:9", "limits": {"attempts": 1}})
    after = tiny.report("2025-Q4", BAOCAO_CONFIG_DIR=str(config))
    assert (after.code, after.json["failures"]) == (before.code, [])
    assert statuses(after.json) == statuses(before.json)
    (told,) = [one for one in after.json["failed_checks"] if one["check"] == "reconcile.comparison_given"]
    assert told["severity"] == "info"


def read_entry(path: Path, source_code: str) -> dict[str, Any]:
    entry: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))["sources"][source_code]
    return entry


def add_source(config: Path, source_code: str, entry: dict[str, Any]) -> None:
    """One more source, which the unit is called by the same key as by its one-stop shop."""
    sources, units = (yaml.safe_load((config / name).read_text("utf-8")) for name in ("sources.yaml", "units.yaml"))
    sources["sources"][source_code] = entry
    keys = units["units"]["dac-khu"]["source_keys"]
    keys[source_code] = keys["one_stop_igate"]
    for name, content in (("sources.yaml", sources), ("units.yaml", units)):
        (config / name).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def test_with_a_wrong_password_nothing_is_tried_again(tiny: Installation, tiny_sandbox: RunningSandbox) -> None:
    tiny_sandbox.requests.clear()
    ended = tiny.report("2025-Q4", BAOCAO_PORTAL_PASSWORD="sai")
    assert ended.code == 12
    assert tiny_sandbox.requests.count("portal") == 1
    assert "từ chối đăng nhập" in ended.json["failures"][0]["reason"]
    assert "sai" not in ended.json["failures"][0]["reason"]


def test_a_changed_answer_names_the_field_and_never_a_row(tiny: Installation, tiny_sandbox: RunningSandbox) -> None:
    tiny_sandbox.set_fault("one_stop", "renamed_field", field="acceptedDate", to="ngayTiepNhan")
    ended = tiny.report("2025-Q4")
    assert ended.code == 13
    assert "acceptedDate" in ended.json["failures"][0]["reason"]
    assert "ngayTiepNhan" in ended.json["failures"][0]["reason"]
    for pattern in PLANTED_PATTERNS.values():
        assert not pattern.search(ended.out + ended.err)


def test_of_several_failures_the_gravest_is_the_exit_code(tiny: Installation, tiny_sandbox: RunningSandbox) -> None:
    tiny_sandbox.set_fault("one_stop", "unavailable_503")
    tiny_sandbox.set_fault("documents", "forbidden_403")
    ended = tiny.report("2025-Q4")
    assert ended.code == 12
    assert len(ended.json["failures"]) == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("run", "2025-Q5"), "một năm chỉ có quý 1 đến quý 4"),
        (("run", "2025-Q4", "--unit", "nowhere"), "không có đơn vị “nowhere”"),
        (("run", "2025-Q4", "--form", "x"), "không có biểu mẫu “x”"),
        (("run", "2024-Q1"), "không tồn tại trong kỳ 2024-Q1"),
        (("run", "2026-Q4"), "trước ngày đó chưa có gì để lập"),
        (("explain", "2025-Q4", "4.2"), "chưa lập báo cáo này"),
        (("probe", "viettel"), "không có nguồn “viettel”"),
    ],
)
def test_a_wrong_order_is_answered_at_once_with_what_is_allowed(
    tiny: Installation, arguments: tuple[str, ...], says: str
) -> None:
    ended = tiny.run(*arguments)
    assert ended.code == 2
    assert says in ended.err
    assert "Traceback" not in ended.err
    assert not (tiny.home / "out").exists()


def test_a_missing_secret_is_named_by_its_reference(tiny: Installation) -> None:
    ended = tiny.report("2025-Q4", BAOCAO_PORTAL_PASSWORD="")
    assert ended.code == 2
    assert "env:BAOCAO_PORTAL_PASSWORD chưa được đặt" in ended.err


def test_doctor_says_what_is_missing(tiny: Installation, tiny_sandbox: RunningSandbox) -> None:
    assert tiny.run("doctor").code == 0
    tiny_sandbox.set_fault("portal", "unavailable_503")
    ended = tiny.run("doctor", "--json")
    assert ended.code == 11
    bad = [finding for finding in ended.json["findings"] if finding["health"] == "bad"]
    assert [finding["about"] for finding in bad] == ["Cổng Dịch vụ công quốc gia (kênh tích hợp)"]


def test_probe_says_what_came_back_and_how_fresh(tiny: Installation) -> None:
    told = tiny.run("probe", "one_stop_igate", "--days", "30", "--json").json
    assert told["records"]["dossiers"] > 0
    assert told["newest"]["dossiers"]["at"].startswith("2025-12-")


@pytest.mark.parametrize(
    ("number", "on"),
    [
        (signal.SIGINT, "prefect"),
        (signal.SIGTERM, "here"),
        pytest.param(signal.SIGTERM, "prefect", marks=pytest.mark.slow),
        pytest.param(signal.SIGINT, "here", marks=pytest.mark.slow),
    ],
)
def test_a_stopped_run_says_so_and_the_next_one_works(
    tiny: Installation, tiny_sandbox: RunningSandbox, number: signal.Signals, on: str
) -> None:
    tiny_sandbox.set_fault("one_stop", "silent", path="dossier/search")
    tiny_sandbox.requests.clear()
    with subprocess.Popen(
        [sys.executable, "-c", HEARING + COMMAND, "run", "2025-Q4", "--on", on],
        cwd=CHECKOUT_DIR, env=tiny.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        limit = time.monotonic() + HANG_GUARD_S
        while tiny_sandbox.requests.count("one_stop") == 0:
            assert time.monotonic() < limit
            time.sleep(0.1)
        time.sleep(0.5)  # signed in: most likely it waits by now, and whether it does changes nothing it is asked here
        running.send_signal(number)
        _, err = running.communicate(timeout=600)
    assert running.returncode == 128 + number
    assert "Traceback" not in err
    assert "Đã dừng theo yêu cầu" in err
    tiny_sandbox.clear_faults()
    again = tiny.report("2025-Q4")
    assert again.code == 0
    assert again.json["vintage"] >= 2
