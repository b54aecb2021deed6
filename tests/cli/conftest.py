"""The installations of the tests of what the commands call."""

from pathlib import Path

import pytest

from tests.cli.busy import Busy, make_busy
from tests.reporting.alerting.conftest import home, post_sink, small_office
from tests.reporting.conftest import made

__all__ = ["home", "made", "post_sink", "small_office"]


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory, made_once: Path) -> Busy:
    """To look at, not to change."""
    return make_busy(made_once, tmp_path_factory.mktemp("busy") / "home")
