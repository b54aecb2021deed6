"""What the documents and the configuration say is what is there."""

import re
import subprocess
import sys
from importlib import import_module

import pytest

from baocao.catalogue import Catalogue
from baocao.catalogue.sources import Sources
from baocao.catalogue.yaml_files import read_yaml
from baocao.domain import CellStatus, Severity, System
from baocao.records import COLUMNS, VALUES
from baocao.settings import CHECKOUT_DIR
from baocao.vocabulary import FIELDS, SEVERITIES, STATUSES, SYSTEMS
from baocao.vocabulary import VALUES as WORDS
from connectors.registry import list_connectors

README = (CHECKOUT_DIR / "README.md").read_text(encoding="utf-8")


def test_every_command_the_readme_shows_exists() -> None:
    from cli.main import cli

    shown = set(re.findall(r"^(?:\$ )?baocao ([a-z-]+)", README, re.MULTILINE))
    assert shown
    assert shown <= set(cli.commands)
    targets = set(re.findall(r"^([a-z-]+):", (CHECKOUT_DIR / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z-]+)", README)) <= targets


def test_the_tree_in_the_readme_is_the_tree_on_disk() -> None:
    named = re.findall(r"^([a-z_.-]+(?:/[a-z0-9_.-]+)*/?)\s{2,}\S", README, re.MULTILINE)
    assert {"flows/", "connectors/", "expectations/", "config/", "tests/"} <= set(named)
    for path in named:
        assert (CHECKOUT_DIR / path).exists(), path
    tracked = subprocess.run(["git", "ls-files"], cwd=CHECKOUT_DIR, capture_output=True, text=True, check=False).stdout
    folders = {line.split("/")[0] + "/" for line in tracked.splitlines() if "/" in line and line[0] != "."}
    assert folders <= set(named)


def test_every_link_of_the_documents_leads_somewhere() -> None:
    for page in (CHECKOUT_DIR / "README.md", CHECKOUT_DIR / "DEVELOPERS.md", *(CHECKOUT_DIR / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_dialect_is_a_module_of_its_own_name_with_an_example() -> None:
    config_dir = CHECKOUT_DIR / "config"
    examples = [read_yaml(path, Sources).sources for path in (config_dir / "examples").glob("sources-*.yaml")]
    shown = {source.connector for one in [Catalogue.read(config_dir).sources, *examples] for source in one.values()}
    for code, connector in list_connectors().items():
        module = type(connector).__module__
        assert module.rpartition(".")[2] == code == connector.code
        assert import_module(module).__doc__
        assert code in shown, code


def test_every_value_has_its_vietnamese_word_and_its_place_in_the_glossary() -> None:
    glossary = (CHECKOUT_DIR / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert set(STATUSES) == set(CellStatus)
    assert set(SYSTEMS) == set(System)
    assert set(SEVERITIES) == set(Severity)
    assert set(FIELDS) >= {name for columns in COLUMNS.values() for name in columns}
    assert set(WORDS) >= {value for values in VALUES.values() for value in values}
    for status in CellStatus:
        assert f"{status} ({STATUSES[status]})" in re.sub(r"\s+", " ", glossary)


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md", "docs/decisions.md", "docs/glossary.md"])
def test_no_document_is_empty(page: str) -> None:
    assert len((CHECKOUT_DIR / page).read_text(encoding="utf-8")) > 500


@pytest.mark.parametrize(
    "package",
    ["baocao", "baocao.domain", "baocao.catalogue", "flows", "cli.main", "reporting", "expectations", "sandbox"],
)
def test_importing_costs_no_heavy_package(package: str) -> None:
    heavy = "{'prefect', 'great_expectations', 'docx', 'typst', 'fastapi'}"
    code = f"import sys, {package}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT_DIR, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_lock_file_names_a_host() -> None:
    for lock in ("requirements.lock", "requirements-s3.lock", "requirements-dev.lock"):
        text = (CHECKOUT_DIR / lock).read_text()
        assert "://" not in text
        assert not re.search(r"(?m)^--", text)


def test_the_readme_shows_every_command() -> None:
    from cli.main import cli

    assert set(cli.commands) <= set(re.findall(r"^(?:\$ )?baocao ([a-z-]+)", README, re.MULTILINE))


PACKAGES = ("baocao", "cli", "connectors", "desk", "expectations", "flows", "reporting", "sandbox")


def test_the_guide_for_developers_names_every_room_and_nothing_that_is_not_there() -> None:
    guide = (CHECKOUT_DIR / "DEVELOPERS.md").read_text(encoding="utf-8")
    quoted = {name for name in re.findall(r"`([^`\s]+)`", guide) if "<" not in name}
    named = {name for name in quoted if name.endswith("/") or re.search(r"/.*\.\w+$", name)}
    missing = sorted(name for name in named if not (CHECKOUT_DIR / name).exists())
    assert missing == []
    tracked = subprocess.run(["git", "ls-files"], cwd=CHECKOUT_DIR, capture_output=True, text=True, check=False).stdout
    files = {line.rpartition("/")[2] for line in tracked.splitlines()}
    beside = {name for name in quoted if re.fullmatch(r"[\w.]+\.(py|j2|css|md)", name)}
    assert sorted(beside - files if files else ()) == []
    rooms = {
        folder.parent.relative_to(CHECKOUT_DIR).as_posix() + "/"
        for package in PACKAGES
        for folder in (CHECKOUT_DIR / package).rglob("__init__.py")
    }
    assert sorted(rooms - named) == []
    targets = set(re.findall(r"^([a-z-]+):", (CHECKOUT_DIR / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"make ([a-z-]+)", guide)) <= targets


BOUND = re.compile(r"\b(?:timeout=|(?:join|wait|timeout)\(|monotonic\(\) \+ )(\d+(?:\.\d+)?)\b")
TO_COME_TOO_LATE_S, GUARD_S = 1, 300


def test_no_test_gives_up_on_a_busy_machine() -> None:
    """A bound is a guard against what hangs, or so short that what is tested comes too late on any machine."""
    found = {
        f"{path.relative_to(CHECKOUT_DIR)}: {bound}"
        for path in (CHECKOUT_DIR / "tests").rglob("*.py")
        for bound in BOUND.findall(path.read_text(encoding="utf-8"))
        if TO_COME_TOO_LATE_S < float(bound) < GUARD_S
    }
    assert sorted(found) == []
