"""`make audit`: are the locked packages free of known vulnerabilities: yes (0), no (1), or nobody could be asked (0).

"No known vulnerabilities" of a service that knows none of the packages is not a yes: that is told apart. What was found
is kept beside the virtual environment for a day, so that `make check` does not ask each time.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from packaging.specifiers import SpecifierSet

from reporting.upkeep.doctor.installation import read_lock

CHECKOUT_DIR = Path(__file__).resolve().parent.parent
POLICY = CHECKOUT_DIR / ".ci" / "known-bad.yaml"
CLEAN_FOR_S = 24 * 3600
UNASKED_FOR_S = 3600
TIMEOUT_S = 300


@dataclass(frozen=True)
class Verdict:
    """What came of asking; `vulnerable` lines name package, version and advisory."""

    outcome: str
    says: str
    vulnerable: tuple[str, ...] = ()


def main() -> int:
    given = read_arguments()
    refused = [line for lock in given.locks for line in find_known_bad(lock)]
    verdict = recall(given.stamp, given.locks) or ask_and_keep(given)
    print(f"audit: {verdict.says}")
    for line in (*refused, *verdict.vulnerable):
        print(f"  {line}")
    return 1 if refused or verdict.vulnerable else 0


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--locks", nargs="+", type=Path, default=[CHECKOUT_DIR / "requirements-dev.lock"])
    parser.add_argument("--tool", default=str(Path(sys.executable).with_name("pip-audit")))
    parser.add_argument("--stamp", type=Path, default=CHECKOUT_DIR / ".venv" / ".audited")
    return parser.parse_args()


def find_known_bad(lock: Path) -> Iterator[str]:
    """What the committed policy refuses, whoever can be asked."""
    pins = read_lock(lock)
    for name, rule in yaml.safe_load(POLICY.read_text(encoding="utf-8"))["packages"].items():
        for version in sorted(pins[name].versions if name in pins else ()):
            if SpecifierSet(rule["versions"], prereleases=True).contains(version):
                yield f"{name} {version} ({lock.name}): refused by known-bad.yaml, {rule['advisory']}: {rule['why']}"


def ask_and_keep(given: argparse.Namespace) -> Verdict:
    verdict = ask(given.tool, given.locks)
    if verdict.outcome != "vulnerable" and given.stamp.parent.is_dir():
        kept = {"locks": hash_of(given.locks), "at": time.time(), "outcome": verdict.outcome, "says": verdict.says}
        given.stamp.write_text(json.dumps(kept))
    return verdict


def recall(stamp: Path, locks: list[Path]) -> Verdict | None:
    """The last verdict about these very locks, while it is young enough."""
    try:
        kept = json.loads(stamp.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    young_s = CLEAN_FOR_S if kept["outcome"] == "clean" else UNASKED_FOR_S
    if kept["locks"] != hash_of(locks) or time.time() - kept["at"] > young_s:
        return None
    return Verdict(kept["outcome"], f"{kept['says']} (asked {time.strftime('%F %R', time.gmtime(kept['at']))} UTC)")


def ask(tool: str, locks: list[Path]) -> Verdict:
    """First about one package: a service that cannot be reached, or knows nothing, is not asked for the others."""
    names = list(read_lock(locks[0]).items())
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as one:
        one.write(f"{names[0][0]}=={min(names[0][1].versions)}\n")
        one.flush()
        first = judge(call(tool, [Path(one.name)]))
    return judge(call(tool, locks)) if first.outcome != "unasked" else first


def call(tool: str, files: list[Path]) -> Any:
    """The tool's JSON, or why there is none."""
    command = [tool, "--no-deps", "--disable-pip", "-f", "json", "--progress-spinner", "off"]
    for file in files:
        command += ["-r", str(file)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)  # noqa: S603
        return json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__
    except json.JSONDecodeError:
        return (done.stderr.strip().splitlines() or ["no answer"])[-1]


def judge(answer: Any) -> Verdict:
    if isinstance(answer, str):
        return Verdict("unasked", f"the advisory service COULD NOT BE ASKED ({answer}); nothing is known")
    packages = answer["dependencies"]
    asked = [package for package in packages if "skip_reason" not in package]
    found = tuple(
        f"{package['name']} {package['version']}: {flaw['id']}, fixed in {', '.join(flaw['fix_versions']) or 'none'}"
        for package in asked
        for flaw in package["vulns"]
    )
    if found:
        return Verdict("vulnerable", f"{len(found)} known vulnerabilities", found)
    if not asked:
        return Verdict("unasked", "the advisory service COULD NOT BE ASKED (it knows no package); nothing is known")
    unknown = f"; {len(packages) - len(asked)} it does not know" if len(asked) < len(packages) else ""
    return Verdict("clean", f"no known vulnerability in {len(asked)} packages{unknown}")


def hash_of(locks: list[Path]) -> str:
    return hashlib.sha256(b"".join(lock.read_bytes() for lock in locks)).hexdigest()


if __name__ == "__main__":
    raise SystemExit(main())
