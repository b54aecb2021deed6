"""Sources full of persons, three forms of them, and every command that shows or keeps something of it afterwards."""

from pathlib import Path

import pytest
import yaml

from baocao.settings import CHECKOUT_DIR
from sandbox.server import RunningSandbox
from tests.flows.conftest import Ended, Installation, install
from tests.flows.test_privacy import texts_of
from tests.security.test_persons import shown

PERIOD, UNIT = "2025-Q4", "dac-khu"
SOURCES = ("one_stop_igate", "documents_qlvb", "portal_dvcqg")
PLANTED = {
    "codes": {"one_stop": "id", "documents": "hinhThucGuiCode", "portal": "DUOCTHANHTOANTRUCTUYEN"},
    "names": {"one_stop": "name", "documents": "trichYeu", "portal": "TENTTHC"},
    "everything": {"one_stop": None, "documents": None, "portal": None},
}
CHANGE = {"indicators": {"dossiers_full_count": {"owner": "office"}}}
COMMANDS = (
    *(("probe", source, "--draft", "--days", "30") for source in SOURCES),
    *(("probe", source, "--days", "30", "--json") for source in SOURCES),
    ("explain", PERIOD, "4.3.1"),
    ("explain", PERIOD, "4.3.1", "--json"),
    ("checks", PERIOD),
    ("show", PERIOD, "--history"),
    ("incidents", "list"),
    ("status", PERIOD, "--json"),
    ("doctor", "--period", PERIOD),
    ("rerun", PERIOD, "--from", "payloads", "--form", "2020-ii-06a-vpcp"),
    ("backfill", PERIOD, "--only", "all", "--json"),
)


@pytest.fixture(params=PLANTED)
def full(request: pytest.FixtureRequest, tmp_path: Path, tiny_sandbox: RunningSandbox) -> Installation:
    for system, field in PLANTED[request.param].items():
        tiny_sandbox.set_fault(system, "person_in_fields", field=field)
    made = install(tmp_path, tiny_sandbox, tiny_sandbox.now, UNIT, "")
    return Installation(made.home, {**made.environment, "BAOCAO_CONFIG_DIR": str(CHECKOUT_DIR / "config")})


def test_no_command_shows_a_person_and_nothing_it_leaves_holds_one(full: Installation) -> None:
    change = full.home / "thay-doi.yaml"
    change.write_text(yaml.safe_dump(CHANGE), encoding="utf-8")
    said = {"run": full.run("run", PERIOD, "--on", "here")}
    said |= {" ".join(words): full.run(*words) for words in (*COMMANDS, ("what-if", str(change), PERIOD))}
    assert {name for name, ended in said.items() if _is_unknown(ended)} == set(), "each command was understood"
    assert {name for name, ended in said.items() if shown(ended.out + ended.err)} == set()
    files = [path for path in full.home.rglob("*") if path.is_file()]
    assert any("drafts" in str(path) for path in files)
    assert any("2020-ii-06a-vpcp" in str(path) for path in files)
    assert {where for path in files for where, text in texts_of(path) if shown(text)} == set()


def _is_unknown(ended: Ended) -> bool:
    return ended.code not in {0, 11, 12, 13, 20, 21} or not ended.out + ended.err
