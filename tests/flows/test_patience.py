"""The engine asks again only where time may heal."""

import subprocess
import sys

from baocao.settings import CHECKOUT_DIR
from sandbox.server import RunningSandbox
from tests.flows.conftest import Installation


def patient_run(tiny: Installation) -> int:
    arguments = [sys.executable, "-m", "tests.flows.patient_run"]
    done = subprocess.run(
        arguments, cwd=CHECKOUT_DIR, env=tiny.environment, capture_output=True, timeout=170, check=False
    )
    return done.returncode


def test_a_source_that_was_down_is_asked_again_later(tiny: Installation, tiny_sandbox: RunningSandbox) -> None:
    tiny_sandbox.set_fault("portal", "too_many_429", retry_after="3600", times=1)
    assert patient_run(tiny) == 0


def test_a_refused_access_is_never_asked_again(tiny: Installation, tiny_sandbox: RunningSandbox) -> None:
    tiny_sandbox.set_fault("portal", "wrong_password")
    tiny_sandbox.requests.clear()
    assert patient_run(tiny) == 12
    assert tiny_sandbox.requests.count("portal") == 1
