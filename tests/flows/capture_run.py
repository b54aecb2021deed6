"""A night's capture with half an hour cut to a second; prints nothing, ends with the exit code."""

import os
import sys

from baocao.settings import Settings
from flows.engine.environment import apply_environment

apply_environment(Settings.read(os.environ).var_dir)
from flows import stock_capture as module  # noqa: E402

module.capture.retry_delay_seconds = 1
state = module.stock_capture(return_state=True)
sys.exit(state.result(raise_on_failure=False).exit_code)
