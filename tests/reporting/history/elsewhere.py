"""Another machine: a copy of the database and the payloads in another home, under another zone, locale and Python."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from baocao.settings import CHECKOUT_DIR
from tests.flows.conftest import COMMAND

OTHER = {"TZ": "America/St_Johns", "LC_ALL": "C", "LANG": "vi_VN", "PYTHONUTF8": "1", "PYTHONHASHSEED": "7"}
VERSIONS = ("3.13", "3.12", "3.11")


def copy_home(home: Path, to: Path) -> Path:
    """The payloads, and the database where it is a file; no out/, no configuration of the time."""
    shutil.copytree(home / "var", to / "var")
    return to


def replay_everything(home: Path, database_url: str | None = None, python: str = sys.executable) -> dict[str, Any]:
    """What `baocao verify --replay --json` says there."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("BAOCAO_", "PYTHON"))}
    environment |= {**OTHER, "BAOCAO_HOME": str(home), "HOME": str(home), "PYTHONPATH": str(CHECKOUT_DIR)}
    if database_url is not None:
        environment["BAOCAO_DATABASE_URL"] = database_url
    done = subprocess.run(
        [python, "-c", COMMAND, "verify", "--replay", "--json"],
        env=environment, cwd=home, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["exit_code"] == done.returncode
    return told


def find_other_python() -> str | None:
    """An interpreter of another version that the product runs on, wherever one usually lies."""
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    wanted = [version for version in VERSIONS if version != running]
    places = [found for version in wanted if (found := shutil.which(f"python{version}"))]
    places += [str(path) for v in wanted for path in Path.home().glob(f".pyenv/versions/{v}.*/bin/python")]
    return next((place for place in places if _version_of(place) in wanted), None)


def _version_of(python: str) -> str:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def install(python: str, folder: Path) -> str:
    """A virtual environment of that Python with the locked packages, by uv where there is one; gives its interpreter."""
    subprocess.run([python, "-m", "venv", str(folder)], check=True)
    inside = str(folder / "bin" / "python")
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    pip = (inside, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--require-hashes")
    with_uv = (str(uv), "pip", "install", "-q", "--python", inside, "--require-hashes")
    subprocess.run([*(with_uv if uv else pip), "-r", "requirements.lock"], cwd=CHECKOUT_DIR, check=True)
    return inside
