"""A secret typed anywhere into the configuration is said nowhere: not on the screen, not in the log, not in a file."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from baocao.catalogue import Catalogue, Source
from baocao.catalogue.alerts import read_alerts
from baocao.catalogue.backfill import read_backfill_rules
from baocao.catalogue.desk import read_desk_rules
from baocao.catalogue.hand_in import read_hand_in
from baocao.catalogue.release import read_release_rules
from baocao.catalogue.sites import SiteFile
from baocao.catalogue.yaml_files import read_yaml
from baocao.domain import Period, System
from baocao.errors import ConfigError, SourceError
from connectors.asking.narrowing import nobody_of
from connectors.asking.site import read_site
from connectors.dialects import documents_qlvb, one_stop_igate, one_stop_tandan
from reporting.schedule.operations import read_operations
from sandbox.server import RunningSandbox
from tests.cli.test_looking import ask
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.connectors.suite import ENTRIES, Entry, assignment, connector
from tests.security.planting import PIECES, SECRET, Planted, plant_everywhere

FILES = (
    "alerts.yaml", "backfill.yaml", "desk.yaml", "fields.yaml", "hand_in.yaml", "owed.yaml", "release.yaml", "sources.yaml", "units.yaml", "manual/dac-khu/2025-Q4.yaml",
    "corrections/dac-khu/2025-Q4.yaml", "sites/tinh-a.yaml", "sites/tinh-b.yaml",
)  # fmt: skip
LONG_FILES = (
    "calendars.yaml", "checks.yaml", "indicators.yaml", "measures.yaml", "operations.yaml", "forms/2025-bieu-mau-7.yaml",
)  # fmt: skip
"""Without accounts or addresses, and long: for make test-slow."""
LIKE_OTHERS = {
    "manual": "manual/dac-khu/2025-Q4.yaml",
    "forms": "forms/2025-bieu-mau-7.yaml",
    "indicators": "indicators.yaml",
    "examples": "the files they are copied to",
}
"""Folders whose files are of one kind."""
EXAMPLES = ("alerts.yaml", "desk.yaml", "hand_in.yaml", "owed.yaml")
Q4 = Period(2025, "Q4")
SITES = {
    "documents_qlvb": documents_qlvb.SITE,
    "one_stop_igate": one_stop_igate.SITE,
    "one_stop_tandan": one_stop_tandan.SITE,
}


@pytest.fixture
def config_dir(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(ONE_FORM_CONFIG_DIR, tmp_path / "config"))
    for name in EXAMPLES:
        shutil.copy(folder / "examples" / name, folder / name)
    owed = (folder / "owed.yaml").read_text(encoding="utf-8")
    owed = owed.replace("    series: xay", "    tiers: [commune, ward, special_zone]\n    series: xay", 1)
    (folder / "owed.yaml").write_text(
        owed.replace("series: 2025-chi-dao-dieu-hanh", "series: xay-dung-chinh-quyen-so"), encoding="utf-8"
    )
    (folder / "corrections" / "dac-khu").mkdir(parents=True)
    shutil.copy(folder / "examples" / "correction.yaml", folder / "corrections" / "dac-khu" / "2025-Q4.yaml")
    return folder


def read_all(config_dir: Path) -> None:
    """Every file a command may read."""
    catalogue = Catalogue.read(config_dir)
    read_alerts(catalogue)
    read_operations(catalogue)
    read_release_rules(config_dir)
    read_backfill_rules(config_dir)
    read_desk_rules(config_dir)
    read_hand_in(catalogue)
    catalogue.manual_figures("dac-khu", Q4)
    catalogue.corrections("dac-khu", Q4)
    for site in (config_dir / "sites").glob("*.yaml"):
        given = read_yaml(site, SiteFile)
        for dialect in given.dialects.keys() & SITES.keys():
            options = {"site": given.dialects[dialect]}
            read_site(
                Source(label="Nguồn", system=System.ONE_STOP, connector=dialect, site=site.stem, options=options),
                SITES[dialect],
            )


def told_with(config_dir: Path, planted: Planted, act: Callable[[], None]) -> str:
    """What is refused while the secret stands in the file; nothing where it is taken."""
    path = config_dir / planted.name
    before = path.read_bytes()
    planted.write(config_dir)
    try:
        act()
    except ConfigError as error:
        return str(error)
    finally:
        path.write_bytes(before)
    return ""


def test_no_file_of_the_configuration_is_left_out(config_dir: Path) -> None:
    found = {path.relative_to(config_dir).as_posix() for path in config_dir.rglob("*.yaml")}
    assert {one for one in found if one.split("/")[0] not in LIKE_OTHERS} <= {*FILES, *LONG_FILES}
    assert {*FILES, *LONG_FILES} <= found


@pytest.mark.parametrize("name", [*FILES, *(pytest.param(one, marks=pytest.mark.slow) for one in LONG_FILES)])
def test_no_refusal_says_what_was_planted(config_dir: Path, name: str) -> None:
    read_all(config_dir)
    refused = 0
    for planted in plant_everywhere(config_dir, (name,)):
        told = told_with(config_dir, planted, lambda: read_all(config_dir))
        refused += bool(told)
        assert not any(piece in told for piece in PIECES), (planted.what, told)
        assert "Traceback" not in told
    assert refused, "some of it must be wrong"


@pytest.mark.parametrize("fault", ["none", "bare_500", "login_page", "redirect_elsewhere"])
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.source_code)
def test_no_message_of_a_source_says_a_secret_typed_as_a_units_key(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox, credentials: None, entry: Entry, fault: str
) -> None:
    if fault != "none":
        tiny_sandbox.set_fault(entry.system, fault)
    seen: list[str] = []
    asked = replace(
        assignment(catalogue, entry, tiny_sandbox.url), unit_key=SECRET, watch=lambda one: seen.append(one.shown)
    )
    told = ""
    try:
        payloads = list(connector(catalogue, entry).fetch(asked))
        parsed = connector(catalogue, entry).parse(payloads, source_code=entry.source_code, unit_code="dac-khu")
        told = repr(parsed.notices)
    except SourceError as error:
        told = f"{error} {error!r}"
        assert entry.source_code != "documents_qlvb" or fault != "none" or "/switch/{unit}/" in told
    for text in (told, *seen):
        assert not any(piece in text for piece in (*PIECES, quote(SECRET), "S9cr9t", "9f9e")), text


@pytest.mark.parametrize("key", [SECRET, "Mật+Khẩu7", "p@ss-word", "9z9z9z9z9z"])
def test_the_key_nobody_has_is_made_of_no_letter_of_a_secret(key: str) -> None:
    made = nobody_of(key)
    assert made != key
    assert not any(map(str.isalpha, made))


@pytest.mark.parametrize(
    ("key", "made"), [("H98.51", "H99.99"), ("64f0c1a2b3d4e5f607182951", "99f9c9a9b9d9e9f999999999")]
)
def test_the_key_nobody_has_is_like_a_code(key: str, made: str) -> None:
    assert nobody_of(key) == made


PLACES: dict[str, tuple[str, str, str]] = {
    "an account": ("sources.yaml", "username: tichhop.baocao", f"username: {SECRET}"),
    "an option's name": ("sources.yaml", "page_size:", f"{SECRET}:"),
    "an option": ("sources.yaml", "page_size: 500", f"page_size: {SECRET}"),
    "a dialect": ("sources.yaml", "connector: documents_qlvb", f"connector: {SECRET}"),
    "a secret written out": ("sources.yaml", "env:BAOCAO_PORTAL_PASSWORD", SECRET),
    "a chat": ("alerts.yaml", "kind: telegram", f"kind: telegram, chat: '{SECRET}'"),
    "a hook's address": ("alerts.yaml", "https://giamsat", f"https://127.0.0.1:1/{SECRET}?token={SECRET}#"),
    "a unit's key": ("units.yaml", 'documents_qlvb: "5101"', f"documents_qlvb: {SECRET}"),
    "a province's sign-in": ("desk.yaml", "file:/run/credentials/baocao/sso", SECRET),
    "a mailbox": ("hand_in.yaml", "secret: env:BAOCAO_IMAP_PASSWORD", f"secret: {SECRET}"),
    "a mailbox's server": ("hand_in.yaml", "host: imap", f"host: lan:{SECRET}@imap"),
    "a mailbox's folder": ("hand_in.yaml", "taken: Da-xu-ly", f"taken: {SECRET}/{SECRET}"),
    "a sender": ("hand_in.yaml", "vanthu@anmau.vi-du.vn", f"lan:{SECRET}@anmau.vi-du.vn"),
    "a mail server": ("alerts.yaml", "host: ", f"host: {SECRET} # "),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.usefixtures("credentials")
def test_no_command_says_what_was_planted(
    config_dir: Path, tmp_path: Path, tiny_sandbox: RunningSandbox, place: str
) -> None:
    name, was, now = PLACES[place]
    path, home = config_dir / name, tmp_path / "home"
    text = path.read_text(encoding="utf-8")
    if was not in text:
        pytest.fail(f"{name} has no longer {was}")
    path.write_text(text.replace(was, now, 1), encoding="utf-8")
    home.mkdir()
    for words in (("doctor",), ("status",), ("alerts", "test"), ("take-in",), ("run", "2025-Q4", "--on", "here")):
        ended = ask(home, *words, BAOCAO_SANDBOX_URL=tiny_sandbox.url)
        assert "Traceback" not in ended.err
        assert not any(piece in ended.out + ended.err for piece in PIECES), (words, ended.out, ended.err)
    files = [file for file in home.rglob("*") if file.is_file()]
    assert not [file for file in files if any(piece.encode() in file.read_bytes() for piece in PIECES)]
