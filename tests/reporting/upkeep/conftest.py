"""A store with a few runs in it, as an installation finds it by its environment."""

from collections.abc import Callable
from pathlib import Path

import pytest

from baocao.settings import Settings
from baocao.store import open_store
from baocao.store.keys import FormKey
from tests.baocao.store import samples

OTHER = FormKey("xa", samples.FORM.form_code, samples.FORM.period)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty installation."""
    for name in ("BAOCAO_DATABASE_URL", "BAOCAO_PAYLOAD_URL", "BAOCAO_NOW", "PREFECT_API_URL", "BAOCAO_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BAOCAO_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def settings(home: Path) -> Callable[[], Settings]:
    import os

    return lambda: Settings.read(os.environ)


def fill(settings: Settings) -> None:
    """Two units with a success each, one run with two failed sources, one run that was killed, one at work."""
    with open_store(settings.database_url, settings.payload_url) as store:
        samples.run(store)
        samples.run(store, OTHER)
        broken = samples.failure(source_code="igate", kind="SourceContractError", exit_code=13)
        samples.run(store, OTHER, failures=[samples.failure(), broken], exit_code=13)
        samples.run(store, OTHER, failures=[samples.failure()], exit_code=11)
