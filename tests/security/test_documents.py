"""What the pages on errors, alerts, watching and threats say is what the code does."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator

from baocao.errors import BaocaoError, SourceError
from baocao.incidents import CauseKind
from baocao.settings import CHECKOUT_DIR
from reporting.log.run_log import LogSettings

DOCS = CHECKOUT_DIR / "docs"
ERRORS = (DOCS / "errors.md").read_text(encoding="utf-8")
OBSERVABILITY = (DOCS / "observability.md").read_text(encoding="utf-8")
THREATS = (DOCS / "threat-model.md").read_text(encoding="utf-8")
ALL_ERRORS = (
    "import pkgutil, importlib, baocao, connectors, flows\n"
    "from baocao.errors import BaocaoError\n"
    "for package in (baocao, connectors, flows):\n"
    "    for module in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
    "        if 'migrations' not in module.name: importlib.import_module(module.name)\n"
    "def walk(kind):\n"
    "    print(kind.__name__, kind.exit_code)\n"
    "    for one in kind.__subclasses__(): walk(one)\n"
    "walk(BaocaoError)\n"
)


def rows(page: str) -> Iterator[list[str]]:
    for line in page.splitlines():
        if line.startswith("| ") and not line.startswith("|---"):
            yield [cell.strip() for cell in line.strip("|").split(" | ")]


def test_every_class_of_error_is_in_the_table_with_its_exit_code_cause_owner_and_action() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ALL_ERRORS], cwd=CHECKOUT_DIR, capture_output=True, text=True, check=True
    )
    told = {name: row for row in rows(ERRORS) if len(row) == 5 for name in re.findall(r"`(\w+Error)`", row[1])}
    thrown = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())
    assert set(thrown) == set(told), "the page and the code know the same errors"
    for name, code in thrown.items():
        row = told[name]
        assert row[0] == code or name == "RunStoppedError", name
        assert all(row[2:5]), name


def test_every_kind_of_alert_is_in_the_table() -> None:
    told = {tuple(re.findall(r"`(\w+)`", row[0])) for row in rows(ERRORS.partition("## Alerts")[2]) if "`" in row[0]}
    assert {kinds[0] for kinds in told} == {kind.value for kind in CauseKind}
    variants = {kinds[1] for kinds in told if len(kinds) > 1}
    assert variants == {kind.__name__ for kind in SourceError.__subclasses__()}


def test_every_exit_code_of_the_errors_is_in_the_readme() -> None:
    readme = (CHECKOUT_DIR / "README.md").read_text(encoding="utf-8")
    for kind in SourceError.__subclasses__():
        assert f"| {kind.exit_code} |" in readme
    assert BaocaoError.exit_code == 1


def test_every_test_the_threat_model_names_exists() -> None:
    there = {
        name
        for path in (CHECKOUT_DIR / "tests").rglob("*.py")
        for name in re.findall(r"def (test_\w+)\(", path.read_text(encoding="utf-8"))
    }
    named = set(re.findall(r"`(test_\w+)`", THREATS))
    assert len(named) > 25
    assert named <= there
    assert all("`test_" in row[3] for row in rows(THREATS) if row[0].isdigit()), "no threat without a test"


def test_every_promise_of_security_is_shown_by_a_test_that_is_there() -> None:
    text = (CHECKOUT_DIR / "SECURITY.md").read_text(encoding="utf-8")
    promises = text.partition("## What we promise")[2].partition("\n## ")[0]
    there = {
        name
        for path in (CHECKOUT_DIR / "tests").rglob("*.py")
        for name in re.findall(r"def (test_\w+)\(", path.read_text(encoding="utf-8"))
    }
    told = [row for row in rows(promises) if row[0] != "We promise"]
    assert len(told) >= 14
    for promise, shown in told:
        named = set(re.findall(r"`(test_\w+)`", shown))
        assert named, promise
        assert named <= there, promise
    assert "\n- " not in promises, "a promise stands in the table, beside its test"


def test_every_check_of_doctor_and_health_is_described() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8") for path in (CHECKOUT_DIR / "reporting" / "upkeep" / "doctor").glob("*.py")
    )
    pattern = r"(?:report|secrets|sources|state|machine|installation|running)\.[a-z_]+"
    known = set(re.findall(rf'"({pattern})"', sources)) | {"running.watch", "running.verify"}
    told = set(re.findall(rf"`({pattern})`", OBSERVABILITY))
    assert known == told


def test_every_metric_is_described_and_no_other() -> None:
    code = (CHECKOUT_DIR / "reporting" / "upkeep" / "metrics.py").read_text(encoding="utf-8")
    named = set(re.findall(r'_(?:gauge|single)\("(\w+)"', code)) | {"build_info", "source_failures_total"}
    assert {f"baocao_{name}" for name in named} == set(re.findall(r"`(baocao_\w+)`", OBSERVABILITY))


def notes() -> Iterator[tuple[str, set[str | None]]]:
    """Every sentence the code notes in the log, with the names of its fields."""
    folders = ("baocao", "cli", "connectors", "expectations", "flows", "reporting")
    for path in (path for folder in folders for path in (CHECKOUT_DIR / folder).rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "note":
                assert isinstance(call.args[0], ast.Constant), f"{path}: the sentence is fixed"
                yield str(call.args[0].value), {keyword.arg for keyword in call.keywords} - {"level"}


def test_every_field_and_sentence_of_the_log_is_described() -> None:
    noted = list(notes())
    assert {"run started", "source failed", "step ended"} <= {says for says, _ in noted}
    for says, fields in noted:
        assert says in OBSERVABILITY, says
        for name in fields:
            assert f"`{name}`" in OBSERVABILITY, f"{says}: {name}"
    for name in ("BAOCAO_LOG_FILE", "BAOCAO_LOG_FORMAT"):
        assert name in OBSERVABILITY
    assert LogSettings.read({}).line_format == "json"
