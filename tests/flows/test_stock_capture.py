"""The nightly capture in the engine: tried again until the morning, then it fails aloud with its own exit code."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import yaml

from baocao.domain import VIETNAM, Period
from sandbox.credentials import ENVIRONMENT
from sandbox.server import RunningSandbox
from tests.reporting.alerting.conftest import post_sink
from tests.reporting.alerting.sinks import PostSink
from tests.reporting.conftest import NOW, PERIOD, UNIT, Office, made

__all__ = ["made", "post_sink"]
CUTOFF = datetime(2025, 12, 15, tzinfo=VIETNAM)


@pytest.fixture
def capture_tonight(
    made: Office, tiny_sandbox: RunningSandbox, api_url: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[[datetime], int]:
    """A night's capture with half an hour cut to a second; its exit code."""

    def run(now: datetime) -> int:
        settings = {
            **ENVIRONMENT,
            "BAOCAO_HOME": str(made.home), "BAOCAO_CONFIG_DIR": str(made.config_dir), "BAOCAO_NOW": now.isoformat(),
            "BAOCAO_SANDBOX_URL": tiny_sandbox.url, "PREFECT_API_URL": api_url,
        }  # fmt: skip
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        from flows import stock_capture as module
        from flows.engine.api import prefect_api

        monkeypatch.setattr(module.capture, "retry_delay_seconds", 1)
        with prefect_api(made.home / "var"):
            state = module.stock_capture(return_state=True)
            return int(state.result(raise_on_failure=False).exit_code)

    return run


def test_a_source_that_was_down_at_midnight_is_asked_again(
    capture_tonight: Callable[[datetime], int], made: Office, tiny_sandbox: RunningSandbox
) -> None:
    tiny_sandbox.set_fault("portal", "too_many_429", retry_after="3600", times=1)
    assert capture_tonight(CUTOFF - timedelta(seconds=1)) == 0
    with made.open(NOW) as workspace:
        first, second = workspace.store.captures.list(UNIT, Period.parse(PERIOD))
    assert first.failure is not None
    assert (first.failure.exit_code, second.failure) == (11, None)


def test_when_the_morning_comes_the_night_fails_with_its_exit_code_and_is_told(
    capture_tonight: Callable[[datetime], int], made: Office, tiny_sandbox: RunningSandbox, post_sink: PostSink
) -> None:
    rules = {
        "channels": {"hook": {"kind": "webhook", "address": post_sink.url}},
        "routes": {"all": {"channels": ["hook"]}},
    }
    (made.config_dir / "alerts.yaml").write_text(yaml.safe_dump(rules), encoding="utf-8")
    tiny_sandbox.set_fault("portal", "too_many_429", retry_after="3600")
    tiny_sandbox.requests.clear()
    assert capture_tonight(CUTOFF + timedelta(hours=6, minutes=20)) == 11
    with made.open(NOW) as workspace:
        tries = workspace.store.captures.list(UNIT, Period.parse(PERIOD))
    assert [one.failure is not None for one in tries] == [True, True]
    (post,) = post_sink.posts
    assert post["subject"].startswith("[Cảnh báo] Chưa chụp số liệu thời điểm Quý IV năm 2025")
