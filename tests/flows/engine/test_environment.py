"""What a process is told before it imports Prefect."""

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from baocao.settings import TELEMETRY_OFF
from flows.engine.environment import apply_environment, engine_environment, prefect_home

HOME = Path("/srv/baocao/var")


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of ours yet, no Prefect, and the environment as it was afterwards."""
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.delitem(sys.modules, "prefect", raising=False)
    for name in [*engine_environment(HOME), "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy"]:
        os.environ.pop(name, None)


def test_prefect_lives_under_the_home():
    apply_environment(HOME)
    assert os.environ["PREFECT_HOME"] == "/srv/baocao/var/prefect"
    assert prefect_home(HOME) == Path("/srv/baocao/var/prefect")


def test_what_the_user_has_set_stands():
    os.environ["PREFECT_HOME"] = "/elsewhere"
    apply_environment(HOME)
    assert os.environ["PREFECT_HOME"] == "/elsewhere"
    assert prefect_home(HOME) == Path("/elsewhere")


@pytest.mark.parametrize("name", TELEMETRY_OFF)
def test_telemetry_is_off_whatever_the_user_has_set(name: str):
    os.environ[name] = "something else"
    apply_environment(HOME)
    assert os.environ[name] == TELEMETRY_OFF[name]


def test_a_proxy_is_not_asked_for_this_machine():
    os.environ |= {"http_proxy": "http://proxy.example:3128", "no_proxy": "intranet.example"}
    apply_environment(HOME)
    assert os.environ["no_proxy"] == "intranet.example,127.0.0.1,localhost"


def test_without_a_proxy_there_is_no_exception_from_it():
    os.environ.pop("no_proxy", None)
    os.environ.pop("NO_PROXY", None)
    apply_environment(HOME)
    assert "no_proxy" not in os.environ


def test_it_is_too_late_once_prefect_is_imported(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "prefect", ModuleType("prefect"))
    with pytest.raises(RuntimeError, match="PREFECT_HOME"):
        apply_environment(HOME)


def test_doing_it_again_changes_nothing(monkeypatch: pytest.MonkeyPatch):
    apply_environment(HOME)
    before = dict(os.environ)
    monkeypatch.setitem(sys.modules, "prefect", ModuleType("prefect"))
    apply_environment(HOME)
    assert os.environ == before
