"""Names nobody expects in the configuration: refused in a sentence, or text wherever they come out; never a crash."""

import csv
import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from baocao.errors import ConfigError
from reporting.collection.typing_in import read_current
from reporting.pipeline import run_from_sources
from sandbox.server import RunningSandbox
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.reporting.conftest import PERIOD, UNIT, Office, plan_of

MARK = "Xyz"
SEEN = {
    "a formula": f'=HYPERLINK("http://la.vn","{MARK}")',
    "a formula by a plus": f"+{MARK}('A')",
    "a formula by an at": f"@SUM({MARK})",
    "a script": f"<script>alert('{MARK}')</script>\"'>&",
    "a path": f"../../{MARK}",
    "a template": f"{{{{ {MARK} }}}} {{% x %}} %s {{0}} [bold]{MARK}[/]",
    "an emoji": f"{MARK} 😀",
    "very long": f"{MARK} " + "dài " * 500,
}
UNSEEN = {
    "a line feed": f"{MARK}\nBcc: la@la.vn",
    "a carriage return": f"{MARK}\rla",
    "a line separator": f"{MARK}\u2028la",
    "turned around": f"{MARK}\u202egnourt",
    "of no width": f"{MARK}\u200bla",
    "a family": f"{MARK} 👨‍👩‍👧",
    "a null": f"{MARK}\x00la",
}
Change = Callable[[dict[str, Any], str], None]


def _unit(content: dict[str, Any], text: str) -> None:
    content["units"][UNIT].update(name=text, place=text)


def _row(content: dict[str, Any], text: str) -> None:
    row = next(one for one in content["rows"] if one.get("indicator"))
    row["label"] = text


def _figure(content: dict[str, Any], text: str) -> None:
    code = next(iter(content["figures"]))
    content["figures"][code].update(given_by=text, evidence=text)


def _source(content: dict[str, Any], text: str) -> None:
    next(iter(content["sources"].values()))["label"] = text


PLACES: dict[str, tuple[str, Change]] = {
    "a unit": ("units.yaml", _unit),
    "a row": ("forms/2025-bieu-mau-7.yaml", _row),
    "a figure typed in": (f"manual/{UNIT}/{PERIOD}.yaml", _figure),
    "a source": ("sources.yaml", _source),
}


def plant(config_dir: Path, place: str, text: str) -> None:
    name, change = PLACES[place]
    content = yaml.safe_load((config_dir / name).read_text(encoding="utf-8"))
    change(content, text)
    (config_dir / name).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


@pytest.fixture
def config_dir(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ONE_FORM_CONFIG_DIR, tmp_path / "config"))


@pytest.fixture
def office(
    tmp_path: Path, config_dir: Path, migrated_sqlite_url: str, tiny_sandbox: RunningSandbox, credentials: None
) -> Office:
    return Office(tmp_path, config_dir, migrated_sqlite_url, tiny_sandbox.url)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", UNSEEN.values(), ids=UNSEEN)
def test_what_cannot_be_seen_is_refused_where_it_stands(office: Office, place: str, text: str) -> None:
    plant(office.config_dir, place, text)
    with pytest.raises(ConfigError) as refused, office.open() as workspace:
        read_current(workspace, UNIT, plan_of(workspace).period)
    told = str(refused.value)
    assert Path(PLACES[place][0]).name in told
    assert "dòng" in told
    assert MARK not in told


@pytest.mark.parametrize("text", SEEN.values(), ids=SEEN)
def test_an_odd_name_is_text_in_every_file_of_a_report(office: Office, text: str) -> None:
    for place in PLACES:
        plant(office.config_dir, place, text)
    with office.open() as workspace:
        run_from_sources(workspace, (plan_of(workspace),), late_stocks=True)
    assert {path.parent for path in office.home.rglob("form.docx")} == {office.out}
    pages = [path.read_text(encoding="utf-8") for path in office.out.glob("*.html")]
    assert pages
    assert not any("<script>alert" in page or ("{{ Xyz" not in page and "{% x" in page) for page in pages)
    assert any(MARK in page for page in pages)
    book = openpyxl.load_workbook(office.out / "form.xlsx")
    formulas = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert not [formula for formula in formulas if MARK in formula]
    assert not [
        cell
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.hyperlink and "la.vn" in str(cell.hyperlink.target)
    ]
    lines = list(csv.reader(io.StringIO((office.out / "form.csv").read_text(encoding="utf-8-sig"))))
    assert not [cell for line in lines for cell in line if MARK in cell and re.match(r"[=+@-]", cell)]
