"""What we are made of: the audit tells a clean answer from no answer, the bill of materials lists what is locked."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from baocao.settings import CHECKOUT_DIR
from reporting.upkeep.doctor.installation import read_lock

LOCK = CHECKOUT_DIR / "requirements.lock"
KNOWN = {"name": "click", "version": "8.5.1", "vulns": []}
FLAWED = {"name": "click", "version": "8.5.1", "vulns": [{"id": "CVE-2099-1", "fix_versions": ["9.0"]}]}
UNKNOWN = {"name": "aiosqlite", "skip_reason": "not found"}


def audit(folder: Path, answer: str, lock: Path = LOCK) -> subprocess.CompletedProcess[str]:
    """The audit with a tool that gives this answer."""
    tool = folder / "tool"
    tool.write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\necho the service is away >&2\nexit 1\n")
    tool.chmod(0o755)
    arguments = ["--tool", str(tool), "--stamp", str(folder / "stamp"), "--locks", str(lock)]
    script = str(CHECKOUT_DIR / ".ci" / "audit.py")
    return subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("answer", "code", "says"),
    [
        (json.dumps({"dependencies": [KNOWN]}), 0, "no known vulnerability in 1 packages"),
        (json.dumps({"dependencies": [KNOWN, UNKNOWN]}), 0, "in 1 packages; 1 it does not know"),
        (json.dumps({"dependencies": [KNOWN, FLAWED]}), 1, "click 8.5.1: CVE-2099-1, fixed in 9.0"),
        (json.dumps({"dependencies": [UNKNOWN, UNKNOWN]}), 0, "COULD NOT BE ASKED (it knows no package)"),
        ("", 0, "COULD NOT BE ASKED (the service is away)"),
    ],
)
def test_no_answer_is_never_taken_for_a_clean_one(tmp_path: Path, answer: str, code: int, says: str) -> None:
    done = audit(tmp_path, answer)
    assert (done.returncode, says in done.stdout) == (code, True), done.stdout + done.stderr


def test_a_version_the_policy_refuses_fails_even_when_nobody_can_be_asked(tmp_path: Path) -> None:
    lock = tmp_path / "bad.lock"
    lock.write_text("urllib3==2.5.0 \\\n    --hash=sha256:ab\nrequests==2.34.0 \\\n    --hash=sha256:ab\n")
    done = audit(tmp_path, "", lock)
    assert done.returncode == 1
    assert "urllib3 2.5.0 (bad.lock): refused by known-bad.yaml, CVE-2025-66418" in done.stdout
    assert "requests" not in done.stdout


def test_a_verdict_is_kept_for_the_very_lock_only(tmp_path: Path) -> None:
    clean = json.dumps({"dependencies": [KNOWN]})
    assert audit(tmp_path, clean).returncode == 0
    assert "no known vulnerability" in audit(tmp_path, "").stdout, "a clean answer is good for a day"
    other = tmp_path / "other.lock"
    other.write_text("click==8.5.1 \\\n    --hash=sha256:ab\n")
    assert "COULD NOT BE ASKED" in audit(tmp_path, "", other).stdout


def test_the_bill_of_materials_lists_the_lock_and_is_the_same_each_time(tmp_path: Path) -> None:
    made = []
    for name in ("a", "b"):
        script = str(CHECKOUT_DIR / ".ci" / "sbom.py")
        done = subprocess.run(
            [sys.executable, script, str(tmp_path / name)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        made.append((tmp_path / name).read_text())
    assert made[0] == made[1]
    bom = json.loads(made[0])
    listed = {(one["name"], one["version"]) for one in bom["components"]}
    assert listed == {(name, version) for name, pin in read_lock(LOCK).items() for version in pin.versions}
    needs = {one["ref"].partition("@")[0].rpartition("/")[2]: one["dependsOn"] for one in bom["dependencies"]}
    assert any(reference.startswith("pkg:pypi/prefect@") for reference in needs["baocao"])
    assert any(reference.startswith("pkg:pypi/asgi-lifespan@") for reference in needs["prefect"])
    assert not re.search(r"://(?!cyclonedx\.org)|/home/|/tmp/|/root/", made[0])
