"""The engine asks again only where time may heal."""

from collections.abc import Callable

import pytest

from sandbox.server import RunningSandbox
from tests.flows.conftest import Installation


@pytest.fixture
def patient_run(tiny: Installation, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """A run that waits for its sources, with half an hour cut to a second; its exit code."""
    for name, value in tiny.environment.items():
        monkeypatch.setenv(name, value)

    def run() -> int:
        from flows import quarterly_report as module
        from flows.engine.api import prefect_api

        monkeypatch.setattr(module.collect, "retry_delay_seconds", 1)
        with prefect_api(tiny.home / "var"):
            state = module.quarterly_report("dac-khu", "2025-Q4", mode="wait", return_state=True)
            return int(state.result(raise_on_failure=False).exit_code)

    return run


def test_a_source_that_was_down_is_asked_again_later(
    patient_run: Callable[[], int], tiny_sandbox: RunningSandbox
) -> None:
    tiny_sandbox.set_fault("portal", "too_many_429", retry_after="3600", times=1)
    assert patient_run() == 0


def test_a_refused_access_is_never_asked_again(patient_run: Callable[[], int], tiny_sandbox: RunningSandbox) -> None:
    tiny_sandbox.set_fault("portal", "wrong_password")
    tiny_sandbox.requests.clear()
    assert patient_run() == 12
    assert tiny_sandbox.requests.count("portal") == 1
