"""Alerts of the real flows, through the engine: what a person at the terminal and at the mailbox sees."""

import shutil
from pathlib import Path

import pytest
import yaml

from sandbox.server import RunningSandbox
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.flows.conftest import Installation
from tests.reporting.alerting.samples import PATIENCE_S, read_file
from tests.reporting.alerting.sinks import free_port

FILE = {"kind": "file", "path": "alerts.txt"}


def with_channels(tiny: Installation, **channels: object) -> dict[str, str]:
    """The environment of a configuration with these channels, on one route."""
    folder = Path(shutil.copytree(ONE_FORM_CONFIG_DIR, tiny.home / "config"))
    rules = {
        "channels": channels,
        "routes": {"all": {"channels": list(channels)}},
        "retries": {"attempts": 1, "timeout_s": PATIENCE_S},
    }
    (folder / "alerts.yaml").write_text(yaml.safe_dump(rules), encoding="utf-8")
    return {"BAOCAO_CONFIG_DIR": str(folder)}


def test_a_run_with_a_dead_source_alerts_and_keeps_its_exit_code(
    tiny: Installation, tiny_sandbox: RunningSandbox
) -> None:
    dead = {"kind": "webhook", "address": f"http://127.0.0.1:{free_port()}/"}
    environment = with_channels(tiny, hook=dead, log=FILE)
    tiny_sandbox.set_fault("one_stop", "unavailable_503")
    ended = tiny.run("run", "2025-Q4", **environment)
    assert ended.code == 11
    assert "Sự cố: 1 mới" in ended.out
    assert "Đã gửi 1 thông báo" in ended.out
    (subject,) = read_file(tiny.home)
    assert subject.startswith("[Cảnh báo] Hệ thống một cửa điện tử (VNPT iGate 2) báo lỗi hoặc chưa có số liệu")
    assert "kênh hook (máy chủ không nhận kết nối)" in (tiny.home / "alerts.txt").read_text(encoding="utf-8")


def test_a_report_is_made_although_no_alert_can_be_sent(tiny: Installation, tiny_sandbox: RunningSandbox) -> None:
    environment = with_channels(tiny, hook={"kind": "webhook", "address": f"http://127.0.0.1:{free_port()}/"})
    tiny_sandbox.set_fault("one_stop", "unavailable_503")
    ended = tiny.run("run", "2025-Q4", **environment)
    assert ended.code == 11
    assert "1 chưa gửi được (sẽ gửi lại)" in ended.out
    assert tiny.run("alerts", "status", "--json", **environment).json["waiting"][0]["attempts"] == 1


def test_the_daily_watch_runs_in_the_engine(tiny: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = with_channels(tiny, log=FILE)
    (Path(environment["BAOCAO_CONFIG_DIR"]) / "manual/dac-khu/2025-Q4.yaml").unlink()
    for name, value in {**tiny.environment, **environment}.items():
        monkeypatch.setenv(name, value)
    from flows.engine.api import prefect_api

    with prefect_api(tiny.home / "var"):
        from flows.daily_watch import daily_watch

        monkeypatch.setenv("BAOCAO_NOW", "2025-12-10T08:00:00+07:00")
        found = daily_watch("2025-12-10")
        assert {one["kind"] for one in found["missing"]} == {"typed_in"}
        assert len(read_file(tiny.home)) == 2
        assert len(daily_watch("2025-12-10")["reminders"]) == 0
